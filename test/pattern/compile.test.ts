import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { PATTERN_NULLABLE, PATTERN_STICKY } from '../../src/pattern/program.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';

const flagsOf = (pattern: string, flags = ''): number => compilePatterns([{ pattern, flags }]).patternFlags[0] ?? -1;
function thrown(run: () => unknown): PatternSyntaxError {
  try {
    run();
  } catch (error) {
    if (error instanceof PatternSyntaxError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the compiler', () => {
  it.each([
    ['a*', PATTERN_NULLABLE],
    ['', PATTERN_NULLABLE],
    ['a|', PATTERN_NULLABLE],
    ['\\b', PATTERN_NULLABLE],
    ['$', PATTERN_NULLABLE],
    ['(?=a)', PATTERN_NULLABLE],
    ['a+', 0],
    ['^a', 0],
    ['a?b', 0],
    ['(?!)|a', 0],
  ])('knows whether /%s/ may match nothing', (pattern, expected) => {
    expect(flagsOf(pattern)).toBe(expected);
  });

  it('marks sticky patterns', () => {
    expect(flagsOf('a', 'y')).toBe(PATTERN_STICKY);
  });

  it('drops what can never lead to a match', () => {
    const never = compilePatterns([{ pattern: 'a(?!)b' }]);
    expect(never.items).toBe(0);
    expect([...never.starts]).toEqual(Array.from(never.starts, () => 0xffff));
    // The branch that cannot be left leaves no state alive beside the other one's.
    expect(compilePatterns([{ pattern: 'ab|cd[]' }]).items).toBeLessThan(compilePatterns([{ pattern: 'ab|cd' }]).items);
  });

  it('keeps the states of a counted gap linear', () => {
    const of = (n: number): number => compilePatterns([{ pattern: `a[^\\n]{0,${n}}b` }]).states;
    expect(of(80) - of(40)).toBe(40);
  });

  it('keeps the states of a Unicode class as few as those of any class', () => {
    expect(compilePatterns([{ pattern: '\\p{L}{64}' }]).states).toBe(compilePatterns([{ pattern: '[a-z]{64}' }]).states);
  });

  it('names the pattern among several', () => {
    const error = thrown(() => compilePatterns([{ pattern: 'a' }, { pattern: 'b' }, { pattern: '(c)\\1' }]));
    expect({ pattern: error.pattern, position: error.position, construct: error.construct }).toEqual({ pattern: 2, position: 3, construct: 'a backreference' });
    expect(error.message).toContain('Pattern 2');
  });

  it('refuses repetitions that unfold too far, at once', () => {
    const error = thrown(() => compilePatterns([{ pattern: '(?:[ab]{1000}){1000}' }]));
    expect(error.construct).toContain('counted repetition');
    expect(thrown(() => compilePatterns([{ pattern: 'x(?:(?:(?:(?:(?:a{9}){9}){9}){9}){9}){9}' }])).position).toBeGreaterThan(0);
  });

  it('refuses nested loops of nullable parts that double too often', () => {
    expect(thrown(() => compilePatterns([{ pattern: `${'(?:'.repeat(30)}a?${'b?)*'.repeat(30)}` }])).construct).toContain('counted repetition');
  });

  it('refuses more states than one automaton holds, and more kinds of neighbours than a word has bits', () => {
    const many = Array.from({ length: 8 }, (_, n) => ({ pattern: `[a${n}]{10000}` }));
    expect(thrown(() => compilePatterns(many)).construct).toContain('more states');
    const asking = Array.from({ length: 40 }, (_, n) => ({ pattern: `(?<=${String.fromCharCode(0x4e00 + n)})x` }));
    expect(thrown(() => compilePatterns(asking)).construct).toContain('previous character');
  });

  it('compiles nothing to a program without patterns', () => {
    expect(compilePatterns([]).patterns).toBe(0);
  });
});
