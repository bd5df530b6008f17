/**
 * The alphabet of a set of patterns: code points that no pattern tells apart are one class, and the
 * automata read classes. One more symbol stands for the end of the text, one for the first half of a
 * surrogate pair, which changes nothing.
 *
 * `!` stands where an index lies within its list by construction: ranges come in pairs, classes and
 * stretches are numbered from 0.
 */
import { complement, LAST_CODE_POINT, type CharSet } from './char-set.js';

/** Classes of code points. */
export interface Alphabet {
  /** Number of classes; the symbol of the end of the text is this number, that of a first half the next one. */
  readonly classCount: number;
  /** First code points of the stretches of equal class, ascending, beginning with 0. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Class of each stretch. */
  readonly classes: Uint16Array<ArrayBuffer>;
}

/** The coarsest classes such that each of `sets` is a union of classes. */
export function buildAlphabet(sets: readonly CharSet[]): Alphabet {
  // A set and its complement part the alphabet alike; the smaller one costs less.
  const smaller = sets.map((set) => (set[0] === 0 ? complement(set) : set));
  const cuts: number[] = [0];
  for (const set of smaller) {
    // Ranges are pairs of first and last.
    for (let n = 0; n < set.length; n += 2) cuts.push(set[n]!, set[n + 1]! + 1);
  }
  const sorted = Uint32Array.from(cuts).sort();
  let count = 0;
  for (const cut of sorted) if (cut <= LAST_CODE_POINT && (count === 0 || cut !== sorted[count - 1])) sorted[count++] = cut;
  const starts = sorted.subarray(0, count);

  const classes = new Uint16Array(count);
  // Class that the members of a class move to under the set at hand; valid where `movedBy` says so.
  const movedTo: number[] = [0];
  const movedBy: number[] = [-1];
  smaller.forEach((set, number) => {
    for (let n = 0; n < set.length; n += 2) {
      const end = set[n + 1]! + 1;
      for (let index = stretchOf(starts, set[n]!); index < count && starts[index]! < end; index++) {
        const before = classes[index]!;
        if (movedBy[before] !== number) {
          movedBy[before] = number;
          movedTo[before] = movedTo.push(0) - 1;
          movedBy.push(-1);
        }
        classes[index] = movedTo[before]!;
      }
    }
  });
  return renumber(starts, classes);
}

// Parting leaves classes without members; classes are numbered in the order of their first code points.
function renumber(starts: Uint32Array, classes: Uint16Array): Alphabet {
  const numbers = new Map<number, number>();
  const keptStarts: number[] = [];
  const keptClasses: number[] = [];
  for (let index = 0; index < starts.length; index++) {
    const old = classes[index]!;
    let number = numbers.get(old);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(old, number);
    }
    if (index > 0 && keptClasses[keptClasses.length - 1] === number) continue;
    keptStarts.push(starts[index]!);
    keptClasses.push(number);
  }
  return { classCount: numbers.size, starts: Uint32Array.from(keptStarts), classes: Uint16Array.from(keptClasses) };
}

/** Index of the stretch that `codePoint` lies in. */
export function stretchOf(starts: Uint32Array, codePoint: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (starts[mid]! <= codePoint) low = mid;
    else high = mid;
  }
  return low;
}
