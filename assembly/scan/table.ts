// The lazy tables: rows of transitions in an arena that grows up to a cap and is then emptied as a
// whole. A row belongs to one of five automata over the same states:
//
//   ANY      what is alive, for all announced patterns, started anew at every position
//   ALONE    the same for one pattern
//   BEFORE   from a set of states backwards: where could these threads have come from?
//   ABLE     backwards for one pattern: which states can still reach an ending here?
//   LEFTMOST forwards for one pattern, threads in order of preference, cut off behind a match
//
// An entry is the address of the next row; its lowest bit says that somebody must look (see `attend`).
// 1 alone stands for "not known yet".
import { addWrapping, copy, fillWords, halfAt, reach, scramble, setHalf, setWord, timesWrapping, wordAt, zero } from './memory';
import {
  arenaAt, endSymbol, everyRowAt, halfSymbol, injectedAt, kinds, marksAt, patternOfState, patterns, scratchAt, startMaskOf, stateFlag, states,
} from './program';

export const ANY: i32 = 0;
export const ALONE: i32 = 1;
export const BEFORE: i32 = 2;
export const ABLE: i32 = 3;
export const LEFTMOST: i32 = 4;
export const UNKNOWN: i32 = 1;

// Header words in front of a row's entries.
const HEADER: i32 = 32;
const LIST: i32 = 4;
const LENGTH: i32 = 8;
const META: i32 = 12;
const CHAIN: i32 = 16;
const HASH: i32 = 20;
const STARTS: i32 = 24;
const EXTRA: i32 = 28;

const BUCKETS: i32 = 8192;
// The memory of a scanner is bounded at 8 MB; program, windows and this arena share it.
const CAP: i32 = 7 << 20;

let stride: i32 = 0; // bytes of a row's entries
let buckets: i32 = 0;
let arenaNext: i32 = 0;
let arenaEnd: i32 = 0;
let generation: i32 = 0;
let listLength: i32 = 0;
let flushes: i32 = 0;
let rowCount: i32 = 0;

@inline export function listOf(row: i32): i32 { return wordAt(row - LIST); }
@inline export function lengthOf(row: i32): i32 { return wordAt(row - LENGTH); }
@inline export function modeOf(row: i32): i32 { return wordAt(row - META) & 15; }
@inline export function rowKind(row: i32): i32 { return (wordAt(row - META) >>> 4) & 31; }
@inline export function rowPattern(row: i32): i32 { return wordAt(row - META) >>> 16; }
// BEFORE, ABLE: kinds whose start state is a member. ANY: the row of BEFORE with the same list, or 0.
@inline export function startsOf(row: i32): i32 { return wordAt(row - STARTS); }
// ANY: address of the list of patterns that end here, its length first. LEFTMOST: flags of what ends.
@inline export function setStarts(row: i32, value: i32): void { setWord(row - STARTS, value); }
@inline export function extraOf(row: i32): i32 { return wordAt(row - EXTRA); }
@inline function setExtra(row: i32, value: i32): void { setWord(row - EXTRA, value); }
@inline export function entryAt(row: i32, symbol: i32): i32 { return wordAt(row + (symbol << 2)); }
@inline export function setEntry(row: i32, symbol: i32, value: i32): void { setWord(row + (symbol << 2), value); }
@inline export function flushCount(): i32 { return flushes; }
@inline export function rowsMade(): i32 { return rowCount; }

export function openTable(): bool {
  stride = (halfSymbol() + 1) << 2;
  buckets = arenaAt();
  arenaEnd = buckets + BUCKETS * 4;
  if (!reach(arenaEnd)) return false;
  clear();
  return true;
}

// Bytes that are in use or kept for use.
export function memoryUsed(): i32 { return arenaEnd; }

function clear(): void {
  zero(buckets, BUCKETS * 4);
  zero(injectedAt(), kinds() * (endSymbol() + 2) * 4);
  zero(everyRowAt(), patterns() * 4);
  arenaNext = buckets + BUCKETS * 4;
  rowCount = 0;
}

