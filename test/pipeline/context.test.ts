import { describe, expect, it } from 'vitest';
import { MAX_PIPELINE_DEPTH, PipelineContext, PipelineDepthError } from '../../src/pipeline/context.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageOutput } from '../../src/stage/output.js';
import type { PipelineEvent } from '../../src/event/event.js';

const ids = { pipelineRunId: '550e8400-e29b-41d4-a716-446655440000', sessionId: '550e8400-e29b-41d4-a716-446655440001' };
const child = (n: number): string => `550e8400-e29b-41d4-a716-44665544010${n}`;

function recording() {
  const events: PipelineEvent[] = [];
  return { events, eventSink: { emit: async () => undefined, tryEmit: (event: PipelineEvent) => void events.push(event) } };
}

describe('PipelineContext', () => {
  it('has all defaults, and ids given beside a snapshot win', () => {
    const bare = new PipelineContext();
    expect([bare.pipelineRunId, bare.topology, bare.depth, bare.canceled, bare.artifacts, bare.outputBag.size]).toEqual([null, null, 0, false, [], 0]);
    const both = new PipelineContext({ snapshot: { ...ids, inputText: 'hi', topology: 'voice' }, sessionId: child(1) });
    expect([both.pipelineRunId, both.sessionId, both.topology, both.toSnapshot().inputText, both.toSnapshot().sessionId]).toEqual([ids.pipelineRunId, child(1), 'voice', 'hi', child(1)]);
  });

  it.each([
    ['an unknown field', () => new PipelineContext({ sesionId: ids.sessionId } as never), { code: 'INVALID_OPTION', option: 'PipelineContext.sesionId' }],
    ['an id that is none', () => new PipelineContext({ sessionId: 'me' }), { code: 'INVALID_ID' }],
    ['to derive for nobody', () => new PipelineContext().deriveForStage({ stageName: '' }), { option: 'PipelineContext.deriveForStage.stageName' }],
    ['to derive from a name alone', () => new PipelineContext().deriveForStage('a' as never), { option: 'PipelineContext.deriveForStage' }],
    ['an unknown option of fork', () => new PipelineContext(ids).fork({ childRunId: child(1), parentStageId: 'a', parent: 1 } as never), { option: 'PipelineContext.fork.parent' }],
    ['to fork for no stage', () => new PipelineContext(ids).fork(child(1), ''), { option: 'PipelineContext.fork.parentStageId' }],
    ['an event of no stage', () => new PipelineContext().recordStageEvent('', 'done'), { option: 'PipelineContext.recordStageEvent.stage' }],
  ])('refuses %s', (_, make, error) => {
    expect(make).toThrow(expect.objectContaining(error));
  });

  it('derives a context with the outputs so far, the number of the attempt and only what is declared', () => {
    const context = new PipelineContext(ids);
    context.outputBag.writeSync('a', StageOutput.ok({ n: 1 }));
    context.outputBag.writeSync('b', StageOutput.ok({ n: 2 }));
    const derived = context.deriveForStage({ stageName: 'b', declaredDeps: ['a'] });
    expect([derived.stageName, derived.attempt, derived.inputs.getFrom('a', 'n'), derived.sessionId]).toEqual(['b', 2, 1, ids.sessionId]);
    expect(() => derived.inputs.getFrom('b', 'n')).toThrow(expect.objectContaining({ code: 'UNDECLARED_DEPENDENCY' }));
    expect(context.deriveForStage({ stageName: 'c', declaredDeps: ['a'], strict: false }).inputs.getFrom('b', 'n')).toBeUndefined();
  });

  it('forks as deep as is allowed, and no deeper; a failed fork leaves the next context at the top', () => {
    let context = new PipelineContext(ids);
    for (let depth = 1; depth <= MAX_PIPELINE_DEPTH; depth++) {
      context = context.fork(child(depth), 'stage');
      expect(context.depth).toBe(depth);
    }
    expect(() => context.fork(child(6), 'stage')).toThrow(PipelineDepthError);
    expect(() => context.fork(child(6), 'stage')).toThrow('Pipelines are nested 6 deep, and 5 are allowed. Look for a subpipeline that runs itself, or flatten the graph.');
    expect(() => new PipelineContext(ids).fork('no id', 'stage')).toThrow(expect.objectContaining({ code: 'INVALID_ID' }));
    expect(new PipelineContext().depth).toBe(0);
  });

  it('tells of a fork, which knows its parents and carries one correlation id', () => {
    const { events, eventSink } = recording();
    const root = new PipelineContext({ ...ids, eventSink });
    const inner = root.fork(child(1), 'agent');
    const innermost = inner.fork({ childRunId: child(2), parentStageId: 'tool', topology: 'tools' });
    expect([inner.parentRunId, inner.parentStageId, inner.correlationId, innermost.parentRunId, innermost.correlationId, innermost.topology, innermost.sessionId]).toEqual([ids.pipelineRunId, 'agent', ids.pipelineRunId, child(1), ids.pipelineRunId, 'tools', ids.sessionId]);
    expect(events.map(({ type, data }) => [type, data?.['child_run_id'], data?.['parent_stage_id']])).toEqual([['pipeline.spawned_child', child(1), 'agent'], ['pipeline.spawned_child', child(2), 'tool']]);
  });

  it('is canceled with all its forks, once, and a fork of a canceled one is born canceled', () => {
    const root = new PipelineContext(ids);
    const [inner, other] = [root.fork(child(1), 'a'), root.fork(child(2), 'b')];
    const innermost = inner.fork(child(3), 'c');
    inner.markCanceled('enough');
    expect([root, inner, innermost, other].map((one) => [one.canceled, one.cancelled, one.isCanceled, one.isCancelled])).toEqual([[false, false, false, false], [true, true, true, true], [true, true, true, true], [false, false, false, false]]);
    expect(inner.fork(child(4), 'd').canceled).toBe(true);
    root.markCancelled();
    root.markCanceled('again');
    expect(other.canceled).toBe(true);
  });

  it('fills its bag as stages settle, and stops its run with its reason', async () => {
    const context = new PipelineContext(ids);
    const run = new Pipeline().withStage('a', () => ({ n: 1 })).withStage('b', () => new Promise<undefined>(() => undefined), { dependencies: ['a'] }).build().start(context);
    await run.settled('a');
    expect([context.outputBag.keys(), context.outputBag.getValue('a', 'n')]).toEqual([['a'], 1]);
    context.markCanceled('enough');
    await run.results;
    expect([run.cancelReason, context.outputBag.getOutput('b')?.data]).toEqual(['enough', { cancelReason: 'enough' }]);
    const again = new Pipeline().withStage('a', () => ({})).build().start(context);
    await again.results;
    expect(again.cancelReason).toBe('enough');
  });

  it('emits with its ids, and is not disturbed by a sink that throws', () => {
    const { events, eventSink } = recording();
    const { tryEmitEvent } = new PipelineContext({ ...ids, eventSink, correlationId: 'c' });
    tryEmitEvent('my.event', { n: 1 });
    expect(events).toEqual([{ type: 'my.event', data: { pipeline_run_id: ids.pipelineRunId, request_id: null, session_id: ids.sessionId, correlation_id: 'c', n: 1 } }]);
    const broken = new PipelineContext({ eventSink: { emit: async () => undefined, tryEmit: () => { throw new Error('broken'); } } });
    expect(() => broken.recordStageEvent('a', 'done')).not.toThrow();
  });
});
