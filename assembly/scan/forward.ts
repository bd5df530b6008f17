// The pass over the text that finds where matches of announced patterns end, and has each of them
// resolved. It can be left and entered again: when the matches must be fetched, and when a window has
// to be resolved block by block by the host.
import { setWord, wordAt, zero } from './memory';
import { coveredAt, endSymbol, lastEndAt, patterns, pendingAt } from './program';
import { kindAt, setText, symbolAt, textBase, textIsFinal, textLength } from './text';
import { extraOf, lengthOf, UNKNOWN } from './table';
import { anyRow, step } from './step';
import { flushKeeping, row, setRow } from './kept-rows';
import { CROWDED, FULL, matchesFound, resolve } from './spans';
import { laneHits, lanes, LANES_FROM, loop, loopStoppedAt, loopToIdle } from './lanes';
import { sweep, SWEEP_FROM, sweeps } from './sweep';

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

export function farPatternOf(): i32 { return farPattern; }
export function farPositionOf(): i32 { return farPosition; }

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
export function forgetText(): void {
  touched = true;
  begin();
}

// Scans a block that the host has written into the window (see setText); the first one begins a text.
// Answers like `resume`.
export function scanBlock(length: i32, base: i32, final: i32, kind: i32, halves: i32): i32 {
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
export function resume(): i32 {
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

export function advance(symbol: i32): void {
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
