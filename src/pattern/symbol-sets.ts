/**
 * Sets of symbols (classes and the end of the text) by number: equal sets have one number, and the
 * result of an operation is remembered. The automaton's construction asks the same few hundred
 * questions tens of thousands of times, mostly before any of it is compiled by the engine.
 *
 * `!` stands where a word belongs to a set that exists: sets are numbered here.
 */
import { stretchOf, type Alphabet } from './alphabet.js';
import type { CharSet } from './char-set.js';

/** Number of the set without members. */
export const NO_SYMBOLS = 0;
/** Number of the set of all symbols. */
export const ALL_SYMBOLS = 1;

/** All sets that came up, over one alphabet. */
export class SymbolSets {
  readonly #alphabet: Alphabet;
  /** 32-bit words per set. */
  readonly words: number;
  /** Words of all sets, set after set. */
  readonly bits: number[] = [];
  readonly #byHash = new Map<number, number[]>();
  readonly #ofSet = new Map<CharSet, number>();
  readonly #both = new Map<number, number>();
  readonly #inverse = new Map<number, number>();
  readonly #scratch: Uint32Array;

  constructor(alphabet: Alphabet) {
    this.#alphabet = alphabet;
    this.words = (alphabet.classCount + 1 + 31) >> 5;
    this.#scratch = new Uint32Array(this.words);
    this.#take();
    for (let symbol = 0; symbol <= alphabet.classCount; symbol++) this.#add(symbol);
    this.#take();
  }

  /** How many sets there are. */
  get count(): number {
    return this.bits.length / this.words;
  }

  /** The classes that make up `set`, which must be one of those the alphabet was built from. */
  of(set: CharSet): number {
    const known = this.#ofSet.get(set);
    if (known !== undefined) return known;
    const { starts, classes } = this.#alphabet;
    for (let n = 0; n < set.length; n += 2) {
      const last = set[n + 1]!; // pairs
      for (let index = stretchOf(starts, set[n]!); index < starts.length && starts[index]! <= last; index++) this.#add(classes[index]!);
    }
    const number = this.#take();
    this.#ofSet.set(set, number);
    return number;
  }

  /** `set` and the end of the text. */
  withEnd(set: number): number {
    this.#load(set);
    this.#add(this.#alphabet.classCount);
    return this.#take();
  }

  /** Members of both. */
  both(a: number, b: number): number {
    if (a === b || b === ALL_SYMBOLS) return a;
    if (a === ALL_SYMBOLS) return b;
    const key = a * 0x100000 + b;
    const known = this.#both.get(key);
    if (known !== undefined) return known;
    for (let n = 0; n < this.words; n++) this.#scratch[n] = this.bits[a * this.words + n]! & this.bits[b * this.words + n]!;
    const number = this.#take();
    this.#both.set(key, number);
    return number;
  }

  /** Members of any of the two. */
  either(a: number, b: number): number {
    return this.inverse(this.both(this.inverse(a), this.inverse(b)));
  }

  /** All other symbols, the end of the text included. */
  inverse(a: number): number {
    const known = this.#inverse.get(a);
    if (known !== undefined) return known;
    for (let n = 0; n < this.words; n++) this.#scratch[n] = ~this.bits[a * this.words + n]! & this.bits[ALL_SYMBOLS * this.words + n]!;
    const number = this.#take();
    this.#inverse.set(a, number);
    this.#inverse.set(number, a);
    return number;
  }

  /** Whether `symbol` is a member. */
  has(set: number, symbol: number): boolean {
    return ((this.bits[set * this.words + (symbol >> 5)]! >>> (symbol & 31)) & 1) === 1;
  }

  /** The set of the symbols for which `is` answers true. */
  where(is: (symbol: number) => boolean): number {
    for (let symbol = 0; symbol <= this.#alphabet.classCount; symbol++) if (is(symbol)) this.#add(symbol);
    return this.#take();
  }

  #add(symbol: number): void {
    this.#scratch[symbol >> 5]! |= 1 << (symbol & 31); // as many words as symbols need
  }

  #load(set: number): void {
    for (let n = 0; n < this.words; n++) this.#scratch[n] = this.bits[set * this.words + n]!;
  }

  // Number of the set in the scratch words, which are empty again afterwards.
  #take(): number {
    let hash = 0;
    for (let n = 0; n < this.words; n++) hash = Math.imul(hash ^ this.#scratch[n]!, 0x01000193) ^ (hash >>> 15);
    let bucket = this.#byHash.get(hash);
    if (bucket === undefined) this.#byHash.set(hash, (bucket = []));
    let number = bucket.find((set) => this.#scratch.every((word, n) => word === this.bits[set * this.words + n]));
    if (number === undefined) {
      number = this.count;
      for (let n = 0; n < this.words; n++) this.bits.push(this.#scratch[n]!);
      bucket.push(number);
    }
    this.#scratch.fill(0);
    return number;
  }
}
