// Live edges at their limits: many readers, readers that leave, sources without end, failures with readers parked or not.
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageSpec } from '../../src/pipeline/spec.js';
import { MapStage, PassthroughStage, transformStage } from '../../src/stage/common-stages.js';
import type { StageContext } from '../../src/stage/context.js';
import type { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import { textElement, valueElement, type StreamElement } from '../../src/stream/element.js';

const emit = (count: number) => async (ctx: StageContext): Promise<void> => {
  for (let n = 0; n < count; n++) if (!(await ctx.output.write(valueElement(n)))) return;
};
const collect = (into: unknown[]) => async (ctx: StageContext): Promise<void> => {
  for await (const element of ctx.input) into.push(element.type === 'value' ? element.value : element.type);
};
const relay = async (ctx: StageContext): Promise<void> => {
  for await (const element of ctx.input) if (!(await ctx.output.write(element))) return;
};
const turnsWhile = async (run: (stop: () => boolean) => Promise<unknown>): Promise<number> => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const started = performance.now();
  await run(() => turns >= 3 || performance.now() - started > 5000);
  clearInterval(timer);
  return turns;
};

describe('the host gets its turns', () => {
  it('while a source without end is broadcast to readers that are always ready', async () => {
    const turns = await turnsWhile((stop) =>
      Pipeline.from([
        { name: 'source', stage: async (ctx) => { while (!stop()) if (!(await ctx.output.write(valueElement(1)))) return; } },
        { name: 'a', stage: async (ctx) => { for await (const _ of ctx.input); }, streamsFrom: ['source'] },
        { name: 'b', stage: async (ctx) => { for await (const _ of ctx.input); }, streamsFrom: ['source'] },
      ]).run(),
    );
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('while input without end flows through fused stages', async () => {
    const turns = await turnsWhile(async (stop) => {
      const source = async function* (): AsyncGenerator<StreamElement> { while (!stop()) yield valueElement(1); };
      for await (const _ of new Pipeline().chain(new PassthroughStage('a'), new PassthroughStage('b')).build().execute(source()));
    });
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});

describe('competing readers', () => {
  const graph = (specs: readonly Partial<StageSpec>[], seen: unknown[][], count = 50): readonly StageSpec[] => [
    { name: 'source', stage: emit(count) },
    ...specs.map((more, n): StageSpec => ({ name: `w${n}`, stage: collect((seen[n] ??= [])), streamsFrom: [{ from: 'source', compete: 'workers' }], ...more })),
  ];

  it('get every element once between them', async () => {
    const seen: unknown[][] = [];
    await Pipeline.from(graph([{}, {}, {}, {}], seen, 200)).run();
    expect(seen.flat().sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('lose no element when one of them is canceled while it waits', async () => {
    const seen: unknown[][] = [];
    let more: (() => void) | undefined;
    const run = Pipeline.from([
      { name: 'source', stage: async (ctx) => { await new Promise<void>((resolve) => (more = resolve)); await emit(5)(ctx); } },
      ...graph([{ scope: 'first' }, {}], seen).slice(1),
    ]).start();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await run.cancel({ scope: 'first', reason: 'no longer needed' });
    more?.();
    await run.results;
    expect([seen[0], seen[1]]).toEqual([[], [0, 1, 2, 3, 4]]);
  });
});

describe('a failure', () => {
  const boom = (at: number) => async (ctx: StageContext): Promise<void> => {
    let n = 0;
    for await (const element of ctx.input) {
      if (n++ === at) throw new Error('boom');
      if (!(await ctx.output.write(element))) return;
    }
  };
  const caught = (work: Promise<unknown>): Promise<StageError> => work.then(() => { throw new Error('did not reject'); }, (error: StageError) => error);

  it.each([0, 1, 15, 16, 17, 40])('of a middle stage at element %i reaches its reader as an error, and the source as a reader that left', async (at) => {
    let sourceEnd: unknown;
    let sinkEnd: unknown;
    const seen: unknown[] = [];
    const error = await caught(
      Pipeline.from(
        [
          { name: 'source', stage: async (ctx) => { for (let n = 0; ; n++) if (!(await ctx.output.write(valueElement(n)))) { sourceEnd = 'left'; return; } } },
          { name: 'middle', stage: boom(at), streamsFrom: ['source'] },
          { name: 'sink', stage: async (ctx) => { try { await collect(seen)(ctx); sinkEnd = 'ended'; } catch (failure) { sinkEnd = (failure as { code: string }).code; throw failure; } }, streamsFrom: ['middle'] },
        ],
        { failureMode: 'continue' },
      ).run(),
    );
    expect([error.stage, sourceEnd, sinkEnd, seen]).toEqual(['middle', 'left', 'STREAM_FAILED', Array.from({ length: at }, (_, n) => n)]);
    expect(error.others.map(({ stage }) => stage)).toEqual(['sink']);
  });

  it.each([0, 1, 2])('of fused stage %i is its own, those before it end well, those after it fail as readers', async (broken) => {
    const stages = Array.from({ length: 3 }, (_, at) => transformStage(`t${at}`, (element) => {
      if (at === broken && element.sequence === 3) throw new Error('boom');
      return element;
    }));
    const pipeline = stages.reduce((so, stage, n) => so.withStage(stage.name, stage, { streamsFrom: [n === 0 ? 'source' : `t${n - 1}`] as never }) as never, new Pipeline({ failureMode: 'continue' }).withStage('source', async (ctx) => { for (let n = 0; n < 10; n++) if (!(await ctx.output.write(textElement('x', { sequence: n })))) return; }));
    const error = await caught(pipeline.build().run());
    const status = (name: string): string => (error.results[name] as StageOutput).status;
    expect([error.stage, ...[0, 1, 2].map((n) => status(`t${n}`))]).toEqual([`t${broken}`, ...[0, 1, 2].map((n) => (n < broken ? 'ok' : 'fail'))]);
    for (let n = 0; n < broken; n++) expect(error.results[`t${n}`]?.data).toEqual({ elementsIn: 4, elementsOut: 4 });
  });

  it('of the input stops the run with what the input threw as the last cause', async () => {
    const source = async function* (): AsyncGenerator<StreamElement> { yield valueElement(1); throw new RangeError('input'); };
    const seen: StreamElement[] = [];
    const reading = (async () => { for await (const element of new Pipeline().withStage('a', relay).build().execute(source())) seen.push(element); })();
    const error = await caught(reading);
    let cause: unknown = error;
    while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
    expect([error.code, (cause as Error).name]).toEqual(['STREAM_FAILED', 'RangeError']);
  });

  it('of a map is written as an error element before its stage fails', async () => {
    const seen: unknown[] = [];
    const error = await caught(Pipeline.from([{ name: 'source', stage: emit(3) }, { name: 'map', stage: new MapStage('map', () => { throw new Error('boom'); }), streamsFrom: ['source'] }, { name: 'sink', stage: collect(seen), streamsFrom: ['map'] }], { failureMode: 'continue' }).run());
    expect([error.stage, seen[0]]).toEqual(['map', 'error']);
  });
});

describe('fused stages', () => {
  it('count what each has taken and given, also where elements are dropped, multiplied and flushed', async () => {
    const results = (await Pipeline.from([
      { name: 'source', stage: emit(10) },
      { name: 'even', stage: transformStage('even', (element) => (element.type === 'value' && Number(element.value) % 2 === 0 ? element : undefined)), streamsFrom: ['source'] },
      { name: 'twice', stage: transformStage('twice', (element) => [element, element]), streamsFrom: ['even'] },
      { name: 'end', stage: transformStage('end', (element) => element, () => [textElement('flushed')]), streamsFrom: ['twice'] },
      { name: 'same', stage: transformStage('same', (element) => element), streamsFrom: ['end'] },
    ]).run()) as Record<string, StageOutput>;
    expect(['even', 'twice', 'end', 'same'].map((name) => results[name]?.data)).toEqual([{ elementsIn: 10, elementsOut: 5 }, { elementsIn: 5, elementsOut: 10 }, { elementsIn: 10, elementsOut: 11 }, { elementsIn: 11, elementsOut: 11 }]);
  });
});

describe('the graph of live edges', () => {
  it.each<[string, readonly unknown[]]>([['a number', [1]], ['null', [null]], ['an edge without a producer', [{ to: 'a' }]]])('refuses %s as a producer, by code', (_, streamsFrom) => {
    expect(() => Pipeline.from([{ name: 'a', stage: relay }, { name: 'b', stage: relay, streamsFrom: streamsFrom as never }])).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option: "Pipeline.withStage('b').streamsFrom" }));
  });

  it('gives the output of a run to whoever reads it from the start, and nothing after a cancel', async () => {
    const run = new Pipeline().withStage('a', emit(1000)).build().start();
    const { output } = run;
    expect((await output.read())?.type).toBe('value');
    await run.cancel('enough');
    expect([output.tryRead(), await output.read(), (await run.results).a.status]).toEqual([undefined, undefined, 'cancel']);
  });
});

describe('stages that take an element within the call that writes it', () => {
  const plain = (name: string, from: string): StageSpec => ({ name, stage: transformStage(name, (one) => one), streamsFrom: [from] });

  it('fail by themselves: who wrote is told only that nobody reads any more', async () => {
    const writes: (boolean | Promise<boolean>)[] = [];
    const error = await Pipeline.from([
      { name: 'source', stage: async ({ output }) => { for (let n = 0; n < 3; n++) { writes.push(output.tryWrite(valueElement(n))); await new Promise((resolve) => setTimeout(resolve, 0)); } } },
      { name: 'a', stage: transformStage('a', (one) => { if (one.type === 'value' && one.value === 1) throw new Error('boom'); return one; }), streamsFrom: ['source'] },
    ], { failureMode: 'continue' }).run().catch((thrown: unknown) => thrown);
    expect([(error as StageError).stage, writes]).toEqual(['a', [true, true, false]]);
  });

  it('are asked for what they hold back at the end, but not when they were canceled', async () => {
    let flushed = 0;
    const holding = transformStage('a', () => undefined, () => (flushed++, [valueElement('held')]));
    const seen: unknown[] = [];
    const graph = Pipeline.from([
      { name: 'source', stage: emit(3) },
      { name: 'a', stage: holding, streamsFrom: ['source'] },
      { name: 'sink', stage: collect(seen), streamsFrom: ['a'] },
    ]);
    await graph.run();
    expect([flushed, seen]).toEqual([1, ['held']]);
    const endless = Pipeline.from([
      { name: 'source', stage: async (ctx) => { await emit(3)(ctx); await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve())); } },
      { name: 'a', stage: holding, streamsFrom: ['source'] },
    ]).start();
    await new Promise((resolve) => setTimeout(resolve, 0));
    endless.cancel({ reason: 'enough' });
    await endless.results;
    expect(flushed).toBe(1);
  });

  it('nest to any depth where each also has a second reader', async () => {
    const depth = 3000;
    const seen: unknown[] = [];
    await Pipeline.from([
      { name: 's0', stage: emit(20) },
      ...Array.from({ length: depth }, (_, n): readonly StageSpec[] => [plain(`s${n + 1}`, `s${n}`), { name: `side${n}`, stage: async ({ input }) => { while ((await input.read()) !== undefined); }, streamsFrom: [`s${n}`] }]).flat(),
      { name: 'sink', stage: collect(seen), streamsFrom: [`s${depth}`] },
    ]).run();
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });
});
