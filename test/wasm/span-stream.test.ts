import { describe, expect, it } from 'vitest';
import { compilePatterns, type PatternSource } from '../../src/pattern/compile.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { SpanStream, type DecidedSpans } from '../../src/wasm/span-stream.js';
import { mulberry32, randomCase } from '../conformance/random-patterns.js';

const engineOf = (...patterns: (string | PatternSource)[]): ScanEngine => new ScanEngine(compilePatterns(patterns.map((one) => (typeof one === 'string' ? { pattern: one } : one))).bytes);

interface Streamed {
  text: string;
  spans: number[];
}
function collect(into: Streamed, step: DecidedSpans): void {
  into.text += step.text;
  into.spans.push(...step.spans);
  for (let n = 0; n < step.spans.length; n += 3) expect(step.spans[n + 2]).toBeLessThanOrEqual(into.text.length);
}
function streamed(engine: ScanEngine, text: string, length: (n: number) => number): Streamed {
  const stream = new SpanStream(engine);
  const result: Streamed = { text: '', spans: [] };
  for (let at = 0, n = 0; at < text.length; n++) {
    const size = length(n);
    collect(result, stream.update(text.slice(at, at + size), false));
    at += size;
  }
  collect(result, stream.update('', true));
  expect(stream.heldBack).toBe(0);
  return result;
}
function scanned(engine: ScanEngine, text: string): number[] {
  const spans = engine.scan(text);
  const order = Array.from({ length: spans.length / 3 }, (_, n) => n * 3);
  order.sort((a, b) => (spans[a + 1] ?? 0) - (spans[b + 1] ?? 0) || (spans[a] ?? 0) - (spans[b] ?? 0));
  return order.flatMap((n) => spans.slice(n, n + 3));
}

