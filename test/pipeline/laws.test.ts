// The ten laws of a graph with settled and live edges, one by one.
import { describe, expect, it } from 'vitest';
import { PipelineValidationError } from '../../src/pipeline/errors.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageSpec } from '../../src/pipeline/spec.js';
import { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import type { Stage } from '../../src/stage/stage.js';
import { StreamError } from '../../src/stream/errors.js';
import { interruptElement, textElement, valueElement } from '../../src/stream/element.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

/** Emits `count` values. */
function source(count: number, name = 'source'): Stage {
  return {
    name,
    kind: 'transform',
    async execute(ctx) {
      for (let n = 0; n < count; n++) if (!(await ctx.output.write(valueElement(n)))) return StageOutput.ok({ stopped: n });
      return StageOutput.ok({ count });
    },
  };
}

/** Passes everything on and counts it. */
function relay(name = 'relay'): Stage {
  return {
    name,
    kind: 'transform',
    async execute(ctx) {
      let count = 0;
      for await (const element of ctx.input) {
        count++;
        await ctx.output.write(element);
      }
      return StageOutput.ok({ count });
    },
  };
}

const never = (): Promise<never> => new Promise(() => undefined);

function codeOf(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    if (error instanceof PipelineValidationError) return `${error.code}: ${error.stages.join(',')}`;
    throw error;
  }
  return 'built';
}

describe('law 1: no join that a full channel can starve', () => {
  const cases: readonly [string, readonly StageSpec[], string][] = [
    ['a stage that reads a and waits for a', [{ name: 'a', stage: source(3) }, { name: 'b', stage: relay(), streamsFrom: ['a'], dependencies: ['a'] }], 'CONTRACT-004-STARVED_JOIN: b,a'],
    [
      'a stage that reads c, fed by a, and waits for b, fed by a',
      [{ name: 'a', stage: source(3) }, { name: 'b', stage: relay(), streamsFrom: ['a'] }, { name: 'c', stage: relay(), streamsFrom: ['a'] }, { name: 'd', stage: relay(), streamsFrom: ['c'], dependencies: ['b'] }],
      'CONTRACT-004-STARVED_JOIN: d,b,a,c',
    ],
    [
      'a stage that waits for what a settled edge leads to from a live ancestor',
      [{ name: 'a', stage: source(3) }, { name: 'b', stage: relay(), streamsFrom: ['a'] }, { name: 'after', stage: () => undefined, dependencies: ['a'] }, { name: 'd', stage: relay(), streamsFrom: ['b'], dependencies: ['after'] }],
      'CONTRACT-004-STARVED_JOIN: d,after,a,b',
    ],
    [
      'a merge in order of two branches of one producer',
      [{ name: 'a', stage: source(3) }, { name: 'b', stage: relay(), streamsFrom: ['a'] }, { name: 'c', stage: relay(), streamsFrom: ['a'] }, { name: 'm', stage: { ...relay(), merges: 'ordered' }, streamsFrom: ['b', 'c'] }],
      'CONTRACT-004-STARVED_JOIN: c,b,a',
    ],
    [
      'two stages that each read what the other waits for',
      [{ name: 'a', stage: source(3) }, { name: 'b', stage: source(3) }, { name: 'c', stage: relay(), dependencies: ['a'], streamsFrom: ['b'] }, { name: 'd', stage: relay(), dependencies: ['b'], streamsFrom: ['a'] }],
      'CONTRACT-004-STARVED_JOIN: d,b,c,a',
    ],
    ['a stage that reads c and waits for something unrelated', [{ name: 'x', stage: () => undefined }, { name: 'a', stage: source(3) }, { name: 'b', stage: relay(), streamsFrom: ['a'], dependencies: ['x'] }], 'built'],
    ['a stage that waits for what came before the producer', [{ name: 'x', stage: () => undefined }, { name: 'a', stage: source(3), dependencies: ['x'] }, { name: 'b', stage: relay(), streamsFrom: ['a'], dependencies: ['x'] }], 'built'],
    ['a circle over both kinds of edges', [{ name: 'a', stage: relay(), streamsFrom: ['b'] }, { name: 'b', stage: relay(), dependencies: ['a'] }], 'CONTRACT-004-CYCLE: b,a'],
  ];
  it.each(cases)('%s', (_, specs, expected) => {
    expect(codeOf(() => Pipeline.from(specs))).toBe(expected);
  });

  it('names both paths', () => {
    expect(() => Pipeline.from(cases[1]?.[1] ?? [])).toThrow("'d' starts after the end of 'b'; 'b' cannot end before 'a' has ended; 'a' cannot end before 'c' reads it; 'c' reads on only while 'd' reads it. Let 'd' read what it waits for live as well");
  });
});

