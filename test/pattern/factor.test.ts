import { describe, expect, it } from 'vitest';
import { createScanner } from '../../src/guardrails/scanner.js';
import { compilePatterns } from '../../src/pattern/compile.js';
import { mulberry32 } from '../conformance/random-patterns.js';
import { oracleSpans } from '../reference/regexp-scanner.js';

const spans = (pattern: string, flags: string, text: string): [number, number][] => {
  const scanner = createScanner([{ id: 'r', pattern, flags }]);
  try {
    return scanner.scan(text).map(({ start, end }) => [start, end]);
  } finally {
    scanner.close();
  }
};
const states = (pattern: string, flags = ''): number => compilePatterns([{ pattern, flags }]).states;

describe('alternatives that begin alike', () => {
  it('share their beginning', () => {
    expect(states('abcd|abce|abcf')).toBeLessThanOrEqual(states('abc[def]') + 2);
    expect(states('Kelvin|kelvins', 'i')).toBeLessThanOrEqual(states('kelvins?', 'i'));
    expect(states('f+u+n+|f+a+n+')).toBe(states('f+(?:u+n+|a+n+)'));
  });

  it('share their endings', () => {
    expect(states('walking|talking|making')).toBeLessThan(states('walking') + 'talmak'.length + 2);
  });

  it.each([
    // the one that is preferred stays preferred, also where a later one would match more
    ['ab|a|abc', '', 'abc abc'],
    ['a|ab|abc', '', 'abcabc'],
    ['kz|K\\w|kab', 'i', 'kab Kz'],
    ['ka|[a-z]b|kb', '', 'kb ka'],
    ['a+a|a+.', '', 'aaab aab'],
    ['a+b|a+c|a+', '', 'aaac aab aaa'],
    ['a{2,}b|a+b|a{2,}c', '', 'aaac ab aab'],
    ['a+?b|a+?c', '', 'aab aac'],
    ['(?:a|ab)(?:c|bcd)', '', 'abcd abc'],
    ['ab*|ac|a', '', 'abbac a'],
    ['a|a|a|b', '', 'aab'],
    ['|a|ab', '', 'ab'],
    ['a||ab', '', 'ab'],
    ['ſa|sb|Sc', 'i', 'sa ſb SC'],
  ])('/%s/%s on %j as V8 has it', (pattern, flags, text) => {
    expect(spans(pattern, flags, text)).toEqual(oracleSpans(pattern, flags, text));
  });

  it('are found as V8 finds them, in random lists of words', () => {
    for (let seed = 1; seed <= 120; seed++) {
      const random = mulberry32(seed);
      const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? 'a';
      const letters = ['a', 'a+', 'b', 'b{2,}', 'c', 'a?', '[ab]', 'K', 'k', '(?:a|b)'];
      const word = (): string => Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(letters)).join('');
      const pattern = Array.from({ length: 2 + Math.floor(random() * 6) }, word).join('|');
      const flags = random() < 0.5 ? 'i' : '';
      const text = Array.from({ length: 60 }, () => pick(['a', 'b', 'c', 'k', 'K', ' '])).join('');
      expect(spans(pattern, flags, text), `/${pattern}/${flags} ${text}`).toEqual(oracleSpans(pattern, flags, text));
    }
  });

  it('may be many, and one inside the other', () => {
    const words = Array.from({ length: 400 }, (_, n) => 'a'.repeat(n + 1));
    expect(spans(words.join('|'), '', 'aaa')).toEqual([[0, 1], [1, 2], [2, 3]]);
    expect(states(words.join('|'))).toBeLessThan(2 * 400);
  });
});
