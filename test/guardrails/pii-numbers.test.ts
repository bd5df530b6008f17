import { describe, expect, it } from 'vitest';
import { cardLengths, isCardNumber, luhn } from '../../src/guardrails/checksums.js';
import { findNumbers } from '../../src/guardrails/pii-numbers.js';
import { plainView } from '../../src/guardrails/view.js';
import { mulberry32 } from '../conformance/random-patterns.js';

/** Everything that is found in the first run of digits of a text. */
function found(text: string): readonly (readonly [type: string, text: string, rule: string])[] {
  const start = text.search(/[+(]?\d/);
  const end = text.length - (/\D*$/.exec(text)?.[0].length ?? 0);
  return findNumbers({ view: plainView('base', text), start, end }).map(({ type, start: from, end: to, rule }) => [type, text.slice(from, to), rule] as const);
}

/** `digits` with the check digit that Luhn asks for. */
function withCheckDigit(digits: string): string {
  for (let n = 0; n < 10; n++) if (luhn(`${digits}${n}`)) return `${digits}${n}`;
  throw new Error('one of ten digits always fits');
}

describe('findNumbers', () => {
  it.each([
    ['4111 1111 1111 1111', [['credit_card', '4111 1111 1111 1111', 'pii.card.luhn']]],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', [['credit_card', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', 'pii.card.luhn']]],
    ['3782-822463-10005', [['credit_card', '3782-822463-10005', 'pii.card.luhn']]],
    ['4111 1111 1111 1112', []],
    ['4111(1111)1111 1111', []],
    ['219-09-9998', [['ssn', '219-09-9998', 'pii.ssn']]],
    ['000-12-3456', []],
    ['ssn 2 1 9 0 9 9 9 9 8', [['ssn', '2 1 9 0 9 9 9 9 8', 'pii.ssn.context']]],
    ['ssn 219099998', [['ssn', '219099998', 'pii.ssn.context']]],
    ['912-70-1234', [['us_itin', '912-70-1234', 'pii.itin']]],
    ['itin 9 1 2 7 0 1 2 3 4', [['us_itin', '9 1 2 7 0 1 2 3 4', 'pii.itin.context']]],
    ['1 1 1 1 1 1 1 1 1', []],
    ['10.0.0.12', [['ip_address', '10.0.0.12', 'pii.ipv4']]],
    ['version 10.0.0.12', []],
    ['415-555-0132', [['phone', '415-555-0132', 'pii.phone.nanp']]],
    ['order 4155550132', []],
    ['+44 20 7946 0018', [['phone', '+44 20 7946 0018', 'pii.phone.e164']]],
  ])('in %j are %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['10.0.0.12.7', []],
    ['1.2.3.4.5.6.7.8', []],
    ['11.22.33.44', [['ip_address', '11.22.33.44', 'pii.ipv4']]],
    ['11.22.33.44 10.0.0.12', [['ip_address', '11.22.33.44', 'pii.ipv4'], ['ip_address', '10.0.0.12', 'pii.ipv4']]],
  ])('dotted: in %j are %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('reads pairs of digits with dots to the end, however many there are', () => {
    // asked at each pair how far the dots go, a text of this length would not come to an end
    expect(found('11.'.repeat(300_000)).filter(([type]) => type === 'ip_address')).toEqual([]);
  });

  it('tells numbers that stand side by side apart', () => {
    expect(found('4111 1111 1111 1111 219-09-9998').map(([type]) => type)).toEqual(['credit_card', 'ssn']);
  });

  it('finds every card that an issuer may give, in one piece, in fours and digit by digit', () => {
    const random = mulberry32(11);
    const digit = (): string => String(Math.floor(random() * 10));
    for (let n = 0; n < 400; n++) {
      const prefix = ['4', '51', '55', '2221', '34', '37', '6011', '3528', '2200'][n % 9] ?? '4';
      const length = prefix === '34' || prefix === '37' ? 15 : 16;
      let digits = prefix;
      while (digits.length < length - 1) digits += digit();
      digits = withCheckDigit(digits);
      const spaced = [digits, digits.replace(/(.{4})(?=.)/g, '$1 '), digits.split('').join(' '), digits.split('').join('-')][n % 4] ?? digits;
      const text = `card ${spaced}`;
      expect([text, found(text).map(([type, what]) => [type, what])]).toEqual([text, [['credit_card', spaced]]]);
    }
  });

  it('gives spans that ascend, do not overlap, and hold what their validator accepts, on random runs', () => {
    const random = mulberry32(7);
    const gaps = ['', ' ', '-', '.', ' - ', ') ', '/'];
    for (let n = 0; n < 2000; n++) {
      let text = '';
      for (let groups = 1 + Math.floor(random() * 24); groups > 0; groups--) {
        for (let digits = 1 + Math.floor(random() * (random() < 0.3 ? 12 : 4)); digits > 0; digits--) text += random() < 0.3 ? '1' : Math.floor(random() * 10);
        text += gaps[Math.floor(random() * gaps.length)] ?? '';
      }
      let last = 0;
      for (const { type, start, end } of findNumbers({ view: plainView('base', text), start: 0, end: text.length })) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
        if (type === 'credit_card') expect(isCardNumber(text.slice(start, end).replace(/\D/g, ''))).toBe(true);
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }
  });
});

describe('cardLengths', () => {
  it.each([
    [4111, [13, 16, 19]],
    [3782, [15]],
    [6011, [12, 13, 14, 15, 16, 17, 18, 19]],
    [7000, []],
    [41, []],
    [Number.NaN, []],
  ])('of %d are %j', (prefix, lengths) => {
    expect(Array.from({ length: 32 }, (_, n) => n).filter((n) => ((cardLengths(prefix) >>> n) & 1) === 1)).toEqual(lengths);
  });
});
