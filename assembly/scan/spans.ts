// From "a match of this pattern ends here" to the matches themselves, each exactly the one that a
// backtracking matcher would choose, in time linear in the text.
//
// A window is a stretch of text that no thread of the pattern enters or leaves. Backwards from the
// announced end, BEFORE finds where the oldest thread that can be alive there has begun; forwards from
// there, ALONE finds where all threads are dead again. Windows of one pattern never overlap, so their
// total length is at most that of the text. Inside a window, ABLE runs backwards and leaves at every
// position the states that can still reach an ending; then one walk forwards takes, at every position,
// the most preferred item whose state is able: it never turns back, and it finds every match.
import { halfAt, setWord, wordAt } from './memory';
import {
  coveredAt, endSymbol, FLAG_ACCEPT, FLAG_DELAYED, halfSymbol, has, itemsFrom, itemsTo, lastEndAt, MATCH_CAPACITY, matchesAt, NONE, patternFlag, reverseRowsAt, startState, stateFlag,
} from './program';
import { isInsidePair, kindAt, symbolAt, symbolOrEnd, textBase, textIsFinal, textLength } from './text';
import { entryAt, isMember, lengthOf, startsOf, UNKNOWN } from './table';
import { ableRow, aloneRow, everyRow, step } from './step';

const RESOLVED: i32 = 0;
export const FULL: i32 = 1; // the arena is full: flush and try again
const FAR: i32 = 2; // the window leaves the text at hand
export const CROWDED: i32 = 3; // the matches that lie ready must be fetched first

const STICKY: i32 = 2;
// States of a walk that is in no match.
const SEARCHING: i32 = -1;
const OVER: i32 = -2;

let matchCount: i32 = 0;
// Where the walk stands between two blocks.
let walkState: i32 = SEARCHING;
let walkStart: i32 = 0;
let walkFrom: i32 = 0; // position in the text from which a match may begin

export function matchesFound(): i32 { return matchCount; }
export function dropMatches(): void { matchCount = 0; }

function emit(pattern: i32, start: i32, end: i32): void {
  const at: i32 = matchesAt() + matchCount * 12;
  setWord(at, pattern);
  setWord(at + 4, start);
  setWord(at + 8, end);
  matchCount++;
}

// Makes the successor if need be; 0 when the arena is full.
@inline export function next(row: i32, symbol: i32): i32 {
  const entry: i32 = entryAt(row, symbol);
  return (entry == UNKNOWN ? step(row, symbol) : entry) & ~1;
}

// Finds the matches of the window around `hit`, an end that was announced.
export function resolve(pattern: i32, hit: i32): i32 {
  const covered: i32 = wordAt(coveredAt() + (pattern << 2)) - textBase();
  const low: i32 = covered > 0 ? covered : 0;
  let row: i32 = everyRow(pattern);
  if (row == 0) return FULL;
  let from: i32 = hit;
  while (from > low) {
    const entry: i32 = entryAt(row, symbolAt(from - 1));
    row = (entry == UNKNOWN ? step(row, symbolAt(from - 1)) : entry) & ~1;
    if (row == 0) return FULL;
    from--;
    if (isDead(row)) break;
  }
  if (isInsidePair(from)) from--;
  if (from == 0 && covered < 0 && textBase() > 0 && !isDead(row)) return FAR;

  row = aloneRow(pattern, kindAt(from));
  if (row == 0) return FULL;
  let to: i32 = from;
  const limit: i32 = textLength();
  while (to < limit) {
    row = next(row, symbolAt(to));
    if (row == 0) return FULL;
    to++;
    if (to >= hit && isDead(row)) break;
  }
  const atEnd: bool = to == limit && textIsFinal();
  if (to == limit && !atEnd && !(to >= hit && isDead(row))) return FAR;

  if (matchCount + to - from + 1 > MATCH_CAPACITY) return CROWDED;
  row = ableRow(pattern);
  if (row == 0) return FULL;
  if (atEnd) row = next(row, endSymbol());
  if (row == 0 || !ableRows(row, from, to)) return FULL;

  const last: i32 = wordAt(lastEndAt() + (pattern << 2));
  beginWalk(last > textBase() + from ? last : textBase() + from);
  walk(pattern, from, to, atEnd);
  finish(pattern, textBase() + to);
  return RESOLVED;
}

