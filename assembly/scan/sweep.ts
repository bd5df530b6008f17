// The prefilter: skips ASCII text in which no match can begin, 16 positions at a time, for patterns whose
// first three characters say much (literals). Teddy (Hyperscan, rust-lang/aho-corasick): the patterns
// are dealt into eight buckets; per position of three, two tables give by the halves of a byte the
// buckets that may have it there.
//
// It pays only where candidates are rare. What it would cost is judged twice: by the sets themselves,
// and by what the text then shows; the four lanes go on where it does not pay.
import { halfAt, setByte, setWord, wordAt, zero, byteAt } from './memory';
import { columnsAt, FLAG_ACCEPT, FLAG_DELAYED, has, itemsFrom, itemsTo, kinds, NONE, openingsFrom, openingsTo, stateFlag, sweepSetsAt, sweepTablesAt, windowAt } from './program';

const UNTRIED: i32 = 0;
const ON: i32 = 1;
const OFF: i32 = 2;
let readiness: i32 = UNTRIED;

const BUCKETS: i32 = 8;
// Bytes of one set of ASCII characters, of three of them.
const SET: i32 = 16;
const TRIPLE: i32 = 48;
// A first character that many bytes may be says too little.
const MOST_FIRSTS: i32 = 16;
const MOST_OPENINGS: i32 = 256;
// Expected candidates per position, of 2^-20: one in 48 (20 per KB) is where the lanes are as fast.
const MOST_CANDIDATES: i32 = 21845;

// Shorter texts are over before the tables pay.
export const SWEEP_FROM: i32 = 1024;

// Whether a text should be swept; the tables are made when it is first asked.
export function sweeps(): bool {
  if (readiness == UNTRIED) readiness = prepare() ? ON : OFF;
  return readiness == ON;
}

// Address of the set at hand, which buckets are compared with; buckets lie before it.
@inline function own(): i32 { return sweepSetsAt() + BUCKETS * TRIPLE; }

function prepare(): bool {
  zero(sweepSetsAt(), (BUCKETS + 1) * TRIPLE);
  let used: i32 = 0;
  let count: i32 = 0;
  for (let kind: i32 = 0; kind < kinds(); kind++) {
    for (let item: i32 = openingsFrom(kind); item < openingsTo(kind); item += 4) {
      if (++count > MOST_OPENINGS) return false;
      zero(own(), TRIPLE);
      collect(item, 0);
      if (size(own()) > MOST_FIRSTS) return false;
      used = deal(used);
    }
  }
  if (count == 0) return false;
  let expected: i32 = 0;
  for (let bucket: i32 = 0; bucket < used; bucket++) expected += weight(sweepSetsAt() + bucket * TRIPLE);
  if (expected > MOST_CANDIDATES) return false;
  fillTables(used);
  return true;
}

// Adds what the item reads at `depth`, and what may come behind it.
function collect(item: i32, depth: i32): void {
  const at: i32 = own() + depth * SET;
  const set: i32 = halfAt(item);
  for (let byte: i32 = 0; byte < 128; byte++) {
    if (has(set, halfAt(columnsAt() + (byte << 1)) >>> 2)) setByte(at + (byte >>> 3), byteAt(at + (byte >>> 3)) | (1 << (byte & 7)));
  }
  if (depth == 2) return;
  const target: i32 = halfAt(item + 2);
  if ((stateFlag(target) & (FLAG_ACCEPT | FLAG_DELAYED)) != 0) {
    // The match may end here: anything may follow.
    for (let n: i32 = at + SET; n < own() + TRIPLE; n++) setByte(n, 0xff);
    return;
  }
  for (let next: i32 = itemsFrom(target); next < itemsTo(target); next += 4) if (halfAt(next) != NONE) collect(next, depth + 1);
}

function size(set: i32): i32 {
  return popcnt<i32>(wordAt(set)) + popcnt<i32>(wordAt(set + 4)) + popcnt<i32>(wordAt(set + 8)) + popcnt<i32>(wordAt(set + 12));
}

