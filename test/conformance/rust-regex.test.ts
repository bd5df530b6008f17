// The regular-expression cases of rust-lang/regex (test/conformance/regex/README.md), on the kernel and
// on its TypeScript twin: every case inside the linear subset gives V8's spans, every other one is
// refused with a reason.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { createFallbackExports } from '../../src/wasm/scan-fallback.generated.js';
import { createScanExports } from '../../src/wasm/scan-kernel.js';

interface Case {
  readonly id: string;
  readonly pattern: string;
  readonly flags: string;
  readonly haystack: string;
  readonly v8: readonly (readonly [number, number])[];
  readonly linear: boolean;
  /** How many matches the case asks for; null for all. */
  readonly limit: number | null;
}
interface SetCase {
  readonly id: string;
  readonly patterns: readonly { readonly pattern: string; readonly flags: string }[];
  readonly haystack: string;
  readonly v8spans: readonly (readonly (readonly [number, number])[])[];
}

function read<T>(name: string): T[] {
  const text = readFileSync(new URL(`./regex/${name}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

function spansOf(patterns: readonly { readonly pattern: string; readonly flags: string }[], text: string, createExports: typeof createScanExports): [number, number][][] {
  const engine = new ScanEngine(compilePatterns(patterns).bytes, { createExports });
  const flat = engine.scan(text);
  const spans: [number, number][][] = patterns.map(() => []);
  for (let n = 0; n < flat.length; n += 3) spans[flat[n] ?? 0]?.push([flat[n + 1] ?? 0, flat[n + 2] ?? 0]);
  engine.close();
  return spans;
}

const engines = [['scan.wasm', createScanExports], ['the TypeScript twin', createFallbackExports]] as const;

describe.each(engines)('rust-lang/regex on %s', (_, exports) => {
  const cases = [...read<Case>('rust-regex-cases.dev.jsonl'), ...read<Case>('rust-regex-cases.disagree.dev.jsonl')];

  it('finds the spans that V8 finds wherever the pattern is in the linear subset', () => {
    const refused: string[] = [];
    const wrong: string[] = [];
    for (const one of cases) {
      try {
        const spans = spansOf([one], one.haystack, exports)[0]?.slice(0, one.limit ?? undefined);
        if (JSON.stringify(spans) !== JSON.stringify(one.v8)) wrong.push(`${one.id} /${one.pattern}/${one.flags} on ${JSON.stringify(one.haystack)}: ${JSON.stringify(spans)} instead of ${JSON.stringify(one.v8)}`);
      } catch (error) {
        if (!(error instanceof PatternSyntaxError)) throw error;
        refused.push(`${one.id}: ${error.construct}`);
        if (one.linear) wrong.push(`${one.id} /${one.pattern}/${one.flags} refused: ${error.message}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(refused.length).toBeLessThan(cases.length * 0.05);
  });

  it('keeps the matches of several patterns apart', () => {
    for (const one of read<SetCase>('rust-regex-set-cases.dev.jsonl')) {
      expect([one.id, spansOf(one.patterns, one.haystack, exports)]).toEqual([one.id, one.v8spans]);
    }
  });
});
