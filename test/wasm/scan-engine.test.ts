import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { createFallbackExports } from '../../src/wasm/scan-fallback.generated.js';
import { createScanExports } from '../../src/wasm/scan-kernel.js';
import { mulberry32 } from '../conformance/random-patterns.js';
import { oracleSpans } from '../reference/regexp-scanner.js';

const WINDOW = 65536;
const engineOf = (pattern: string, flags = ''): ScanEngine => new ScanEngine(compilePatterns([{ pattern, flags }]).bytes);
const spansOf = (engine: ScanEngine, text: string): [number, number][] => {
  const flat = engine.scan(text);
  return Array.from({ length: flat.length / 3 }, (_, n) => [flat[n * 3 + 1] ?? 0, flat[n * 3 + 2] ?? 0]);
};
function randomText(length: number, alphabet: readonly string[], seed: number): string {
  const random = mulberry32(seed);
  const parts: string[] = [];
  for (let size = 0; size < length; ) {
    const part = alphabet[Math.floor(random() * alphabet.length)] ?? '';
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
}

describe('a scan engine on long texts', () => {
  it.each([
    ['\\b\\d{3}-\\d{4}\\b', ''],
    ['[^\\n]{3,}x', ''],
    ['"[^"]*"', ''],
    ['^.*$', 'm'],
    ['(?<=b)a+(?!b)', ''],
    ['a*', ''],
    ['\\B', ''],
    ['(?:ab|a)+?c?', 'i'],
    ['.', 's'],
  ])('finds for /%s/%s what matchAll finds, across all blocks', (pattern, flags) => {
    for (const [alphabet, seed] of [[['a', 'b', 'x', '1', '23-4', ' ', '\n', '555-1234 ', '"'], 3], [['a', 'b', 'é', '😀', ' ', '\n', '你', '555-1234 '], 4]] as const) {
      // Node 20 matches \B and the like inside a surrogate pair; without astral characters it is right.
      const text = randomText(WINDOW * 2 + 999, pattern === '\\B' || pattern === 'a*' ? alphabet.filter((part) => part !== '😀') : alphabet, seed);
      expect(spansOf(engineOf(pattern, flags), text)).toEqual(oracleSpans(pattern, flags, text));
    }
  });

  it.each([WINDOW - 3, WINDOW - 2, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + 2])('finds a match and keeps a pair whole where blocks meet (%i)', (at) => {
    const text = `${'.'.repeat(at)}x😀y${'.'.repeat(100)}`;
    expect(spansOf(engineOf('x.y'), text)).toEqual([[at, at + 4]]);
    expect(spansOf(engineOf('\\u{1f600}'), text)).toEqual([[at + 1, at + 3]]);
    expect(spansOf(engineOf('x\\b|y$'), text)).toEqual([[at, at + 1]]);
  });

  it('finds one match that is longer than any block', () => {
    const text = `say "${'a'.repeat(WINDOW * 3)}" and "b"`;
    expect(spansOf(engineOf('"[^"]*"'), text)).toEqual([[4, 6 + WINDOW * 3], [11 + WINDOW * 3, 14 + WINDOW * 3]]);
  });

  it('finds nothing, at once, where a match would have to be longer than the text', () => {
    expect(spansOf(engineOf('a{5000}b'), 'a'.repeat(200_000))).toEqual([]);
  });

  it('reads lone surrogates as the code points that they are', () => {
    const engine = engineOf('[\\ud800-\\udfff]|\\ufffd');
    expect(spansOf(engine, 'a\ud800b\udc00\ud83d\ude00\ufffd')).toEqual([[1, 2], [3, 4], [6, 7]]);
    expect(spansOf(engine, '\ud83d')).toEqual([[0, 1]]);
  });

  it('takes NUL and every other control character', () => {
    expect(spansOf(engineOf('\\0+'), 'a\0\0b\u0001')).toEqual([[1, 3]]);
  });

  it('scans 10 MB', () => {
    const text = `${'lorem ipsum dolor '.repeat(580_000)}call 555-1234`;
    expect(spansOf(engineOf('\\b\\d{3}-\\d{4}\\b'), text)).toEqual([[text.length - 8, text.length]]);
  });

  it('gives more matches at once than fit its memory', () => {
    expect(engineOf('a').scan('a'.repeat(200_000)).length).toBe(600_000);
    const two = new ScanEngine(compilePatterns([{ pattern: 'a' }, { pattern: '[ab]' }]).bytes);
    expect(two.scan('a'.repeat(150_000)).length).toBe(900_000);
  });

  it('finds all matches where every start reaches to the end', () => {
    // test/bench/scan.bench.mjs compares the time for twice the text; quadratic work would take hours here.
    for (const pattern of ['.*[^A-Z]|[A-Z]', '[^\\n]*x|A', 'A.*b|A', '(?:A+)+b|A']) {
      expect(engineOf(pattern).scan('A'.repeat(500_000)).length, pattern).toBe(1_500_000);
    }
  });
});

describe('the prefilter for literals', () => {
  const words = ['the ', 'and ', 'ignored ', 'system ', 'prompts ', '12 ', 'key ', 'previous. ', 'sk ', 'x', '\n'];
  const literals = ['ignore previous', 'system prompt', '\\bsk-[A-Za-z0-9]{8,}', 'key-', '^and', 'jail|jailbreak', 'override$'];
  it.each([
    ['finds nothing in clean text', 0, 40_000],
    ['finds what is rare', 2000, 40_000],
    ['finds what is everywhere, and gives way to the lanes', 30, 40_000],
    ['finds matches across and at the edges of blocks', 700, 150_000],
  ])('%s', (_, every, length) => {
    const planted = ['ignore previous', 'SYSTEM PROMPT ', 'sk-abcdefgh12', 'key-', '\nand', 'jailbreak ', ' override\n', 'igno', 'sk-a '];
    for (let seed = 1; seed <= 6; seed++) {
      const random = mulberry32(seed);
      const clean = randomText(length, words, seed);
      const text = every === 0 ? clean : plant(clean, every, planted, random);
      const patterns = literals.map((pattern) => ({ pattern, flags: 'im' }));
      const engine = new ScanEngine(compilePatterns(patterns).bytes);
      const flat = engine.scan(text);
      for (const [n, { pattern, flags }] of patterns.entries()) {
        const ours: [number, number][] = [];
        for (let at = 0; at < flat.length; at += 3) if (flat[at] === n) ours.push([flat[at + 1] ?? 0, flat[at + 2] ?? 0]);
        expect([pattern, ours]).toEqual([pattern, oracleSpans(pattern, flags, text)]);
      }
    }
  });

  it('finds matches that are shorter than what it looks at', () => {
    for (const pattern of ['q', 'zq', 'q+', 'z|qq', '^z', 'q$']) {
      const text = `${'a b c '.repeat(400)}q ${'a'.repeat(1500)}zqq ${'b'.repeat(1100)}q`;
      expect([pattern, spansOf(engineOf(pattern), text)]).toEqual([pattern, oracleSpans(pattern, '', text)]);
    }
  });
});

function plant(text: string, every: number, planted: readonly string[], random: () => number): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + Math.floor(random() * 2 * every);
    parts.push(text.slice(at, at + size), planted[Math.floor(random() * planted.length)] ?? '');
    at += size;
  }
  return parts.join('');
}

