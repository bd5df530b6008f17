/**
 * Sets of code points as sorted, disjoint, non-adjacent ranges, flattened: `[first, last, first, last, …]`,
 * both ends included. Plain arrays, because a pattern has hundreds of small sets and few large ones.
 *
 * `!` stands where a range has its second end.
 */

/** A set of code points. */
export type CharSet = readonly number[];

/** The last code point. */
export const LAST_CODE_POINT = 0x10ffff;

/** No code point. */
export const EMPTY: CharSet = [];
/** Every code point. */
export const ALL: CharSet = [0, LAST_CODE_POINT];
/** `\d` (ECMA-262 §22.2.2.9). */
export const DIGIT: CharSet = [0x30, 0x39];
/** `\w` without `i`. */
export const WORD: CharSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
/** `\w` with `i` and `u`: U+017F and U+212A fold to word characters (ECMA-262 WordCharacters). */
export const WORD_FOLDED: CharSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a, 0x17f, 0x17f, 0x212a, 0x212a];
/** `\s`: white space and line terminators (ECMA-262 §12.2, §12.3; Zs of Unicode 16). */
export const SPACE: CharSet = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff,
];
/** Line terminators: what `.` leaves out and what `^` and `$` see under `m`. */
export const LINE_TERMINATOR: CharSet = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029];

/** The set of one code point. */
export function single(codePoint: number): CharSet {
  return [codePoint, codePoint];
}

/** Sorts and merges ranges in any order, given flattened. */
export function fromRanges(flat: readonly number[]): CharSet {
  if (flat.length <= 2) return flat;
  const pairs: [number, number][] = [];
  // Both indexes are inside: the list holds pairs.
  for (let n = 0; n < flat.length; n += 2) pairs.push([flat[n]!, flat[n + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [first, last] of pairs) {
    if (out.length > 0 && first <= out[out.length - 1]! + 1) {
      if (last > out[out.length - 1]!) out[out.length - 1] = last;
    } else out.push(first, last);
  }
  return out;
}

/** Members of any of `sets`. */
export function union(...sets: readonly CharSet[]): CharSet {
  if (sets.length === 1) return sets[0]!; // length was tested
  return fromRanges(sets.flat());
}

/** Every code point that is not in `set`. */
export function complement(set: CharSet): CharSet {
  const out: number[] = [];
  let from = 0;
  for (let n = 0; n < set.length; n += 2) {
    if (set[n]! > from) out.push(from, set[n]! - 1);
    from = set[n + 1]! + 1;
  }
  if (from <= LAST_CODE_POINT) out.push(from, LAST_CODE_POINT);
  return out;
}

/** Members of both sets. */
export function intersection(a: CharSet, b: CharSet): CharSet {
  if (a === ALL) return b;
  if (b === ALL) return a;
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const first = Math.max(a[i]!, b[j]!);
    const last = Math.min(a[i + 1]!, b[j + 1]!);
    if (first <= last) out.push(first, last);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return out;
}

/** Members of `a` that are not in `b`. */
export function difference(a: CharSet, b: CharSet): CharSet {
  return intersection(a, complement(b));
}

/** Whether `codePoint` is a member. */
export function contains(set: CharSet, codePoint: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (set[mid * 2 + 1]! < codePoint) low = mid + 1;
    else high = mid;
  }
  return low * 2 < set.length && set[low * 2]! <= codePoint;
}
