import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAlphabet, stretchOf } from '../../src/pattern/alphabet.js';
import { ALL, complement, contains, fromRanges, single, SPACE, WORD } from '../../src/pattern/char-set.js';
import { buildKinds } from '../../src/pattern/kinds.js';
import { ALL_SYMBOLS, NO_SYMBOLS, SymbolSets } from '../../src/pattern/symbol-sets.js';

const anySet = fc.array(fc.tuple(fc.nat(0x2100), fc.nat(300)), { maxLength: 5 }).map((list) => fromRanges(list.flatMap(([first, length]) => [first, first + length])));

describe('the alphabet', () => {
  it('puts two characters into one class exactly when no set tells them apart', () => {
    fc.assert(
      fc.property(fc.array(anySet, { maxLength: 6 }), fc.array(fc.nat(0x2300), { minLength: 2, maxLength: 12 }), (sets, points) => {
        const { starts, classes } = buildAlphabet(sets);
        const classOf = (point: number): number | undefined => classes[stretchOf(starts, point)];
        for (const a of points) {
          for (const b of points) {
            expect(classOf(a) === classOf(b)).toBe(sets.every((set) => contains(set, a) === contains(set, b)));
          }
        }
      }),
    );
  });

  it('has one class where nothing is told apart', () => {
    expect(buildAlphabet([]).classCount).toBe(1);
    expect(buildAlphabet([ALL]).classCount).toBe(1);
  });

  it('begins with the first code point and ascends', () => {
    const { starts } = buildAlphabet([WORD, SPACE, complement(WORD), single(0x1f600)]);
    expect(starts[0]).toBe(0);
    expect([...starts]).toEqual([...starts].sort((a, b) => a - b));
  });
});

describe('sets of symbols', () => {
  const alphabet = buildAlphabet([WORD, SPACE, single(0x61)]);
  const symbols = new SymbolSets(alphabet);
  const all = Array.from({ length: alphabet.classCount + 1 }, (_, symbol) => symbol);
  const members = (set: number): number[] => all.filter((symbol) => symbols.has(set, symbol));

  it('have one number each', () => {
    expect(symbols.of([...WORD])).toBe(symbols.of(WORD));
    expect(symbols.inverse(symbols.inverse(symbols.of(WORD)))).toBe(symbols.of(WORD));
    expect(symbols.both(symbols.of(WORD), symbols.of(SPACE))).toBe(NO_SYMBOLS);
    expect(symbols.either(symbols.of(WORD), symbols.inverse(symbols.of(WORD)))).toBe(ALL_SYMBOLS);
  });

  it('hold the end of the text only where it is put in, or by inversion', () => {
    const end = alphabet.classCount;
    expect(members(symbols.of(ALL))).not.toContain(end);
    expect(members(symbols.withEnd(symbols.of(SPACE)))).toEqual([...members(symbols.of(SPACE)), end]);
    expect(members(symbols.inverse(symbols.of(WORD)))).toContain(end);
    expect(members(ALL_SYMBOLS)).toEqual(all);
    expect(members(NO_SYMBOLS)).toEqual([]);
  });

  it('combine as sets do', () => {
    const a = symbols.of(WORD);
    const b = symbols.of(single(0x61));
    expect(members(symbols.both(a, b))).toEqual(members(b));
    expect(members(symbols.either(a, symbols.of(SPACE)))).toEqual([...members(a), ...members(symbols.of(SPACE))].sort((x, y) => x - y));
  });
});

describe('kinds of previous character', () => {
  const alphabet = buildAlphabet([WORD, SPACE, single(0x2e)]);
  const symbols = new SymbolSets(alphabet);

  it('are one but for the start of the text where nobody asks', () => {
    const kinds = buildKinds([], symbols, alphabet.classCount);
    expect(kinds.count).toBe(2);
    expect(new Set(kinds.ofClass.subarray(0, alphabet.classCount))).toEqual(new Set([1]));
  });

  it('part the classes by what is asked', () => {
    const kinds = buildKinds([WORD, SPACE, WORD], symbols, alphabet.classCount);
    expect(kinds.count).toBe(4);
    const kindOf = (character: string): number => kinds.ofClass[alphabet.classes[stretchOf(alphabet.starts, character.charCodeAt(0))] ?? 0] ?? 0;
    expect(kinds.has(kindOf('a'), WORD)).toBe(true);
    expect(kinds.has(kindOf('.'), WORD)).toBe(false);
    expect(kinds.has(kindOf(' '), SPACE)).toBe(true);
    expect(kinds.has(0, SPACE)).toBe(false);
    for (let kind = 1; kind < kinds.count; kind++) expect(kinds.symbols[kind]).not.toBe(NO_SYMBOLS);
  });
});
