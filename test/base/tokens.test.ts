import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../src/base/tokens.js';

describe('estimateTokens', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['abcd', 1],
    ['abcdefgh', 2],
    ['x'.repeat(4001), 1000],
    ['grüße', 1],
    ['привет мир', 4],
    ['你好世界', 4],
    ['こんにちは', 5],
    ['안녕하세요', 5],
    ['👋', 2],
    ['👩‍👩‍👧', 8],
    ['\ud800', 1],
  ])('estimates %j at %i', (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });
});
