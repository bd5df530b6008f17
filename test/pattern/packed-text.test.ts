import { describe, expect, it } from 'vitest';
import { packNumber, unpackNumbers } from '../../src/pattern/packed-text.js';
import { mulberry32 } from '../conformance/random-patterns.js';

describe('packed numbers', () => {
  it('come back, at the borders of their forms and between', () => {
    const random = mulberry32(3);
    const numbers = [0, 1, 73, 74, 75, 163, 164, 1422, 1423, 1424, 1425, 65_535, 65_536, 65_000_000, ...Array.from({ length: 5000 }, () => Math.floor(2 ** (random() * 25.9)))];
    expect([...unpackNumbers(numbers.map(packNumber).join(''))]).toEqual(numbers);
  });

  it('need no escapes in a source file, and are the shorter the smaller they are', () => {
    expect(Array.from({ length: 20_000 }, (_, n) => packNumber(n)).join('')).toMatch(/^[\x23-\x26\x28-\x5b\x5d-\x7e]*$/);
    expect([0, 73, 74, 1423, 1424, 65_000_000].map((number) => packNumber(number).length)).toEqual([1, 1, 2, 2, 5, 5]);
  });

  it('of nothing are none', () => {
    expect(unpackNumbers('')).toHaveLength(0);
  });
});
