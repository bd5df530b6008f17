// What a run leaves when it is stopped: at each turn of its promises, in each failure mode, with clean-ups under way.
import { describe, expect, it } from 'vitest';
import type { PipelineEvent } from '../../src/event/event.js';
import type { FailureMode } from '../../src/pipeline/config.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

/** A graph whose stages take several turns each, register clean-ups, and write down what they did. */
function busy(log: string[]) {
  const stage = (name: string, turns: number) => async (ctx: { onCleanup(cleanup: () => void): void; readonly signal: AbortSignal }) => {
    log.push(`begin ${name}`);
    ctx.onCleanup(() => void log.push(`clean ${name}`));
    for (let n = 0; n < turns; n++) await Promise.resolve();
    if (!ctx.signal.aborted) log.push(`end ${name}`);
    return { name };
  };
  return new Pipeline()
    .withStage('a', stage('a', 2))
    .withStage('b', stage('b', 5), { dependencies: ['a'] })
    .withStage('c', stage('c', 3), { dependencies: ['a'], retry: { maxAttempts: 2 } })
    .withStage('d', stage('d', 1), { dependencies: ['b', 'c'] })
    .withStage('audit', stage('audit', 1), { dependencies: ['d'], always: true })
    .build();
}

describe('a cancel', () => {
  it.each(Array.from({ length: 30 }, (_, n) => n))('in turn %i settles every stage once, starts none after it, and cleans up last in first out', async (turn) => {
    const log: string[] = [];
    const events: PipelineEvent[] = [];
    const run = busy(log).start({}, undefined, { eventSink: { emit: async () => undefined, tryEmit: (event) => void events.push(event) } });
    const results = run.results;
    for (let n = 0; n < turn; n++) await Promise.resolve();
    const before = log.filter((line) => line.startsWith('begin')).length;
    await run.cancel('cut');
    const { canceled } = run;
    const settled = await results;
    const statuses = Object.fromEntries([...settled].map(([name, { status }]) => [name, status]));
    expect(Object.keys(statuses)).toEqual(['a', 'b', 'c', 'd', 'audit']);
    if (canceled) expect(statuses['audit']).toBe('ok'); // it always runs
    for (let n = 0; n < 20; n++) await Promise.resolve();
    const begun = log.filter((line) => line.startsWith('begin')).map((line) => line.slice(6));
    expect(begun.length - before).toBeLessThanOrEqual(begun.includes('audit') ? 1 : 0); // nothing but the audit begins after the cancel
    expect(log.filter((line) => line.startsWith('clean')).map((line) => line.slice(6))).toEqual([...begun].reverse());
    const ends = events.filter(({ type }) => /^stage\.(completed|canceled|failed|skipped)$/.test(type)).map(({ data }) => data?.['stage']);
    expect([...ends].sort()).toEqual(['a', 'audit', 'b', 'c', 'd']);
    expect(events.at(-1)?.type).toBe(canceled ? 'pipeline.canceled' : 'pipeline.completed');
  });

  it('aborts the signals of stages under way with an AbortedError, before their promises go on', async () => {
    const seen: unknown[] = [];
    const run = new Pipeline().withStage('a', (ctx) => new Promise<undefined>((resolve) => ctx.signal.addEventListener('abort', () => { seen.push((ctx.signal.reason as { code?: string }).code); resolve(undefined); }))).build().start();
    await Promise.resolve();
    const canceled = run.cancel('cut');
    expect(seen).toEqual(['ABORTED']);
    await canceled;
  });

  it('waits as long as cancelGraceMs for a stage to settle by itself, and not longer', async () => {
    const clock = new ManualClock();
    const stage = (ms: number) => (ctx: { readonly signal: AbortSignal }) => new Promise<{ saved: boolean }>((resolve) => ctx.signal.addEventListener('abort', () => void clock.after(ms, () => resolve({ saved: true }))));
    const graph = new Pipeline({ clock }).withStage('quick', stage(5), { cancelGraceMs: 10 }).withStage('slow', stage(50), { cancelGraceMs: 10 }).build();
    const run = graph.start();
    await clock.advance(0);
    void run.cancel('cut');
    await clock.advance(10);
    const results = await run.results;
    expect([results['quick'].data, results['slow'].data]).toEqual([{ saved: true }, { cancelReason: 'cut' }]);
  });

  it('ends a wait before a retry', async () => {
    const clock = new ManualClock();
    const run = new Pipeline({ clock }).withStage('a', () => StageOutput.retry('later'), { retry: { maxAttempts: 5, baseDelayMs: 1000, jitter: 'none' } }).build().start();
    await clock.advance(500);
    await run.cancel('cut');
    expect([(await run.results)['a'].status, clock.pending]).toEqual(['cancel', 0]);
  });
});

describe('a failure', () => {
  const graph = (failureMode: FailureMode) =>
    new Pipeline({ failureMode })
      .withStage('done', () => ({ n: 1 }))
      .withStage('bad', async () => { throw new TypeError('x'); }, { dependencies: ['done'] })
      .withStage('beside', async () => { for (let n = 0; n < 5; n++) await Promise.resolve(); return { n: 2 }; }, { dependencies: ['done'] })
      .withStage('after', () => ({ n: 3 }), { dependencies: ['bad'] })
      .withStage('anyhow', () => ({ n: 4 }), { dependencies: ['bad'], always: true })
      .build();

  it.each<[FailureMode, Record<string, string>]>([
    ['fail-fast', { done: 'ok', bad: 'fail', beside: 'cancel', after: 'cancel', anyhow: 'ok' }],
    ['continue', { done: 'ok', bad: 'fail', beside: 'ok', after: 'skip', anyhow: 'ok' }],
    ['best-effort', { done: 'ok', bad: 'fail', beside: 'ok', after: 'skip', anyhow: 'ok' }],
  ])('in %s mode leaves every stage settled, and its results on every rejection', async (mode, expected) => {
    const outcome = await graph(mode).run().then((results) => ({ results }), (error: StageError) => error);
    expect(Object.fromEntries(Object.entries(outcome.results).map(([name, output]) => [name, (output as StageOutput).status]))).toEqual(expected);
    if (mode === 'best-effort') return expect(outcome).not.toBeInstanceOf(StageError);
    expect(outcome).toMatchObject({ name: 'StageError', stage: 'bad', cause: { name: 'TypeError' } });
  });

  it('of several in continue mode is the first, with the others beside it', async () => {
    const both = new Pipeline({ failureMode: 'continue' }).withStage('a', () => { throw new Error('1'); }).withStage('b', () => { throw new Error('2'); }).build();
    const error = (await both.run().catch((thrown: unknown) => thrown)) as StageError;
    expect([error.stage, error.others.map(({ stage }) => stage)]).toEqual(['a', ['b']]);
  });

  it('of a clean-up keeps no other from running and fails no run', async () => {
    const log: string[] = [];
    const results = await new Pipeline()
      .withStage('a', (ctx) => {
        ctx.onCleanup(() => void log.push('first'));
        ctx.onCleanup(() => { throw new Error('x'); });
        ctx.onCleanup(() => Promise.reject(new Error('y')));
        ctx.onCleanup(async () => { await Promise.resolve(); log.push('last'); });
      })
      .build()
      .run();
    expect([results['a'].status, log]).toEqual(['ok', ['last', 'first']]);
  });
});
