import { describe, expect, it } from 'vitest';
import { buildAlphabet } from '../../src/pattern/alphabet.js';
import { fromRanges } from '../../src/pattern/char-set.js';
import { ALL_SYMBOLS, NO_SYMBOLS, SymbolSets } from '../../src/pattern/symbol-sets.js';
import { mulberry32 } from '../conformance/random-patterns.js';

/** The members of a set, the end of the text included. */
function members(sets: SymbolSets, set: number, symbols: number): readonly number[] {
  return Array.from({ length: symbols }, (_, symbol) => symbol).filter((symbol) => sets.has(set, symbol));
}

describe('sets of symbols', () => {
  it('agree with plain sets, and equal ones have one number', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = mulberry32(seed);
      const given = Array.from({ length: 12 }, () => {
        const ranges: number[] = [];
        for (let n = 0; n < 3; n++) {
          const first = Math.floor(random() * 300);
          ranges.push(first, first + Math.floor(random() * 40));
        }
        return fromRanges(ranges);
      });
      const alphabet = buildAlphabet(given);
      const sets = new SymbolSets(alphabet);
      const symbols = alphabet.classCount + 1;
      const all = Array.from({ length: symbols }, (_, n) => n);
      expect([members(sets, NO_SYMBOLS, symbols), members(sets, ALL_SYMBOLS, symbols)]).toEqual([[], all]);
      const numbers = given.map((set) => sets.of(set));
      for (const a of numbers) {
        const inA = members(sets, a, symbols);
        expect(members(sets, sets.inverse(a), symbols)).toEqual(all.filter((symbol) => !inA.includes(symbol)));
        expect(sets.inverse(sets.inverse(a))).toBe(a);
        expect(members(sets, sets.withEnd(a), symbols)).toEqual([...inA, alphabet.classCount]);
        for (const b of numbers) {
          const inB = members(sets, b, symbols);
          expect(members(sets, sets.both(a, b), symbols)).toEqual(inA.filter((symbol) => inB.includes(symbol)));
          expect(members(sets, sets.either(a, b), symbols)).toEqual(all.filter((symbol) => inA.includes(symbol) || inB.includes(symbol)));
          expect(sets.both(a, b)).toBe(sets.both(b, a));
        }
        expect(sets.where((symbol) => inA.includes(symbol))).toBe(a);
      }
    }
  });
});
