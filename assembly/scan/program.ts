// The loaded program (src/pattern/program.ts) and what is derived from it once: reverse items, the
// items of all start states per kind, and per state the kinds it is a start state of.
import { byteAt, halfAt, memoryBase, reach, setByte, setHalf, setWord, wordAt, zero } from './memory';

export const NONE: i32 = 0xffff;
export const FLAG_ACCEPT: i32 = 1;
export const FLAG_DELAYED: i32 = 2;
// Beside FLAG_ACCEPT: nothing is preferred to the ending.
export const FLAG_AT_ONCE: i32 = 4;

// Symbols that fit into the window; a longer text comes in blocks.
export const WINDOW_SYMBOLS: i32 = 65536;
// Positions whose rows of ABLE are kept: a window within one text block is resolved at once.
const KEPT_ROWS: i32 = WINDOW_SYMBOLS + 1;
// One match per position of a window, and some before.
export const MATCH_CAPACITY: i32 = WINDOW_SYMBOLS + 4096;

let programAt: i32 = 0;
let stateCount: i32 = 0;
let classCount: i32 = 0;
let kindCount: i32 = 0;
let patternCount: i32 = 0;
let setWords: i32 = 0;
let setBits: i32 = 0;
let itemStart: i32 = 0;
let items: i32 = 0;
let firstState: i32 = 0;
let starts: i32 = 0;
let delayedOf: i32 = 0;
let patternFlags: i32 = 0;
let kindOf: i32 = 0;

// Derived tables.
let stateFlags: i32 = 0; // byte per state
let patternOf: i32 = 0; // half per state
let startMask: i32 = 0; // word per state: kinds it is a start state of
let reverseStart: i32 = 0; // word per state and one more
let reverseItems: i32 = 0; // pairs of set and source
let endingStart: i32 = 0; // word per pattern and one more
let endingItems: i32 = 0; // pairs of set and source: items that end a match
let openingStart: i32 = 0; // word per kind and one more
let openingItems: i32 = 0; // pairs of set and state: items of all announced patterns' start states
let marks: i32 = 0; // word per state
let scratch: i32 = 0; // half per state
let spare: i32 = 0; // half per state
let coveredTo: i32 = 0; // word per pattern
let lastEnd: i32 = 0; // word per pattern
let pending: i32 = 0; // pairs of words: pattern, position
let pendingCapacity: i32 = 0;
let injected: i32 = 0; // word per kind and symbol: list in the arena, or 0
let everyRows: i32 = 0; // word per pattern: cached rows
let window: i32 = 0;
let columnOfByte: i32 = 0; // half per ASCII character: byte offset of its entry in a row
let reverseRows: i32 = 0; // word per position of a block and one more
let matches: i32 = 0; // triples of words
let sweepTables: i32 = 0; // six tables of 16 bytes
let sweepSets: i32 = 0; // three sets of 16 bytes for each of eight buckets and one more
let arenaStart: i32 = 0;

