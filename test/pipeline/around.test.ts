// What runs around stages: interceptors, idempotency, checkpoints. And fused segments against separate stages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { Checkpoints, InMemoryCheckpointStore } from '../../src/pipeline/checkpoint.js';
import { idempotent, InMemoryIdempotencyStore } from '../../src/pipeline/idempotency.js';
import { CircuitBreakerInterceptor } from '../../src/pipeline/interceptors/circuit-breaker.js';
import { GuardRetryInterceptor } from '../../src/pipeline/interceptors/guard-retry.js';
import { intercept, type Interceptor } from '../../src/pipeline/interceptors/interceptor.js';
import { LoggingInterceptor } from '../../src/pipeline/interceptors/logging.js';
import { MetricsInterceptor } from '../../src/pipeline/interceptors/metrics.js';
import { RetryInterceptor } from '../../src/pipeline/interceptors/retry.js';
import { TimeoutInterceptor } from '../../src/pipeline/interceptors/timeout.js';
import { TracingInterceptor, type SpanAttributes } from '../../src/pipeline/interceptors/tracing.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { transformStage } from '../../src/stage/common-stages.js';
import { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import type { Stage } from '../../src/stage/stage.js';
import { textElement, valueElement, type StreamElement } from '../../src/stream/element.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const RUN = '550e8400-e29b-41d4-a716-446655440000';
const caught = (work: Promise<unknown>): Promise<StageError> => work.then(() => { throw new Error('did not reject'); }, (error: StageError) => error);
const withEvents = (): { types: string[]; eventSink: { emit: () => Promise<void>; tryEmit: (event: { type: string }) => void } } => {
  const types: string[] = [];
  return { types, eventSink: { emit: async () => undefined, tryEmit: ({ type }) => void types.push(type) } };
};

describe('intercept', () => {
  const noting = (name: string, log: string[], priority?: number): Interceptor => ({ name, ...(priority === undefined ? {} : { priority }), before: () => void log.push(`${name} before`), after: (_ctx, output) => void log.push(`${name} after ${output.status}`), around: async (_ctx, next) => { log.push(`${name} in`); const output = await next(); log.push(`${name} out`); return output; } });

  it('runs by priority, lower outside', async () => {
    const log: string[] = [];
    await new Pipeline({ wrappers: [intercept(noting('inner', log, 90), noting('outer', log, 10))] }).withStage('a', () => void log.push('stage')).build().run();
    expect(log).toEqual(['outer before', 'inner before', 'outer in', 'inner in', 'stage', 'inner out', 'outer out', 'inner after ok', 'outer after ok']);
  });

  it('lets one answer instead of the stage; those inside are not asked', async () => {
    const log: string[] = [];
    let ran = false;
    const cached: Interceptor = { name: 'cache', priority: 20, before: () => StageOutput.ok({ cached: true }) };
    const results = await new Pipeline({ wrappers: [intercept(noting('inner', log, 90), noting('outer', log, 10), cached)] }).withStage('a', () => { ran = true; }).build().run();
    expect([results.a.data, ran, log]).toEqual([{ cached: true }, false, ['outer before', 'outer after ok']]);
  });

  it('isolates an interceptor’s own errors, unless it is critical', async () => {
    const { types, eventSink } = withEvents();
    const broken = (critical: boolean): Interceptor => ({ name: 'broken', critical, before: () => { throw new Error('x'); }, after: () => { throw new Error('y'); } });
    const graph = (critical: boolean) => new Pipeline({ wrappers: [intercept(broken(critical))] }).withStage('a', () => ({ n: 1 })).build();
    expect((await graph(false).run({}, { eventSink })).a.status).toBe('ok');
    expect(types.filter((type) => type === 'interceptor.failed').length).toBe(2);
    expect((await caught(graph(true).run())).code).toBe('INTERCEPTOR_FAILED');
  });

  it('asks for an answer to a failure from the inside out, and the first that is not fail counts', async () => {
    const asked: string[] = [];
    const answering = (name: string, priority: number, answer: 'fail' | 'retry' | { fallback: StageOutput }): Interceptor => ({ name, priority, onError: () => { asked.push(name); return answer; } });
    const graph = new Pipeline({ wrappers: [intercept(answering('outer', 1, { fallback: StageOutput.ok({ from: 'outer' }) }), answering('middle', 2, { fallback: StageOutput.ok({ from: 'middle' }) }), answering('inner', 3, 'fail'))] }).withStage('a', () => StageOutput.fail('x')).build();
    expect((await graph.run()).a.data).toEqual({ from: 'middle' });
    expect(asked).toEqual(['inner', 'middle']);
    const retrying = new Pipeline({ wrappers: [intercept(answering('again', 1, 'retry'))] });
    let tries = 0;
    expect((await retrying.withStage('a', () => (++tries < 3 ? StageOutput.fail('x') : StageOutput.ok({ tries })), 'work', { retry: { baseDelayMs: 0 } }).build().run()).a.data).toEqual({ tries: 3 });
    expect((await caught(retrying.withStage('a', () => StageOutput.fail('x')).build().run())).code).toBe('RETRY_WITHOUT_POLICY');
  });

  it('refuses what is no interceptor', () => {
    expect(() => intercept(null as never)).toThrow(InvalidOptionError);
    expect(() => intercept({} as never)).toThrow(InvalidOptionError);
  });
});

describe('TimeoutInterceptor', () => {
  it('fails a stage that takes too long, aborts its signal, and knows exceptions by name', async () => {
    const clock = new ManualClock();
    let aborted: unknown;
    const graph = new Pipeline({ clock, failureMode: 'continue', wrappers: [intercept(new TimeoutInterceptor({ timeoutMs: 100, stages: { slow: 0 } }))] })
      .withStage('quick', (ctx) => new Promise<never>(() => ctx.signal.addEventListener('abort', () => (aborted = ctx.signal.reason))))
      .withStage('slow', () => new Promise<void>((resolve) => void clock.after(5000, resolve)))
      .build();
    const failing = caught(graph.run());
    await clock.advance(5000);
    const error = await failing;
    expect([error.stage, error.code, error.results['slow']?.status, (aborted as { code: string }).code, clock.pending]).toEqual(['quick', 'STAGE_TIMEOUT', 'ok', 'STAGE_TIMEOUT', 0]);
  });
});

describe('RetryInterceptor', () => {
  it('tries as often as it says, emits each time, and not after a live element', async () => {
    const { types, eventSink } = withEvents();
    let tries = 0;
    const wrappers = [intercept(new RetryInterceptor({ maxAttempts: 5, baseDelayMs: 0 }))];
    expect((await caught(new Pipeline({ wrappers }).withStage('a', () => { tries++; return StageOutput.fail('x'); }).build().run({}, { eventSink }))).stage).toBe('a');
    expect([tries, types.filter((type) => type === 'stage.retrying').length]).toEqual([5, 4]);
    tries = 0;
    await caught(new Pipeline({ wrappers }).withStage('a', async (ctx) => { tries++; await ctx.output.write(textElement('x')); return StageOutput.fail('x'); }).withStage('b', async (ctx) => { for await (const _ of ctx.input); }, { streamsFrom: ['a'] }).build().run());
    expect(tries).toBe(1);
  });

  it('knows exceptions by name', async () => {
    let tries = 0;
    await caught(new Pipeline({ wrappers: [intercept(new RetryInterceptor({ baseDelayMs: 0, stages: { a: null } }))] }).withStage('a', () => { tries++; return StageOutput.retry('x'); }).build().run());
    expect(tries).toBe(1);
  });
});

describe('CircuitBreakerInterceptor', () => {
  it('opens after failures in a row, fails at once while open, tries one when half-open, and closes on success', async () => {
    const clock = new ManualClock();
    const { types, eventSink } = withEvents();
    const breaker = new CircuitBreakerInterceptor({ failureThreshold: 3, resetTimeoutMs: 1000 });
    let healthy = false;
    let calls = 0;
    const graph = new Pipeline({ clock, wrappers: [intercept(breaker)] }).withStage('a', () => { calls++; return healthy ? StageOutput.ok() : StageOutput.fail('down'); }).build();
    const codes: string[] = [];
    const attempt = async (): Promise<void> => void codes.push(await graph.run({}, { eventSink }).then(() => 'ok', (error: StageError) => error.code));
    for (let n = 0; n < 5; n++) await attempt();
    expect([codes, calls, breaker.state('a', clock.now())]).toEqual([['STAGE_FAILED', 'STAGE_FAILED', 'STAGE_FAILED', 'CIRCUIT_OPEN', 'CIRCUIT_OPEN'], 3, 'open']);
    await clock.advance(1000);
    expect(breaker.state('a', clock.now())).toBe('half-open');
    await attempt();
    expect([calls, breaker.state('a', clock.now())]).toEqual([4, 'open']);
    await clock.advance(1000);
    healthy = true;
    await attempt();
    await attempt();
    expect([codes.slice(5), calls, breaker.state('a', clock.now()), types.filter((type) => type.startsWith('circuit.'))]).toEqual([['STAGE_FAILED', 'ok', 'ok'], 6, 'closed', ['circuit.opened', 'circuit.opened', 'circuit.closed']]);
  });

  it('lets only so many through while it is half-open', async () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreakerInterceptor({ failureThreshold: 1, resetTimeoutMs: 10 });
    let finish: ((output: StageOutput) => void) | undefined;
    let mode: 'fail' | 'hang' = 'fail';
    const graph = new Pipeline({ clock, wrappers: [intercept(breaker)] }).withStage('a', () => (mode === 'fail' ? StageOutput.fail('x') : new Promise<StageOutput>((resolve) => (finish = resolve)))).build();
    await caught(graph.run());
    await clock.advance(10);
    mode = 'hang';
    const trial = graph.run();
    await clock.advance(0);
    expect((await caught(graph.run())).code).toBe('CIRCUIT_OPEN');
    finish?.(StageOutput.ok());
    expect((await trial).a.status).toBe('ok');
  });
});

