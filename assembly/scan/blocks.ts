// Single passes over the window for the host, which composes them where a text or a window is longer
// than what can be kept here, and for streams. They share one row (`ownRow`), which goes on from block
// to block.
import { halfAt, setWord, wordAt } from './memory';
import { coveredAt, delayedState, endSymbol, firstStateOf, FLAG_ACCEPT, FLAG_AT_ONCE, FLAG_DELAYED, has, NONE, pendingAt, pendingLimit, patternOfState, reverseFrom, reverseTo, scratchAt, stateFlag } from './program';
import { ABLE, add, adoptList, BEFORE, beginList, entryAt, extraOf, intern, lengthOf, listOf, rowKind, setStarts, startsOf, UNKNOWN } from './table';
import { isInsidePair, kindAt, symbolAt, textIsFinal } from './text';
import { ableRow, aloneRow, anyRow, everyRow, leftmostRow, step } from './step';
import { ableRows, next, walk } from './spans';
import { advance } from './forward';
import { flushKeeping, ownRow, row, setOwnRow, setRow } from './kept-rows';

// The successor of the shared row, which then is the shared row.
function move(symbol: i32): void {
  let following: i32 = next(ownRow(), symbol);
  if (following == 0) {
    flushKeeping();
    following = next(ownRow(), symbol);
  }
  setOwnRow(following);
}

const START_EVERY: i32 = 0;
const START_ALONE: i32 = 1;
const START_ABLE: i32 = 2;
const START_LEFTMOST: i32 = 3;
const START_STICKY: i32 = 4;

function startRow(which: i32, pattern: i32, kind: i32): i32 {
  if (which == START_EVERY) return everyRow(pattern);
  if (which == START_ALONE) return aloneRow(pattern, kind);
  if (which == START_ABLE) return ableRow(pattern);
  return leftmostRow(pattern, kind, which == START_STICKY ? 0 : 1);
}

// Begins a pass: 0 BEFORE with all states of the pattern, 1 ALONE, 2 ABLE, 3 LEFTMOST, 4 LEFTMOST whose
// match may begin here only; `kind` is that of the character before (1, 3 and 4).
export function beginPass(which: i32, pattern: i32, kind: i32): void {
  setOwnRow(0);
  let first: i32 = startRow(which, pattern, kind);
  if (first == 0) {
    flushKeeping();
    first = startRow(which, pattern, kind);
  }
  setOwnRow(first);
}

// BEFORE from `from` down to `to`: the position at which nothing is left, or -1.
export function passBack(from: i32, to: i32): i32 {
  let row: i32 = ownRow();
  for (let position: i32 = from - 1; position >= to; position--) {
    const entry: i32 = entryAt(row, symbolAt(position));
    if ((entry & 1) == 0) {
      row = entry;
      continue;
    }
    setOwnRow(row);
    move(symbolAt(position));
    row = ownRow();
    if (lengthOf(row) == 0) return isInsidePair(position) ? position - 1 : position;
  }
  setOwnRow(row);
  return -1;
}

// ALONE from `from` up to `to`: the first position from `least` on at which nothing is alive, or -1.
export function passOn(from: i32, to: i32, least: i32): i32 {
  let row: i32 = ownRow();
  for (let position: i32 = from; position < to; position++) {
    const entry: i32 = entryAt(row, symbolAt(position));
    if ((entry & 1) == 0) {
      row = entry;
      continue;
    }
    setOwnRow(row);
    move(symbolAt(position));
    row = ownRow();
    if (position + 1 >= least && lengthOf(row) == 0) return position + 1;
  }
  setOwnRow(row);
  return -1;
}

// ABLE over the end of the text.
export function passEnd(): void {
  move(endSymbol());
}

// ABLE from `from` down to `to`, keeping nothing.
export function passAble(from: i32, to: i32): void {
  let row: i32 = ownRow();
  for (let position: i32 = from - 1; position >= to; position--) {
    const entry: i32 = entryAt(row, symbolAt(position));
    if (entry != UNKNOWN) {
      row = entry;
      continue;
    }
    setOwnRow(row);
    move(symbolAt(position));
    row = ownRow();
  }
  setOwnRow(row);
}