export function program(): i32 { return programAt; }
export function states(): i32 { return stateCount; }
@inline export function endSymbol(): i32 { return classCount; }
@inline export function halfSymbol(): i32 { return classCount + 1; }
@inline export function kinds(): i32 { return kindCount; }
@inline export function patterns(): i32 { return patternCount; }
@inline export function windowAt(): i32 { return window; }
@inline export function columnsAt(): i32 { return columnOfByte; }
@inline export function reverseRowsAt(): i32 { return reverseRows; }
@inline export function matchesAt(): i32 { return matches; }
@inline export function sweepTablesAt(): i32 { return sweepTables; }
@inline export function sweepSetsAt(): i32 { return sweepSets; }
@inline export function arenaAt(): i32 { return arenaStart; }
@inline export function marksAt(): i32 { return marks; }
@inline export function scratchAt(): i32 { return scratch; }
@inline export function spareAt(): i32 { return spare; }
@inline export function pendingAt(): i32 { return pending; }
@inline export function pendingLimit(): i32 { return pendingCapacity; }
@inline export function injectedAt(): i32 { return injected; }
@inline export function everyRowAt(): i32 { return everyRows; }
@inline export function coveredAt(): i32 { return coveredTo; }
@inline export function lastEndAt(): i32 { return lastEnd; }
@inline export function delayedState(pattern: i32): i32 { return halfAt(delayedOf + (pattern << 1)); }
@inline export function stateFlag(state: i32): i32 { return byteAt(stateFlags + state); }
@inline export function patternOfState(state: i32): i32 { return halfAt(patternOf + (state << 1)); }
@inline export function startMaskOf(state: i32): i32 { return wordAt(startMask + (state << 2)); }
@inline export function patternFlag(pattern: i32): i32 { return byteAt(patternFlags + pattern); }
@inline export function firstStateOf(pattern: i32): i32 { return wordAt(firstState + (pattern << 2)); }
@inline export function startState(pattern: i32, kind: i32): i32 { return halfAt(starts + ((pattern * kindCount + kind) << 1)); }
@inline export function kindOfSymbol(symbol: i32): i32 { return byteAt(kindOf + symbol); }
@inline export function has(set: i32, symbol: i32): bool {
  return ((wordAt(setBits + ((set * setWords + (symbol >>> 5)) << 2)) >>> (symbol & 31)) & 1) != 0;
}
// Items are pairs of halves; these are the addresses of the first and behind the last.
@inline export function itemsFrom(state: i32): i32 { return items + (wordAt(itemStart + (state << 2)) << 2); }
@inline export function itemsTo(state: i32): i32 { return items + (wordAt(itemStart + (state << 2) + 4) << 2); }
@inline export function reverseFrom(state: i32): i32 { return reverseItems + (wordAt(reverseStart + (state << 2)) << 2); }
@inline export function reverseTo(state: i32): i32 { return reverseItems + (wordAt(reverseStart + (state << 2) + 4) << 2); }
@inline export function endingsFrom(pattern: i32): i32 { return endingItems + (wordAt(endingStart + (pattern << 2)) << 2); }
@inline export function endingsTo(pattern: i32): i32 { return endingItems + (wordAt(endingStart + (pattern << 2) + 4) << 2); }
@inline export function openingsFrom(kind: i32): i32 { return openingItems + (wordAt(openingStart + (kind << 2)) << 2); }
@inline export function openingsTo(kind: i32): i32 { return openingItems + (wordAt(openingStart + (kind << 2) + 4) << 2); }

// Patterns that no state of the common automaton announces: they are searched for on their own.
@inline function isUnannounced(pattern: i32): bool { return patternFlag(pattern) != 0; }

let top: i32 = 0;
function take(bytes: i32): i32 {
  const at: i32 = top;
  top = (top + bytes + 7) & ~7;
  return at;
}

// Where to write a program of `byteLength` bytes; 0 where memory is refused.
export function reserveProgram(byteLength: i32): i32 {
  programAt = memoryBase();
  top = programAt;
  take(byteLength);
  return reach(top) ? programAt : 0;
}

function section(index: i32): i32 {
  return programAt + wordAt(programAt + ((12 + index) << 2));
}

// Derives everything; false where memory is refused.
export function openProgram(): bool {
  stateCount = wordAt(programAt + 16);
  classCount = wordAt(programAt + 20);
  kindCount = wordAt(programAt + 24);
  patternCount = wordAt(programAt + 28);
  setWords = wordAt(programAt + 36);
  const itemCount: i32 = wordAt(programAt + 40);
  setBits = section(0);
  itemStart = section(1);
  items = section(2);
  firstState = section(3);
  starts = section(4);
  delayedOf = section(5);
  patternFlags = section(6);
  kindOf = section(7);

  stateFlags = take(stateCount);
  patternOf = take(stateCount * 2);
  startMask = take(stateCount * 4);
  reverseStart = take(stateCount * 4 + 4);
  reverseItems = take(itemCount * 4);
  endingStart = take(patternCount * 4 + 4);
  endingItems = take(itemCount * 4);
  openingStart = take(kindCount * 4 + 4);
  marks = take(stateCount * 4);
  scratch = take(stateCount * 2 + 2);
  spare = take(stateCount * 2 + 2);
  coveredTo = take(patternCount * 4);
  lastEnd = take(patternCount * 4);
  pendingCapacity = (patternCount > 2048 ? patternCount : 2048) + 64;
  pending = take(pendingCapacity * 8);
  injected = take(kindCount * (classCount + 2) * 4);
  everyRows = take(patternCount * 4);
  window = take(WINDOW_SYMBOLS * 2 + 64);
  columnOfByte = take(256);
  reverseRows = take(KEPT_ROWS * 4);
  matches = take(MATCH_CAPACITY * 12);
  sweepTables = take(96);
  sweepSets = take(432);
  openingItems = take(countOpenings() * 4);
  arenaStart = top;
  // Fresh memory is zero.
  if (!reach(top)) return false;
  deriveStates();
  deriveReverse(itemCount);
  deriveEndings();
  deriveOpenings();
  deriveColumns();
  return true;
}