describe('law 2: the critical lane has its own credits', () => {
  it('lets an interrupt into a full channel, and overtake', async () => {
    const seen: string[] = [];
    let full: (() => void) | undefined;
    const isFull = new Promise<void>((resolve) => (full = resolve));
    const graph = new Pipeline({ channelBufferSize: 2 })
      .withStage('writer', async (ctx) => {
        expect([ctx.output.tryWrite(textElement('1')), ctx.output.tryWrite(textElement('2')), ctx.output.tryWrite(textElement('3'))]).toEqual([true, true, false]);
        expect(ctx.output.tryWrite(interruptElement('barge-in'))).toBe(true);
        full?.();
      })
      .withStage('reader', async (ctx) => {
        await isFull;
        for await (const element of ctx.input) seen.push(element.type === 'text' ? element.text : element.type);
      }, 'work', { streamsFrom: ['writer'] })
      .build();
    await graph.run();
    expect(seen).toEqual(['interrupt', '1', '2']);
  });
});

describe('law 3: a reader that stops and a writer that fails', () => {
  it('turns the write of a reader that stopped early to false', async () => {
    const graph = new Pipeline({ channelBufferSize: 1 })
      .withStage('a', source(1000))
      .withStage('b', async (ctx) => {
        for await (const element of ctx.input) return { first: element.type === 'value' ? element.value : null };
        return { first: null };
      }, 'work', { streamsFrom: ['a'] })
      .build();
    const results = await graph.run();
    expect(results.require('b').data.first).toBe(0);
    expect((results.require('a').data as { stopped?: number }).stopped).toBeLessThanOrEqual(3);
  });

  it.each(['parked', 'unparked'])('rejects the read of a %s reader with StreamError whose cause is the StageError', async (how) => {
    let seen: unknown;
    let release: (() => void) | undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const graph = new Pipeline({ failureMode: 'continue' })
      .withStage('a', async (ctx) => {
        await ctx.output.write(textElement('x'));
        await Promise.resolve();
        setTimeout(() => release?.(), 0);
        if (how === 'parked') await new Promise((resolve) => setTimeout(resolve, 5));
        throw new TypeError('broken');
      })
      .withStage('b', async (ctx) => {
        if (how === 'unparked') await hold;
        const read: string[] = [];
        try {
          for await (const element of ctx.input) read.push(element.type);
        } catch (error) {
          seen = error;
        }
        return { read };
      }, 'work', { streamsFrom: ['a'] })
      .build();
    const error = await graph.run().then(() => undefined, (thrown: unknown) => thrown as StageError);
    expect(seen).toBeInstanceOf(StreamError);
    expect((seen as StreamError).cause).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'a', code: 'STAGE_FAILED' });
    expect(error?.results['b']).toMatchObject({ status: 'ok', data: { read: ['text'] } });
  });
});

describe('law 4: no silent retry after the first live element', () => {
  it('settles as failed with RETRY_AFTER_EMIT', async () => {
    let tries = 0;
    const graph = new Pipeline()
      .withStage('a', async (ctx) => {
        tries++;
        await ctx.output.write(textElement('x'));
        return StageOutput.retry('again');
      }, 'work', { retry: { maxAttempts: 3, baseDelayMs: 0 } })
      .withStage('b', relay(), { streamsFrom: ['a'] })
      .build();
    await expect(graph.run()).rejects.toMatchObject({ code: 'RETRY_AFTER_EMIT', stage: 'a' });
    expect(tries).toBe(1);
  });

  it('retries before it', async () => {
    let tries = 0;
    const graph = new Pipeline()
      .withStage('a', async (ctx) => {
        if (++tries < 3) return StageOutput.retry('again');
        await ctx.output.write(textElement('x'));
        return StageOutput.ok({ tries: ctx.attempt });
      }, 'work', { retry: { maxAttempts: 3, baseDelayMs: 0 } })
      .withStage('b', relay(), { streamsFrom: ['a'] })
      .build();
    const results = await graph.run();
    expect(results.require('a').data).toEqual({ tries: 3 });
    expect(results.require('b').data).toEqual({ count: 1 });
  });
});