// Empties the arena. Every row is gone afterwards; the caller makes those it needs anew.
export function flush(): void {
  flushes++;
  clear();
}

// Address of `bytes` fresh bytes, or 0 when the cap is reached.
export function allocate(bytes: i32): i32 {
  const at: i32 = arenaNext;
  const next: i32 = (at + bytes + 3) & ~3;
  if (next > arenaEnd) {
    // At least one list of all states and 64 rows fit, however large the program is.
    const cap: i32 = arenaAt() + 64 * (stride + HEADER + states() * 4) + BUCKETS * 4;
    if (next > CAP && next > cap) return 0;
    let end: i32 = next + 0x10000;
    if (end > CAP && end > cap) end = next;
    if (!reach(end)) return 0;
    arenaEnd = end;
  }
  arenaNext = next;
  return at;
}

// The list under construction: begun, filled, then turned into a row or thrown away.
@inline export function beginList(): void {
  generation++;
  listLength = 0;
}
@inline export function add(state: i32): void {
  const mark: i32 = marksAt() + (state << 2);
  if (wordAt(mark) == generation) return;
  setWord(mark, generation);
  setHalf(scratchAt() + (listLength << 1), state);
  listLength++;
}
@inline export function listSize(): i32 { return listLength; }
// Takes `length` states that somebody wrote into the scratch list.
export function adoptList(length: i32): void {
  generation++;
  listLength = length;
  for (let n: i32 = 0; n < length; n++) setWord(marksAt() + (halfAt(scratchAt() + (n << 1)) << 2), generation);
}

// The row of the list under construction; 0 when the arena is full.
export function intern(mode: i32, pattern: i32, kind: i32): i32 {
  const meta: i32 = mode | (kind << 4) | (pattern << 16);
  let hash: i32 = scramble(meta);
  if (mode == LEFTMOST) {
    for (let n: i32 = 0; n < listLength; n++) hash = timesWrapping(addWrapping(hash, scramble(halfAt(scratchAt() + (n << 1)))), 0x01000193);
  } else {
    for (let n: i32 = 0; n < listLength; n++) hash = addWrapping(hash, scramble(halfAt(scratchAt() + (n << 1))));
  }
  const bucket: i32 = buckets + (((hash ^ (hash >>> 13)) & (BUCKETS - 1)) << 2);
  let row: i32 = wordAt(bucket);
  while (row != 0) {
    if (wordAt(row - HASH) == hash && wordAt(row - META) == meta && lengthOf(row) == listLength && sameList(row, mode)) return row;
    row = wordAt(row - CHAIN);
  }
  return makeRow(meta, hash, bucket);
}

function sameList(row: i32, mode: i32): bool {
  const list: i32 = listOf(row);
  if (mode == LEFTMOST) {
    for (let n: i32 = 0; n < listLength; n++) if (halfAt(list + (n << 1)) != halfAt(scratchAt() + (n << 1))) return false;
    return true;
  }
  for (let n: i32 = 0; n < listLength; n++) if (wordAt(marksAt() + (halfAt(list + (n << 1)) << 2)) != generation) return false;
  return true;
}

