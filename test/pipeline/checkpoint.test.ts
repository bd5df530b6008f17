// Edges of checkpoints; saving and going on is in around.test.ts.
import { describe, expect, it } from 'vitest';
import { Checkpoints, InMemoryCheckpointStore, type CheckpointStore } from '../../src/pipeline/checkpoint.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageOutput } from '../../src/stage/output.js';
import { StageError } from '../../src/stage/errors.js';

const RUN = '550e8400-e29b-41d4-a716-446655440000';
const caught = (work: Promise<unknown>): Promise<StageError> => work.then(() => { throw new Error('did not reject'); }, (error: StageError) => error);

describe('Checkpoints', () => {
  it('keep what was settled, whatever happens to it later, on either side', async () => {
    const checkpoints = new Checkpoints();
    const mine = { list: [1] };
    const graph = new Pipeline({ wrappers: [checkpoints.wrapper] }).withStage('a', () => StageOutput.ok(mine, { version: '2' })).build();
    await graph.run({ pipelineRunId: RUN });
    mine.list.push(2);
    const first = await checkpoints.load(graph, RUN);
    (first['a']?.data as typeof mine).list.push(3);
    const again = await checkpoints.load(graph, RUN);
    expect([again['a']?.data, again['a']?.version]).toEqual([{ list: [1] }, '2']);
  });

  it('save only good outputs, only of the stages that were named, and only of runs with a key', async () => {
    const store = new InMemoryCheckpointStore();
    const graph = (checkpoints: Checkpoints) => new Pipeline({ failureMode: 'best-effort', wrappers: [checkpoints.wrapper] }).withStage('a', () => ({})).withStage('b', () => ({})).withStage('skipped', () => StageOutput.skip('s')).withStage('failed', () => StageOutput.fail('f')).build();
    const named = graph(new Checkpoints({ store, stages: ['b', 'skipped', 'failed'] }));
    await named.run({ pipelineRunId: RUN });
    expect((await store.load(RUN)).map(({ stage }) => stage)).toEqual(['b']);
    await graph(new Checkpoints({ store, key: () => null })).run({ pipelineRunId: RUN });
    expect((await store.load(RUN)).map(({ stage }) => stage)).toEqual(['b']);
    await graph(new Checkpoints({ store, key: (ctx) => `mine ${ctx.stageName}` })).run({ pipelineRunId: RUN });
    expect((await store.load('mine a')).map(({ stage }) => stage)).toEqual(['a']);
  });

  it.each([
    ['a function', () => ({ f: () => 1 })],
    ['a stream', () => ({ stream: new ReadableStream() })],
    ['a symbol', () => ({ s: Symbol('s') })],
    ['a promise, deep inside', () => ({ list: [{ p: Promise.resolve() }] })],
  ])('fail a stage whose output holds %s by its name, and what depends on it', async (_, stage) => {
    const graph = new Pipeline({ failureMode: 'continue', wrappers: [new Checkpoints().wrapper] }).withStage('fine', () => ({ at: new Date(1), bytes: new Uint8Array(2), map: new Map([[1, 2]]) })).withStage('bad', stage as () => Record<string, unknown>).withStage('after', () => ({}), { dependencies: ['bad'] }).build();
    const error = await caught(graph.run({ pipelineRunId: RUN }));
    expect([error.stage, error.code, error.results['fine']?.status, error.results['after']?.status]).toEqual(['bad', 'NOT_CLONEABLE', 'ok', 'skip']);
    expect((error.cause as Error).message).toBe("The output of stage 'bad' cannot be saved: its data holds something that cannot be cloned. Settle with plain data, or leave the stage out with { stages }.");
  });

  it('fail a stage that could not be saved with the store\'s own error', async () => {
    const store: CheckpointStore = { save: () => Promise.reject(new RangeError('full')), load: async () => [], clear: async () => undefined };
    const error = await caught(new Pipeline({ wrappers: [new Checkpoints({ store }).wrapper] }).withStage('a', () => ({})).build().run({ pipelineRunId: RUN }));
    expect([error.stage, (error.cause as Error).name]).toEqual(['a', 'RangeError']);
  });

  it('give nothing for a run that was not saved, and nothing of stages that the graph no longer has', async () => {
    const checkpoints = new Checkpoints();
    const old = new Pipeline({ wrappers: [checkpoints.wrapper] }).withStage('a', () => ({})).withStage('gone', () => ({})).build();
    await old.run({ pipelineRunId: RUN });
    const graph = new Pipeline().withStage('a', () => ({})).withStage('new', () => ({})).build();
    expect([Object.keys(await checkpoints.load(graph, RUN)), await checkpoints.load(graph, 'other')]).toEqual([['a'], {}]);
  });

  it.each([
    ['an unknown option', { stage: ['a'] }, 'Checkpoints.stage'],
    ['a store that cannot save', { store: {} }, 'Checkpoints.store.save'],
    ['a key that is no function', { key: RUN }, 'Checkpoints.key'],
  ])('refuse %s', (_, options, option) => {
    expect(() => new Checkpoints(options as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
  });

  it('refuse to load a run without a name', async () => {
    await expect(new Checkpoints().load(new Pipeline().withStage('a', () => ({})).build(), '')).rejects.toMatchObject({ option: 'Checkpoints.load.run' });
  });
});