describe('law 5: how a settled stage ends its live output and the run', () => {
  it('closes the live output of a skipped stage empty', async () => {
    const graph = new Pipeline()
      .withStage('a', () => StageOutput.skip('nothing to say'))
      .withStage('b', relay(), { streamsFrom: ['a'] })
      .build();
    expect((await graph.run()).require('b').data).toEqual({ count: 0 });
  });

  it('settles the rest as canceled, without error, when a stage cancels', async () => {
    let aborted: unknown;
    const graph = new Pipeline()
      .withStage('long', (ctx) => {
        ctx.signal.addEventListener('abort', () => (aborted = ctx.signal.reason));
        return never();
      })
      .withStage('stop', () => StageOutput.cancel('the user hung up'))
      .withStage('after', () => undefined, 'work', { dependencies: ['long'] })
      .build();
    const results = await graph.run();
    expect(Object.fromEntries((Object.entries(results) as [string, StageOutput][]).map(([name, output]) => [name, output.status]))).toEqual({ long: 'cancel', stop: 'cancel', after: 'cancel' });
    expect(results.after.data).toEqual({ cancelReason: 'the user hung up' });
    expect(aborted).toMatchObject({ code: 'ABORTED' });
  });

  it('rejects with StageError carrying the outputs of finished stages when a stage fails', async () => {
    const graph = new Pipeline()
      .withStage('done', () => ({ n: 1 }))
      .withStage('bad', async () => { throw new RangeError('secret of a user'); }, 'work', { dependencies: ['done'] })
      .withStage('after', () => undefined, 'work', { dependencies: ['bad'] })
      .build();
    const error = await graph.run().then(() => undefined, (thrown: unknown) => thrown as StageError);
    expect(error).toBeInstanceOf(StageError);
    expect(error?.message).toBe("Stage 'bad' (work) failed: STAGE_FAILED. See `cause` for what it failed with and `results` for the stages that had finished.");
    expect(error?.message).not.toContain('secret');
    expect(error?.cause).toBeInstanceOf(RangeError);
    expect(Object.entries(error?.results ?? {}).map(([name, output]) => `${name}:${output.status}`)).toEqual(['done:ok', 'bad:fail', 'after:cancel']);
  });
});

