// Every random case of the generator on three engines at once: the kernel, the stream over it cut into
// small chunks, and Chromium's own RegExp, which is the oracle because Node 20's has defects.
import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { createFallbackExports } from '../../src/wasm/scan-fallback.generated.js';
import { createScanExports } from '../../src/wasm/scan-kernel.js';
import { SpanStream } from '../../src/wasm/span-stream.js';
import { randomCase } from '../conformance/random-patterns.js';
import { oracleSpans } from '../reference/regexp-scanner.js';

function pairs(flat: ArrayLike<number>): [number, number][] {
  return Array.from({ length: flat.length / 3 }, (_, n) => [flat[n * 3 + 1] ?? 0, flat[n * 3 + 2] ?? 0]);
}

function streamed(engine: ScanEngine, text: string, size: number): [number, number][] {
  const stream = new SpanStream(engine);
  const spans: number[] = [];
  for (let at = 0; at < text.length; at += size) spans.push(...stream.update(text.slice(at, at + size), false).spans);
  spans.push(...stream.update('', true).spans);
  return pairs(spans);
}

describe.each([
  ['scan.wasm', createScanExports, 1, 900],
  ['the TypeScript twin', createFallbackExports, 900, 1200],
] as const)('%s beside Chromium’s RegExp', (_, createExports, first, behind) => {
  it('finds the same spans, as a whole and as a stream', () => {
    const wrong: unknown[] = [];
    for (let seed = first; seed < behind; seed++) {
      const { pattern, flags, texts } = randomCase(seed);
      const engine = new ScanEngine(compilePatterns([{ pattern, flags }]).bytes, { createExports });
      for (const text of texts) {
        const expected = JSON.stringify(oracleSpans(pattern, flags, text));
        const whole = JSON.stringify(pairs(engine.scan(text)));
        const cut = JSON.stringify(streamed(engine, text, 1 + (seed % 5)));
        if (whole !== expected || cut !== expected) wrong.push({ seed, pattern, flags, text, expected, whole, cut });
      }
    }
    expect(wrong).toEqual([]);
  });
});
