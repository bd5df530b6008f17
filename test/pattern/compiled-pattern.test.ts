import { describe, expect, it } from 'vitest';
import { createScanner } from '../../src/guardrails/scanner.js';
import { compilePatterns } from '../../src/pattern/compile.js';
import { assemblePatterns, CompiledPatterns } from '../../src/pattern/compiled-pattern.js';
import { minimizeProgram } from '../../src/pattern/minimize.js';
import { packProgram } from '../../src/pattern/pack.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';

const set = new CompiledPatterns(packProgram(minimizeProgram(compilePatterns([{ pattern: 'cat' }, { pattern: '\\bdogs?\\b', flags: 'i' }]))), 'pets.1');
const text = 'a Dog, a cat and a bird';

describe('patterns compiled ahead of time', () => {
  it('run beside sources, in the order of the rules', () => {
    const scanner = createScanner([{ id: 'bird', pattern: 'bird' }, { id: 'dog', pattern: set.pattern(1) }, { id: 'cat', pattern: set.pattern(0) }, { id: 'a', pattern: '\\ba\\b' }]);
    expect(scanner.scan(text).map(({ id }) => id)).toEqual(['a', 'dog', 'a', 'cat', 'a', 'bird']);
    expect(scanner.scan(text)[1]).toEqual({ id: 'dog', start: 2, end: 5 });
  });

  it('are not compiled again where there is nothing else', () => {
    expect(assemblePatterns([{ pattern: set.pattern(0) }, { pattern: set.pattern(1) }])).toBe(set.program);
  });

  it('let an error name the place of its pattern among all', () => {
    const failing = (patterns: Parameters<typeof assemblePatterns>[0]): number | undefined => {
      try {
        assemblePatterns(patterns);
      } catch (error) {
        if (error instanceof PatternSyntaxError) return error.pattern;
        throw error;
      }
      return undefined;
    };
    expect(failing([{ pattern: set.pattern(0) }, { pattern: '(' }])).toBe(1);
    expect(failing([{ pattern: 'a' }, { pattern: set.pattern(0) }, { pattern: '(' }, { pattern: 'b' }])).toBe(2);
  });

  it('give a blob that only a scanner of the same patterns takes', () => {
    const blob = createScanner([{ id: 'cat', pattern: set.pattern(0) }]).toBlob();
    expect(createScanner([{ id: 'other name', pattern: set.pattern(0) }], { blob }).scan(text)).toHaveLength(1);
    expect(() => createScanner([{ id: 'cat', pattern: set.pattern(1) }], { blob })).toThrow(/other patterns/);
    expect(() => createScanner([{ id: 'cat', pattern: 'cat' }], { blob })).toThrow(/other patterns/);
  });

  it('are refused when they are something else', () => {
    expect(() => createScanner([{ id: 'cat', pattern: { compiled: 'x', number: 0 } as never }])).toThrow(/built-in rule/);
    expect(() => createScanner([{ id: 'cat', pattern: null as never }])).toThrow(/source of a regular expression/);
  });
});
