// Checks of a program that came from outside, before anything of it is used: with them passed, no table
// access can leave its section, whatever the bytes are.
import { byteAt, halfAt, setWord, timesWrapping, wordAt } from './memory';
import { NONE, program } from './program';

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
export function digest(address: i32, length: i32, seed: i32): i32 {
  let hash: i32 = seed;
  for (let at: i32 = address; at < address + length; at += 4) hash = timesWrapping(hash ^ wordAt(at), 0x01000193);
  return hash;
}

// The digest of a program whose checksum word is taken as 0; leaves it 0.
export function checksum(address: i32, length: i32): i32 {
  setWord(address + 12, 0);
  return digest(address, length, 0x511c9dc5);
}

function word(n: i32): i32 { return wordAt(program() + (n << 2)); }

// Where the section at `index` must begin, given the end of the one before; 0 when it does not.
function expect(index: i32, end: i32): bool { return word(12 + index) == end; }
function padded(bytes: i32): i32 { return (bytes + 3) & ~3; }

// Judges the `length` bytes that lie where the program belongs.
export function validate(length: i32): i32 {
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
