// The core alone: settled edges, runs, cancellation, deadlines and retries, and clear words about what it has not.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import { PipelineConfig } from '../../src/pipeline/config.js';
import { PipelineContext } from '../../src/pipeline/context.js';
import { CorePipeline } from '../../src/pipeline/core-pipeline.js';
import { PipelineTimeoutError } from '../../src/pipeline/errors.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { createStageContext } from '../../src/stage/context.js';
import type { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const RUN = '550e8400-e29b-41d4-a716-446655440000';
const never = (): Promise<never> => new Promise(() => undefined);
const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const;

describe('a core pipeline', () => {
  it('runs a graph of settled edges and gives its results', async () => {
    const graph = new CorePipeline()
      .withStage('a', () => ({ n: 1 }))
      .withStage('b', async (ctx) => ({ n: ctx.inputs.requireFrom('a', 'n') + 1 }), { dependencies: ['a'] })
      .build();
    const results = await graph.run();
    expect([results.require('b').data, graph.stageNames, graph.specs.length, graph.graph.hasLiveEdges]).toEqual([{ n: 2 }, ['a', 'b'], 2, false]);
  });

  it('tries again after a failure, and rejects with the results so far when the tries are used up', async () => {
    const clock = new ManualClock();
    let tries = 0;
    const flaky = (most: number) => (): object => {
      if (++tries < most) throw new Error('not yet');
      return { tries };
    };
    const pipeline = new CorePipeline({ clock }).withStage('before', () => ({ done: true }));
    const retry = { maxAttempts: 3, jitter: 'none', baseDelayMs: 10 } as const;
    const good = pipeline.withStage('flaky', flaky(3), { dependencies: ['before'], retry }).build().run();
    await clock.advance(100);
    expect((await good).require('flaky').data).toEqual({ tries: 3 });
    tries = -9;
    const bad = pipeline.withStage('flaky', flaky(3), { dependencies: ['before'], retry }).build().run().catch((error: StageError) => error);
    await clock.advance(100);
    expect(await bad).toMatchObject({ code: 'STAGE_FAILED', stage: 'flaky', results: { before: { status: 'ok' } } });
  });

  it('ends a stage, and a run, whose time is over', async () => {
    const clock = new ManualClock();
    const stage = new CorePipeline({ clock }).withStage('slow', never, { timeoutMs: 50 }).build().run().catch((error: unknown) => error);
    const run = new CorePipeline({ clock, executionTimeoutMs: 70 }).withStage('slow', never).build().run().catch((error: unknown) => error);
    await clock.advance(50);
    expect(await stage).toMatchObject({ code: 'STAGE_TIMEOUT', stage: 'slow' });
    await clock.advance(20);
    expect(await run).toBeInstanceOf(PipelineTimeoutError);
  });

  it('cancels a run with a reason, and has an output that is empty', async () => {
    const run = new CorePipeline().withStage('slow', never).build().start();
    expect([await run.output.read(), run.canceled]).toEqual([undefined, false]);
    await run.cancel('enough');
    expect([(await run.results).slow.status, run.cancelReason]).toEqual(['cancel', 'enough']);
  });

  it('lets a stage write into nothing and read nothing', async () => {
    const graph = new CorePipeline().withStage('a', async (ctx) => ({ wrote: await ctx.output.write({} as never), read: (await ctx.input.read()) === undefined })).build();
    expect((await graph.run()).require('a').data).toEqual({ wrote: true, read: true });
  });

  it('counts tries and retries although nobody reads the live output', async () => {
    let tries = 0;
    const graph = new CorePipeline().withStage('a', async () => { if (++tries === 1) throw new Error('x'); }, { retry: { baseDelayMs: 0 } }).build();
    await graph.run();
    expect(tries).toBe(2);
  });

  it('emits the events of its stages to a sink', async () => {
    const types: string[] = [];
    await new CorePipeline().withStage('a', () => undefined).build().run({ pipelineRunId: RUN }, { eventSink: { emit: async () => undefined, tryEmit: ({ type, data }) => void types.push(`${type} ${String(data['pipeline_run_id'])}`) } });
    expect(types).toEqual([`pipeline.started ${RUN}`, `stage.started ${RUN}`, `stage.completed ${RUN}`, `pipeline.completed ${RUN}`]);
  });

  it('composes core pipelines, takes other settings, and is built from data', async () => {
    const config = new PipelineConfig({ failureMode: 'continue' });
    const one = new CorePipeline().withStage('a', () => ({ n: 1 }));
    const both = one.compose(new CorePipeline().withStage('b', () => ({ n: 2 }))).withConfig({ topology: 'pair' }).build();
    expect([both.stageNames, both.config.topology, CorePipeline.from([{ name: 'x', stage: () => undefined }], config).config]).toEqual([['a', 'b'], 'pair', config]);
    expect(Object.keys(await both.run())).toEqual(['a', 'b']);
  });

  it('runs interceptors and other wrappers', async () => {
    const graph = new CorePipeline({ wrappers: [async (_ctx, next) => { const output = await next(); return StageOutput.ok({ ...output.data, wrapped: true }); }] }).withStage('a', () => ({ n: 1 })).build();
    expect((await graph.run()).require('a').data).toEqual({ n: 1, wrapped: true });
  });
});

describe('the snapshot of a core run', () => {
  const seen = async (context?: unknown): Promise<Record<string, unknown>> => {
    let snapshot: unknown;
    await new CorePipeline().withStage('a', (ctx) => { snapshot = ctx.snapshot; return { text: ctx.inputs.userText, id: ctx.pipelineRunId }; }).build().run(context as never);
    return snapshot as Record<string, unknown>;
  };

  it('has the flat fields of a record, frozen, the others empty', async () => {
    const snapshot = await seen({ inputText: 'hi', sessionId: RUN, metadata: { n: { deep: 1 } } });
    expect(snapshot).toMatchObject({ inputText: 'hi', sessionId: RUN, userId: null, conversation: null, enrichments: null, messages: [], documents: [], metadata: { n: { deep: 1 } } });
    expect([Object.isFrozen(snapshot), Object.isFrozen((snapshot['metadata'] as { n: object }).n), snapshot['createdAt'] instanceof Date]).toEqual([true, true, true]);
  });

  it('is empty when there is no context, and the given one when that is whole', async () => {
    const whole = new ContextSnapshot({ inputText: 'whole' });
    expect((await seen())['inputText']).toBeNull();
    expect(await seen(whole)).toBe(whole);
    expect(await seen(createStageContext({ snapshot: whole }))).toBe(whole);
    expect((await seen(new PipelineContext({ snapshot: whole })))['inputText']).toBe('whole');
  });

  it.each<[string, unknown, string]>([
    ['a text', 'hi', 'INVALID_OPTION'],
    ['null', null, 'INVALID_OPTION'],
    ['a list', [], 'INVALID_OPTION'],
    ['a field that needs the whole class', { conversation: {} }, 'INVALID_OPTION'],
    ['a number as text', { inputText: 5 }, 'INVALID_OPTION'],
    ['an id that is none', { userId: 'me' }, 'INVALID_ID'],
  ])('refuses %s', async (_, context, code) => {
    await expect(seen(context)).rejects.toMatchObject({ code });
  });
});

describe('what the core has not', () => {
  const refused = (make: () => unknown): InvalidOptionError => {
    try {
      make();
    } catch (error) {
      return error as InvalidOptionError;
    }
    throw new Error('was not refused');
  };

  it.each<[string, object]>([
    ['live edges', { streamsFrom: ['a'] }],
    ['capacity', { capacity: 4 }],
    ['first-element deadlines', { firstElementTimeoutMs: 5 }],
    ['idle deadlines', { idleTimeoutMs: 5 }],
    ['output schemas', { outputSchema: schema }],
  ])('refuses %s, and says which pipeline has them', (_, edges) => {
    const error = refused(() => new CorePipeline().withStage('a', never).withStage('b', never, edges as never));
    expect([error.code, error.option.startsWith("Pipeline.withStage('b')."), error.message.includes('the Pipeline of sluice has all')]).toEqual(['INVALID_OPTION', true, true]);
  });

  it('refuses wide events, input, and a pipeline with live edges', () => {
    const live = new Pipeline().withStage('a', never).withStage('b', never).connect('a', 'b');
    expect(refused(() => new CorePipeline({ metrics: true }).withStage('a', never).build()).option).toBe('CorePipeline.config.metrics');
    expect(refused(() => new CorePipeline().withStage('a', never).build().start(undefined, [])).option).toBe('StageGraph.start.input');
    expect(refused(() => new CorePipeline().compose(live as never).build()).option).toBe('CorePipeline.compose.other');
    expect(refused(() => new CorePipeline().compose({} as never)).option).toBe('Pipeline.compose.other');
  });
});