describe('the memory of a scan engine', () => {
  it('stays below 8 MB on texts that make rows without end, and stays right', () => {
    const pattern = 'a[^z]{0,60}z[^y]{0,60}y|q[ab]{20}c';
    const engine = engineOf(pattern);
    const text = randomText(120_000, ['a', 'b', 'z', 'q', 'ab', 'qa', 'y'], 9);
    expect(spansOf(engine, text)).toEqual(oracleSpans(pattern, '', text));
    expect(engine.byteLength).toBeLessThanOrEqual(8 << 20);
  });

  it('is flat over 10,000 scans', () => {
    const engine = engineOf('\\b[\\w.]+@\\w+\\.com\\b', 'i');
    const scan = (n: number): number => engine.scan(`mail ${n} to jane${n % 50}@example.com or joe@test.com ${'é'.repeat(n % 3)}`).length;
    for (let n = 0; n < 500; n++) scan(n);
    const bytes = engine.byteLength;
    const rows = engine.kernel.rowsMade();
    for (let n = 0; n < 10_000; n++) expect(scan(n)).toBe(6);
    expect(engine.byteLength).toBe(bytes);
    expect(engine.kernel.rowsMade()).toBe(rows);
  });

  it('empties the table when it is full and goes on where it stood', () => {
    const engine = engineOf('a[ab]{16}c');
    const text = `${randomText(150_000, ['a', 'b'], 2)}a${'b'.repeat(16)}c`;
    expect(spansOf(engine, text)).toEqual([[text.length - 18, text.length]]);
    expect(engine.kernel.flushCount()).toBeGreaterThan(0);
    expect(spansOf(engine, 'b'.repeat(10) + text.slice(-18))).toEqual([[10, 28]]);
  });
});

