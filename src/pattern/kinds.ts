/**
 * Kinds of previous character: characters that no look-behind and no word boundary of any pattern tells
 * apart are of one kind. Kind 0 is the start of the text.
 */
import type { CharSet } from './char-set.js';
import type { SymbolSets } from './symbol-sets.js';

/** Kinds are bits of a 32-bit word in the kernel. */
export const MAX_KINDS = 30;

/** Kinds of previous character, over all patterns of a scanner. */
export interface Kinds {
  readonly count: number;
  /** Kind of each class, and 0 for the two further symbols. */
  readonly ofClass: Uint8Array<ArrayBuffer>;
  /** Symbols of each kind, as a set number. */
  readonly symbols: readonly number[];
  /** Whether a previous character of `kind` is in `set`; `set` must be one the kinds were built from. */
  has(kind: number, set: CharSet): boolean;
}

/** Parts the classes by membership in each of `sets`. */
export function buildKinds(sets: readonly CharSet[], symbols: SymbolSets, classCount: number): Kinds {
  const distinct = [...new Set(sets.map((set) => symbols.of(set)))];
  const numbers = new Map<string, number>();
  // A class that stands for its kind; there is none at the start of the text.
  const examples: number[] = [-1];
  const ofClass = new Uint8Array(classCount + 2);
  for (let symbol = 0; symbol < classCount; symbol++) {
    let key = '';
    for (const set of distinct) key += symbols.has(set, symbol) ? '1' : '0';
    let kind = numbers.get(key);
    if (kind === undefined) {
      kind = examples.push(symbol) - 1;
      numbers.set(key, kind);
    }
    ofClass[symbol] = kind;
  }
  return {
    count: examples.length,
    ofClass,
    symbols: examples.map((_, kind) => symbols.where((symbol) => symbol < classCount && kind > 0 && ofClass[symbol] === kind)),
    has: (kind, set) => kind > 0 && symbols.has(symbols.of(set), examples[kind] ?? 0),
  };
}