describe('a stage that does not heed its signal', () => {
  const never = (): Promise<never> => new Promise(() => undefined);

  it('gives its trial back to the breaker and counts as a failure when its time is over', async () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreakerInterceptor({ failureThreshold: 1, resetTimeoutMs: 10 });
    let stage: () => Promise<void> | Promise<never> = never;
    const graph = new Pipeline({ clock, wrappers: [intercept(breaker)] }).withStage('a', () => stage(), { timeoutMs: 5 }).build();
    const attempt = async (): Promise<string> => {
      const running = graph.run().then(() => 'ok', (error: StageError) => error.code);
      await clock.advance(5);
      return running;
    };
    expect([await attempt(), breaker.state('a', clock.now())]).toEqual(['STAGE_TIMEOUT', 'open']);
    await clock.advance(10);
    expect([await attempt(), breaker.state('a', clock.now())]).toEqual(['STAGE_TIMEOUT', 'open']); // the trial was taken
    await clock.advance(10);
    stage = async () => undefined;
    expect([await attempt(), breaker.state('a', clock.now())]).toEqual(['ok', 'closed']); // and given back
  });

  it('is a failure to a breaker inside a timeout interceptor too', async () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreakerInterceptor({ failureThreshold: 1 });
    const running = caught(new Pipeline({ clock, wrappers: [intercept(breaker, new TimeoutInterceptor({ timeoutMs: 5 }))] }).withStage('a', never).build().run());
    await clock.advance(5);
    expect([(await running).code, breaker.state('a', clock.now())]).toEqual(['STAGE_TIMEOUT', 'open']);
  });

  it('gives its trial back when the run is canceled, without counting', async () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreakerInterceptor({ failureThreshold: 1, resetTimeoutMs: 10 });
    let stage: () => unknown = () => StageOutput.fail('x');
    const graph = new Pipeline({ clock, wrappers: [intercept(breaker)] }).withStage('a', () => stage() as never).build();
    await caught(graph.run());
    await clock.advance(10);
    stage = never;
    const run = graph.start();
    await clock.advance(0);
    await run.cancel('enough');
    await clock.advance(0);
    stage = () => ({ well: true });
    expect((await graph.run()).require('a').data).toEqual({ well: true });
  });

  it('has its span ended and its run counted', async () => {
    let ended = 0;
    const metrics = new MetricsInterceptor();
    const tracer = { startSpan: () => ({ setAttributes: () => undefined, setStatus: () => undefined, end: () => void ended++ }) };
    const run = new Pipeline({ wrappers: [intercept(new TracingInterceptor({ tracer }), metrics)] }).withStage('a', never).build().start();
    await Promise.resolve();
    await run.cancel('enough');
    for (let n = 0; n < 20; n++) await Promise.resolve();
    expect([ended, metrics.getMetrics()['a']?.byStatus]).toEqual([1, { cancel: 1 }]);
  });

  it('frees the key of an idempotent stage, whose other callers then run it themselves', async () => {
    let calls = 0;
    const graph = new Pipeline().withStage('a', () => (++calls === 1 ? never() : { calls }), 'work', { wrappers: [idempotent({ key: () => 'k' })] }).build();
    const first = graph.start();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = graph.run();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.cancel('gone');
    expect([(await first.results).a.status, (await second).require('a').data, (await graph.run()).require('a').data]).toEqual(['cancel', { calls: 2 }, { calls: 2 }]);
  });
});