// Nothing is alive, or nothing is left.
@inline function isDead(row: i32): bool {
  return lengthOf(row) == 0;
}

export function finish(pattern: i32, covered: i32): void {
  setWord(coveredAt() + (pattern << 2), covered);
  if (walkFrom > wordAt(lastEndAt() + (pattern << 2))) setWord(lastEndAt() + (pattern << 2), walkFrom);
}

// Runs ABLE from `to` down to `from` and keeps the row of every position; false when the arena is full.
export function ableRows(last: i32, from: i32, to: i32): bool {
  let row: i32 = last;
  let at: i32 = reverseRowsAt() + ((to - from) << 2);
  setWord(at, row);
  for (let position: i32 = to - 1; position >= from; position--) {
    row = next(row, symbolAt(position));
    if (row == 0) return false;
    at -= 4;
    setWord(at, row);
  }
  return true;
}

export function beginWalk(from: i32): void {
  walkState = SEARCHING;
  walkFrom = from;
}

// Walks from `from` to `to`; the rows of ABLE must lie ready, and no surrogate pair may be cut. Goes on
// where the walk of the block before has stopped. At most one match per position is emitted.
export function walk(pattern: i32, from: i32, to: i32, atEnd: bool): void {
  const rows: i32 = reverseRowsAt() - (from << 2);
  const base: i32 = textBase();
  let position: i32 = from;
  let state: i32 = walkState;
  while (state != OVER) {
    if (state < 0) {
      if (position < walkFrom - base) position = walkFrom - base;
      position = findStart(pattern, rows, position, to, atEnd);
      if (position < 0) {
        state = position;
        break;
      }
      state = startState(pattern, kindAt(position));
      walkStart = base + position;
    }
    if (position >= to && !atEnd) break;
    let symbol: i32 = symbolOrEnd(position);
    let width: i32 = 1;
    if (symbol == halfSymbol()) {
      symbol = symbolAt(position + 1);
      width = 2;
    }
    const target: i32 = prefer(state, symbol, position < to ? wordAt(rows + ((position + width) << 2)) : 0);
    if (target >= 0) {
      state = target;
      position += width;
      continue;
    }
    emit(pattern, walkStart, base + position);
    // An empty match is stepped over by one character.
    walkFrom = base + position + (walkStart == base + position ? width : 0);
    state = symbol == endSymbol() && walkStart == base + position ? OVER : SEARCHING;
  }
  walkState = state;
}

// The most preferred item: the state it leads to, or -1 when the match ends here. Some item is able,
// because the state is; so the last one that fits needs no look at the row.
function prefer(state: i32, symbol: i32, able: i32): i32 {
  const end: i32 = itemsTo(state);
  let candidate: i32 = -1;
  for (let item: i32 = itemsFrom(state); item < end; item += 4) {
    const set: i32 = halfAt(item);
    if (set != NONE && !has(set, symbol)) continue;
    if (candidate >= 0 && ((stateFlag(candidate) & FLAG_ACCEPT) != 0 || (able != 0 && isMember(able, candidate)))) return candidate;
    if (set == NONE || stateFlag(halfAt(item + 2)) == FLAG_DELAYED) return -1;
    candidate = halfAt(item + 2);
  }
  return candidate;
}

// First position from `from` on at which a match begins, or SEARCHING, or OVER. Sticky patterns look at one position only.
function findStart(pattern: i32, rows: i32, from: i32, to: i32, atEnd: bool): i32 {
  const last: i32 = atEnd ? to : to - 1;
  const sticky: bool = (patternFlag(pattern) & STICKY) != 0;
  for (let position: i32 = from; position <= last; position++) {
    if (!isInsidePair(position)) {
      const kind: i32 = kindAt(position);
      if (((startsOf(wordAt(rows + (position << 2))) >>> kind) & 1) != 0) return position;
      const start: i32 = startState(pattern, kind);
      if (start != NONE && (stateFlag(start) & FLAG_ACCEPT) != 0) return position;
      if (sticky) return OVER;
    }
    walkFrom = textBase() + position + 1;
  }
  return SEARCHING;
}
