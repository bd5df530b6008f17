import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageError } from '../../src/stage/errors.js';

const never = (): Promise<undefined> => new Promise(() => undefined);

describe('a run', () => {
  it('starts in a microtask: what is asked of it before is in time', async () => {
    const log: string[] = [];
    const run = new Pipeline().withStage('a', () => void log.push('a')).build().start();
    log.push('started');
    const settled = run.settled('a');
    await Promise.resolve();
    expect(log).toEqual(['started', 'a']);
    expect((await settled).status).toBe('ok');
  });

  it('gives its results as often as they are asked for, also after its end', async () => {
    const run = new Pipeline().withStage('a', () => ({ n: 1 })).build().start();
    const first = run.results;
    expect(run.results).toBe(first);
    await first;
    expect((await run.results).require('a').data).toEqual({ n: 1 });
    expect((await run.settled('a')).data).toEqual({ n: 1 });
  });

  it('tells what failed to those who ask, and rejects nothing that nobody asked for', async () => {
    const graph = new Pipeline().withStage('a', () => Promise.reject(new Error('x'))).build();
    const run = graph.start();
    expect((await run.settled('a')).status).toBe('fail');
    await new Promise((resolve) => setTimeout(resolve, 0)); // an unhandled rejection fails the test run by itself
    await expect(run.results).rejects.toBeInstanceOf(StageError);
    await run.close(); // never rejects
  });

  it('is canceled once: the first reason counts, and each cancel resolves when all has settled', async () => {
    const run = new Pipeline().withStage('a', never).build().start();
    await Promise.resolve();
    await Promise.all([run.cancel('first'), run.cancel({ reason: 'second' }), run.close()]);
    expect([run.canceled, run.cancelReason, (await run.results)['a'].data]).toEqual([true, 'first', { cancelReason: 'first' }]);
  });

  it('is not canceled by a cancel after its end', async () => {
    const run = new Pipeline().withStage('a', () => ({})).build().start();
    await run.results;
    await run.cancel('late');
    expect([run.canceled, run.cancelReason]).toEqual([false, null]);
  });

  it('is closed by await using, where the engine has it', async () => {
    const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
    const run = new Pipeline().withStage('a', never).build().start();
    const dispose = asyncDispose === undefined ? () => run.close() : (run as unknown as Record<symbol, () => Promise<void>>)[asyncDispose];
    await dispose?.();
    expect(run.cancelReason).toBe('closed');
  });

  it.each([
    ['a stage that it has not', (run: ReturnType<typeof start>) => run.settled('b' as 'a'), 'PipelineRun.settled.stage'],
    ['an unknown option of cancel', (run: ReturnType<typeof start>) => run.cancel({ because: 'x' } as never), 'PipelineRun.cancel.because'],
    ['a scope that no stage has', (run: ReturnType<typeof start>) => run.cancel({ scope: 'speech' }), 'PipelineRun.cancel.scope'],
  ])('refuses %s, by its name', async (_, ask, option) => {
    const run = start();
    expect(() => ask(run)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
    await run.results;
  });

  it.each([
    ['a signal', { signal: {} }, 'StageGraph.run.signal'],
    ['a session\'s signal', { sessionSignal: null }, 'StageGraph.run.sessionSignal'],
    ['a sink', { eventSink: { emit: () => undefined } }, 'StageGraph.run.eventSink'],
    ['a clock', { clock: { now: () => 0 } }, 'StageGraph.run.clock'],
    ['outputs to resume from', { resume: { a: { n: 1 } } }, 'StageGraph.run.resume.a'],
    ['an option', { timeoutMs: 5 }, 'StageGraph.run.timeoutMs'],
  ])('cannot be started with what is not %s', async (_, options, option) => {
    const graph = new Pipeline().withStage('a', () => ({})).build();
    await expect(graph.run({}, options as never)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
    expect(() => graph.start({}, undefined, options as never)).toThrow(expect.objectContaining({ option }));
  });
});

function start() {
  return new Pipeline().withStage('a', () => ({ n: 1 })).build().start();
}
