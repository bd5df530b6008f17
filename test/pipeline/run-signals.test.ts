import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';

/** A signal that counts the listeners it has and the most it had. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const counts = { now: 0, most: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    counts.now++;
    counts.most = Math.max(counts.most, counts.now);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    counts.now--;
    removeEventListener.apply(signal, args);
  };
  return { controller, signal, counts };
}

describe('the caller\'s signal', () => {
  const waiting = new Pipeline().withStage('a', (ctx) => new Promise<undefined>((resolve) => ctx.signal.addEventListener('abort', () => resolve(undefined)))).build();
  const quick = new Pipeline().withStage('a', async () => undefined).build();

  it('has one listener for all runs on it, and none after them', async () => {
    const { signal, counts } = countedSignal();
    await Promise.all(Array.from({ length: 50 }, () => quick.run({}, { signal })));
    expect(counts).toEqual({ now: 0, most: 1 });
  });

  it('keeps its listener while one of several runs goes on', async () => {
    const { controller, signal, counts } = countedSignal();
    const long = waiting.start({}, undefined, { signal });
    await quick.run({}, { signal });
    expect(counts).toEqual({ now: 1, most: 1 });
    controller.abort('enough');
    await long.results;
    expect([long.cancelReason, counts.most]).toEqual(['enough', 1]);
  });

  it('cancels all runs on it, in the order in which they began, also when one starts another', async () => {
    const { controller, signal } = countedSignal();
    const order: number[] = [];
    const runs = [0, 1, 2].map((n) => new Pipeline().withStage('a', (ctx) => new Promise<undefined>((resolve) => ctx.signal.addEventListener('abort', () => { order.push(n); if (n === 0) late.push(quick.start({}, undefined, { signal })); resolve(undefined); }))).build().start({}, undefined, { signal }));
    const late: ReturnType<typeof quick.start>[] = [];
    await Promise.resolve();
    controller.abort();
    await Promise.all(runs.map((run) => run.results));
    await late[0]?.results;
    expect([order, runs.map((run) => run.canceled), late[0]?.canceled]).toEqual([[0, 1, 2], [true, true, true], true]);
  });

  it('cancels a run at once when it has aborted before, and the session\'s signal also what always runs', async () => {
    const aborted = AbortSignal.abort(new TypeError('user text'));
    const run = quick.start({}, undefined, { signal: aborted });
    await run.results;
    expect(run.cancelReason).toBe('TypeError'); // of an error the class, never the message
    const session = new AbortController();
    const always = new Pipeline().withStage('a', () => new Promise<undefined>(() => undefined), { always: true }).build().start({}, undefined, { sessionSignal: session.signal });
    await Promise.resolve();
    session.abort('over');
    expect((await always.results)['a'].data).toEqual({ cancelReason: 'over' });
  });
});