// The states of the shared row, for the host to keep.
export function passStates(): i32 { return listOf(ownRow()); }
export function passStateCount(): i32 { return lengthOf(ownRow()); }

// Makes the row of ABLE with the `count` states that the host has written into the scratch list.
export function restoreAble(pattern: i32, count: i32): void {
  adoptList(count);
  let restored: i32 = intern(ABLE, pattern, 0);
  if (restored == 0) {
    setOwnRow(0);
    flushKeepingScratch(count);
    restored = intern(ABLE, pattern, 0);
  }
  setOwnRow(restored);
}

// The scratch list must survive: only the pass over the text is made anew, from its own copy.
function flushKeepingScratch(count: i32): void {
  const kept: i32 = pendingAt();
  const words: i32 = (count + 1) >>> 1;
  if (words > pendingLimit() << 1) return;
  for (let n: i32 = 0; n < words; n++) setWord(kept + (n << 2), wordAt(scratchAt() + (n << 2)));
  flushKeeping();
  for (let n: i32 = 0; n < words; n++) setWord(scratchAt() + (n << 2), wordAt(kept + (n << 2)));
  adoptList(count);
}

// Walks the block [from, to), at whose end the shared row (ABLE) stands: with `last`, behind the end of the
// text. False when the rows of the block do not fit.
export function passWalk(pattern: i32, from: i32, to: i32, last: i32): bool {
  if (!ableRows(ownRow(), from, to)) {
    flushKeeping();
    if (!ableRows(ownRow(), from, to)) {
      flushKeeping();
      return false;
    }
  }
  walk(pattern, from, to, last != 0);
  return true;
}

// ---- streams

// Begins or goes on: nothing is alive before a character of this kind.
export function beginStream(kind: i32): void {
  setRow(anyRow(kind));
  if (row() == 0) {
    flushKeeping();
    setRow(anyRow(kind));
  }
}

let seen: i32 = 0;

// Passes [from, to) and lists each pattern of which a match ends there once; returns their number.
export function streamOn(from: i32, to: i32): i32 {
  seen = 0;
  for (let position: i32 = from; position < to; position++) {
    advance(symbolAt(position));
    if (extraOf(row()) != 0) list();
  }
  if (textIsFinal()) {
    advance(endSymbol());
    if (extraOf(row()) != 0) list();
  }
  for (let n: i32 = 0; n < seen; n++) setWord(coveredAt() + (wordAt(pendingAt() + (n << 2)) << 2), 0);
  return seen;
}

function list(): void {
  const report: i32 = extraOf(row());
  const count: i32 = wordAt(report);
  for (let n: i32 = 1; n <= count; n++) {
    const pattern: i32 = wordAt(report + (n << 2));
    if (wordAt(coveredAt() + (pattern << 2)) != 0) continue;
    setWord(coveredAt() + (pattern << 2), 1);
    setWord(pendingAt() + (seen << 2), pattern);
    seen++;
  }
}

// Begins BEFORE with what is alive in the pass, the first `without` patterns of the pending list left out.
export function beginHold(without: i32): void {
  setOwnRow(0);
  if (without == 0 && startsOf(row()) != 0) {
    setOwnRow(startsOf(row()));
    return;
  }
  let first: i32 = holdRow(without);
  if (first == 0) {
    flushKeeping();
    first = holdRow(without);
  }
  setOwnRow(first);
  if (without == 0) setStarts(row(), first);
}

function holdRow(without: i32): i32 {
  const states: i32 = listOf(row());
  const count: i32 = lengthOf(row());
  beginList();
  for (let n: i32 = 0; n < count; n++) {
    const state: i32 = halfAt(states + (n << 1));
    let left: bool = stateFlag(state) == FLAG_DELAYED;
    for (let m: i32 = 0; m < without; m++) if (wordAt(pendingAt() + (m << 2)) == patternOfState(state)) left = true;
    if (!left) add(state);
  }
  return intern(BEFORE, 0, 0);
}

