import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardinalWords, decimalWords, digitWords, ordinalWords, yearWords } from '../../src/spoken/number-words.js';
import { readNumber, tokensOf } from '../../src/offline/number-reader.js';

describe('cardinalWords', () => {
  it.each([
    ['0', 'zero'], ['000', 'zero'], ['7', 'seven'], ['13', 'thirteen'], ['40', 'forty'], ['42', 'forty two'], ['100', 'one hundred'], ['115', 'one hundred fifteen'], ['999', 'nine hundred ninety nine'],
    ['1000', 'one thousand'], ['1001', 'one thousand one'], ['20000', 'twenty thousand'], ['1200005', 'one million two hundred thousand five'], ['1000000000', 'one billion'],
    ['007', 'seven'], ['1234567890123456789', 'one two three four five six seven eight nine zero one two three four five six seven eight nine'],
  ])('%s is "%s"', (digits, words) => expect(cardinalWords(digits).join(' ')).toBe(words));

  it('is read back by the number reader of the agent', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (n) => {
      const tokens = tokensOf(cardinalWords(String(n)).join(' '));
      expect(readNumber(tokens, 0)).toEqual({ value: n, start: 0, end: tokens.length });
    }), { numRuns: 500, seed: 2 });
  });
});

describe('ordinalWords', () => {
  it.each([['1', 'first'], ['2', 'second'], ['3', 'third'], ['5', 'fifth'], ['8', 'eighth'], ['9', 'ninth'], ['12', 'twelfth'], ['20', 'twentieth'], ['21', 'twenty first'], ['100', 'one hundredth'], ['113', 'one hundred thirteenth']])('%s is "%s"', (digits, words) => expect(ordinalWords(digits).join(' ')).toBe(words));
});

describe('yearWords', () => {
  it.each([['1984', 'nineteen eighty four'], ['1900', 'nineteen hundred'], ['1907', 'nineteen oh seven'], ['2000', 'two thousand'], ['2005', 'two thousand five'], ['2026', 'twenty twenty six'], ['1066', 'ten sixty six']])('%s is "%s"', (digits, words) => expect(yearWords(digits).join(' ')).toBe(words));
});

it('reads fractions digit by digit', () => {
  expect(decimalWords('3', '14').join(' ')).toBe('three point one four');
  expect(decimalWords('', '5').join(' ')).toBe('zero point five');
  expect(decimalWords('12', '').join(' ')).toBe('twelve');
  expect(digitWords('4071').join(' ')).toBe('four zero seven one');
});
