/**
 * Simple case folding (Unicode CaseFolding.txt, statuses C and S), which is what `i` means under `u`
 * and `v`. No table is shipped: two code points fold together exactly when the lower case of their
 * upper case is the same code point, with the exceptions below; a test compares every code point with
 * the engine's own RegExp. The classes outside ASCII are built once, when a pattern first needs them.
 *
 * `!` stands where a range has its second end: ranges come in pairs.
 */
import { complement, contains, fromRanges, type CharSet } from './char-set.js';

// U+0131 has no simple folding although its upper case is I.
const DOTLESS_I = 0x131;
// Pairs that fold together by status S since Unicode 15.1; whether they do depends on the engine.
const LATE_PAIRS: readonly (readonly [number, number])[] = [
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0xfb05, 0xfb06],
];
// Stretches of code points that hold everything with case (Unicode 16); a test asks the engine about the rest.
const CASED: readonly number[] = [
  0x41, 0x5a, 0x61, 0x7a, 0xb5, 0x587, 0x10a0, 0x10ff, 0x13a0, 0x13fd, 0x1c80, 0x1cbf, 0x1d79, 0x1d8e, 0x1e00, 0x1fff, 0x2126, 0x2188, 0x24b6, 0x24e9, 0x2c00, 0x2d2d, 0xa640,
  0xa7f6, 0xab53, 0xabbf, 0xfb00, 0xfb06, 0xff21, 0xff5a, 0x10400, 0x104fb, 0x10570, 0x105bc, 0x10c80, 0x10cf2, 0x10d50, 0x10d85, 0x118a0, 0x118df, 0x16e40, 0x16eff, 0x1e900, 0x1e943,
];
// Sets that leave out fewer code points than this are closed by looking at what they leave out.
const FEW = 512;

let partners: Map<number, readonly number[]> | undefined;

/** `set` with everything that folds to a member. */
export function closeOverCase(set: CharSet): CharSet {
  const rest = set[0] === 0 ? complement(set) : undefined;
  if (rest !== undefined && size(rest) < FEW) return closeLarge(set, rest);
  const extra: number[] = [];
  for (let n = 0; n < set.length; n += 2) {
    const first = set[n]!; // pairs
    const last = set[n + 1]!;
    addAscii(first, last, extra);
    if (last >= 0x80) addOther(Math.max(first, 0x80), last, extra);
  }
  return extra.length === 0 ? set : fromRanges([...set, ...extra]);
}

function size(set: CharSet): number {
  let count = 0;
  for (let n = 0; n < set.length; n += 2) count += set[n + 1]! - set[n]! + 1;
  return count;
}

// A code point that is left out stays so when nothing that folds with it is a member.
function closeLarge(set: CharSet, rest: CharSet): CharSet {
  const joining: number[] = [];
  for (let n = 0; n < rest.length; n += 2) {
    for (let codePoint = rest[n]!; codePoint <= rest[n + 1]!; codePoint++) {
      if (partnersOf(codePoint).some((other) => contains(set, other))) joining.push(codePoint, codePoint);
    }
  }
  return joining.length === 0 ? set : fromRanges([...set, ...joining]);
}

function partnersOf(codePoint: number): readonly number[] {
  const text = String.fromCodePoint(codePoint);
  if (text.toLowerCase() === text && text.toUpperCase() === text) return [];
  if (codePoint < 0x80) {
    const others = [codePoint ^ 32];
    if ((codePoint | 32) === 0x6b) others.push(0x212a);
    if ((codePoint | 32) === 0x73) others.push(0x17f);
    return others;
  }
  partners ??= buildPartners();
  return partners.get(codePoint) ?? [];
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
  if (last - first < FEW) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      for (const other of partnersOf(codePoint)) extra.push(other, other);
    }
    return;
  }
  partners ??= buildPartners();
  for (const [codePoint, others] of partners) {
    if (codePoint < first || codePoint > last) continue;
    for (const other of others) extra.push(other, other);
  }
}

function buildPartners(): Map<number, readonly number[]> {
  const classes = new Map<number, number[]>();
  for (let n = 0; n < CASED.length; n += 2) {
    for (let codePoint = CASED[n]!; codePoint <= CASED[n + 1]!; codePoint++) {
      const key = foldKey(codePoint);
      if (key === codePoint) continue;
      const members = classes.get(key);
      if (members === undefined) classes.set(key, [key, codePoint]);
      else members.push(codePoint);
    }
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
