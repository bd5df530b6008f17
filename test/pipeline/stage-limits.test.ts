import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';

/** A graph whose limited stage is left when the test says so. */
function gated(maxConcurrency: number) {
  const leave: (() => void)[] = [];
  const seen = { inside: 0, most: 0, order: [] as string[] };
  const graph = new Pipeline()
    .withStage('free', () => undefined)
    .withStage('limited', async (ctx) => {
      seen.order.push(ctx.snapshot.inputText ?? '');
      seen.most = Math.max(seen.most, ++seen.inside);
      await new Promise<void>((resolve) => leave.push(resolve));
      seen.inside--;
    }, { dependencies: ['free'], maxConcurrency })
    .build();
  return { graph, leave, seen };
}
const settle = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve();
};

describe('maxConcurrency of a stage', () => {
  it('is never exceeded, whatever leaves, fails or is canceled, and nobody is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.constantFrom('start', 'leave', 'cancel first', 'cancel last'), { maxLength: 40 }), async (limit, steps) => {
        const { graph, leave, seen } = gated(limit);
        const runs: ReturnType<typeof graph.start>[] = [];
        for (const step of steps) {
          if (step === 'start') runs.push(graph.start({ inputText: String(runs.length) }));
          else if (step === 'leave') leave.shift()?.();
          else await (step === 'cancel first' ? runs[0] : runs.at(-1))?.cancel('cut');
          await settle();
        }
        for (let n = 0; n < steps.length; n++) {
          leave.shift()?.();
          await settle();
        }
        const statuses = (await Promise.all(runs.map((run) => run.results))).map(({ limited }) => limited.status);
        expect(statuses.every((status) => status === 'ok' || status === 'cancel')).toBe(true);
        expect(statuses.filter((status) => status === 'ok').length).toBe(runs.filter((run) => !run.canceled).length);
        expect(seen.order).toEqual([...seen.order].sort((a, b) => Number(a) - Number(b))); // in the order in which they came
      }),
      { numRuns: 100, seed: 20260106 },
    );
  });

  it('holds over all runs of a graph', async () => {
    const { graph, leave, seen } = gated(2);
    const runs = Array.from({ length: 6 }, (_, n) => graph.run({ inputText: String(n) }));
    await settle();
    expect([seen.inside, leave.length]).toEqual([2, 2]);
    while (leave.length > 0) {
      leave.shift()?.();
      await settle();
    }
    await Promise.all(runs);
    expect([seen.most, seen.order]).toEqual([2, ['0', '1', '2', '3', '4', '5']]);
  });

  it('gives a place back when a stage is tried again, so that those who wait come first', async () => {
    const order: string[] = [];
    let failed = false;
    const graph = new Pipeline()
      .withStage('limited', async (ctx) => {
        order.push(`${ctx.snapshot.inputText} ${ctx.attempt}`);
        await Promise.resolve();
        if (!failed) {
          failed = true;
          throw new Error('once');
        }
      }, { maxConcurrency: 1, retry: { maxAttempts: 2, baseDelayMs: 0 } })
      .build();
    await Promise.all([graph.run({ inputText: 'a' }), graph.run({ inputText: 'b' })]);
    expect(order).toEqual(['a 1', 'b 1', 'a 2']);
  });
});
