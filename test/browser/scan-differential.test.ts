// Every random case of the generator on three engines at once: the kernel, the stream over it cut into
// small chunks, and Chromium's own RegExp, which is the oracle because Node 20's has defects.
import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { createFallbackExports } from '../../src/wasm/scan-fallback.generated.js';
import { createScanExports } from '../../src/wasm/scan-kernel.js';
import { SpanStream } from '../../src/wasm/span-stream.js';
import { randomCase } from '../conformance/random-patterns.js';
import { oracleSpans } from '../reference/regexp-scanner.js';
import { scale, seed, soaking } from '../tools/scale.js';

function pairs(flat: ArrayLike<number>): [number, number][] {
  return Array.from({ length: flat.length / 3 }, (_, n) => [flat[n * 3 + 1] ?? 0, flat[n * 3 + 2] ?? 0]);
}

/** The program of a pattern; `undefined` where it has a construct that is refused. */
function compiled(pattern: string, flags: string): Uint8Array | undefined {
  try {
    return compilePatterns([{ pattern, flags }]).bytes;
  } catch (error) {
    if (error instanceof PatternSyntaxError) return undefined;
    throw error;
  }
}

/** So much of a text that a backtracking engine comes to an end: where repetitions can divide it in many ways, twelve characters. */
function bearable(pattern: string, text: string): string {
  const repetitions = pattern.match(/\)[*+{]/g)?.length ?? 0;
  return repetitions === 0 || (repetitions === 1 && !pattern.includes('|')) ? text : [...text].slice(0, 12).join('');
}

function streamed(engine: ScanEngine, text: string, size: number): [number, number][] {
  const stream = new SpanStream(engine);
  const spans: number[] = [];
  for (let at = 0; at < text.length; at += size) spans.push(...stream.update(text.slice(at, at + size), false).spans);
  spans.push(...stream.update('', true).spans);
  return pairs(spans);
}

// Eight texts a case, each as a whole and as a stream: a million comparisons in a soak.
describe.each([
  ['scan.wasm', createScanExports, scale(900, 60_000)],
  ['the TypeScript twin', createFallbackExports, scale(300, 6_000)],
] as const)('%s beside Chromium’s RegExp', (name, createExports, cases) => {
  it('finds the same spans, as a whole and as a stream', async () => {
    const wrong: unknown[] = [];
    let compared = 0;
    let refused = 0;
    for (let n = 0; n < cases; n++) {
      const one = (seed - 1) * 1_000_003 + n;
      const { pattern, flags, texts } = randomCase(one);
      const program = compiled(pattern, flags);
      if (program === undefined) refused++;
      else {
        const engine = new ScanEngine(program, { createExports });
        for (const whole of texts) {
          const text = soaking ? bearable(pattern, whole) : whole;
          const expected = JSON.stringify(oracleSpans(pattern, flags, text));
          const atOnce = JSON.stringify(pairs(engine.scan(text)));
          const cut = JSON.stringify(streamed(engine, text, 1 + (n % 5)));
          compared += 2;
          if (atOnce !== expected || cut !== expected) wrong.push({ seed: one, pattern, flags, text, expected, atOnce, cut });
        }
      }
      if (n % 500 === 499) await new Promise((resolve) => setTimeout(resolve)); // the page is a page
    }
    if (soaking) console.log(`${name}: ${compared} comparisons, ${refused} of ${cases} patterns refused, ${wrong.length} differences`);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(cases * 15);
  }, scale(20_000, 600_000));
});
