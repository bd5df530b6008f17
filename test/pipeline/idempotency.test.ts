// Races of idempotent stages; what they do one after another is in around.test.ts.
import { describe, expect, it } from 'vitest';
import { idempotent, InMemoryIdempotencyStore, type IdempotencyRecord, type IdempotencyStore } from '../../src/pipeline/idempotency.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import { valueElement } from '../../src/stream/element.js';

const request = { requestId: '550e8400-e29b-41d4-a716-446655440000', inputText: 'x' };
const caught = (work: Promise<unknown>): Promise<StageError> => work.then(() => { throw new Error('did not reject'); }, (error: StageError) => error);

/** A stage that counts how many runs are in it, and settles when it is told to. */
function gated() {
  const seen = { calls: 0, inside: 0, most: 0 };
  const waiting: ((output: StageOutput) => void)[] = [];
  const stage = async (): Promise<StageOutput> => {
    seen.calls++;
    seen.most = Math.max(seen.most, ++seen.inside);
    const output = await new Promise<StageOutput>((resolve) => waiting.push(resolve));
    seen.inside--;
    return output;
  };
  const settle = async (output: StageOutput, over = () => false): Promise<void> => {
    while (waiting.length === 0 && !over()) await new Promise((resolve) => setTimeout(resolve, 0)); // the key is hashed by the host
    waiting.shift()?.(output);
  };
  return { seen, stage, settle };
}

describe('idempotent stages', () => {
  it('are never run by two calls with one key at once, and all get the one outcome, good or not', async () => {
    for (const output of [StageOutput.ok({ n: 1 }), StageOutput.fail(new TypeError('x')), StageOutput.skip('s')]) {
      const { seen, stage, settle } = gated();
      const graph = new Pipeline({ failureMode: 'best-effort' }).withStage('book', stage, 'work', { wrappers: [idempotent()] }).build();
      let over = false;
      const runs = Promise.all(Array.from({ length: 10 }, () => graph.run(request))).finally(() => (over = true));
      while (!over) await settle(output, () => over); // what is not good is not stored: a call that comes after it runs the stage again
      expect((await runs).map(({ book }) => book.status)).toEqual(new Array(10).fill(output.status));
      expect([seen.inside, seen.most]).toEqual([0, 1]);
      if (output.status === 'ok') expect(seen.calls).toBe(1);
    }
  });

  it('are run by one of those that wait when the run that had them is canceled', async () => {
    const { seen, stage, settle } = gated();
    const graph = new Pipeline().withStage('book', stage, 'work', { wrappers: [idempotent()] }).build();
    const first = graph.start(request);
    const others = [graph.start(request), graph.start(request)];
    while (seen.calls === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    await first.cancel('gone');
    await settle(StageOutput.ok({ n: 1 })); // of the run that is gone: it counts for nothing
    await settle(StageOutput.ok({ n: 2 }));
    expect((await Promise.all(others.map((run) => run.results))).map(({ book }) => book.data)).toEqual([{ n: 2 }, { n: 2 }]);
    expect([seen.calls, first.cancelReason]).toEqual([2, 'gone']);
  });

  it('refuse other parameters while the first call is under way', async () => {
    const { seen, stage, settle } = gated();
    const graph = new Pipeline().withStage('book', stage, 'work', { wrappers: [idempotent()] }).build();
    const first = graph.run(request);
    while (seen.calls === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const error = await caught(graph.run({ ...request, inputText: 'other' }));
    await settle(StageOutput.ok());
    await first;
    expect([error.code, error.message.includes('other'), seen.calls]).toEqual(['IDEMPOTENCY_MISMATCH', false, 1]);
  });

  it('are the same for the same data in another order', async () => {
    let calls = 0;
    let turn = 0;
    const graph = new Pipeline()
      .withStage('order', () => (turn++ === 0 ? { a: 1, b: { c: 2, d: 3 } } : { b: { d: 3, c: 2 }, a: 1 }))
      .withStage('book', () => ({ calls: ++calls }), 'work', { dependencies: ['order'], wrappers: [idempotent()] })
      .build();
    await graph.run(request);
    await graph.run(request);
    expect(calls).toBe(1);
  });

  it('fail with a store that fails, and are free again after', async () => {
    let broken = true;
    const memory = new InMemoryIdempotencyStore();
    const store: IdempotencyStore = {
      get: async (key) => { if (broken) throw new RangeError('down'); return memory.get(key); },
      set: (key: string, record: IdempotencyRecord) => memory.set(key, record),
      delete: (key) => memory.delete(key),
    };
    let calls = 0;
    const graph = new Pipeline().withStage('book', () => ({ calls: ++calls }), 'work', { wrappers: [idempotent({ store })] }).build();
    const errors = await Promise.all([caught(graph.run(request)), caught(graph.run(request))]);
    expect(errors.map(({ cause }) => (cause as Error).name)).toEqual(['RangeError', 'RangeError']);
    broken = false;
    await graph.run(request);
    await graph.run(request);
    expect(calls).toBe(1);
  });

  it('are run again when they have given live elements, which cannot be given twice', async () => {
    let calls = 0;
    const graph = new Pipeline().withStage('book', async (ctx) => { calls++; await ctx.output.write(valueElement(1)); }, 'work', { wrappers: [idempotent()] }).withStage('read', async (ctx) => { for await (const _ of ctx.input); }, { streamsFrom: ['book'] }).build();
    await graph.run(request);
    await graph.run(request);
    expect(calls).toBe(2);
  });

  it('refuse a key that is none', async () => {
    const graph = new Pipeline().withStage('book', () => ({}), 'work', { wrappers: [idempotent({ key: () => '' })] }).build();
    expect((await caught(graph.run(request))).cause).toMatchObject({ code: 'INVALID_OPTION', option: 'idempotent.key' });
  });

  it('keep no more records than the store may hold, the oldest go first', async () => {
    const store = new InMemoryIdempotencyStore({ maxRecords: 2 });
    const record = (n: number): IdempotencyRecord => ({ output: { n }, paramsHash: '', expiresAtMs: 0 });
    for (const n of [1, 2]) await store.set(`k${n}`, record(n));
    await store.set('k1', record(11)); // used again: now the newest
    await store.set('k3', record(3));
    expect(await Promise.all(['k1', 'k2', 'k3'].map((key) => store.get(key)))).toEqual([record(11), undefined, record(3)]);
    await store.delete('k3');
    expect(await store.get('k3')).toBeUndefined();
    expect(() => new InMemoryIdempotencyStore({ maxRecords: 0 })).toThrow(expect.objectContaining({ option: 'InMemoryIdempotencyStore.maxRecords' }));
  });
});
