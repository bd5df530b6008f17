import { describe, expect, it } from 'vitest';
import { redactionsOf } from '../../src/voice/redactions.js';

const violation = (start: number, end: number, type: string): unknown => ({ type: 'pii_detected', location: [start, end], metadata: { pii_type: type } });

describe('redactionsOf', () => {
  it('finds replacements of another length by the text around them', () => {
    const original = 'mail jane@example.com or call 555-123-4567 now';
    const transformed = 'mail ja@***.com or call ***-***-**** now';
    const marks = redactionsOf(original, transformed, [violation(5, 21, 'email'), violation(30, 42, 'phone')]);
    expect(marks.map(({ start, end, label }) => [transformed.slice(start, end), label])).toEqual([
      ['ja@***.com', 'email'],
      ['***-***-****', 'phone'],
    ]);
  });

  it('joins overlapping findings and ignores those that changed nothing', () => {
    const original = 'card 4111 1111 1111 1111, bad word';
    const transformed = 'card **** **** **** ****, bad word';
    expect(redactionsOf(original, transformed, [violation(5, 24, 'credit_card'), violation(5, 14, 'phone'), violation(26, 34, 'profanity')])).toEqual([{ start: 5, end: 24, label: 'credit_card' }]);
  });

  it('marks nothing when nothing was changed, or nothing is located', () => {
    expect(redactionsOf('same', 'same', [violation(0, 4, 'x')])).toEqual([]);
    expect(redactionsOf('a', 'b', [{ type: 'custom', location: null }])).toEqual([]);
    expect(redactionsOf('a', 'b', undefined)).toEqual([]);
  });
});