describe('logging, metrics and tracing', () => {
  it('see each stage once, without content', async () => {
    const lines: string[] = [];
    const logger = { debug: (message: string) => void lines.push(message), info: (message: string, facts?: object) => void lines.push(`${message} ${JSON.stringify(facts)}`), warn: (message: string, facts?: object) => void lines.push(`${message} ${JSON.stringify(facts)}`) };
    const metrics = new MetricsInterceptor();
    const spans: { name: string; attributes: SpanAttributes; status?: number; ended: boolean }[] = [];
    const tracer = { startSpan: (name: string, options?: { attributes?: SpanAttributes }) => { const span = { name, attributes: { ...options?.attributes }, ended: false } as (typeof spans)[number]; spans.push(span); return { setAttributes: (more: SpanAttributes) => Object.assign(span.attributes, more), setStatus: ({ code }: { code: number }) => (span.status = code), end: () => (span.ended = true) }; } };
    const graph = new Pipeline({ failureMode: 'best-effort', topology: 'chat', wrappers: [intercept(new LoggingInterceptor({ logger }), metrics, new TracingInterceptor({ tracer }))] })
      .withStage('llm', () => ({ llm: { model: 'm', provider: 'p', input_tokens: 3, output_tokens: 5 } }), 'agent')
      .withStage('bad', () => { throw new Error('secret'); })
      .build();
    await graph.run({ pipelineRunId: RUN });
    await graph.run();
    expect([metrics.getMetrics()['llm']?.runs, metrics.getMetrics()['bad']?.byStatus]).toEqual([2, { fail: 2 }]);
    expect(lines.filter((line) => line.startsWith('stage failed')).length).toBe(2);
    expect(lines.join()).not.toContain('secret');
    expect(spans[0]).toMatchObject({ name: 'stage llm', status: 1, ended: true, attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.workflow.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.provider.name': 'p', 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 5, 'sluice.stage.status': 'ok' } });
    expect(spans[1]).toMatchObject({ status: 2, ended: true, attributes: { 'error.type': 'STAGE_FAILED' } });
  });
});

describe('GuardRetryInterceptor', () => {
  const graphOf = (answers: readonly string[], options = {}) => {
    let n = 0;
    return new Pipeline({ wrappers: [intercept(new GuardRetryInterceptor({ rerun: { guard: 'llm' }, ...options }))] })
      .withStage('llm', () => ({ response: answers[Math.min(n++, answers.length - 1)] ?? '' }))
      .withStage('guard', (ctx) => (ctx.inputs.getFrom('llm', 'response') === 'good' ? StageOutput.ok({ passed: true }) : StageOutput.fail('refused')), 'guard', { dependencies: ['llm'] })
      .withStage('say', (ctx) => ({ said: ctx.inputs.getFrom('llm', 'response') }), 'work', { dependencies: ['llm', 'guard'] })
      .build();
  };

  it('lets the stage try once more, and later stages read the new answer', async () => {
    const { types, eventSink } = withEvents();
    const results = await graphOf(['bad', 'worse', 'good']).run({}, { eventSink });
    expect([results.require('say').data, results.require('llm').data]).toEqual([{ said: 'good' }, { response: 'good' }]);
    expect(types.filter((type) => type.startsWith('guard_retry'))).toEqual(['guard_retry.attempt', 'guard_retry.attempt', 'guard_retry.succeeded']);
  });

  it('ends when the tries are used up, or when the answer no longer changes', async () => {
    const first = withEvents();
    expect((await caught(graphOf(['a', 'b', 'c', 'good']).run({}, { eventSink: first.eventSink }))).stage).toBe('guard');
    expect(first.types.filter((type) => type.startsWith('guard_retry')).length).toBe(3);
    const second = withEvents();
    await caught(graphOf(['same'], { maxAttempts: 10 }).run({}, { eventSink: second.eventSink }));
    expect(second.types.filter((type) => type === 'guard_retry.attempt').length).toBe(2);
  });
});

describe('idempotent', () => {
  const graphOf = (work: () => StageOutput | Promise<StageOutput>, options = {}, clock = new ManualClock()) => new Pipeline({ clock }).withStage('book', work, 'work', { wrappers: [idempotent(options)] }).withStage('pay', work, 'work', { wrappers: [idempotent(options)] }).build();
  const request = (text = 'x') => ({ requestId: RUN, inputText: text });

  it('runs a stage once per key and stage, and gives the stored output after', async () => {
    let calls = 0;
    const store = new InMemoryIdempotencyStore();
    const graph = graphOf(() => StageOutput.ok({ call: ++calls }), { store });
    const first = await graph.run(request());
    const again = await graph.run(request());
    expect([calls, first.book.data, first.pay.data, again.book.data, again.pay.data]).toEqual([2, { call: 1 }, { call: 2 }, { call: 1 }, { call: 2 }]);
  });

  it('shares one run among calls at the same time', async () => {
    let calls = 0;
    const wrapper = idempotent();
    const graph = new Pipeline().withStage('book', async () => { calls++; await new Promise((resolve) => setTimeout(resolve, 5)); return { calls }; }, 'work', { wrappers: [wrapper] }).build();
    const all = await Promise.all([graph.run(request()), graph.run(request()), graph.run(request())]);
    expect([calls, all.map((results) => results.book.data)]).toEqual([1, [{ calls: 1 }, { calls: 1 }, { calls: 1 }]]);
  });

  it('refuses the same key with other parameters', async () => {
    const graph = graphOf(() => StageOutput.ok(), { store: new InMemoryIdempotencyStore() });
    await graph.run(request('one'));
    expect((await caught(graph.run(request('two')))).code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('stores no failure, forgets after its time, and leaves other kinds and calls without a key alone', async () => {
    const clock = new ManualClock();
    let calls = 0;
    let fail = true;
    const graph = graphOf(() => { calls++; return fail ? StageOutput.fail('x') : StageOutput.ok(); }, { store: new InMemoryIdempotencyStore(), ttlMs: 1000 }, clock);
    await caught(graph.run(request()));
    fail = false;
    await graph.run(request());
    await clock.advance(1001);
    await graph.run(request());
    const before = calls;
    await graph.run({ inputText: 'x' });
    await graph.run({ inputText: 'x' });
    expect(calls - before).toBe(4);
    expect(before).toBeGreaterThanOrEqual(5);
    let others = 0;
    const transform = new Pipeline().withStage('t', () => { others++; }, 'transform', { wrappers: [idempotent()] }).build();
    await transform.run(request());
    await transform.run(request());
    expect(others).toBe(2);
  });

  it('refuses options that cannot work', () => {
    for (const options of [{ ttl: 1 }, { key: 'x' }, { store: {} }, { ttlMs: 0 }]) expect(() => idempotent(options as never)).toThrow(InvalidOptionError);
  });
});

describe('Checkpoints', () => {
  const counted = () => {
    const calls: Record<string, number> = {};
    const stage = (name: string, data: object = {}): Stage => ({ name, kind: 'work', async execute(ctx) { for await (const _ of ctx.input); calls[name] = (calls[name] ?? 0) + 1; if ((ctx.snapshot.metadata as { failAt?: string }).failAt === name) throw new Error('cut off'); return StageOutput.ok({ ...data, name }); } });
    return { calls, stage };
  };

  it('save what settled well and let a later run go on from there', async () => {
    const { calls, stage } = counted();
    const checkpoints = new Checkpoints();
    const graph = new Pipeline({ wrappers: [checkpoints.wrapper] }).withStage('a', stage('a', { at: new Date(5) })).withStage('b', stage('b'), { dependencies: ['a'] }).withStage('c', stage('c'), { dependencies: ['b'] }).build();
    await caught(graph.run({ pipelineRunId: RUN, metadata: { failAt: 'c' } }));
    const results = await graph.run({ pipelineRunId: RUN }, { resume: await checkpoints.load(graph, RUN) });
    expect([calls, (results.a.data as { at: Date }).at, results.c.status]).toEqual([{ a: 1, b: 1, c: 2 }, new Date(5), 'ok']);
    await checkpoints.clear(RUN);
    expect(await checkpoints.load(graph, RUN)).toEqual({});
  });

  it('resume a live-connected group as a whole or not at all', async () => {
    const { calls, stage } = counted();
    const checkpoints = new Checkpoints({ store: new InMemoryCheckpointStore() });
    const graph = new Pipeline({ failureMode: 'continue', wrappers: [checkpoints.wrapper] }).withStage('a', stage('a')).withStage('b', stage('b'), { streamsFrom: ['a'] }).withStage('alone', stage('alone')).build();
    await caught(graph.run({ pipelineRunId: RUN, metadata: { failAt: 'b' } }));
    expect(Object.keys(await checkpoints.load(graph, RUN))).toEqual(['alone']);
    await graph.run({ pipelineRunId: RUN }, { resume: await checkpoints.load(graph, RUN) });
    expect([calls, Object.keys(await checkpoints.load(graph, RUN)).sort()]).toEqual([{ a: 2, b: 2, alone: 1 }, ['a', 'alone', 'b']]);
  });

  it('fail the stage whose output cannot be cloned, by its name', async () => {
    const graph = new Pipeline({ wrappers: [new Checkpoints().wrapper] }).withStage('a', () => ({ f: () => 1 })).build();
    const error = await caught(graph.run({ pipelineRunId: RUN }));
    expect([error.stage, error.code, (error.cause as Error).message]).toEqual(['a', 'NOT_CLONEABLE', expect.stringContaining("The output of stage 'a' cannot be saved")]);
    expect((await graph.run()).a.status).toBe('ok');
  });
});

describe('fused segments', () => {
  const make = (fused: boolean, fns: readonly ((one: StreamElement) => StreamElement | readonly StreamElement[] | undefined)[], flushes: readonly boolean[]) => {
    const stages = fns.map((fn, n) => transformStage(`t${n}`, fn, flushes[n] === true ? () => [valueElement(`end${n}`)] : undefined));
    const specs = stages.map((stage, n) => ({ name: `t${n}`, stage, streamsFrom: [n === 0 ? 'src' : `t${n - 1}`], ...(fused ? {} : { timeoutMs: 60_000 }) }));
    return Pipeline.from([{ name: 'src', stage: async (ctx) => { for (let n = 0; n < 20; n++) if (!(await ctx.output.write(valueElement(n)))) return; } }, ...specs], { failureMode: 'best-effort', channelBufferSize: 2 });
  };
  const observe = async (graph: ReturnType<typeof make>): Promise<unknown> => {
    const events: string[] = [];
    const run = graph.start({}, undefined, { eventSink: { emit: async () => undefined, tryEmit: ({ type, data }) => void events.push(`${type} ${String(data['stage'] ?? '')}`) } });
    const out: unknown[] = [];
    await (async () => { for await (const one of run.output) out.push(one.type === 'value' ? one.value : one.type); })().catch((error: Error) => out.push(error.name));
    const results = await run.results;
    return { out, events: events.sort(), results: Object.fromEntries((Object.entries(results) as [string, StageOutput][]).map(([name, output]) => [name, [output.status, output.status === 'ok' && name !== 'src' ? output.data : null]])) };
  };

  it('are what neighbours with transform are run as', () => {
    const graph = make(true, [(one) => one, (one) => one, (one) => one], []);
    expect(graph.graph.nodes.map(({ segment }) => segment)).toEqual([undefined, [1, 2, 3], [1, 2, 3], [1, 2, 3]]);
    expect(make(false, [(one) => one, (one) => one], []).graph.nodes.every(({ segment }) => segment === undefined)).toBe(true);
  });

  it('give the same elements, counts, events and outcomes as separate stages', async () => {
    const kinds = [(one: StreamElement) => one, (one: StreamElement) => [one, one], () => undefined, (one: StreamElement) => (one.type === 'value' && one.value === 7 ? undefined : one), (one: StreamElement) => { if (one.type === 'value' && one.value === 11) throw new Error('x'); return one; }] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ kind: fc.integer({ min: 0, max: 4 }), flush: fc.boolean() }), { minLength: 2, maxLength: 5 }), async (plan) => {
        const fns = plan.map(({ kind }) => kinds[kind] as (typeof kinds)[number]);
        const flushes = plan.map(({ flush }) => flush);
        const failing = plan.findIndex(({ kind }) => kind === 4);
        const [fused, apart] = (await Promise.all([observe(make(true, fns, flushes)), observe(make(false, fns, flushes))])) as { out: unknown[]; events: string[]; results: Record<string, [string, object | null]> }[];
        expect(fused?.events).toEqual(apart?.events);
        expect(Object.entries(fused?.results ?? {}).map(([name, [status]]) => `${name} ${status}`)).toEqual(Object.entries(apart?.results ?? {}).map(([name, [status]]) => `${name} ${status}`));
        if (failing < 0) expect(fused).toEqual(apart);
      }),
      { numRuns: 80, seed: 20260401 },
    );
  });

  it('end when nobody reads any more', async () => {
    let made = 0;
    const graph = Pipeline.from([{ name: 'src', stage: async (ctx) => { for (let n = 0; n < 100_000; n++) if (!(await ctx.output.write(valueElement(n)))) return; } }, { name: 'a', stage: transformStage('a', (one) => { made++; return one; }), streamsFrom: ['src'] }, { name: 'b', stage: transformStage('b', (one) => one), streamsFrom: ['a'] }, { name: 'c', stage: async (ctx) => { await ctx.input.read(); }, streamsFrom: ['b'] }]);
    const results = await graph.run();
    expect([(Object.values(results) as StageOutput[]).map(({ status }) => status), made < 200]).toEqual([['ok', 'ok', 'ok', 'ok'], true]);
  });
});
