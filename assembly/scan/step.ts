// One transition, computed: the successor of a row under a symbol.
import { halfAt, setHalf, setWord, wordAt } from './memory';
import {
  endingsFrom, endingsTo, endSymbol, everyRowAt, firstStateOf, FLAG_AT_ONCE, FLAG_DELAYED, has, injectedAt, itemsFrom, itemsTo, kindOfSymbol, NONE, openingsFrom, openingsTo,
  reverseFrom, reverseTo, scratchAt, startState, stateFlag,
} from './program';
import {
  ABLE, add, allocate, ALONE, ANY, attend, BEFORE, beginList, intern, LEFTMOST, lengthOf, listOf, listSize, modeOf, rowKind, rowPattern, setEntry,
} from './table';

// The entry of `row` for `symbol`, computed and stored; 0 when the arena is full.
export function step(row: i32, symbol: i32): i32 {
  const mode: i32 = modeOf(row);
  const pattern: i32 = rowPattern(row);
  let kind: i32 = 0;
  if (mode == ANY || mode == ALONE) {
    // The injected list may itself be made now, with the list under construction: it comes first.
    const opening: i32 = mode == ANY ? injectedList(rowKind(row), symbol) : 0;
    if (opening < 0) return 0;
    beginList();
    advanceAll(row, symbol);
    if (mode == ANY) addInjected(opening);
    else addFrom(startState(pattern, rowKind(row)), symbol);
    kind = kindOfSymbol(symbol);
  } else if (mode == LEFTMOST) {
    beginList();
    // `kind` 1: nothing has ended yet, so that a match may still begin at any position.
    if (advanceInOrder(row, symbol) && rowKind(row) == 1) {
      const start: i32 = startState(pattern, kindOfSymbol(symbol));
      if (start != NONE) add(start);
      kind = start != NONE && (stateFlag(start) & FLAG_AT_ONCE) != 0 ? 0 : 1;
    }
  } else {
    beginList();
    const list: i32 = listOf(row);
    const end: i32 = list + (lengthOf(row) << 1);
    for (let at: i32 = list; at < end; at += 2) addSources(reverseFrom(halfAt(at)), reverseTo(halfAt(at)), symbol);
    if (mode == ABLE) addSources(endingsFrom(pattern), endingsTo(pattern), symbol);
  }
  const next: i32 = intern(mode, pattern, kind);
  if (next == 0) return 0;
  const entry: i32 = next | attend(next);
  setEntry(row, symbol, entry);
  return entry;
}

@inline function addFrom(state: i32, symbol: i32): void {
  if (state == NONE) return;
  const end: i32 = itemsTo(state);
  for (let item: i32 = itemsFrom(state); item < end; item += 4) {
    const set: i32 = halfAt(item);
    if (set != NONE && has(set, symbol)) add(halfAt(item + 2));
  }
}

function advanceAll(row: i32, symbol: i32): void {
  const list: i32 = listOf(row);
  const end: i32 = list + (lengthOf(row) << 1);
  for (let at: i32 = list; at < end; at += 2) addFrom(halfAt(at), symbol);
}

// Threads in order of preference; an ending cuts off everything that is preferred less. True when
// nothing was cut off, so that a match may still begin here.
function advanceInOrder(row: i32, symbol: i32): bool {
  const list: i32 = listOf(row);
  const end: i32 = list + (lengthOf(row) << 1);
  for (let at: i32 = list; at < end; at += 2) {
    const state: i32 = halfAt(at);
    const last: i32 = itemsTo(state);
    if (stateFlag(state) == FLAG_DELAYED) return false;
    for (let item: i32 = itemsFrom(state); item < last; item += 4) {
      const set: i32 = halfAt(item);
      if (set == NONE) return false;
      if (!has(set, symbol)) continue;
      const target: i32 = halfAt(item + 2);
      add(target);
      if ((stateFlag(target) & (FLAG_DELAYED | FLAG_AT_ONCE)) != 0) return false;
    }
  }
  return true;
}

function addSources(from: i32, to: i32, symbol: i32): void {
  for (let item: i32 = from; item < to; item += 4) if (has(halfAt(item), symbol)) add(halfAt(item + 2));
}

// What the start states of all announced patterns lead to under a symbol: the same for every row of a
// kind, so computed once. Address of a list, its length first; -1 when the arena is full.
function injectedList(kind: i32, symbol: i32): i32 {
  const slot: i32 = injectedAt() + ((kind * (endSymbol() + 2) + symbol) << 2);
  const known: i32 = wordAt(slot);
  if (known != 0) return known;
  beginList();
  const end: i32 = openingsTo(kind);
  for (let item: i32 = openingsFrom(kind); item < end; item += 4) if (has(halfAt(item), symbol)) add(halfAt(item + 2));
  const length: i32 = listSize();
  const list: i32 = allocate(4 + (length << 1));
  if (list == 0) return -1;
  setWord(list, length);
  for (let n: i32 = 0; n < length; n++) setHalf(list + 4 + (n << 1), halfAt(scratchAt() + (n << 1)));
  setWord(slot, list);
  return list;
}

function addInjected(list: i32): void {
  const end: i32 = list + 4 + (wordAt(list) << 1);
  for (let at: i32 = list + 4; at < end; at += 2) add(halfAt(at));
}

// Rows to begin with; 0 when the arena is full.

export function anyRow(kind: i32): i32 {
  beginList();
  return intern(ANY, 0, kind);
}
export function aloneRow(pattern: i32, kind: i32): i32 {
  beginList();
  return intern(ALONE, pattern, kind);
}
export function ableRow(pattern: i32): i32 {
  beginList();
  return intern(ABLE, pattern, 0);
}
// `searching`: whether a match may begin later, too.
export function leftmostRow(pattern: i32, kind: i32, searching: i32): i32 {
  beginList();
  const start: i32 = startState(pattern, kind);
  if (start != NONE) {
    add(start);
    if ((stateFlag(start) & FLAG_AT_ONCE) != 0) searching = 0;
  }
  return intern(LEFTMOST, pattern, searching);
}
// All states of a pattern, backwards.
export function everyRow(pattern: i32): i32 {
  const slot: i32 = everyRowAt() + (pattern << 2);
  const known: i32 = wordAt(slot);
  if (known != 0) return known;
  beginList();
  for (let state: i32 = firstStateOf(pattern); state < firstStateOf(pattern + 1); state++) add(state);
  const row: i32 = intern(BEFORE, 0, 0);
  setWord(slot, row);
  return row;
}