function makeRow(meta: i32, hash: i32, bucket: i32): i32 {
  const mode: i32 = meta & 15;
  const list: i32 = allocate(((listLength << 1) + 3) & ~3);
  if (list == 0) return 0;
  // Only members of ABLE are looked up; the rest is compared as sets.
  if (mode == ABLE) sortScratch();
  copy(list, scratchAt(), listLength << 1);
  const header: i32 = allocate(HEADER + stride);
  if (header == 0) return 0;
  const row: i32 = header + HEADER;
  setWord(row - LIST, list);
  setWord(row - LENGTH, listLength);
  setWord(row - META, meta);
  setWord(row - HASH, hash);
  setWord(row - EXTRA, 0);
  setWord(row - STARTS, 0);
  fillWords(row, UNKNOWN, stride);
  if (mode == ANY) {
    if (!collectEndings(row)) return 0;
  } else if (mode == BEFORE || mode == ABLE) {
    let mask: i32 = 0;
    for (let n: i32 = 0; n < listLength; n++) mask |= startMaskOf(halfAt(list + (n << 1)));
    setWord(row - STARTS, mask);
  } else if (mode == LEFTMOST) {
    let flags: i32 = 0;
    for (let n: i32 = 0; n < listLength; n++) flags |= stateFlag(halfAt(list + (n << 1)));
    setExtra(row, flags);
  }
  // The first half of a surrogate pair changes nothing; ANY has reported already.
  setEntry(row, halfSymbol(), mode == ANY ? row : row | attend(row));
  setWord(row - CHAIN, wordAt(bucket));
  setWord(bucket, row);
  rowCount++;
  return row;
}

// Whether a loop must stop at this row: ANY: something ends here; ALONE: nothing is alive; BEFORE:
// nothing is left; LEFTMOST: something ends here, or something has and nothing is left. ABLE never stops.
export function attend(row: i32): i32 {
  const mode: i32 = modeOf(row);
  if (mode == ANY) return extraOf(row) != 0 ? 1 : 0;
  if (mode == ABLE) return 0;
  if (mode == LEFTMOST) return extraOf(row) != 0 || (lengthOf(row) == 0 && rowKind(row) == 0) ? 1 : 0;
  return lengthOf(row) == 0 ? 1 : 0;
}

// Each pattern once. What ends together is few.
function collectEndings(row: i32): bool {
  const list: i32 = listOf(row);
  const length: i32 = lengthOf(row);
  let endings: i32 = 0;
  for (let n: i32 = 0; n < length; n++) if (stateFlag(halfAt(list + (n << 1))) != 0) endings++;
  if (endings == 0) return true;
  const report: i32 = allocate(4 + endings * 4);
  if (report == 0) return false;
  let count: i32 = 0;
  for (let n: i32 = 0; n < length; n++) {
    const state: i32 = halfAt(list + (n << 1));
    if (stateFlag(state) == 0) continue;
    const pattern: i32 = patternOfState(state);
    let known: i32 = 0;
    while (known < count && wordAt(report + 4 + (known << 2)) != pattern) known++;
    if (known < count) continue;
    count++;
    setWord(report + (count << 2), pattern);
  }
  setWord(report, count);
  setExtra(row, report);
  return true;
}

// Shell sort (gaps after Ciura, 2001): lists are short, mostly nearly sorted, and nothing may be allocated.
function sortScratch(): void {
  const list: i32 = scratchAt();
  let gap: i32 = 1;
  while (gap < listLength) gap = gap * 3 + 1;
  for (; gap > 0; gap = (gap / 3) | 0) {
    for (let n: i32 = gap; n < listLength; n++) {
      const value: i32 = halfAt(list + (n << 1));
      let m: i32 = n;
      while (m >= gap && halfAt(list + ((m - gap) << 1)) > value) {
        setHalf(list + (m << 1), halfAt(list + ((m - gap) << 1)));
        m -= gap;
      }
      setHalf(list + (m << 1), value);
    }
  }
}

// Whether `state` is in the list of a row of ABLE, the only sorted ones.
export function isMember(row: i32, state: i32): bool {
  const list: i32 = listOf(row);
  let low: i32 = 0;
  let high: i32 = lengthOf(row);
  while (low < high) {
    const middle: i32 = (low + high) >>> 1;
    if (halfAt(list + (middle << 1)) < state) low = middle + 1;
    else high = middle;
  }
  return low < lengthOf(row) && halfAt(list + (low << 1)) == state;
}

// Writes the row's list into the scratch list, ready for `intern`.
export function reopen(row: i32): void {
  const length: i32 = lengthOf(row);
  copy(scratchAt(), listOf(row), length << 1);
  adoptList(length);
}