describe('a span stream', () => {
  it('gives the spans of the whole text, however it is cut', () => {
    for (let seed = 1; seed <= 250; seed++) {
      const cases = [randomCase(seed), randomCase(seed + 100_000), randomCase(seed + 200_000)];
      const engine = engineOf(...cases);
      const random = mulberry32(seed);
      for (const text of cases.flatMap((one) => one.texts.slice(0, 3))) {
        const whole = scanned(engine, text);
        for (const length of [() => 1, () => 1 + Math.floor(random() * 7), () => 1000]) {
          expect([seed, streamed(engine, text, length)]).toEqual([seed, { text, spans: whole }]);
        }
      }
    }
  });

  it('holds back exactly what some continuation could still make part of a match', () => {
    // Every continuation up to four characters is tried: a start held back must lead to a match in one of them.
    const patterns = ['ab+c', '\\bca\\b', 'b[ab]{2}d', '(?<=c)d+a'];
    const engine = engineOf(...patterns);
    const alphabet = ['a', 'b', 'c', 'd', ' '];
    const continuations = ['']; 
    for (let length = 0, from = 0; length < 4; length++) {
      const to = continuations.length;
      for (; from < to; from++) for (const character of alphabet) continuations.push((continuations[from] ?? '') + character);
    }
    const random = mulberry32(11);
    for (let n = 0; n < 60; n++) {
      let text = '';
      for (let length = 1 + Math.floor(random() * 9); length > 0; length--) text += alphabet[Math.floor(random() * alphabet.length)] ?? '';
      const stream = new SpanStream(engine);
      const decided = stream.update(text, false);
      const end = decided.text.length;
      let oldest = text.length;
      for (const continuation of continuations) {
        const spans = scanned(engine, text + continuation);
        for (let at = 0; at < spans.length; at += 3) {
          const start = spans[at + 1] ?? 0;
          const isNew = !decided.spans.some((_, m) => m % 3 === 0 && decided.spans[m] === spans[at] && decided.spans[m + 1] === start && decided.spans[m + 2] === spans[at + 2]);
          if (isNew && start < oldest) oldest = start;
        }
      }
      expect([text, end]).toEqual([text, oldest]);
    }
  });

  it('releases at once what nothing can reach', () => {
    const stream = new SpanStream(engineOf('\\b\\d{3}-\\d{4}\\b'));
    expect(stream.update('hello 55', false).text).toBe('hello ');
    expect(stream.heldBack).toBe(2);
    expect(stream.update('5-12', false).text).toBe('');
    expect(stream.update('34', false)).toEqual({ text: '', spans: [] });
    // The match is only certain with the character behind it.
    expect(stream.update('.', false)).toEqual({ text: '555-1234.', spans: [0, 6, 14] });
  });

  it('makes a lazy match final as soon as it ends', () => {
    const stream = new SpanStream(engineOf('a.*?b'));
    expect(stream.update('xaccb', false)).toEqual({ text: 'xaccb', spans: [0, 1, 5] });
    expect(stream.update('ccb', false)).toEqual({ text: 'ccb', spans: [] });
  });

  it('never cuts a surrogate pair, and holds back half of one', () => {
    const stream = new SpanStream(engineOf('x😀'));
    expect(stream.update('a\ud83d', false).text).toBe('a');
    expect(stream.update('\ude00x\ud83d', false).text).toBe('😀');
    expect(stream.update('\ude00', false)).toEqual({ text: 'x😀', spans: [0, 3, 6] });
    expect(stream.update('\ud83d', false).text).toBe('');
    expect(stream.update('y', false).text).toBe('\ud83dy');
    expect(stream.update('\ud83d', true).text).toBe('\ud83d');
  });

  it('shares its engine with scans and other streams', () => {
    const engine = engineOf('\\b\\w+@\\w+\\b');
    const one = new SpanStream(engine);
    const other = new SpanStream(engine);
    expect(one.update('to ja', false).text).toBe('to ');
    expect(other.update('no jo', false).text).toBe('no ');
    expect(engine.scan('a@b')).toEqual([0, 0, 3]);
    expect(one.update('ne@home', false).text).toBe('');
    expect(other.update('b ', false).text).toBe('job ');
    expect(one.update(' ', false)).toEqual({ text: 'jane@home ', spans: [0, 3, 12] });
  });

  it('survives an emptied table between two chunks', () => {
    const engine = engineOf('a[ab]{16}c', 'k\\d+');
    const stream = new SpanStream(engine);
    stream.update('k1', false);
    const random = mulberry32(3);
    let noise = '';
    while (engine.kernel.flushCount() === 0) {
      for (noise = ''; noise.length < 20_000; ) noise += random() < 0.5 ? 'a' : 'b';
      engine.scan(noise);
    }
    expect(stream.update('2 ', false)).toEqual({ text: 'k12 ', spans: [1, 0, 3] });
  });

  // Quadratic work would take minutes, and so end with the test's time limit.
  it('costs a constant time per unit while one match goes on without end', () => {
    const engine = engineOf('"[^"]*"');
    const stream = new SpanStream(engine);
    stream.update('"', false);
    for (let n = 0; n < 100_000; n++) stream.update('abcd', false);
    expect(stream.heldBack).toBe(400_001);
    const last = stream.update('"x', true);
    expect(last.spans).toEqual([0, 0, 400_002]);
    expect(last.text.length).toBe(400_003);
  });

  it('takes one chunk that is longer than the window', () => {
    const engine = engineOf('\\d+x', '"[^"]*"');
    const text = `${'1'.repeat(70_000)}x "${'y'.repeat(70_000)}" ${'.'.repeat(100_000)}12x`;
    expect(streamed(engine, text, () => text.length)).toEqual({ text, spans: scanned(engine, text) });
    expect(streamed(engine, text, () => 30_011)).toEqual({ text, spans: scanned(engine, text) });
  });

  it('finds empty matches and sticky ones where the whole text has them', () => {
    for (const [pattern, flags] of [['a*', ''], ['$', ''], ['\\b', ''], ['a', 'y'], ['ab?', 'y'], ['(?:)', 'y']] as const) {
      const engine = engineOf({ pattern, flags });
      for (const text of ['', 'a', 'aab', 'baa', 'aaab ab']) {
        expect([pattern, text, streamed(engine, text, () => 1)]).toEqual([pattern, text, { text, spans: scanned(engine, text) }]);
      }
    }
  });
});
