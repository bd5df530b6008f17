/**
 * scan.wasm as TypeScript, for realms that refuse WebAssembly. Written by
 * `node test/tools/generate-scan-fallback.mjs` from assembly/scan; not to be edited.
 */
import type { ScanExports } from './scan-exports.js';

type i32 = number;
type bool = boolean;

/** One scanner's memory and the functions over it, with the names of scan.wasm's exports. */
export function createFallbackExports(): ScanExports {
  let buffer = new ArrayBuffer(0);
  let bytes = new Uint8Array(buffer);
  let halves = new Uint16Array(buffer);
  let words = new Int32Array(buffer);
  const byteAt = (address: i32): i32 => bytes[address]!;
  const halfAt = (address: i32): i32 => halves[address >> 1]!;
  const wordAt = (address: i32): i32 => words[address >> 2]!;
  const setByte = (address: i32, value: i32): void => void (bytes[address] = value);
  const setHalf = (address: i32, value: i32): void => void (halves[address >> 1] = value);
  const setWord = (address: i32, value: i32): void => void (words[address >> 2] = value);
  const zero = (address: i32, length: i32): void => void bytes.fill(0, address, address + length);
  const copy = (to: i32, from: i32, length: i32): void => void bytes.copyWithin(to, from, from + length);
  const fillWords = (address: i32, value: i32, length: i32): void => void words.fill(value, address >> 2, (address + length) >> 2);
  const addWrapping = (a: i32, b: i32): i32 => (a + b) | 0;
  const timesWrapping = (a: i32, b: i32): i32 => Math.imul(a, b);
  const scramble = (value: i32): i32 => {
    const mixed = Math.imul(value + 1, 0x2c1b3c6d);
    return mixed ^ (mixed >>> 15);
  };
  const memoryBase = (): i32 => 16;
  const reach = (end: i32): bool => {
    if (end <= buffer.byteLength) return true;
    const grown = new ArrayBuffer((Math.max(end, Math.min(buffer.byteLength * 2, 8 << 20)) + 0xffff) & ~0xffff);
    new Uint8Array(grown).set(bytes);
    buffer = grown;
    bytes = new Uint8Array(grown);
    halves = new Uint16Array(grown);
    words = new Int32Array(grown);
    return true;
  };

  // The loaded program (src/pattern/program.ts) and what is derived from it once: reverse items, the
  // items of all start states per kind, and per state the kinds it is a start state of.

  const NONE: i32 = 0xffff;
  const FLAG_ACCEPT: i32 = 1;
  const FLAG_DELAYED: i32 = 2;
  // Beside FLAG_ACCEPT: nothing is preferred to the ending.
  const FLAG_AT_ONCE: i32 = 4;

  // Symbols that fit into the window; a longer text comes in blocks.
  const WINDOW_SYMBOLS: i32 = 65536;
  // Positions whose rows of ABLE are kept: a window within one text block is resolved at once.
  const KEPT_ROWS: i32 = WINDOW_SYMBOLS + 1;
  // One match per position of a window, and some before.
  const MATCH_CAPACITY: i32 = WINDOW_SYMBOLS + 4096;

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

  function program(): i32 { return programAt; }
  function states(): i32 { return stateCount; }
  function endSymbol(): i32 { return classCount; }
  function halfSymbol(): i32 { return classCount + 1; }
  function kinds(): i32 { return kindCount; }
  function patterns(): i32 { return patternCount; }
  function windowAt(): i32 { return window; }
  function columnsAt(): i32 { return columnOfByte; }
  function reverseRowsAt(): i32 { return reverseRows; }
  function matchesAt(): i32 { return matches; }
  function sweepTablesAt(): i32 { return sweepTables; }
  function sweepSetsAt(): i32 { return sweepSets; }
  function arenaAt(): i32 { return arenaStart; }
  function marksAt(): i32 { return marks; }
  function scratchAt(): i32 { return scratch; }
  function spareAt(): i32 { return spare; }
  function pendingAt(): i32 { return pending; }
  function pendingLimit(): i32 { return pendingCapacity; }
  function injectedAt(): i32 { return injected; }
  function everyRowAt(): i32 { return everyRows; }
  function coveredAt(): i32 { return coveredTo; }
  function lastEndAt(): i32 { return lastEnd; }
  function delayedState(pattern: i32): i32 { return halfAt(delayedOf + (pattern << 1)); }
  function stateFlag(state: i32): i32 { return byteAt(stateFlags + state); }
  function patternOfState(state: i32): i32 { return halfAt(patternOf + (state << 1)); }
  function startMaskOf(state: i32): i32 { return wordAt(startMask + (state << 2)); }
  function patternFlag(pattern: i32): i32 { return byteAt(patternFlags + pattern); }
  function firstStateOf(pattern: i32): i32 { return wordAt(firstState + (pattern << 2)); }
  function startState(pattern: i32, kind: i32): i32 { return halfAt(starts + ((pattern * kindCount + kind) << 1)); }
  function kindOfSymbol(symbol: i32): i32 { return byteAt(kindOf + symbol); }
  function has(set: i32, symbol: i32): bool {
    return ((wordAt(setBits + ((set * setWords + (symbol >>> 5)) << 2)) >>> (symbol & 31)) & 1) != 0;
  }
  // Items are pairs of halves; these are the addresses of the first and behind the last.
  function itemsFrom(state: i32): i32 { return items + (wordAt(itemStart + (state << 2)) << 2); }
  function itemsTo(state: i32): i32 { return items + (wordAt(itemStart + (state << 2) + 4) << 2); }
  function reverseFrom(state: i32): i32 { return reverseItems + (wordAt(reverseStart + (state << 2)) << 2); }
  function reverseTo(state: i32): i32 { return reverseItems + (wordAt(reverseStart + (state << 2) + 4) << 2); }
  function endingsFrom(pattern: i32): i32 { return endingItems + (wordAt(endingStart + (pattern << 2)) << 2); }
  function endingsTo(pattern: i32): i32 { return endingItems + (wordAt(endingStart + (pattern << 2) + 4) << 2); }
  function openingsFrom(kind: i32): i32 { return openingItems + (wordAt(openingStart + (kind << 2)) << 2); }
  function openingsTo(kind: i32): i32 { return openingItems + (wordAt(openingStart + (kind << 2) + 4) << 2); }

  // Patterns that no state of the common automaton announces: they are searched for on their own.
  function isUnannounced(pattern: i32): bool { return patternFlag(pattern) != 0; }

  let top: i32 = 0;
  function take(bytes: i32): i32 {
    const at: i32 = top;
    top = (top + bytes + 7) & ~7;
    return at;
  }

  // Where to write a program of `byteLength` bytes; 0 where memory is refused.
  function reserveProgram(byteLength: i32): i32 {
    programAt = memoryBase();
    top = programAt;
    take(byteLength);
    return reach(top) ? programAt : 0;
  }

  function section(index: i32): i32 {
    return programAt + wordAt(programAt + ((12 + index) << 2));
  }

  // Derives everything; false where memory is refused.
  function openProgram(): bool {
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

  // The part of the text that lies in the window, as symbols: ASCII bytes, or classes as halves with two
  // symbols per surrogate pair, so that positions are UTF-16 units in both forms.

  let length: i32 = 0;
  let base: i32 = 0;
  let isFinal: bool = false;
  let kindBefore: i32 = 0;
  let wide: bool = false;

  // Describes what the host has written into the window: `textBase` is the position of its first unit in
  // the text, `final` says that the text ends with it, `kind` is that of the character before it.
  function setText(textLength: i32, textBase: i32, final: i32, kind: i32, halves: i32): void {
    length = textLength;
    base = textBase;
    isFinal = final != 0;
    kindBefore = kind;
    wide = halves != 0;
  }

  function textLength(): i32 { return length; }
  function textBase(): i32 { return base; }
  function textIsFinal(): bool { return isFinal; }
  function textIsWide(): bool { return wide; }

  function symbolAt(position: i32): i32 {
    return wide ? halfAt(windowAt() + (position << 1)) : halfAt(columnsAt() + (byteAt(windowAt() + position) << 1)) >>> 2;
  }
  // Symbol at `position`, or the end of the text.
  function symbolOrEnd(position: i32): i32 {
    return position < length ? symbolAt(position) : endSymbol();
  }
  // Kind of the character before `position`.
  function kindAt(position: i32): i32 {
    return position > 0 ? kindOfSymbol(symbolAt(position - 1)) : kindBefore;
  }
  // Whether `position` lies inside a surrogate pair.
  function isInsidePair(position: i32): bool {
    return position > 0 && symbolAt(position - 1) == halfSymbol();
  }

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

  const ANY: i32 = 0;
  const ALONE: i32 = 1;
  const BEFORE: i32 = 2;
  const ABLE: i32 = 3;
  const LEFTMOST: i32 = 4;
  const UNKNOWN: i32 = 1;

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

  function listOf(row: i32): i32 { return wordAt(row - LIST); }
  function lengthOf(row: i32): i32 { return wordAt(row - LENGTH); }
  function modeOf(row: i32): i32 { return wordAt(row - META) & 15; }
  function rowKind(row: i32): i32 { return (wordAt(row - META) >>> 4) & 31; }
  function rowPattern(row: i32): i32 { return wordAt(row - META) >>> 16; }
  // BEFORE, ABLE: kinds whose start state is a member. ANY: the row of BEFORE with the same list, or 0.
  function startsOf(row: i32): i32 { return wordAt(row - STARTS); }
  // ANY: address of the list of patterns that end here, its length first. LEFTMOST: flags of what ends.
  function setStarts(row: i32, value: i32): void { setWord(row - STARTS, value); }
  function extraOf(row: i32): i32 { return wordAt(row - EXTRA); }
  function setExtra(row: i32, value: i32): void { setWord(row - EXTRA, value); }
  function entryAt(row: i32, symbol: i32): i32 { return wordAt(row + (symbol << 2)); }
  function setEntry(row: i32, symbol: i32, value: i32): void { setWord(row + (symbol << 2), value); }
  function flushCount(): i32 { return flushes; }
  function rowsMade(): i32 { return rowCount; }

  function openTable(): bool {
    stride = (halfSymbol() + 1) << 2;
    buckets = arenaAt();
    arenaEnd = buckets + BUCKETS * 4;
    if (!reach(arenaEnd)) return false;
    clear();
    return true;
  }

  // Bytes that are in use or kept for use.
  function memoryUsed(): i32 { return arenaEnd; }

  function clear(): void {
    zero(buckets, BUCKETS * 4);
    zero(injectedAt(), kinds() * (endSymbol() + 2) * 4);
    zero(everyRowAt(), patterns() * 4);
    arenaNext = buckets + BUCKETS * 4;
    rowCount = 0;
  }

  // Empties the arena. Every row is gone afterwards; the caller makes those it needs anew.
  function flush(): void {
    flushes++;
    clear();
  }

  // Address of `bytes` fresh bytes, or 0 when the cap is reached.
  function allocate(bytes: i32): i32 {
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
  function beginList(): void {
    generation++;
    listLength = 0;
  }
  function add(state: i32): void {
    const mark: i32 = marksAt() + (state << 2);
    if (wordAt(mark) == generation) return;
    setWord(mark, generation);
    setHalf(scratchAt() + (listLength << 1), state);
    listLength++;
  }
  function listSize(): i32 { return listLength; }
  // Takes `length` states that somebody wrote into the scratch list.
  function adoptList(length: i32): void {
    generation++;
    listLength = length;
    for (let n: i32 = 0; n < length; n++) setWord(marksAt() + (halfAt(scratchAt() + (n << 1)) << 2), generation);
  }

  // The row of the list under construction; 0 when the arena is full.
  function intern(mode: i32, pattern: i32, kind: i32): i32 {
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
  function attend(row: i32): i32 {
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
  function isMember(row: i32, state: i32): bool {
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
  function reopen(row: i32): void {
    const length: i32 = lengthOf(row);
    copy(scratchAt(), listOf(row), length << 1);
    adoptList(length);
  }

  // One transition, computed: the successor of a row under a symbol.

  // The entry of `row` for `symbol`, computed and stored; 0 when the arena is full.
  function step(row: i32, symbol: i32): i32 {
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

  function addFrom(state: i32, symbol: i32): void {
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

  function anyRow(kind: i32): i32 {
    beginList();
    return intern(ANY, 0, kind);
  }
  function aloneRow(pattern: i32, kind: i32): i32 {
    beginList();
    return intern(ALONE, pattern, kind);
  }
  function ableRow(pattern: i32): i32 {
    beginList();
    return intern(ABLE, pattern, 0);
  }
  // `searching`: whether a match may begin later, too.
  function leftmostRow(pattern: i32, kind: i32, searching: i32): i32 {
    beginList();
    const start: i32 = startState(pattern, kind);
    if (start != NONE) {
      add(start);
      if ((stateFlag(start) & FLAG_AT_ONCE) != 0) searching = 0;
    }
    return intern(LEFTMOST, pattern, searching);
  }
  // All states of a pattern, backwards.
  function everyRow(pattern: i32): i32 {
    const slot: i32 = everyRowAt() + (pattern << 2);
    const known: i32 = wordAt(slot);
    if (known != 0) return known;
    beginList();
    for (let state: i32 = firstStateOf(pattern); state < firstStateOf(pattern + 1); state++) add(state);
    const row: i32 = intern(BEFORE, 0, 0);
    setWord(slot, row);
    return row;
  }

  // From "a match of this pattern ends here" to the matches themselves, each exactly the one that a
  // backtracking matcher would choose, in time linear in the text.
  //
  // A window is a stretch of text that no thread of the pattern enters or leaves. Backwards from the
  // announced end, BEFORE finds where the oldest thread that can be alive there has begun; forwards from
  // there, ALONE finds where all threads are dead again. Windows of one pattern never overlap, so their
  // total length is at most that of the text. Inside a window, ABLE runs backwards and leaves at every
  // position the states that can still reach an ending; then one walk forwards takes, at every position,
  // the most preferred item whose state is able: it never turns back, and it finds every match.

  const RESOLVED: i32 = 0;
  const FULL: i32 = 1; // the arena is full: flush and try again
  const FAR: i32 = 2; // the window leaves the text at hand
  const CROWDED: i32 = 3; // the matches that lie ready must be fetched first

  const STICKY: i32 = 2;
  // States of a walk that is in no match.
  const SEARCHING: i32 = -1;
  const OVER: i32 = -2;

  let matchCount: i32 = 0;
  // Where the walk stands between two blocks.
  let walkState: i32 = SEARCHING;
  let walkStart: i32 = 0;
  let walkFrom: i32 = 0; // position in the text from which a match may begin

  function matchesFound(): i32 { return matchCount; }
  function dropMatches(): void { matchCount = 0; }

  function emit(pattern: i32, start: i32, end: i32): void {
    const at: i32 = matchesAt() + matchCount * 12;
    setWord(at, pattern);
    setWord(at + 4, start);
    setWord(at + 8, end);
    matchCount++;
  }

  // Makes the successor if need be; 0 when the arena is full.
  function next(row: i32, symbol: i32): i32 {
    const entry: i32 = entryAt(row, symbol);
    return (entry == UNKNOWN ? step(row, symbol) : entry) & ~1;
  }

  // Finds the matches of the window around `hit`, an end that was announced.
  function resolve(pattern: i32, hit: i32): i32 {
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
  function isDead(row: i32): bool {
    return lengthOf(row) == 0;
  }

  function finish(pattern: i32, covered: i32): void {
    setWord(coveredAt() + (pattern << 2), covered);
    if (walkFrom > wordAt(lastEndAt() + (pattern << 2))) setWord(lastEndAt() + (pattern << 2), walkFrom);
  }

  // Runs ABLE from `to` down to `from` and keeps the row of every position; false when the arena is full.
  function ableRows(last: i32, from: i32, to: i32): bool {
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

  function beginWalk(from: i32): void {
    walkState = SEARCHING;
    walkFrom = from;
  }

  // Walks from `from` to `to`; the rows of ABLE must lie ready, and no surrogate pair may be cut. Goes on
  // where the walk of the block before has stopped. At most one match per position is emitted.
  function walk(pattern: i32, from: i32, to: i32, atEnd: bool): void {
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

  const LANES_FROM: i32 = 0x7fffffff;
  let stoppedAt: i32 = 0;
  function loopStoppedAt(): i32 { return stoppedAt; }
  function laneHits(): i32 { return 0; }
  // Nor does a sweep without SIMD.
  const SWEEP_FROM: i32 = 0x7fffffff;
  function sweeps(): bool { return false; }
  function sweep(from: i32, _to: i32): i32 { return from; }
  function loopToIdle(row: i32, from: i32, to: i32): i32 { return loop(row, from, to); }
  function lanes(_row: i32, _from: i32, _to: i32): i32 { return 0; }
  function loop(row: i32, from: i32, to: i32): i32 {
    const entries = words;
    let at: i32 = from;
    if (textIsWide()) {
      const symbols = halves;
      const start: i32 = windowAt() >> 1;
      for (; at < to; at++) {
        const entry: i32 = entries[(row >> 2) + symbols[start + at]!]!;
        if ((entry & 1) != 0) break;
        row = entry;
      }
    } else {
      const text = bytes;
      const columns = halves;
      const start: i32 = windowAt();
      const first: i32 = columnsAt() >> 1;
      for (; at < to; at++) {
        const entry: i32 = entries[(row + columns[first + text[start + at]!]!) >> 2]!;
        if ((entry & 1) != 0) break;
        row = entry;
      }
    }
    stoppedAt = at;
    return row;
  }

  // The two rows that outlive a flush: where the pass over the text stands, and the row that a pass of
  // the host's own (blocks.ts) stands at. All others are made anew when they are needed.

  let passRow: i32 = 0;
  let hostRow: i32 = 0;

  function row(): i32 { return passRow; }
  function setRow(value: i32): void { passRow = value; }
  function ownRow(): i32 { return hostRow; }
  function setOwnRow(value: i32): void { hostRow = value; }

  // Empties the arena and makes both rows anew.
  function flushKeeping(): void {
    const length: i32 = passRow != 0 ? lengthOf(passRow) : 0;
    const kind: i32 = passRow != 0 ? rowKind(passRow) : 0;
    if (passRow != 0) copy(spareAt(), listOf(passRow), length << 1);
    if (hostRow != 0) {
      const mode: i32 = modeOf(hostRow);
      const pattern: i32 = rowPattern(hostRow);
      const hostKind: i32 = rowKind(hostRow);
      reopen(hostRow);
      flush();
      hostRow = intern(mode, pattern, hostKind);
    } else flush();
    if (passRow != 0) {
      copy(scratchAt(), spareAt(), length << 1);
      adoptList(length);
      passRow = intern(ANY, 0, kind);
    }
  }

  // The pass over the text that finds where matches of announced patterns end, and has each of them
  // resolved. It can be left and entered again: when the matches must be fetched, and when a window has
  // to be resolved block by block by the host.

  const DONE: i32 = 0;
  const FETCH: i32 = 1; // fetch the matches, then resume
  const ASSIST: i32 = 2; // resolve the window of farPattern around farPosition, then resume

  let position: i32 = 0;
  let ended: bool = false;
  let pendingNext: i32 = 0;
  let pendingCount: i32 = 0;
  let farPattern: i32 = 0;
  let farPosition: i32 = 0;
  // Whether the text at hand is swept, how many candidates that gave, and whether the lanes have had their turn.
  let sweeping: bool = false;
  let candidates: i32 = 0;
  let lanesTried: bool = false;
  // The sweep reads ahead, and what begins this close to the end is left to the loop.
  const SWEEP_MARGIN: i32 = 32;
  // With more than one candidate in so many symbols the lanes are faster.
  const FEWEST_PER_CANDIDATE: i32 = 48;
  // Whether coveredTo and lastEnd hold anything from an earlier text.
  let touched: bool = false;

  function farPatternOf(): i32 { return farPattern; }
  function farPositionOf(): i32 { return farPosition; }

  // Begins a text.
  function begin(): void {
    setRow(0);
    if (touched) {
      zero(coveredAt(), patterns() * 4);
      zero(lastEndAt(), patterns() * 4);
      touched = false;
    }
  }

  // Drops what is kept about the text scanned last.
  function forgetText(): void {
    touched = true;
    begin();
  }

  // Scans a block that the host has written into the window (see setText); the first one begins a text.
  // Answers like `resume`.
  function scanBlock(length: i32, base: i32, final: i32, kind: i32, halves: i32): i32 {
    setText(length, base, final, kind, halves);
    if (base == 0) begin();
    position = 0;
    ended = false;
    pendingNext = 0;
    pendingCount = 0;
    lanesTried = false;
    candidates = 0;
    sweeping = halves == 0 && length >= SWEEP_FROM && sweeps();
    if (row() == 0) {
      setRow(anyRow(kind));
      if (row() == 0) {
        flushKeeping();
        setRow(anyRow(kind));
      }
    }
    return resume();
  }

  // Goes on. The answer is what the host must do (two bits), and the number of matches that lie ready.
  function resume(): i32 {
    const code: i32 = run();
    return code | (matchesFound() << 2);
  }

  function run(): i32 {
    const limit: i32 = textLength();
    while (true) {
      const code: i32 = resolvePending();
      if (code != DONE) return code;
      if (sweeping && !skip(limit)) continue;
      if (!sweeping && !lanesTried && limit - position >= LANES_FROM) {
        lanesTried = true;
        const last: i32 = lanes(row(), position, limit);
        if (last != 0) {
          setRow(last);
          position = limit;
          pendingNext = 0;
          pendingCount = laneHits();
          continue;
        }
      }
      setRow(sweeping ? loopToIdle(row(), position, limit) : loop(row(), position, limit));
      position = loopStoppedAt();
      if (sweeping && position < limit && lengthOf(row()) == 0 && (wordAt(row() + (symbolAt(position) << 2)) & 1) == 0) continue;
      if (position < limit) {
        advance(symbolAt(position));
        position++;
        announce(textBase() + position);
      } else if (textIsFinal() && !ended) {
        ended = true;
        advance(endSymbol());
        announce(textBase() + position);
      } else return DONE;
    }
    return DONE;
  }

  // Where nothing is alive, goes on to the next position at which a match may begin. False when sweeping
  // has turned out not to pay, or the rest is too short for it.
  function skip(limit: i32): bool {
    if (lengthOf(row()) != 0) return true;
    const last: i32 = limit - SWEEP_MARGIN;
    if (position >= last) {
      sweeping = false;
      return false;
    }
    candidates++;
    if ((candidates & 63) == 0 && candidates * FEWEST_PER_CANDIDATE > position) {
      sweeping = false;
      return false;
    }
    const candidate: i32 = sweep(position, last);
    if (candidate == position) return true;
    const first: i32 = anyRow(kindAt(candidate));
    if (first == 0) {
      sweeping = false;
      return false;
    }
    setRow(first);
    position = candidate;
    return true;
  }

  function advance(symbol: i32): void {
    let entry: i32 = wordAt(row() + (symbol << 2));
    if (entry == UNKNOWN) {
      entry = step(row(), symbol);
      if (entry == 0) {
        flushKeeping();
        entry = step(row(), symbol);
      }
    }
    setRow(entry & ~1);
  }

  // Puts the patterns that end at the current row, at `at` in the text, on the pending list.
  function announce(at: i32): void {
    const report: i32 = extraOf(row());
    if (report == 0) return;
    const count: i32 = wordAt(report);
    pendingNext = 0;
    pendingCount = 0;
    for (let n: i32 = 0; n < count; n++) {
      const pattern: i32 = wordAt(report + 4 + (n << 2));
      if (wordAt(coveredAt() + (pattern << 2)) >= at) continue;
      setWord(pendingAt() + (pendingCount << 3), pattern);
      setWord(pendingAt() + (pendingCount << 3) + 4, at - textBase());
      pendingCount++;
    }
  }

  function resolvePending(): i32 {
    while (pendingNext < pendingCount) {
      const at: i32 = pendingAt() + (pendingNext << 3);
      const pattern: i32 = wordAt(at);
      const hit: i32 = wordAt(at + 4);
      if (wordAt(coveredAt() + (pattern << 2)) < textBase() + hit) {
        touched = true;
        let code: i32 = resolve(pattern, hit);
        if (code == FULL) {
          flushKeeping();
          code = resolve(pattern, hit);
          if (code == FULL) flushKeeping();
        }
        if (code == CROWDED) return FETCH;
        pendingNext++;
        if (code != 0) {
          farPattern = pattern;
          farPosition = hit;
          return ASSIST;
        }
        continue;
      }
      pendingNext++;
    }
    return DONE;
  }

  // Single passes over the window for the host, which composes them where a text or a window is longer
  // than what can be kept here, and for streams. They share one row (`ownRow`), which goes on from block
  // to block.

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
  function beginPass(which: i32, pattern: i32, kind: i32): void {
    setOwnRow(0);
    let first: i32 = startRow(which, pattern, kind);
    if (first == 0) {
      flushKeeping();
      first = startRow(which, pattern, kind);
    }
    setOwnRow(first);
  }

  // BEFORE from `from` down to `to`: the position at which nothing is left, or -1.
  function passBack(from: i32, to: i32): i32 {
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
  function passOn(from: i32, to: i32, least: i32): i32 {
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
  function passEnd(): void {
    move(endSymbol());
  }

  // ABLE from `from` down to `to`, keeping nothing.
  function passAble(from: i32, to: i32): void {
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
  function passStates(): i32 { return listOf(ownRow()); }
  function passStateCount(): i32 { return lengthOf(ownRow()); }

  // Makes the row of ABLE with the `count` states that the host has written into the scratch list.
  function restoreAble(pattern: i32, count: i32): void {
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
  function passWalk(pattern: i32, from: i32, to: i32, last: i32): bool {
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
  function beginStream(kind: i32): void {
    setRow(anyRow(kind));
    if (row() == 0) {
      flushKeeping();
      setRow(anyRow(kind));
    }
  }

  let seen: i32 = 0;

  // Passes [from, to) and lists each pattern of which a match ends there once; returns their number.
  function streamOn(from: i32, to: i32): i32 {
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
  function beginHold(without: i32): void {
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
  function isAlive(pattern: i32): bool {
    const states: i32 = listOf(row());
    const count: i32 = lengthOf(row());
    for (let n: i32 = 0; n < count; n++) {
      const state: i32 = halfAt(states + (n << 1));
      if (patternOfState(state) == pattern && stateFlag(state) != FLAG_DELAYED) return true;
    }
    return false;
  }

  // Turns the shared row (LEFTMOST) into BEFORE with the same states.
  function beginHoldOfPass(): void {
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
  function beginEnds(pattern: i32, symbol: i32): void {
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
  function isLeft(): bool { return alive; }

  // BEFORE from `from` down to `to`: the lowest position at which a thread may have begun, or -1.
  function oldestStart(from: i32, to: i32): i32 {
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
  function endingSoFar(): i32 { return lastEnding; }
  function setEndingSoFar(position: i32): void { lastEnding = position; }

  // LEFTMOST from `from` up to `to`, and over the end of the text when it is at hand. Returns the position
  // at which the match is final, or -1.
  function passLeftmost(from: i32, to: i32): i32 {
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

  // Checks of a program that came from outside, before anything of it is used: with them passed, no table
  // access can leave its section, whatever the bytes are.

  const MAGIC: i32 = 0x31504c53;
  const VERSION: i32 = 1;
  const HEADER_BYTES: i32 = 128;

  const VALID: i32 = 0;
  const CUT_OFF: i32 = 1;
  const FOREIGN: i32 = 2;
  const OTHER_VERSION: i32 = 3;
  const DAMAGED: i32 = 4;
  const CONTRADICTORY: i32 = 5;

  // FNV-1a over words (http://www.isthe.com/chongo/tech/comp/fnv/).
  function digest(address: i32, length: i32, seed: i32): i32 {
    let hash: i32 = seed;
    for (let at: i32 = address; at < address + length; at += 4) hash = timesWrapping(hash ^ wordAt(at), 0x01000193);
    return hash;
  }

  // The digest of a program whose checksum word is taken as 0; leaves it 0.
  function checksum(address: i32, length: i32): i32 {
    setWord(address + 12, 0);
    return digest(address, length, 0x511c9dc5);
  }

  function word(n: i32): i32 { return wordAt(program() + (n << 2)); }

  // Where the section at `index` must begin, given the end of the one before; 0 when it does not.
  function expect(index: i32, end: i32): bool { return word(12 + index) == end; }
  function padded(bytes: i32): i32 { return (bytes + 3) & ~3; }

  // Judges the `length` bytes that lie where the program belongs.
  function validate(length: i32): i32 {
    if (length < HEADER_BYTES || (length & 3) != 0) return CUT_OFF;
    if (word(0) != MAGIC) return FOREIGN;
    if (word(1) != VERSION) return OTHER_VERSION;
    if (word(2) != length) return CUT_OFF;
    const sum: i32 = word(3);
    if (sum == 0 || checksum(program(), length) != sum) return DAMAGED;
    const states: i32 = word(4);
    const classes: i32 = word(5);
    const kinds: i32 = word(6);
    const patterns: i32 = word(7);
    const sets: i32 = word(8);
    const itemCount: i32 = word(10);
    const stretches: i32 = word(11);
    if (outside(states, NONE) || outside(classes, 0xfff0) || outside(kinds, 31) || kinds == 0 || outside(patterns, NONE) || outside(sets, NONE) || outside(itemCount, 1 << 24) || outside(stretches, 1 << 21) || stretches == 0) return CONTRADICTORY;
    const words: i32 = (classes + 32) >>> 5;
    if (word(9) != words) return CONTRADICTORY;
    let end: i32 = HEADER_BYTES;
    if (!expect(0, end)) return CONTRADICTORY;
    if (outside(sets * words, 1 << 24)) return CONTRADICTORY;
    end += sets * words * 4;
    if (!expect(1, end)) return CONTRADICTORY;
    end += (states + 1) * 4;
    if (!expect(2, end)) return CONTRADICTORY;
    end += itemCount * 4;
    if (!expect(3, end)) return CONTRADICTORY;
    end += (patterns + 1) * 4;
    if (!expect(4, end)) return CONTRADICTORY;
    end += padded(patterns * kinds * 2);
    if (!expect(5, end)) return CONTRADICTORY;
    end += padded(patterns * 2);
    if (!expect(6, end)) return CONTRADICTORY;
    end += padded(patterns);
    if (!expect(7, end)) return CONTRADICTORY;
    end += padded(classes + 2);
    if (!expect(8, end)) return CONTRADICTORY;
    end += stretches * 4;
    if (!expect(9, end)) return CONTRADICTORY;
    end += padded(stretches * 2);
    if (end != length) return CONTRADICTORY;
    const consistent: bool = ascends(part(1), states, itemCount) && ascends(part(3), patterns, states) && hasOwnStates(patterns, kinds, sets, words, classes) && hasClasses(classes, kinds, stretches);
    return consistent ? VALID : CONTRADICTORY;
  }

  function part(index: i32): i32 { return program() + word(12 + index); }
  function outside(value: i32, limit: i32): bool { return value < 0 || value > limit; }

  // A table of `count` + 1 words that begins with 0, never falls and ends with `last`.
  function ascends(table: i32, count: i32, last: i32): bool {
    if (wordAt(table) != 0 || wordAt(table + (count << 2)) != last) return false;
    for (let n: i32 = 0; n < count; n++) if (wordAt(table + (n << 2)) > wordAt(table + (n << 2) + 4)) return false;
    return true;
  }

  // Items, start states and delayed states stay within their pattern, sets exist. Only the delayed state,
  // which nothing leaves, is entered over the end of the text: a walk would not end otherwise.
  function hasOwnStates(patterns: i32, kinds: i32, sets: i32, words: i32, classes: i32): bool {
    for (let pattern: i32 = 0; pattern < patterns; pattern++) {
      const first: i32 = wordAt(part(3) + (pattern << 2));
      const behind: i32 = wordAt(part(3) + (pattern << 2) + 4);
      const delayed: i32 = halfAt(part(5) + (pattern << 1));
      const from: i32 = part(2) + (wordAt(part(1) + (first << 2)) << 2);
      const to: i32 = part(2) + (wordAt(part(1) + (behind << 2)) << 2);
      for (let item: i32 = from; item < to; item += 4) {
        const set: i32 = halfAt(item);
        if (set == NONE) continue;
        const target: i32 = halfAt(item + 2);
        if (set >= sets || target < first || target >= behind) return false;
        const overEnd: bool = ((wordAt(part(0) + ((set * words + (classes >>> 5)) << 2)) >>> (classes & 31)) & 1) != 0;
        if (overEnd && target != delayed) return false;
      }
      if (!isOwn(delayed, first, behind) || byteAt(part(6) + pattern) > 3) return false;
      if (delayed != NONE && wordAt(part(1) + (delayed << 2)) != wordAt(part(1) + (delayed << 2) + 4)) return false;
      for (let kind: i32 = 0; kind < kinds; kind++) {
        if (!isOwn(halfAt(part(4) + ((pattern * kinds + kind) << 1)), first, behind)) return false;
      }
    }
    return true;
  }

  function isOwn(state: i32, first: i32, behind: i32): bool {
    return state == NONE || (state >= first && state < behind);
  }

  function hasClasses(classes: i32, kinds: i32, stretches: i32): bool {
    for (let n: i32 = 0; n < classes + 2; n++) if (byteAt(part(7) + n) >= kinds) return false;
    let last: i32 = -1;
    for (let n: i32 = 0; n < stretches; n++) {
      const start: i32 = wordAt(part(8) + (n << 2));
      if (start <= last || start > 0x10ffff || halfAt(part(9) + (n << 1)) >= classes) return false;
      last = start;
    }
    return wordAt(part(8)) == 0;
  }

  // scan.wasm: finds all matches of many patterns, in linear time. The host writes a program
  // (src/pattern/program.ts) and then texts into the memory; nothing is imported, nothing is allocated
  // but rows of the table, up to a cap.

  // Makes the program that has been written ready; false where memory is refused.
  function open(): bool {
    return openProgram() && openTable();
  }

  return {
    memory: { get buffer(): ArrayBuffer { return buffer; } },
    reserveProgram,
    windowAt,
    matchesAt,
    scratchAt,
    pendingAt,
    coveredAt,
    lastEndAt,
    digest,
    checksum,
    validate,
    memoryUsed,
    flushCount,
    rowsMade,
    setText,
    matchesFound,
    dropMatches,
    finish,
    beginWalk,
    scanBlock,
    resume,
    farPatternOf,
    farPositionOf,
    forgetText,
    beginPass,
    passBack,
    passOn,
    passEnd,
    passAble,
    passStates,
    passStateCount,
    restoreAble,
    passWalk,
    beginStream,
    streamOn,
    beginHold,
    isAlive,
    beginHoldOfPass,
    beginEnds,
    isLeft,
    oldestStart,
    endingSoFar,
    setEndingSoFar,
    passLeftmost,
    row,
    setRow,
    open,
  };
}
