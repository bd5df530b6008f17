// @realm node chromium: the oracle is the engine’s own evaluator, which workerd forbids.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate } from '../../src/offline/arithmetic.js';
import { numberText, readNumber, tokensOf } from '../../src/offline/number-reader.js';

describe('calculate', () => {
  it.each([
    ['2 + 3 * 4', 14], ['(2 + 3) * 4', 20], ['10 - 4 - 3', 3], ['100 / 5 / 2', 10], ['2 ^ 3 ^ 2', 512], ['-2 ^ 2', -4], ['(-2) ^ 2', 4], ['2 ** 10', 1024], ['7 mod 4', 3], ['--3', 3], ['2 * -3', -6], ['.5 + .25', 0.75], ['1,000 + 1', 1001],
    ['twelve plus thirty', 42], ['two hundred and five times three', 615], ['one point five times two', 3], ['minus four plus ten', 6], ['five squared', 25], ['two cubed plus one', 9], ['the square root of 16', 4], ['square root of 9 plus 1', 4],
    ['15 percent of 80', 12], ['15% of 80', 12], ['two to the power of ten', 1024], ['ten divided by four', 2.5], ['ten over four', 2.5], ['3 x 4', 12], ['3 × 4 ÷ 6', 2], ['six multiplied by seven', 42], ['a hundred minus one', 99], ['2 and 2', 4], ['2+2=', 4],
  ])('%s is %d', (text, value) => {
    const result = calculate(text);
    expect(result.ok && result.value).toBeCloseTo(value, 9);
  });

  it.each([
    ['10 / 0', 'division_by_zero'], ['1 / (2 - 2)', 'division_by_zero'], ['5 mod 0', 'division_by_zero'], ['the square root of -1', 'no_real_result'], ['10 ^ 400', 'too_large'],
    ['', 'not_arithmetic'], ['42', 'not_arithmetic'], ['forty two', 'not_arithmetic'], ['2 +', 'not_arithmetic'], ['(2 + 3', 'not_arithmetic'], ['2 + 3)', 'not_arithmetic'], ['* 3', 'not_arithmetic'], ['what is love', 'not_arithmetic'], ['four one one one', 'not_arithmetic'], ['2 plus apples', 'not_arithmetic'], [`${'('.repeat(5000)}1`, 'not_arithmetic'], [`${'-'.repeat(5000)}1`, 'not_arithmetic'],
  ])('%s fails as %s', (text, reason) => expect(calculate(text)).toEqual({ ok: false, reason }));

  it('agrees with the engine on random expressions', () => {
    const expression = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof({ maxDepth: 4 }, fc.integer({ min: 0, max: 99 }).map(String), fc.tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), tie('node')).map(([a, sign, b]) => `(${a} ${sign} ${b})`), fc.tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), fc.integer({ min: 1, max: 9 }).map(String)).map((parts) => parts.join(' '))),
    })).node;
    fc.assert(fc.property(expression, (text) => {
      const expected = Function(`return ${text}`)() as number;
      const result = calculate(text);
      if (result.ok) expect(result.value).toBeCloseTo(expected, 6);
      else if (result.reason === 'not_arithmetic') expect(text).toMatch(/^\d+$/);
      else expect(Number.isFinite(expected)).toBe(false);
    }), { numRuns: 400, seed: 8 });
  });
});

describe('readNumber', () => {
  it.each([
    ['twenty five miles', 25, 2], ['3.5 km', 3.5, 1], ['5km', 5, 1], ['one hundred and five', 105, 4], ['two thousand six', 2006, 3], ['fifteen hundred', 1500, 2], ['a hundred', 100, 2], ['a million', 1e6, 2], ['half an hour', 0.5, 2], ['half a mile', 0.5, 2], ['two and a half hours', 2.5, 4], ['1 and a half', 1.5, 4], ['a dozen eggs', 12, 2], ['zero', 0, 1], ['zero point oh five', 0.05, 4], ['one point', 1, 1],
    ['two million three hundred thousand', 2300000, 5], ['5 million', 5e6, 2], ['two hundred', 200, 2], ['seven and four', 7, 1], ['twenty twelve', 20, 1], ['3 hundred', 300, 2], ['1,250.75', 1250.75, 1], ['ninety-nine', 90, 1],
  ])('reads %s as %d from %i tokens', (text, value, end) => expect(readNumber(tokensOf(text), 0)).toEqual({ value, start: 0, end }));

  it.each(['miles', 'a', 'and five', 'hundred', 'point five', 'oh', '', 'an hour'])('finds no number at the start of "%s"', (text) => expect(readNumber(tokensOf(text), 0)).toBeUndefined());
});

describe('numberText', () => {
  it.each([[42, '42'], [-3.5, '-3.5'], [1234, '1234'], [12345, '12,345'], [1200005, '1,200,005'], [0.1 + 0.2, '0.3'], [1 / 3, '0.3333333333'], [100000.5, '100,000.5'], [0, '0'], [-0, '0'], [1e20, '1 times ten to the power of 20'], [2.5e-9, '2.5 times ten to the power of -9']])('%d is %s', (value, text) => expect(numberText(value)).toBe(text));
});
