/**
 * The alphabet of a set of patterns: code points that no pattern tells apart are one class, and the
 * automata read classes. One more symbol stands for the end of the text, one for the first half of a
 * surrogate pair, which changes nothing.
 */
import { ALL, complement, LAST_CODE_POINT, type CharSet } from './char-set.js';

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
  const cuts = new Set<number>([0]);
  for (const set of sets) {
    for (let n = 0; n < set.length; n += 2) {
      cuts.add(set[n]!); // pairs
      cuts.add(set[n + 1]! + 1);
    }
  }
  cuts.delete(LAST_CODE_POINT + 1);
  const starts = Uint32Array.from(cuts).sort();
  const indexOf = new Map<number, number>();
  starts.forEach((start, index) => indexOf.set(start, index));

  const classes = new Uint16Array(starts.length);
  let classCount = 1;
  for (const set of sets) {
    // A set and its complement part the alphabet alike; the smaller one costs less.
    const smaller = set.length > 0 && set[0] === 0 ? complement(set) : set;
    const moved = new Map<number, number>();
    for (let n = 0; n < smaller.length; n += 2) {
      const end = smaller[n + 1]! + 1;
      for (let index = indexOf.get(smaller[n]!) ?? 0; index < starts.length && starts[index]! < end; index++) {
        const before = classes[index]!;
        let after = moved.get(before);
        if (after === undefined) {
          after = classCount++;
          moved.set(before, after);
        }
        classes[index] = after;
      }
    }
  }
  return renumber(starts, classes);
}

// Parting leaves classes without members; classes are numbered in the order of their first code points.
function renumber(starts: Uint32Array<ArrayBuffer>, classes: Uint16Array<ArrayBuffer>): Alphabet {
  const numbers = new Map<number, number>();
  const out = new Uint16Array(classes.length);
  const keptStarts: number[] = [];
  const keptClasses: number[] = [];
  classes.forEach((old, index) => {
    let number = numbers.get(old);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(old, number);
    }
    out[index] = number;
    if (index === 0 || keptClasses[keptClasses.length - 1] !== number) {
      keptStarts.push(starts[index]!);
      keptClasses.push(number);
    }
  });
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

/** Sets of symbols as bits: one bit per class and one for the end of the text. */
export class SymbolSets {
  readonly #alphabet: Alphabet;
  readonly #known = new Map<CharSet, Uint32Array<ArrayBuffer>>();
  /** 32-bit words per set. */
  readonly words: number;

  constructor(alphabet: Alphabet) {
    this.#alphabet = alphabet;
    this.words = (alphabet.classCount + 1 + 31) >> 5;
  }

  /** The classes that make up `set`, which must be one of those the alphabet was built from. Shared: not to be changed. */
  of(set: CharSet): Uint32Array<ArrayBuffer> {
    const known = this.#known.get(set);
    if (known !== undefined) return known;
    const bits = new Uint32Array(this.words);
    const { starts, classes } = this.#alphabet;
    for (let n = 0; n < set.length; n += 2) {
      const last = set === ALL ? LAST_CODE_POINT : set[n + 1]!;
      for (let index = stretchOf(starts, set[n]!); index < starts.length && starts[index]! <= last; index++) addBit(bits, classes[index]!);
    }
    this.#known.set(set, bits);
    return bits;
  }

  /** Classes of `set`, and the end of the text when `edge`. */
  withEdge(set: CharSet, edge: boolean): Uint32Array<ArrayBuffer> {
    const bits = Uint32Array.from(this.of(set));
    if (edge) addBit(bits, this.#alphabet.classCount);
    return bits;
  }

  /** Everything that `bits` does not hold, the end of the text included. */
  inverse(bits: Uint32Array): Uint32Array<ArrayBuffer> {
    const out = Uint32Array.from(bits, (word) => ~word);
    const spare = this.words * 32 - (this.#alphabet.classCount + 1);
    if (spare > 0) out[this.words - 1]! &= 0xffffffff >>> spare; // words is at least 1
    return out;
  }
}

/** Adds symbol `n`. */
export function addBit(bits: Uint32Array, n: number): void {
  bits[n >> 5]! |= 1 << (n & 31); // symbols are numbered below the size of the set
}

/** Whether symbol `n` is a member. */
export function hasBit(bits: Uint32Array, n: number): boolean {
  return ((bits[n >> 5]! >>> (n & 31)) & 1) === 1;
}

/** Members of both. */
export function bothBits(a: Uint32Array<ArrayBuffer>, b: Uint32Array | undefined): Uint32Array<ArrayBuffer> {
  return b === undefined ? a : a.map((word, n) => word & b[n]!);
}

/** Whether there is no member. */
export function noBits(bits: Uint32Array): boolean {
  return bits.every((word) => word === 0);
}
