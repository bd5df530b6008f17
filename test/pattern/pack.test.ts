import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { minimizeProgram } from '../../src/pattern/minimize.js';
import { packProgram } from '../../src/pattern/pack.js';
import { packNumber, unpackNumbers } from '../../src/pattern/packed-text.js';
import { unpackProgram } from '../../src/pattern/unpack.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';
import { randomCase } from '../conformance/random-patterns.js';

describe('numbers as text', () => {
  it('come back, whatever their size', () => {
    const numbers = [0, 1, 73, 74, 75, 163, 164, 1423, 1424, 1513, 1514, 65_535, 0x10ffff, 65_000_000];
    expect([...unpackNumbers(numbers.map(packNumber).join(''))]).toEqual(numbers);
  });

  it('need no escapes in a source file', () => {
    const text = Array.from({ length: 3000 }, (_, n) => packNumber(n)).join('');
    expect(text).toMatch(/^[\x23-\x7e]*$/);
    expect(text).not.toMatch(/['\\"]/);
  });
});

describe('a packed program', () => {
  it.each([
    ['words', [{ pattern: 'ignore|disregard|forget', flags: 'i' }, { pattern: '\\bhell\\b' }]],
    ['loops, look-around and ends', [{ pattern: '(?<=a)b+?(?=c|$)', flags: 'm' }, { pattern: '^x*$' }]],
    ['letters of all scripts', [{ pattern: '\\p{L}+@\\p{Lu}{2,}' }]],
    ['nothing at all', []],
    ['what matches nothing', [{ pattern: '[]' }]],
  ])('comes back byte for byte: %s', (_name, sources) => {
    const small = minimizeProgram(compilePatterns(sources));
    expect(unpackProgram(packProgram(small)).bytes).toEqual(small.bytes);
  });

  it('comes back byte for byte for random patterns', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { pattern, flags } = randomCase(seed);
      try {
        const program = minimizeProgram(compilePatterns([{ pattern, flags }]));
        expect(unpackProgram(packProgram(program)).bytes, `/${pattern}/${flags}`).toEqual(program.bytes);
      } catch (error) {
        if (!(error instanceof PatternSyntaxError)) throw error;
      }
    }
  });
});