// Share of positions, of 2^-20, that hold a member of each of three sets, if each of 64 characters came equally often.
function weight(triple: i32): i32 {
  const share: i32 = size(triple) * size(triple + SET) * size(triple + 2 * SET) << 2;
  return share < 1 << 20 ? share : 1 << 20;
}

// Puts the sets at hand into the bucket that grows least; returns how many buckets are in use.
function deal(used: i32): i32 {
  let best: i32 = used < BUCKETS ? used : 0;
  let least: i32 = used < BUCKETS ? weight(own()) : 0x7fffffff;
  for (let bucket: i32 = 0; bucket < used; bucket++) {
    const at: i32 = sweepSetsAt() + bucket * TRIPLE;
    const before: i32 = weight(at);
    let together: i32 = 1;
    for (let depth: i32 = 0; depth < 3; depth++) together *= unionSize(at + depth * SET, own() + depth * SET);
    const growth: i32 = (together << 2) - before;
    if (growth < least) {
      least = growth;
      best = bucket;
    }
  }
  const at: i32 = sweepSetsAt() + best * TRIPLE;
  for (let n: i32 = 0; n < TRIPLE; n += 4) setWord(at + n, wordAt(at + n) | wordAt(own() + n));
  return best == used ? used + 1 : used;
}

function unionSize(a: i32, b: i32): i32 {
  let count: i32 = 0;
  for (let n: i32 = 0; n < SET; n += 4) count += popcnt<i32>(wordAt(a + n) | wordAt(b + n));
  return count;
}

// Six tables of 16: for each of three positions, buckets by the low and by the high half of a byte.
function fillTables(used: i32): void {
  const tables: i32 = sweepTablesAt();
  zero(tables, 96);
  for (let bucket: i32 = 0; bucket < used; bucket++) {
    for (let depth: i32 = 0; depth < 3; depth++) {
      const set: i32 = sweepSetsAt() + bucket * TRIPLE + depth * SET;
      for (let byte: i32 = 0; byte < 128; byte++) {
        if (((byteAt(set + (byte >>> 3)) >>> (byte & 7)) & 1) == 0) continue;
        const low: i32 = tables + depth * 32 + (byte & 15);
        const high: i32 = tables + depth * 32 + 16 + (byte >>> 4);
        setByte(low, byteAt(low) | (1 << bucket));
        setByte(high, byteAt(high) | (1 << bucket));
      }
    }
  }
}

// The first position in [from, to) at which a match may begin, or `to`. Reads up to 18 bytes behind it.
export function sweep(from: i32, to: i32): i32 {
  const tables: i32 = sweepTablesAt();
  const low0: v128 = v128.load(tables);
  const high0: v128 = v128.load(tables, 16);
  const low1: v128 = v128.load(tables, 32);
  const high1: v128 = v128.load(tables, 48);
  const low2: v128 = v128.load(tables, 64);
  const high2: v128 = v128.load(tables, 80);
  const half: v128 = i8x16.splat(15);
  const nothing: v128 = i8x16.splat(0);
  for (let at: i32 = from; at < to; at += 16) {
    const first: v128 = v128.load(windowAt() + at);
    const second: v128 = v128.load(windowAt() + at, 1);
    const third: v128 = v128.load(windowAt() + at, 2);
    const buckets: v128 = v128.and(
      v128.and(
        v128.and(i8x16.swizzle(low0, v128.and(first, half)), i8x16.swizzle(high0, i8x16.shr_u(first, 4))),
        v128.and(i8x16.swizzle(low1, v128.and(second, half)), i8x16.swizzle(high1, i8x16.shr_u(second, 4))),
      ),
      v128.and(i8x16.swizzle(low2, v128.and(third, half)), i8x16.swizzle(high2, i8x16.shr_u(third, 4))),
    );
    const found: i32 = i8x16.bitmask(i8x16.ne(buckets, nothing));
    if (found != 0) {
      const position: i32 = at + ctz<i32>(found);
      return position < to ? position : to;
    }
  }
  return to;
}
