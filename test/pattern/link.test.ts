import { describe, expect, it } from 'vitest';
import { compilePatterns, type PatternSource } from '../../src/pattern/compile.js';
import { linkPrograms } from '../../src/pattern/link.js';
import { minimizeProgram } from '../../src/pattern/minimize.js';
import type { Program } from '../../src/pattern/program.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { randomCase } from '../conformance/random-patterns.js';
import { oracleSpans } from '../reference/regexp-scanner.js';

function spansOf(program: Program, text: string): readonly (readonly number[])[] {
  const engine = new ScanEngine(program.bytes, { foreign: false });
  const spans = engine.scan(text);
  engine.close();
  const triples: number[][] = [];
  for (let n = 0; n < spans.length; n += 3) triples.push(spans.slice(n, n + 3));
  return triples.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
}

/** Every pattern compiled alone, then linked. */
function linked(sources: readonly PatternSource[]): Program {
  return linkPrograms(sources.map((source) => ({ program: compilePatterns([source]), pattern: 0 })));
}

const sources: readonly PatternSource[] = [
  { pattern: '\\b\\d{3}-\\d{2}\\b' },
  { pattern: 'ignore (?:all|any)', flags: 'i' },
  { pattern: '[^a-z]+x', flags: 'i' },
  { pattern: '(?<=é)\\p{L}+$', flags: 'm' },
  { pattern: 'a*' },
  { pattern: '你|好', flags: 'y' },
];
const text = 'Ignore any 123-45 x éab\n你好 123-456 K\u212ax 😀x';

describe('linked programs', () => {
  it('find what the patterns find when they are compiled together', () => {
    expect(spansOf(linked(sources), text)).toEqual(spansOf(compilePatterns(sources), text));
    expect(spansOf(linked(sources), text).filter(([pattern]) => pattern === 1)).toEqual([[1, 0, 10]]);
  });

  it('have the patterns in the order that was asked for, and only those', () => {
    const all = compilePatterns(sources);
    const some = linkPrograms([3, 0, 1].map((pattern) => ({ program: all, pattern })));
    expect(some.patterns).toBe(3);
    expect(spansOf(some, text).filter(([pattern]) => pattern === 2)).toEqual([[2, 0, 10]]);
    expect(some.states).toBeLessThan(all.states);
  });

  it('are the program itself where all of one is asked for', () => {
    const all = compilePatterns(sources);
    expect(linkPrograms(sources.map((_, pattern) => ({ program: all, pattern })))).toBe(all);
  });

  it('pass the checks of the kernel', () => {
    const program = linked(sources);
    const blob = new ScanEngine(program.bytes).seal('');
    expect(() => new ScanEngine(blob, { foreign: true })).not.toThrow();
  });

  it('agree with V8 on random patterns, minimised and linked in groups', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const cases = Array.from({ length: 6 }, (_, n) => randomCase(seed * 100 + n)).filter(({ pattern, flags }) => compiles(pattern, flags));
      if (cases.length === 0) continue;
      const half = Math.ceil(cases.length / 2);
      const parts = [cases.slice(0, half), cases.slice(half)].map((part) => minimizeProgram(compilePatterns(part)));
      const program = linkPrograms(cases.map((_, n) => ({ program: parts[n < half ? 0 : 1] as Program, pattern: n < half ? n : n - half })));
      for (const one of cases[0]?.texts ?? []) {
        const expected = cases.flatMap(({ pattern, flags }, n) => oracleSpans(pattern, flags, one).map(([start, end]) => [n, start, end]));
        expect(spansOf(program, one), `${seed}: ${cases.map(({ pattern, flags }) => `/${pattern}/${flags}`).join(' ')} on ${JSON.stringify(one)}`).toEqual(expected);
      }
    }
  });

  it('refuse more conditions on the previous character than a scanner can tell apart', () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ pattern: `(?<=${String.fromCodePoint(0x4e00 + n)})x` }));
    expect(() => linked(many)).toThrow(PatternSyntaxError);
  });
});

function compiles(pattern: string, flags: string): boolean {
  try {
    compilePatterns([{ pattern, flags }]);
    return true;
  } catch (error) {
    if (error instanceof PatternSyntaxError) return false;
    throw error;
  }
}
