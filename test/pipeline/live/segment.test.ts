// Fused stages do what the same stages do one by one, each with a channel before it: results, counts, failures, order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../../src/pipeline/pipeline.js';
import type { StageSpec } from '../../../src/pipeline/spec.js';
import { stageFunc, transformStage } from '../../../src/stage/common-stages.js';
import type { StageError } from '../../../src/stage/errors.js';
import { StageType } from '../../../src/stage/kind.js';
import type { StageOutput } from '../../../src/stage/output.js';
import { runTransform } from '../../../src/stage/transform.js';
import { valueElement, type StreamElement } from '../../../src/stream/element.js';

interface Asked {
  readonly does: 'pass' | 'add' | 'drop' | 'double' | 'hold' | 'throw';
  readonly at: number;
}

type Transform = (element: StreamElement) => StreamElement | readonly StreamElement[] | undefined;

const numberOf = (element: StreamElement): number => (element.type === 'value' ? Number(element.value) : Number.NaN);

/** A transform, and what it still holds at the end. */
function work({ does, at }: Asked): { readonly transform: Transform; readonly flush: () => readonly StreamElement[] } {
  let held: StreamElement[] = [];
  const transform: Transform = (element) => {
    const n = numberOf(element);
    switch (does) {
      case 'pass': return element;
      case 'add': return valueElement(n + at, { timestampMs: 0 });
      case 'drop': return n % (at + 2) === 0 ? undefined : element;
      case 'double': return n % (at + 1) === 0 ? [element, valueElement(n + 100, { timestampMs: 0 })] : element;
      case 'hold': return held.push(element) > at ? held.splice(0) : [];
      case 'throw': if (n === at) throw new RangeError('thrown'); return element;
    }
  };
  return { transform, flush: () => { const rest = held; held = []; return rest; } };
}

async function run(asked: readonly Asked[], count: number, fused: boolean, source: 'try' | 'write' | 'slow', pause: number): Promise<unknown> {
  const seen: number[] = [];
  const stages = asked.map((one, n): StageSpec => {
    const { transform, flush } = work(one);
    const name = `t${n}`;
    return { name, stage: fused ? transformStage(name, transform, flush) : stageFunc(name, StageType.TRANSFORM, (ctx) => runTransform(transform, flush, ctx) as Promise<StageOutput>), streamsFrom: [n === 0 ? 'source' : `t${n - 1}`] };
  });
  const graph = Pipeline.from(
    [
      {
        name: 'source',
        stage: async ({ output }) => {
          for (let n = 0; n < count; n++) {
            const element = valueElement(n, { timestampMs: 0 });
            if (source === 'slow') await Promise.resolve();
            const taken = (source === 'try' && output.tryWrite(element)) || output.write(element);
            if (taken !== true && !(await taken)) return;
          }
        },
      },
      ...stages,
      {
        name: 'sink',
        stage: async ({ input }) => {
          for await (const element of input) {
            seen.push(numberOf(element));
            for (let n = 0; n < pause; n++) await Promise.resolve();
          }
        },
        streamsFrom: [`t${asked.length - 1}`],
      },
    ],
    { failureMode: 'continue' },
  );
  let results: Record<string, StageOutput>;
  let failed: string | null = null;
  try {
    results = (await graph.run()) as Record<string, StageOutput>;
  } catch (error) {
    failed = (error as StageError).stage;
    results = (error as StageError).results as Record<string, StageOutput>;
  }
  const names = stages.map(({ name }) => name);
  // Who stands before a stage that failed may have taken more or less when it hears of it: only what is certain is compared.
  return failed === null ? { seen, counts: names.map((name) => results[name]?.data) } : { seen, failed, statuses: names.slice(names.indexOf(failed)).map((name) => results[name]?.status) };
}

describe('fused stages', () => {
  it('are like the same stages one by one', async () => {
    const asked = fc.record<Asked>({ does: fc.constantFrom('pass', 'add', 'drop', 'double', 'hold', 'throw'), at: fc.nat({ max: 6 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 6 }), fc.nat({ max: 60 }), fc.constantFrom('try', 'write', 'slow'), fc.nat({ max: 4 }), async (drawn, count, source, pause) => {
        const first = drawn.findIndex(({ does }) => does === 'throw'); // of two that fail, either may be the first
        const stages = drawn.map((one, n): Asked => (one.does === 'throw' && n !== first ? { does: 'pass', at: 0 } : one));
        expect(await run(stages, count, true, source, pause)).toEqual(await run(stages, count, false, source, pause));
      }),
      { numRuns: 400, seed: 20260310 },
    );
  });
});