// Whether anything of `pattern` is alive in the pass over the stream.
export function isAlive(pattern: i32): bool {
  const states: i32 = listOf(row());
  const count: i32 = lengthOf(row());
  for (let n: i32 = 0; n < count; n++) {
    const state: i32 = halfAt(states + (n << 1));
    if (patternOfState(state) == pattern && stateFlag(state) != FLAG_DELAYED) return true;
  }
  return false;
}

// Turns the shared row (LEFTMOST) into BEFORE with the same states.
export function beginHoldOfPass(): void {
  let first: i32 = sameStates();
  if (first == 0) {
    flushKeeping();
    first = sameStates();
  }
  setOwnRow(first);
}

function sameStates(): i32 {
  const states: i32 = listOf(ownRow());
  const count: i32 = lengthOf(ownRow());
  beginList();
  for (let n: i32 = 0; n < count; n++) add(halfAt(states + (n << 1)));
  return intern(BEFORE, 0, 0);
}

// Begins BEFORE with the states in which `pattern` ends in front of `symbol`.
export function beginEnds(pattern: i32, symbol: i32): void {
  setOwnRow(0);
  let first: i32 = endsRow(pattern, symbol);
  if (first == 0) {
    flushKeeping();
    first = endsRow(pattern, symbol);
  }
  setOwnRow(first);
}

function endsRow(pattern: i32, symbol: i32): i32 {
  beginList();
  for (let state: i32 = firstStateOf(pattern); state < firstStateOf(pattern + 1); state++) if ((stateFlag(state) & FLAG_ACCEPT) != 0) add(state);
  const delayed: i32 = delayedState(pattern);
  if (delayed != NONE) {
    for (let item: i32 = reverseFrom(delayed); item < reverseTo(delayed); item += 4) if (has(halfAt(item), symbol)) add(halfAt(item + 2));
  }
  return intern(BEFORE, 0, 0);
}

let alive: bool = false;
// Whether the last `oldestStart` came to its end with something left.
export function isLeft(): bool { return alive; }

// BEFORE from `from` down to `to`: the lowest position at which a thread may have begun, or -1.
export function oldestStart(from: i32, to: i32): i32 {
  let oldest: i32 = -1;
  let position: i32 = from;
  while (true) {
    if (((startsOf(ownRow()) >>> kindAt(position)) & 1) != 0 && !isInsidePair(position)) oldest = position;
    alive = lengthOf(ownRow()) != 0;
    if (!alive || position <= to) return oldest;
    move(symbolAt(position - 1));
    position--;
  }
  return oldest;
}

// Nothing is searched for any more, and nothing alive is preferred to the ending.
function isDecided(row: i32): bool {
  if (rowKind(row) != 0) return false;
  const length: i32 = lengthOf(row);
  return length == 0 || (length == 1 && (stateFlag(halfAt(listOf(row))) & (FLAG_DELAYED | FLAG_AT_ONCE)) != 0);
}

let lastEnding: i32 = -1;
// Where the most preferred match so far ends, or -1; kept from block to block.
export function endingSoFar(): i32 { return lastEnding; }
export function setEndingSoFar(position: i32): void { lastEnding = position; }

// LEFTMOST from `from` up to `to`, and over the end of the text when it is at hand. Returns the position
// at which the match is final, or -1.
export function passLeftmost(from: i32, to: i32): i32 {
  let position: i32 = from;
  while (true) {
    // Inside a surrogate pair the row is still that of the position before it.
    const flags: i32 = isInsidePair(position) ? 0 : extraOf(ownRow());
    if ((flags & FLAG_ACCEPT) != 0) lastEnding = position;
    else if ((flags & FLAG_DELAYED) != 0) lastEnding = isInsidePair(position - 1) ? position - 2 : position - 1;
    if (isDecided(ownRow())) return position;
    if (position >= to) break;
    const symbol: i32 = symbolAt(position);
    move(symbol);
    position++;
  }
  if (!textIsFinal()) return -1;
  move(endSymbol());
  if ((extraOf(ownRow()) & FLAG_DELAYED) != 0) lastEnding = position;
  return position;
}
