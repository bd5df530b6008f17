/**
 * Simple case folding (Unicode CaseFolding.txt, statuses C and S), which is what `i` means under `u`
 * and `v`. No table is shipped: two code points fold together exactly when the lower case of their
 * upper case is the same code point, with the exceptions below; a test compares every code point with
 * the engine's own RegExp. The classes outside ASCII are built once, when a pattern first needs them.
 */
import { fromRanges, type CharSet } from './char-set.js';

// U+0131 has no simple folding although its upper case is I.
const DOTLESS_I = 0x131;
// Pairs that fold together by status S since Unicode 15.1; whether they do depends on the engine.
const LATE_PAIRS: readonly (readonly [number, number])[] = [
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0xfb05, 0xfb06],
];
// Above Adlam (U+1E943) nothing has case.
const LAST_CASED = 0x1e943;

let partners: Map<number, readonly number[]> | undefined;

/** `set` with everything that folds to a member. */
export function closeOverCase(set: CharSet): CharSet {
  if (set.length === 2 && set[0] === 0 && set[1] === 0x10ffff) return set;
  const extra: number[] = [];
  for (let n = 0; n < set.length; n += 2) {
    const first = set[n]!; // pairs
    const last = set[n + 1]!;
    addAscii(first, last, extra);
    if (last >= 0x80) addOther(Math.max(first, 0x80), Math.min(last, LAST_CASED), extra);
  }
  return extra.length === 0 ? set : fromRanges([...set, ...extra]);
}

function addAscii(first: number, last: number, extra: number[]): void {
  const upperFirst = Math.max(first, 0x41);
  const upperLast = Math.min(last, 0x5a);
  if (upperFirst <= upperLast) extra.push(upperFirst + 32, upperLast + 32);
  const lowerFirst = Math.max(first, 0x61);
  const lowerLast = Math.min(last, 0x7a);
  if (lowerFirst <= lowerLast) extra.push(lowerFirst - 32, lowerLast - 32);
  const has = (upper: number): boolean => (first <= upper && upper <= last) || (first <= upper + 32 && upper + 32 <= last);
  if (has(0x4b)) extra.push(0x212a, 0x212a);
  if (has(0x53)) extra.push(0x17f, 0x17f);
}

function addOther(first: number, last: number, extra: number[]): void {
  // The two code points outside ASCII that fold into it, known without the table.
  if (first === last && (first === 0x17f || first === 0x212a)) {
    extra.push(...(first === 0x17f ? [0x53, 0x53, 0x73, 0x73] : [0x4b, 0x4b, 0x6b, 0x6b]));
    return;
  }
  partners ??= buildPartners();
  if (last - first < partners.size) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      for (const other of partners.get(codePoint) ?? []) extra.push(other, other);
    }
  } else {
    for (const [codePoint, others] of partners) {
      if (codePoint < first || codePoint > last) continue;
      for (const other of others) extra.push(other, other);
    }
  }
}

function buildPartners(): Map<number, readonly number[]> {
  const classes = new Map<number, number[]>();
  for (let codePoint = 0; codePoint <= LAST_CASED; codePoint++) {
    // Nothing between U+3000 and U+A640 (CJK) and none of the surrogates has case.
    if (codePoint === 0x3000) codePoint = 0xa640;
    if (codePoint === 0xd800) codePoint = 0xe000;
    const key = foldKey(codePoint);
    if (key === codePoint) continue;
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [key, codePoint]);
    else members.push(codePoint);
  }
  for (const [a, b] of LATE_PAIRS) {
    if (new RegExp(`^\\u{${a.toString(16)}}$`, 'iu').test(String.fromCodePoint(b))) classes.set(-a, [a, b]);
  }
  const map = new Map<number, readonly number[]>();
  for (const members of classes.values()) for (const member of members) map.set(member, members);
  return map;
}

function foldKey(codePoint: number): number {
  return codePoint === DOTLESS_I ? codePoint : lower(upper(codePoint));
}

function lower(codePoint: number): number {
  return only(String.fromCodePoint(codePoint).toLowerCase(), codePoint);
}

function upper(codePoint: number): number {
  return only(String.fromCodePoint(codePoint).toUpperCase(), codePoint);
}

// Full mappings to several code points are no simple ones.
function only(mapped: string, otherwise: number): number {
  const codePoint = mapped.codePointAt(0) ?? otherwise;
  return mapped.length === (codePoint > 0xffff ? 2 : 1) ? codePoint : otherwise;
}
