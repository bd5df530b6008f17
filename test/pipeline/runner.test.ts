// The runner beyond its laws: scheduling, failure modes, limits, events, contexts, conditions, and the defects of other runners that must not come back.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { seededRandom } from '../../src/base/random.js';
import type { StandardSchema } from '../../src/base/standard-schema.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { PipelineContext } from '../../src/pipeline/context.js';
import { PipelineValidationError } from '../../src/pipeline/errors.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { mayRetry, retryDelayMs } from '../../src/pipeline/retry.js';
import { subpipelineStage } from '../../src/pipeline/subpipeline-stage.js';
import { createStageContext } from '../../src/stage/context.js';
import { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import type { Stage } from '../../src/stage/stage.js';
import { createCorePorts } from '../../src/stage/ports.js';
import { textElement } from '../../src/stream/element.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const RUN = '550e8400-e29b-41d4-a716-446655440000';
const never = (): Promise<never> => new Promise(() => undefined);
const wait = (clock: ManualClock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
const recorder = (): { events: PipelineEvent[]; eventSink: { emit: () => Promise<void>; tryEmit: (event: PipelineEvent) => void } } => {
  const events: PipelineEvent[] = [];
  return { events, eventSink: { emit: async () => undefined, tryEmit: (event) => void events.push(event) } };
};
const statuses = (results: object): Record<string, string> => Object.fromEntries(Object.entries(results as Record<string, StageOutput>).map(([name, output]) => [name, output.status]));
const caught = (work: Promise<unknown>): Promise<StageError> => work.then(() => { throw new Error('did not reject'); }, (error: StageError) => error);

describe('scheduling', () => {
  it('starts a stage as soon as its own dependencies have settled, never by levels', async () => {
    const clock = new ManualClock();
    const ms = (n: number) => async (): Promise<object> => { await wait(clock, n); return { at: clock.now() }; };
    const graph = new Pipeline({ clock })
      .withStage('a', ms(10))
      .withStage('b', ms(200))
      .withStage('c', ms(100), 'work', { dependencies: ['a'] })
      .withStage('d', ms(10), 'work', { dependencies: ['b', 'c'] })
      .build();
    const running = graph.run();
    await clock.advance(1000);
    expect((await running).require('d').data).toEqual({ at: 210 });
  });

  it('starts stages that become ready together by priority', async () => {
    const order: string[] = [];
    const note = (name: string) => (): void => void order.push(name);
    await new Pipeline().withStage('low', note('low'), 'work', { priority: -1 }).withStage('first', note('first')).withStage('high', note('high'), 'work', { priority: 5 }).withStage('then', note('then'), 'work', { dependencies: ['first'] }).withStage('soon', note('soon'), 'work', { dependencies: ['first'], priority: 2 }).build().run();
    expect(order).toEqual(['high', 'first', 'low', 'soon', 'then']);
  });

  it('gives the host a turn after each time slice', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const spin = (ms: number) => (): void => { const end = performance.now() + ms; while (performance.now() < end); };
    const specs = Array.from({ length: 40 }, (_, n) => ({ name: `s${n}`, stage: n % 2 === 0 ? spin(2) : async () => spin(2)(), dependencies: n === 0 ? [] : [`s${n - 1}`] }));
    await Pipeline.from(specs).run();
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  it('gives the host a turn while elements flow without end', async () => {
    let turns = 0;
    let stop = false;
    const timer = setInterval(() => {
      if (++turns === 3) stop = true;
    }, 1);
    const started = performance.now();
    await new Pipeline()
      .withStage('source', async (ctx) => { while (!stop && performance.now() - started < 5000) if (!(await ctx.output.write(textElement('x')))) return; })
      .withStage('sink', async (ctx) => { for await (const _ of ctx.input); }, { streamsFrom: ['source'] })
      .build()
      .run();
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('runs one graph many times at once, with nothing shared', async () => {
    const graph = new Pipeline().withStage('a', async (ctx) => { await Promise.resolve(); return { text: ctx.inputs.userText }; }).withStage('b', (ctx) => ({ text: ctx.inputs.getFrom('a', 'text') }), 'work', { dependencies: ['a'] }).build();
    const all = await Promise.all(Array.from({ length: 200 }, (_, n) => graph.run({ inputText: `${n}` })));
    expect(all.map((results) => results.require('b').data.text)).toEqual(Array.from({ length: 200 }, (_, n) => `${n}`));
  });

  it('makes a class anew for each run', async () => {
    let made = 0;
    class Counter {
      readonly name = 'counter';
      readonly kind = 'work' as const;
      readonly id = ++made;
      execute(): StageOutput<{ id: number }> {
        return StageOutput.ok({ id: this.id });
      }
    }
    const graph = new Pipeline().withStage('c', Counter).build();
    const ids = [(await graph.run()).require('c').data.id, (await graph.run()).require('c').data.id];
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('limits', () => {
  it('lets so many runs into a stage at once, the others in order', async () => {
    const clock = new ManualClock();
    let inside = 0;
    let most = 0;
    const order: string[] = [];
    const graph = new Pipeline({ clock }).withStage('a', async (ctx) => { most = Math.max(most, ++inside); await wait(clock, 10); inside--; order.push(ctx.inputs.userText); }, 'work', { maxConcurrency: 2 }).build();
    const all = Promise.all(['1', '2', '3', '4', '5'].map((inputText) => graph.run({ inputText })));
    await clock.advance(100);
    await all;
    expect([most, order]).toEqual([2, ['1', '2', '3', '4', '5']]);
  });

  it('passes the place on when a waiting run is canceled', async () => {
    const clock = new ManualClock();
    const graph = new Pipeline({ clock }).withStage('a', () => wait(clock, 10), 'work', { maxConcurrency: 1 }).build();
    const first = graph.run();
    const second = graph.start();
    const third = graph.run();
    await clock.advance(1);
    void second.cancel('no longer wanted');
    await clock.advance(30);
    expect([statuses(await first), statuses(await second.results), statuses(await third)]).toEqual([{ a: 'ok' }, { a: 'cancel' }, { a: 'ok' }]);
  });

  it('limits the stages of one run', async () => {
    const clock = new ManualClock();
    let inside = 0;
    let most = 0;
    const specs = Array.from({ length: 9 }, (_, n) => ({ name: `s${n}`, stage: async () => { most = Math.max(most, ++inside); await wait(clock, 5); inside--; } }));
    const running = Pipeline.from(specs, { clock, maxConcurrency: 3 }).run();
    await clock.advance(100);
    await running;
    expect(most).toBe(3);
  });

  it('refuses two limits in one live-connected group, which could wait for each other', () => {
    const live: Stage = { name: 'x', kind: 'work', execute: () => undefined };
    expect(() => new Pipeline().withStage('a', live, 'work', { maxConcurrency: 1 }).withStage('b', live, { streamsFrom: ['a'], maxConcurrency: 1 }).build()).toThrow(PipelineValidationError);
  });
});

describe('failure modes', () => {
  const graph = (failureMode: 'fail-fast' | 'continue' | 'best-effort') =>
    new Pipeline({ failureMode })
      .withStage('bad', async () => { throw new Error('x'); })
      .withStage('slow', async () => { for (let n = 0; n < 5; n++) await Promise.resolve(); return { n: 1 }; })
      .withStage('afterSlow', () => ({ n: 2 }), 'work', { dependencies: ['slow'] })
      .withStage('afterBad', () => ({ n: 3 }), 'work', { dependencies: ['bad'] })
      .withStage('alsoBad', async () => { await Promise.resolve(); await Promise.resolve(); throw new Error('y'); })
      .build();

  it('fail-fast cancels the rest and rejects with the outputs so far', async () => {
    const error = await caught(graph('fail-fast').run());
    expect([error.stage, statuses(error.results)]).toEqual(['bad', { bad: 'fail', slow: 'cancel', afterSlow: 'cancel', afterBad: 'cancel', alsoBad: 'cancel' }]);
  });

  it('continue runs what does not depend on it, and rejects with all failures', async () => {
    const error = await caught(graph('continue').run());
    expect([error.stage, error.others.map(({ stage }) => stage), statuses(error.results)]).toEqual(['bad', ['alsoBad'], { bad: 'fail', slow: 'ok', afterSlow: 'ok', afterBad: 'skip', alsoBad: 'fail' }]);
  });

  it('best-effort resolves', async () => {
    const results = await graph('best-effort').run();
    expect(results.require('afterSlow').data).toEqual({ n: 2 });
    expect(() => results.require('bad')).toThrow(expect.objectContaining({ code: 'STAGE_NOT_OK', stage: 'bad' }));
  });
});

describe('what stages return', () => {
  it.each([[{ a: 1 }, 'ok', { a: 1 }], [undefined, 'ok', {}], [null, 'ok', {}], [StageOutput.skip('s'), 'skip', { reason: 's' }]])('%o settles as %s', async (returned, status, data) => {
    const results = await new Pipeline().withStage('a', (() => returned) as () => StageOutput).build().run();
    expect(results.a).toMatchObject({ status, data });
  });

  it.each([[5], ['text'], [[1]], [true]])('%o fails with INVALID_OUTPUT', async (returned) => {
    expect((await caught(new Pipeline().withStage('a', (() => returned) as never).build().run())).code).toBe('INVALID_OUTPUT');
  });

  it.each([['a string'], [undefined], [null], [{ a: 1 }]])('throwing %o is a failure with a cause', async (thrown) => {
    const error = await caught(new Pipeline().withStage('a', () => { throw thrown; }).build().run());
    expect(error.cause).toMatchObject({ code: 'THROWN_VALUE' });
  });

  it('is frozen deep in dev mode, and bytes in it are told of', async () => {
    const { events, eventSink } = recorder();
    const results = await new Pipeline({ dev: true }).withStage('a', () => ({ list: [{ n: 1 }], audio: new Uint8Array(3) })).build().run({}, { eventSink });
    expect(Object.isFrozen(results.require('a').data.list[0])).toBe(true);
    expect(events.find(({ type }) => type === 'dev.bytes_in_output')?.data).toMatchObject({ stage: 'a', key: 'audio', byte_length: 3 });
    expect(Object.isFrozen((await new Pipeline().withStage('a', () => ({ list: [{ n: 1 }] })).build().run()).require('a').data.list)).toBe(false);
  });

  it('can be checked by a schema, which may convert it and is never quoted', async () => {
    const schema: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: (value) => (typeof (value as { n?: unknown }).n === 'number' ? { value: { n: (value as { n: number }).n + 1 } } : { issues: [{ message: 'secret', path: ['n'] }] }) } };
    const graph = (n: unknown) => new Pipeline().withStage('a', () => ({ n }), 'work', { outputSchema: schema }).build();
    expect((await graph(1).run()).require('a').data).toEqual({ n: 2 });
    const error = await caught(graph('x').run());
    expect([error.code, (error.cause as Error).message]).toEqual(['OUTPUT_SCHEMA', "The output of stage 'a' does not fit its schema at n. Change the data or the schema."]);
  });
});

describe('conditions and skips', () => {
  it('skip what depends on a skipped stage unless it says runOnSkip', async () => {
    const results = await new Pipeline().withStage('a', () => StageOutput.skip('no')).withStage('b', () => undefined, 'work', { dependencies: ['a'] }).withStage('c', () => undefined, 'work', { dependencies: ['a'], runOnSkip: true }).withStage('d', () => undefined, 'work', { dependencies: ['b'] }).build().run();
    expect(statuses(results)).toEqual({ a: 'skip', b: 'skip', c: 'ok', d: 'skip' });
    expect(results.d.data).toEqual({ reason: "dependency 'b' was skipped" });
  });

  it('ask a function or look for a skip reason', async () => {
    const graph = (skipReason: string) =>
      new Pipeline()
        .withStage('a', () => ({ skipReason, go: skipReason === '' }))
        .withStage('b', () => undefined, 'work', { dependencies: ['a'], conditional: true })
        .withStage('c', () => undefined, 'work', { dependencies: ['a'], conditional: (inputs) => inputs.getFrom('a', 'go') === true })
        .build();
    expect(statuses(await graph('').run())).toEqual({ a: 'ok', b: 'ok', c: 'ok' });
    expect(statuses(await graph('because').run())).toEqual({ a: 'ok', b: 'skip', c: 'skip' });
  });

  it('fail the stage when the function throws', async () => {
    const error = await caught(new Pipeline().withStage('a', () => undefined, 'work', { conditional: () => { throw new Error('x'); } }).build().run());
    expect(error.stage).toBe('a');
  });
});

describe('retry', () => {
  it.each([
    ['constant', [100, 100, 100]],
    ['linear', [100, 200, 300]],
    ['exponential', [100, 200, 400]],
  ] as const)('backs off %s', (backoff, expected) => {
    expect([1, 2, 3].map((attempt) => retryDelayMs({ backoff, jitter: 'none' }, attempt))).toEqual(expected);
  });

  it('jitters within its bounds, caps, and honours what the service asks for', () => {
    const random = seededRandom(3);
    for (let n = 0; n < 200; n++) {
      expect(retryDelayMs({ jitter: 'full' }, 3, 0, undefined, random)).toBeLessThanOrEqual(400);
      expect(retryDelayMs({ jitter: 'equal' }, 3, 0, undefined, random)).toBeGreaterThanOrEqual(200);
      const delay = retryDelayMs({ jitter: 'decorrelated', maxDelayMs: 500 }, 3, 150, undefined, random);
      expect(delay >= 100 && delay <= 450).toBe(true);
    }
    expect(retryDelayMs({ jitter: 'none', maxDelayMs: 250 }, 10)).toBe(250);
    expect(retryDelayMs({ jitter: 'none' }, 1, 0, { retryAfter: 2 })).toBe(2000);
    expect(retryDelayMs({ jitter: 'none' }, 1, 0, new Error('x', { cause: { retryAfterMs: 700 } }))).toBe(700);
  });

  it('does not repeat what cannot go well', () => {
    expect([mayRetry({}, 1, { fatal: true }), mayRetry({}, 1, { retryable: false }), mayRetry({}, 1, new InvalidOptionError('x', 1, 'y')), mayRetry({}, 3, new Error('x')), mayRetry({}, 2, new Error('x')), mayRetry({ retryable: () => false }, 1, new Error('x'))]).toEqual([false, false, false, false, true, false]);
  });

  it('tries as often as the policy says, and the late outcome of an earlier try counts for nothing', async () => {
    const clock = new ManualClock();
    const finish: ((output: StageOutput) => void)[] = [];
    const graph = new Pipeline({ clock }).withStage('a', () => new Promise<StageOutput>((resolve) => finish.push(resolve)), 'work', { timeoutMs: 50, retry: { maxAttempts: 3, backoff: 'constant', jitter: 'none', baseDelayMs: 10 } }).build();
    const running = graph.run();
    await clock.advance(60);
    expect(finish.length).toBe(2);
    finish[0]?.(StageOutput.ok({ late: true }));
    await clock.advance(1);
    finish[1]?.(StageOutput.ok({ second: true }));
    await clock.advance(1);
    expect((await running).a.data).toEqual({ second: true });
  });

  it('settles retry without a policy as a failure, not as success', async () => {
    let ran = false;
    const error = await caught(new Pipeline().withStage('a', () => StageOutput.retry('busy')).withStage('b', () => { ran = true; }, 'work', { dependencies: ['a'] }).build().run());
    expect([error.code, ran]).toEqual(['RETRY_WITHOUT_POLICY', false]);
  });
});

describe('cancel', () => {
  it('settles at once, also stages that ignore it, and runs clean-ups, the last first', async () => {
    const order: string[] = [];
    const graph = new Pipeline().withStage('a', (ctx) => { ctx.onCleanup(() => void order.push('first')); ctx.onCleanup(async () => { await Promise.resolve(); order.push('second'); }); ctx.onCleanup(() => { throw new Error('ignored'); }); return never(); }).build();
    const run = graph.start();
    await Promise.resolve();
    await Promise.resolve();
    const started = performance.now();
    await run.cancel('enough');
    expect(performance.now() - started).toBeLessThan(50);
    expect([order, run.canceled, run.cancelReason, (await run.results).a.status]).toEqual([['second', 'first'], true, 'enough', 'cancel']);
    await run.close();
  });

  it('runs a clean-up at once that a stage registers after its run has ended', async () => {
    let go: (() => void) | undefined;
    const closed: string[] = [];
    const run = new Pipeline().withStage('a', async (ctx) => { await new Promise<void>((resolve) => (go = resolve)); ctx.onCleanup(() => void closed.push('late')); ctx.onCleanup(() => { throw new Error('ignored'); }); }).build().start();
    await Promise.resolve();
    await Promise.resolve();
    await run.cancel('enough');
    expect(closed).toEqual([]);
    go?.();
    for (let n = 0; n < 5; n++) await Promise.resolve();
    expect(closed).toEqual(['late']);
  });

  it('begins every clean-up, also after one that does not end in time', async () => {
    const clock = new ManualClock();
    const closed: string[] = [];
    const running = new Pipeline({ clock, gracefulShutdownTimeoutMs: 50 }).withStage('a', (ctx) => { ctx.onCleanup(() => void closed.push('first')); ctx.onCleanup(async () => { closed.push('second'); throw new Error('ignored'); }); ctx.onCleanup(never); }).build().run();
    await clock.advance(50);
    await running;
    expect([closed, clock.pending]).toEqual([['second', 'first'], 0]);
  });

  it('gives up a clean-up that does not end', async () => {
    const clock = new ManualClock();
    const graph = new Pipeline({ clock, gracefulShutdownTimeoutMs: 500 }).withStage('a', (ctx) => ctx.onCleanup(never)).build();
    const running = graph.run();
    await clock.advance(500);
    expect(statuses(await running)).toEqual({ a: 'ok' });
  });

  it('ends a run at its deadline and when nothing moves, each with its own code and the outputs so far', async () => {
    const clock = new ManualClock();
    const limited = new Pipeline({ clock, executionTimeoutMs: 1000 }).withStage('a', () => ({ n: 1 })).withStage('b', never).build().run().catch((error: unknown) => error);
    await clock.advance(1000);
    expect(await limited).toMatchObject({ code: 'RUN_TIMEOUT', timeoutMs: 1000, results: { a: { status: 'ok' }, b: { status: 'cancel' } } });
    const ticks = new Pipeline({ clock, idleTimeoutMs: 800 })
      .withStage('a', async (ctx) => { for (let n = 0; n < 10; n++) { await wait(clock, 500); await ctx.output.write(textElement('x')); } return never(); })
      .withStage('b', async (ctx) => { for await (const _ of ctx.input); }, { streamsFrom: ['a'] })
      .build();
    const startMs = clock.now();
    const idle = ticks.run().catch((error: unknown) => ({ code: (error as StageError).code, at: clock.now() - startMs }));
    await clock.advance(10_000);
    const found = (await idle) as { code: string; at: number };
    expect(found.code).toBe('RUN_IDLE_TIMEOUT');
    expect(found.at).toBeGreaterThanOrEqual(5800);
    expect(found.at).toBeLessThanOrEqual(6000);
  });

  it('leaving the loop over execute cancels the run', async () => {
    let aborted = false;
    const graph = new Pipeline().withStage('a', async (ctx) => { ctx.signal.addEventListener('abort', () => (aborted = true)); for (;;) if (!(await ctx.output.write(textElement('x')))) return; }).build();
    for await (const _ of graph.execute([])) break;
    expect(aborted).toBe(true);
  });

  it('lets a stage that waits on its input or output go', async () => {
    const graph = new Pipeline({ channelBufferSize: 1 }).withStage('a', async (ctx) => { for (;;) if (!(await ctx.output.write(textElement('x')))) return; }).withStage('b', never, { streamsFrom: ['a'] }).build();
    const run = graph.start();
    await new Promise((resolve) => setTimeout(resolve, 1));
    await run.cancel();
    expect(statuses(await run.results)).toEqual({ a: 'cancel', b: 'cancel' });
  });
});

describe('events', () => {
  it('tell of the run and of each stage with ids, kind, attempt and time, never with content', async () => {
    const { events, eventSink } = recorder();
    const clock = new ManualClock();
    const running = new Pipeline({ clock, failureMode: 'continue' })
      .withStage('ok', async () => { await wait(clock, 5); return StageOutput.ok({ secret: 1 }, { events: [{ type: 'my.event', data: { n: 1 } }] }); }, 'agent')
      .withStage('skip', () => StageOutput.skip('nothing'))
      .withStage('bad', () => { throw new Error('secret text'); }, 'work', { retry: { maxAttempts: 2, baseDelayMs: 0 } })
      .build()
      .run(new ContextSnapshot({ pipelineRunId: RUN }), { eventSink })
      .catch(() => undefined);
    await clock.advance(10);
    await running;
    expect(events.map(({ type, data }) => `${type} ${String(data['stage'] ?? '')}`)).toEqual(['pipeline.started ', 'stage.started ok', 'stage.started skip', 'stage.skipped skip', 'stage.started bad', 'stage.retrying bad', 'stage.started bad', 'stage.failed bad', 'stage.completed ok', 'my.event ok', 'pipeline.failed bad']);
    expect(events.find(({ type }) => type === 'stage.completed')?.data).toEqual({ stage: 'ok', kind: 'agent', pipeline_run_id: RUN, attempt: 1, duration_ms: 5, status: 'ok' });
    expect(events.find(({ type }) => type === 'stage.failed')?.data).toMatchObject({ attempt: 2, error: 'Error', error_code: 'STAGE_FAILED' });
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('come as one wide event per stage and run as well, when metrics are on, and per element when tracing is', async () => {
    const { events, eventSink } = recorder();
    await new Pipeline({ metrics: true, tracing: true }).withStage('a', async (ctx) => { await ctx.output.write(textElement('secret')); return { n: 1 }; }).withStage('b', async (ctx) => { for await (const _ of ctx.input); return StageOutput.skip('s'); }, { streamsFrom: ['a'] }).build().run({}, { eventSink });
    const wide = events.filter(({ type }) => type.endsWith('.wide'));
    expect(wide.map(({ type }) => type)).toEqual(['stage.wide', 'stage.wide', 'pipeline.wide']);
    expect(wide[0]?.data).toMatchObject({ stage: 'a', status: 'ok', attempts: 1, data_keys: ['n'], streams_from: [] });
    expect(wide[2]?.data).toMatchObject({ outcome: 'completed', stage_count: 2, by_status: { ok: 1, skip: 1 }, retries: 0 });
    expect(events.find(({ type }) => type === 'stream.element')?.data).toMatchObject({ stage: 'a', element_type: 'text', sequence: 0 });
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('contexts', () => {
  it('start a run from a snapshot, a record, a stage context or a pipeline context', async () => {
    const graph = new Pipeline().withStage('a', (ctx) => ({ text: ctx.inputs.userText, ports: ctx.inputs.ports })).build();
    const ports = createCorePorts();
    expect((await graph.run(new ContextSnapshot({ inputText: '1' }))).require('a').data.text).toBe('1');
    expect((await graph.run({ inputText: '2' })).require('a').data.text).toBe('2');
    expect((await graph.run(createStageContext({ snapshot: new ContextSnapshot({ inputText: '3' }) }))).require('a').data.text).toBe('3');
    const context = new PipelineContext({ pipelineRunId: RUN, snapshot: { inputText: '4' }, ports });
    expect((await graph.run(context)).require('a').data).toEqual({ text: '4', ports });
    expect([context.outputBag.has('a'), context.outputBag.getAttemptCount('a')]).toEqual([true, 1]);
    await expect(graph.run(5 as never)).rejects.toThrow(InvalidOptionError);
    await expect(graph.run({ inputText: 'x', sesionId: 'y' } as never)).rejects.toThrow(InvalidOptionError);
    await expect(graph.run({}, { sink: 1 } as never)).rejects.toThrow(InvalidOptionError);
  });

  it('find the text of the turn over both kinds of edges, and not in a guard of the answer', async () => {
    const guard = (transformedContent: string, more = {}): Stage => ({ name: 'g', kind: 'guard', execute: async (ctx) => { for await (const _ of ctx.input); return StageOutput.ok({ transformedContent }); }, ...more });
    const results = await new Pipeline()
      .withStage('stt', () => ({ transcript: 'my card' }))
      .withStage('guardIn', guard('my ****'), { dependencies: ['stt'] })
      .withStage('llm', async (ctx) => { await ctx.output.write(textElement('answer')); return { heard: ctx.inputs.userText }; }, 'agent', { dependencies: ['guardIn'] })
      .withStage('guardOut', guard('the answer'), { streamsFrom: ['llm'] })
      .withStage('guardKey', guard('another text', { contentKey: 'response' }), { dependencies: ['llm'] })
      .withStage('memory', (ctx) => ({ text: ctx.inputs.userText, raw: ctx.inputs.rawUserText }), 'work', { dependencies: ['guardOut', 'guardKey'] })
      .build()
      .run({ inputText: 'typed' });
    expect(results.require('llm').data.heard).toBe('my ****');
    expect(results.require('memory').data).toEqual({ text: 'my ****', raw: 'my card' });
  });

  it('see only what settled upstream by key, first declared first, never a parallel branch', async () => {
    const results = await new Pipeline()
      .withStage('a', () => ({ k: 'a' }))
      .withStage('b', () => ({ k: 'b' }), 'work', { dependencies: ['a'] })
      .withStage('parallel', () => ({ p: 'parallel' }))
      .withStage('c', (ctx) => ({ k: ctx.inputs.get('k'), p: (ctx.inputs as { get(key: string): unknown }).get('p') }), 'work', { dependencies: ['b'] })
      .build()
      .run();
    expect(results.require('c').data).toEqual({ k: 'a', p: undefined });
  });

  it('refuse to read an undeclared stage at run time too', async () => {
    const error = await caught(new Pipeline().withStage('a', () => ({ k: 1 })).withStage('b', (ctx) => ({ k: (ctx.inputs as { getFrom(stage: string, key: string): unknown }).getFrom('a', 'k') })).build().run());
    expect([error.stage, error.code]).toEqual(['b', 'UNDECLARED_DEPENDENCY']);
  });

  it('forget a fork once its run has ended, and cancel it while it runs', async () => {
    const session = new PipelineContext({ pipelineRunId: RUN });
    const graph = new Pipeline().withStage('a', () => ({ n: 1 })).build();
    const first = session.fork('6ba7b810-9dad-41d1-80b4-00c04fd430c8', 'turns');
    await graph.run(first);
    const second = session.fork('6ba7b811-9dad-41d1-80b4-00c04fd430c8', 'turns');
    session.markCanceled('over');
    expect([first.canceled, second.canceled]).toEqual([false, true]);
  });

  it('cancel a run and the runs forked from it', async () => {
    const { events, eventSink } = recorder();
    const context = new PipelineContext({ pipelineRunId: RUN, eventSink });
    const child = context.fork({ childRunId: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', parentStageId: 'turns' });
    const graph = new Pipeline().withStage('a', never).build();
    const running = Promise.all([graph.run(context), graph.run(child)]);
    context.markCanceled('hung up');
    expect((await running).map((results) => results.a.data)).toEqual([{ cancelReason: 'hung up' }, { cancelReason: 'hung up' }]);
    expect([child.canceled, child.depth, child.parentRunId, events.some(({ type }) => type === 'pipeline.spawned_child')]).toEqual([true, 1, RUN, true]);
    expect(statuses(await graph.run(context))).toEqual({ a: 'cancel' });
  });
});

describe('subpipelines', () => {
  const inner = new Pipeline().withStage('up', (ctx) => ({ text: ctx.inputs.userText.toUpperCase(), parent: ctx.run.parentStageId, depth: ctx.run.depth })).build();

  it('are stages, with ids of their own and the outer text as input', async () => {
    const { events, eventSink } = recorder();
    const graph = new Pipeline().withStage('guard', { name: 'g', kind: 'guard', execute: () => StageOutput.ok({ transformedContent: 'masked' }) }).withStage('turn', subpipelineStage('turn', inner), { dependencies: ['guard'] }).build();
    const results = await graph.run({ pipelineRunId: RUN, inputText: 'raw' }, { eventSink });
    expect(results.require('turn').data).toEqual({ up: { text: 'MASKED', parent: 'turn', depth: 1 } });
    expect(events.filter(({ type }) => type.includes('child')).map(({ type }) => type)).toEqual(['pipeline.spawned_child', 'pipeline.child_completed']);
  });

  it('are canceled with the outer run, and fail it', async () => {
    const outer = new Pipeline().withStage('turn', subpipelineStage('turn', new Pipeline().withStage('a', never).build())).build();
    const run = outer.start();
    await new Promise((resolve) => setTimeout(resolve, 1));
    await run.cancel('cut');
    expect((await run.results).turn.status).toBe('cancel');
    const failing = new Pipeline().withStage('turn', subpipelineStage('turn', new Pipeline().withStage('a', () => StageOutput.fail('x')).build())).build();
    expect(await caught(failing.run())).toMatchObject({ stage: 'turn', cause: { stage: 'a' } });
  });

  it('are refused below five levels', async () => {
    let graph = inner;
    for (let n = 0; n < 6; n++) graph = new Pipeline().withStage('sub', subpipelineStage('sub', graph)).build() as never;
    let error: unknown = await caught((graph as typeof inner).run());
    while ((error as Error).cause instanceof Error) error = (error as Error).cause;
    expect(error).toMatchObject({ code: 'PIPELINE_DEPTH' });
  });
});

describe('building', () => {
  const code = (build: () => unknown): string => {
    try {
      build();
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
    return 'built';
  };
  const stage = (): void => undefined;

  it.each<[string, () => unknown, string]>([
    ['nothing', () => new Pipeline().build(), 'CONTRACT-004-EMPTY'],
    ['a missing dependency', () => Pipeline.from([{ name: 'a', stage, dependencies: ['b'] }]), 'CONTRACT-004-MISSING_DEP'],
    ['a missing producer', () => Pipeline.from([{ name: 'a', stage, streamsFrom: ['b'] }]), 'CONTRACT-004-MISSING_DEP'],
    ['itself', () => Pipeline.from([{ name: 'a', stage, dependencies: ['a'] }]), 'CONTRACT-004-SELF_DEP'],
    ['a name twice', () => Pipeline.from([{ name: 'a', stage }, { name: 'a', stage }]), 'CONTRACT-004-CONFLICT'],
    ['a circle', () => Pipeline.from([{ name: 'a', stage, dependencies: ['c'] }, { name: 'b', stage, dependencies: ['a'] }, { name: 'c', stage, dependencies: ['b'] }]), 'CONTRACT-004-CYCLE'],
    ['an edge twice', () => Pipeline.from([{ name: 'a', stage }, { name: 'b', stage, dependencies: ['a', 'a'] }]), 'CONTRACT-004-DUPLICATE_EDGE'],
    ['a reserved name', () => Pipeline.from([{ name: 'require', stage }]), 'CONTRACT-004-NAME'],
    ['a class that needs arguments', () => Pipeline.from([{ name: 'a', stage: class { constructor() { throw new Error('needs one'); } } as never }]), 'CONTRACT-004-STAGE'],
    ['an object without execute', () => Pipeline.from([{ name: 'a', stage: { name: 'a', kind: 'work' } as never }]), 'CONTRACT-004-STAGE'],
    ['composed pipelines with a name in common', () => new Pipeline().withStage('a', stage).compose(new Pipeline().withStage('a', stage) as never).build(), 'CONTRACT-004-CONFLICT'],
    ['a connection to a stage that does not exist', () => new Pipeline().withStage('a', stage).connect('a', 'b').build(), 'CONTRACT-004-MISSING_DEP'],
    ['null for a stage', () => Pipeline.from([{ name: 'a', stage: null as never }]), 'INVALID_OPTION'],
    ['undefined for a name', () => Pipeline.from([{ name: undefined as never, stage }]), 'INVALID_OPTION'],
    ['an empty name', () => new Pipeline().withStage('', stage), 'INVALID_OPTION'],
    ['a kind that does not exist', () => new Pipeline().withStage('a', stage, 'guardian' as never), 'INVALID_OPTION'],
    ['an unknown rule', () => new Pipeline().withStage('a', stage, 'work', { dependancies: [] } as never), 'INVALID_OPTION'],
    ['a text for a list', () => Pipeline.from([{ name: 'a', stage, dependencies: 'b' as never }]), 'INVALID_OPTION'],
    ['a retry of no tries', () => new Pipeline().withStage('a', stage, 'work', { retry: { maxAttempts: 0 } }), 'INVALID_OPTION'],
    ['a negative deadline', () => new Pipeline().withStage('a', stage, 'work', { timeoutMs: -1 }), 'INVALID_OPTION'],
    ['a buffer of nothing', () => new Pipeline({ channelBufferSize: 0 }), 'INVALID_OPTION'],
    ['an unknown setting', () => new Pipeline({ bufferSize: 1 } as never), 'INVALID_OPTION'],
    ['no list', () => Pipeline.from(null as never), 'INVALID_OPTION'],
    ['a null in the list', () => Pipeline.from([null as never]), 'INVALID_OPTION'],
  ])('refuses %s', (_, build, expected) => {
    expect(code(build)).toBe(expected);
  });

  it('says what, where and how to mend it', () => {
    expect(() => Pipeline.from([{ name: 'fetch_memory', stage }, { name: 'b', stage, dependencies: ['fetchMemory'] }])).toThrow("Stage 'b' names 'fetchMemory' in dependencies, but there is no such stage. Add a stage of that name, or correct the name. Did you mean 'fetch_memory'?");
    expect(() => Pipeline.from([{ name: 'a', stage, dependencies: ['b'] }, { name: 'b', stage, dependencies: ['a'] }])).toThrow(/in a circle: '[ab]' → '[ab]' → '[ab]'\. Remove one of these edges\./);
  });

  it('gives new frozen pipelines, and leaves the old ones as they were', () => {
    const a = new Pipeline().withStage('a', stage);
    const b = a.withStage('b', stage);
    const c = a.withStage('c', stage).compose(new Pipeline().withStage('d', stage));
    expect([Object.isFrozen(a), a.build().stageNames, b.build().stageNames, c.build().stageNames]).toEqual([true, ['a'], ['a', 'b'], ['a', 'c', 'd']]);
    expect([new Pipeline().withStage('x', stage).withConfig({ dev: true }).config.dev, a.config.dev]).toEqual([true, false]);
  });

  it('draws itself', () => {
    const graph = new Pipeline().withStage('a "x"', stage).withStage('guard', stage, 'guard', { dependencies: ['a "x"'] }).withStage('tts', stage, 'work', { streamsFrom: ['guard'], scope: 'speech' }).build();
    expect(graph.toMermaid()).toBe('flowchart LR\n  s0["a #34;x#34;"]\n  s1{{"guard"}}\n  s2[["tts"]]\n  s0 --> s1\n  s1 ==> s2');
    expect(JSON.parse(JSON.stringify(graph))).toEqual({ stages: [{ name: 'a "x"', kind: 'transform', type: null, always: false, scope: null }, { name: 'guard', kind: 'guard', type: null, always: false, scope: null }, { name: 'tts', kind: 'work', type: null, always: false, scope: 'speech' }], edges: [{ from: 'a "x"', to: 'guard', kind: 'settled' }, { from: 'guard', to: 'tts', kind: 'live' }] });
  });
});