describe('law 6: a leaf whose output nobody reads', () => {
  it('never stalls the run', async () => {
    const results = await new Pipeline({ channelBufferSize: 1 }).withStage('a', source(10_000)).build().run();
    expect(results.require('a').data).toEqual({ count: 10_000 });
  });

  it('is given to the reader of run.output otherwise, which sets the pace', async () => {
    let written = 0;
    const graph = new Pipeline({ channelBufferSize: 2 })
      .withStage('a', async (ctx) => {
        for (let n = 0; n < 10; n++) {
          await ctx.output.write(valueElement(n));
          written++;
        }
      })
      .build();
    const run = graph.start();
    const { output } = run;
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(written).toBe(2);
    const all: unknown[] = [];
    for await (const element of output) all.push(element.type === 'value' ? element.value : undefined);
    expect(all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('law 7: every wait ends with the signal, every timer is on the injected clock', () => {
  it('cancels the run when the caller’s signal aborts, and leaves no listener on it', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => { listeners++; add(...args); }) as typeof add;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => { listeners--; remove(...args); }) as typeof remove;
    const graph = new Pipeline().withStage('a', () => never()).build();
    const running = graph.run({}, { signal });
    controller.abort('enough');
    expect((await running).a).toMatchObject({ status: 'cancel', data: { cancelReason: 'enough' } });
    expect(listeners).toBe(0);
    await new Pipeline().withStage('a', () => undefined).build().run({}, { signal: new AbortController().signal });
  });

  it('does not start a run whose signal has aborted already', async () => {
    let ran = false;
    const graph = new Pipeline().withStage('a', () => { ran = true; }).build();
    expect((await graph.run({}, { signal: AbortSignal.abort('late') })).a.status).toBe('cancel');
    expect(ran).toBe(false);
  });

  it('leaves nothing behind when it is canceled before its first turn', async () => {
    const controller = new AbortController();
    let listeners = 0;
    controller.signal.addEventListener = () => void listeners++;
    controller.signal.removeEventListener = () => void listeners--;
    const types: string[] = [];
    const eventSink = { emit: async () => undefined, tryEmit: ({ type }: { type: string }) => void types.push(type) };
    const run = new Pipeline().withStage('a', () => never()).build().start({}, undefined, { signal: controller.signal, eventSink });
    await run.cancel('at once');
    await Promise.resolve();
    await new Pipeline().withStage('a', () => never()).build().run({}, { signal: AbortSignal.abort('late'), sessionSignal: controller.signal });
    expect([listeners, types, (await run.results).a.status]).toEqual([0, ['stage.canceled', 'pipeline.canceled'], 'cancel']);
  });

  it('keeps deadlines, back-off and shut-down on the clock alone', async () => {
    const clock = new ManualClock();
    let tries = 0;
    const graph = new Pipeline({ clock })
      .withStage('slow', (ctx) => { tries++; ctx.signal.addEventListener('abort', () => undefined); return never(); }, 'work', { timeoutMs: 100, retry: { maxAttempts: 2, backoff: 'constant', jitter: 'none', baseDelayMs: 50 } })
      .build();
    const failed = graph.run().then(() => 'resolved', (error: StageError) => `${error.code} at ${clock.now()}`);
    await clock.advance(99);
    expect(tries).toBe(1);
    await clock.advance(51);
    expect(tries).toBe(2);
    await clock.advance(100);
    expect(await failed).toBe('STAGE_TIMEOUT at 250');
    expect(clock.pending).toBe(0);
  });
});

describe('law 8: always', () => {
  it.each(['ok', 'skip', 'cancel', 'fail'] as const)('runs once its dependency has settled as %s', async (how) => {
    let saw: string | undefined;
    const graph = new Pipeline()
      .withStage('a', () => (how === 'ok' ? StageOutput.ok() : how === 'skip' ? StageOutput.skip('no') : how === 'cancel' ? StageOutput.cancel('no') : StageOutput.fail('no')))
      .withStage('write', async (ctx) => { await Promise.resolve(); saw = ctx.inputs.getOutput('a')?.status; return { written: 1 }; }, 'work', { dependencies: ['a'], always: true })
      .build();
    const results = await graph.run().catch((error: StageError) => error.results as Record<string, StageOutput>);
    expect(saw).toBe(how);
    expect(results['write']).toMatchObject({ status: 'ok', data: { written: 1 } });
  });

  it('is not stopped by cancel, but by the session and by its own deadline', async () => {
    const clock = new ManualClock();
    const session = new AbortController();
    const graph = new Pipeline({ clock })
      .withStage('a', () => never())
      .withStage('write', () => never(), 'work', { dependencies: ['a'], always: true, timeoutMs: 500 })
      .build();
    const first = graph.start();
    await clock.advance(1);
    void first.cancel('enough');
    await clock.advance(499);
    let done = false;
    const results = first.results.then(() => 'resolved', (error: StageError) => error.code).finally(() => (done = true));
    await clock.advance(0);
    expect(done).toBe(false);
    await clock.advance(1);
    expect(await results).toBe('STAGE_TIMEOUT');

    const second = graph.start({}, undefined, { sessionSignal: session.signal });
    await clock.advance(1);
    session.abort('session over');
    expect((await second.results).write).toMatchObject({ status: 'cancel', data: { cancelReason: 'session over' } });
    expect(clock.pending).toBe(0);
  });

  it('is given up when the time for shutting down has passed', async () => {
    const clock = new ManualClock();
    const graph = new Pipeline({ clock, gracefulShutdownTimeoutMs: 1000 })
      .withStage('a', () => StageOutput.cancel('over'))
      .withStage('write', () => never(), 'work', { dependencies: ['a'], always: true })
      .build();
    const running = graph.run();
    await clock.advance(1000);
    expect((await running).write.status).toBe('cancel');
  });
});

describe('law 9: cancel scopes', () => {
  it('cancels the stages of a scope only, and the run goes on', async () => {
    const clock = new ManualClock();
    const graph = new Pipeline({ clock })
      .withStage('llm', async (ctx) => { for (let n = 0; n < 3; n++) await ctx.output.write(textElement(`${n}`)); return { response: '012' }; })
      .withStage('tts', () => never(), 'work', { streamsFrom: ['llm'], scope: 'speech' })
      .withStage('playout', (ctx) => new Promise<StageOutput<{ heardMs: number }>>((resolve) => { ctx.signal.addEventListener('abort', () => void Promise.resolve().then(() => resolve(StageOutput.ok({ heardMs: 120 })))); }), 'work', { streamsFrom: ['tts'], scope: 'speech', cancelGraceMs: 50 })
      .withStage('stuck', (ctx) => { ctx.signal.addEventListener('abort', () => undefined); return never(); }, 'work', { streamsFrom: ['tts'], scope: 'speech', cancelGraceMs: 50 })
      .withStage('memory', (ctx) => ({ heardMs: (ctx.inputs.getOutput('playout')?.data as { heardMs?: number }).heardMs }), 'work', { dependencies: ['playout', 'llm'], always: true })
      .withStage('afterTts', () => undefined, 'work', { dependencies: ['tts'] })
      .build();
    const run = graph.start();
    await clock.advance(1);
    const cut = run.cancel({ scope: 'speech', reason: 'barge-in' });
    await clock.advance(50);
    await cut;
    const results = await run.results;
    expect(run.canceled).toBe(false);
    expect(results.require('llm').data).toEqual({ response: '012' });
    expect(results.tts).toMatchObject({ status: 'cancel', data: { cancelReason: 'barge-in' } });
    expect(results.require('playout').data).toEqual({ heardMs: 120 });
    expect(results.stuck.status).toBe('cancel');
    expect(results.require('memory').data).toEqual({ heardMs: 120 });
    expect(results.afterTts).toMatchObject({ status: 'skip', data: { reason: "dependency 'tts' was canceled" } });
  });

  it('refuses a scope that no stage has', () => {
    const run = new Pipeline().withStage('a', () => never()).build().start();
    expect(() => run.cancel({ scope: 'speach' })).toThrow(/PipelineRun.cancel.scope/);
    return run.close();
  });
});

describe('law 10: deadlines of live stages', () => {
  const graphOf = (clock: ManualClock, rules: object, write: (emit: (text: string) => Promise<boolean> | boolean) => Promise<void>, read: () => Promise<void>) =>
    new Pipeline({ clock, channelBufferSize: 1 })
      .withStage('a', async (ctx) => { await write((text) => ctx.output.write(textElement(text))); }, 'work', rules)
      .withStage('b', async (ctx) => { for await (const _ of ctx.input) await read(); }, 'work', { streamsFrom: ['a'] })
      .build();
  const sleep = (clock: ManualClock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

  it('fails a stage that gives nothing within the first-element deadline', async () => {
    const clock = new ManualClock();
    const failed = graphOf(clock, { firstElementTimeoutMs: 100 }, () => never(), async () => undefined).run().catch((error: StageError) => `${error.code} ${clock.now()}`);
    await clock.advance(100);
    expect(await failed).toBe('STAGE_TIMEOUT 100');
  });

  it('fails a stage that falls silent, counted from its last element', async () => {
    const clock = new ManualClock();
    const failed = graphOf(clock, { idleTimeoutMs: 100 }, async (emit) => { await sleep(clock, 80); await emit('x'); await sleep(clock, 80); await emit('y'); await never(); }, async () => undefined).run().catch((error: StageError) => `${error.code} ${clock.now()}`);
    await clock.advance(500);
    expect(await failed).toBe('STAGE_TIMEOUT 260');
  });

  it('stands still while the stage waits for credit', async () => {
    const clock = new ManualClock();
    const running = graphOf(clock, { idleTimeoutMs: 100 }, async (emit) => { for (let n = 0; n < 4; n++) await emit(`${n}`); }, () => sleep(clock, 1000)).run();
    await clock.advance(5000);
    expect((await running).a.status).toBe('ok');
  });

  it('holds 1,024 texts, 64 pieces of audio, and 16 of anything else, unless told otherwise', async () => {
    const capacityOf = async (types: readonly ('text' | 'audio' | 'message')[] | undefined, capacity?: number): Promise<number> => {
      let credits = 0;
      const producer: Stage = { name: 'a', kind: 'transform', ...(types === undefined ? {} : { capabilities: { output: { types } } }), execute: (ctx) => { credits = ctx.output.credits; } };
      await new Pipeline().withStage('a', producer, 'work', capacity === undefined ? {} : { capacity }).withStage('b', relay(), { streamsFrom: ['a'] }).build().run();
      return credits;
    };
    expect([await capacityOf(['text']), await capacityOf(['audio']), await capacityOf(['text', 'message']), await capacityOf(undefined), await capacityOf(['text'], 3)]).toEqual([1024, 64, 16, 16, 3]);
  });
});