function countOpenings(): i32 {
  let count: i32 = 0;
  for (let n: i32 = 0; n < patternCount * kindCount; n++) {
    const state: i32 = halfAt(starts + (n << 1));
    if (state != NONE) count += wordAt(itemStart + (state << 2) + 4) - wordAt(itemStart + (state << 2));
  }
  return count;
}

function deriveStates(): void {
  for (let pattern: i32 = 0; pattern < patternCount; pattern++) {
    const end: i32 = firstStateOf(pattern + 1);
    for (let state: i32 = firstStateOf(pattern); state < end; state++) {
      setHalf(patternOf + (state << 1), pattern);
      for (let item: i32 = itemsFrom(state); item < itemsTo(state); item += 4) {
        if (halfAt(item) == NONE) setByte(stateFlags + state, item == itemsFrom(state) ? FLAG_ACCEPT | FLAG_AT_ONCE : FLAG_ACCEPT);
      }
    }
    const delayed: i32 = halfAt(delayedOf + (pattern << 1));
    if (delayed != NONE) setByte(stateFlags + delayed, FLAG_DELAYED);
    for (let kind: i32 = 0; kind < kindCount; kind++) {
      const state: i32 = startState(pattern, kind);
      if (state != NONE) setWord(startMask + (state << 2), startMaskOf(state) | (1 << kind));
    }
  }
}

function deriveReverse(itemCount: i32): void {
  for (let n: i32 = 0; n < itemCount; n++) {
    const item: i32 = items + (n << 2);
    if (halfAt(item) == NONE) continue;
    const slot: i32 = reverseStart + (halfAt(item + 2) << 2) + 4;
    setWord(slot, wordAt(slot) + 1);
  }
  for (let state: i32 = 0; state < stateCount; state++) {
    const slot: i32 = reverseStart + (state << 2);
    setWord(slot + 4, wordAt(slot + 4) + wordAt(slot));
  }
  // Filled from the back of each list, which leaves reverseStart one state ahead: `marks` counts instead.
  for (let state: i32 = 0; state < stateCount; state++) {
    for (let item: i32 = itemsFrom(state); item < itemsTo(state); item += 4) {
      const set: i32 = halfAt(item);
      if (set == NONE) continue;
      const target: i32 = halfAt(item + 2);
      const used: i32 = wordAt(marks + (target << 2));
      const at: i32 = reverseFrom(target) + (used << 2);
      setHalf(at, set);
      setHalf(at + 2, state);
      setWord(marks + (target << 2), used + 1);
    }
  }
  zero(marks, stateCount * 4);
}

function deriveEndings(): void {
  let count: i32 = 0;
  for (let pattern: i32 = 0; pattern < patternCount; pattern++) {
    setWord(endingStart + (pattern << 2), count);
    for (let state: i32 = firstStateOf(pattern); state < firstStateOf(pattern + 1); state++) {
      for (let item: i32 = itemsFrom(state); item < itemsTo(state); item += 4) {
        if (halfAt(item) == NONE || stateFlag(halfAt(item + 2)) == 0) continue;
        setHalf(endingItems + (count << 2), halfAt(item));
        setHalf(endingItems + (count << 2) + 2, state);
        count++;
      }
    }
  }
  setWord(endingStart + (patternCount << 2), count);
}

function deriveOpenings(): void {
  let count: i32 = 0;
  for (let kind: i32 = 0; kind < kindCount; kind++) {
    setWord(openingStart + (kind << 2), count);
    for (let pattern: i32 = 0; pattern < patternCount; pattern++) {
      const state: i32 = startState(pattern, kind);
      if (state == NONE || isUnannounced(pattern)) continue;
      for (let item: i32 = itemsFrom(state); item < itemsTo(state); item += 4) {
        if (halfAt(item) == NONE) continue;
        setWord(openingItems + (count << 2), wordAt(item));
        count++;
      }
    }
  }
  setWord(openingStart + (kindCount << 2), count);
}

// Columns of the ASCII characters, from the stretches of equal class.
function deriveColumns(): void {
  const stretchStart: i32 = section(8);
  const stretchClass: i32 = section(9);
  const stretches: i32 = wordAt(programAt + 44);
  let stretch: i32 = 0;
  for (let byte: i32 = 0; byte < 128; byte++) {
    while (stretch + 1 < stretches && wordAt(stretchStart + (stretch << 2) + 4) <= byte) stretch++;
    setHalf(columnOfByte + (byte << 1), halfAt(stretchClass + (stretch << 1)) << 2);
  }
}
