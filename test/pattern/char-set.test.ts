import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL, complement, contains, difference, DIGIT, EMPTY, fromRanges, intersection, LAST_CODE_POINT, LINE_TERMINATOR, SPACE, union, WORD, type CharSet } from '../../src/pattern/char-set.js';

// A small universe keeps membership checkable point by point.
const POINTS = 60;
const sets = fc.array(fc.tuple(fc.nat(POINTS), fc.nat(8)), { maxLength: 8 }).map((list) => fromRanges(list.flatMap(([first, length]) => [first, first + length])));
const members = (set: CharSet): number[] => Array.from({ length: POINTS + 10 }, (_, n) => n).filter((n) => set.some((first, at) => at % 2 === 0 && first <= n && n <= (set[at + 1] ?? -1)));

describe('sets of code points', () => {
  it('are sorted, disjoint and not adjacent, whatever the ranges were', () => {
    fc.assert(
      fc.property(sets, (set) => {
        for (let n = 0; n < set.length; n += 2) expect(set[n]).toBeLessThanOrEqual(set[n + 1] ?? -1);
        for (let n = 2; n < set.length; n += 2) expect(set[n]).toBeGreaterThan((set[n - 1] ?? 0) + 1);
      }),
    );
  });

  it('combine as sets of numbers do', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const inB = new Set(members(b));
        expect(members(intersection(a, b))).toEqual(members(a).filter((n) => inB.has(n)));
        expect(members(difference(a, b))).toEqual(members(a).filter((n) => !inB.has(n)));
        expect(members(union(a, b))).toEqual([...new Set([...members(a), ...members(b)])].sort((x, y) => x - y));
      }),
    );
  });

  it('answer for a member as they do for all', () => {
    fc.assert(fc.property(sets, fc.nat(POINTS + 9), (set, point) => void expect(contains(set, point)).toBe(members(set).includes(point))));
  });

  it('are their own complement’s complement', () => {
    fc.assert(fc.property(sets, (set) => void expect(complement(complement(set))).toEqual(set)));
    expect(complement(EMPTY)).toEqual(ALL);
    expect(complement(ALL)).toEqual(EMPTY);
    expect(complement([LAST_CODE_POINT, LAST_CODE_POINT])).toEqual([0, LAST_CODE_POINT - 1]);
  });

  it.each([
    ['\\s', SPACE],
    ['\\w', WORD],
    ['\\d', DIGIT],
    ['[^.]', LINE_TERMINATOR],
  ])('hold for %s what the engine holds', (source, set) => {
    const expression = source === '[^.]' ? /^[^]$(?<!.)/u : new RegExp(`^${source}$`, 'u');
    const wrong: number[] = [];
    for (let codePoint = 0; codePoint <= 0xffff; codePoint++) {
      if (contains(set, codePoint) !== expression.test(String.fromCodePoint(codePoint))) wrong.push(codePoint);
    }
    expect(wrong).toEqual([]);
  });
});
