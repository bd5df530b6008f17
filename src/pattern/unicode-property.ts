/**
 * The members of `\p{…}`, asked of the engine's own RegExp, so that the package ships no Unicode
 * tables and agrees with the engine it runs on. A property costs 2 to 6 ms once per realm; patterns
 * that must start faster travel compiled.
 */
import { fromRanges, type CharSet } from './char-set.js';

const known = new Map<string, CharSet>();
let blocks: readonly string[] | undefined;

// Planes 4 to 13 are unassigned and 15 to 16 private, except the two last code points of each: one
// code point of a plane speaks for all others of it.
const WHOLE_PLANES: readonly number[] = [0, 1, 2, 3, 14];
const UNIFORM_PLANES: readonly number[] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16];

/**
 * Code points with the property `body` (what stands in `\p{…}`), or undefined where the engine does
 * not know it or it is a property of strings.
 */
export function unicodeProperty(body: string): CharSet | undefined {
  const found = known.get(body);
  if (found !== undefined) return found;
  let expression: RegExp;
  try {
    expression = new RegExp(`\\p{${body}}+`, 'gu');
  } catch {
    return undefined; // the parser reports it with its position
  }
  const flat: number[] = [];
  blocks ??= WHOLE_PLANES.flatMap((plane) => planeText(plane));
  for (const block of blocks) {
    for (const { 0: run } of block.matchAll(expression)) addRun(run, flat);
  }
  // Surrogates differ in no property.
  expression.lastIndex = 0;
  if (expression.test('\ud800')) flat.push(0xd800, 0xdfff);
  for (const plane of UNIFORM_PLANES) {
    const first = plane * 0x10000;
    for (const [from, to] of [[first, first + 0xfffd], [first + 0xfffe, first + 0xffff]] as const) {
      expression.lastIndex = 0;
      if (expression.test(String.fromCodePoint(from))) flat.push(from, to);
    }
  }
  const set = fromRanges(flat);
  known.set(body, set);
  return set;
}

// The surrogates are left out: next to each other they would read as pairs.
function planeText(plane: number): string[] {
  const texts: string[] = [];
  for (let first = plane * 0x10000; first < (plane + 1) * 0x10000; first += 0x800) {
    if (first === 0xd800) continue;
    const codePoints: number[] = [];
    for (let codePoint = first; codePoint < first + 0x800; codePoint++) codePoints.push(codePoint);
    texts.push(String.fromCodePoint(...codePoints));
  }
  return texts;
}

// A run is a stretch of consecutive code points: only its ends matter.
function addRun(run: string, flat: number[]): void {
  const first = run.codePointAt(0) ?? 0;
  const lastUnit = run.charCodeAt(run.length - 1);
  const last = lastUnit >= 0xdc00 && lastUnit < 0xe000 && run.length > 1 ? (run.codePointAt(run.length - 2) ?? 0) : lastUnit;
  flat.push(first, last);
}