describe('a program from outside', () => {
  const sources = '/a+b/\n';
  const sealed = engineOf('a+b').seal(sources);

  it('works where nothing is wrong with it', () => {
    expect(spansOf(new ScanEngine(sealed, { foreign: true, sources }), 'xaab')).toEqual([[1, 4]]);
  });

  it.each([
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, -4), 'cut off'],
    ['empty', () => new Uint8Array(), 'cut off'],
    ['of odd length', (bytes: Uint8Array) => bytes.slice(0, -1), 'cut off'],
    ['something else', (bytes: Uint8Array) => change(bytes, 0, 1), 'something else'],
    ['of another version', (bytes: Uint8Array) => change(bytes, 4, 99), 'another version'],
    ['damaged', (bytes: Uint8Array) => change(bytes, 200, 77), 'damaged'],
    ['never sealed', () => compilePatterns([{ pattern: 'a+b' }]).bytes, 'damaged'],
  ])('is refused when it is %s', (_, damage, reason) => {
    expect(() => new ScanEngine(damage(sealed), { foreign: true, sources })).toThrow(expect.objectContaining({ code: 'INVALID_PROGRAM', message: expect.stringContaining(reason) as string }) as Error);
  });

  it('is refused when it was compiled from other patterns', () => {
    expect(() => new ScanEngine(sealed, { foreign: true, sources: '/a+c/\n' })).toThrow(/other patterns/);
    expect(() => new ScanEngine(sealed, { foreign: true, sources: '' })).toThrow(/other patterns/);
  });

  it.each([
    ['the kernel', createScanExports],
    ['its twin', createFallbackExports],
  ])('never traps %s, whatever bytes are wrong and however well the checksum fits', (_, createExports) => {
    const random = mulberry32(5);
    const checker = new ScanEngine(compilePatterns([{ pattern: 'x' }]).bytes, { createExports });
    const pristine = new ScanEngine(compilePatterns([{ pattern: '\\b(?:ab|c\\d+)$', flags: 'im' }, { pattern: 'x*' }]).bytes).seal('');
    let accepted = 0;
    for (let n = 0; n < 700; n++) {
      const bytes = pristine.slice();
      for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) bytes[16 + Math.floor(random() * (bytes.length - 16))] = random() < 0.5 ? Math.floor(random() * 256) : [0, 1, 255][Math.floor(random() * 3)] ?? 0;
      forge(checker, bytes);
      let engine: ScanEngine;
      try {
        engine = new ScanEngine(bytes, { foreign: true, createExports });
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_PROGRAM' });
        continue;
      }
      accepted++;
      engine.scan('xx ab c12\nAB é😀 c');
    }
    expect(accepted).toBeGreaterThan(50);
  });
});

function change(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = value;
  return changed;
}

// Gives changed bytes the checksum that they would have.
function forge(checker: ScanEngine, bytes: Uint8Array): void {
  const { kernel } = checker;
  const at = kernel.windowAt();
  new Uint8Array(kernel.memory.buffer).set(bytes, at);
  new DataView(bytes.buffer).setInt32(12, kernel.checksum(at, bytes.length), true);
}
