import { describe, expect, it } from 'vitest';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { createStageContext, StageContext } from '../../src/stage/context.js';
import { derivedContext } from '../../src/stage/derived-context.js';
import { PipelineTimer } from '../../src/stage/timer.js';
import { textElement } from '../../src/stream/element.js';
import { Channel } from '../../src/stream/channel.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const SESSION = '550e8400-e29b-41d4-a716-446655440000';
const snapshot = new ContextSnapshot({ sessionId: SESSION, inputText: 'hi', executionMode: 'practice', topology: 'chat' });

describe('StageContext', () => {
  it('needs the snapshot only', async () => {
    const ctx = createStageContext(snapshot);
    expect([ctx.stageName, ctx.attempt, ctx.inputs.userText, ctx.signal.aborted, ctx.isCancelled, ctx.isCanceled]).toEqual(['', 1, 'hi', false, false, false]);
    expect([ctx.sessionId, ctx.executionMode, ctx.topology, ctx.pipelineRunId, ctx.requestId, ctx.userId, ctx.orgId, ctx.interactionId, ctx.run.depth]).toEqual([SESSION, 'practice', 'chat', null, null, null, null, null, 0]);
    expect([ctx.input.tryRead(), ctx.output.tryWrite(textElement('x')), await ctx.input.read()]).toEqual([undefined, true, undefined]);
    expect(createStageContext({ snapshot, stageName: 'x' }).stageName).toBe('x');
  });

  it('emits events with the ids of the run, also when the function is passed on by itself', () => {
    const events: PipelineEvent[] = [];
    const ctx = createStageContext({ snapshot, stageName: 'llm', eventSink: { emit: async () => undefined, tryEmit: (event) => void events.push(event) } });
    const { tryEmitEvent } = ctx;
    tryEmitEvent('my.event', { route: 'a' });
    ctx.emitEvent('other.event');
    ctx.recordStageEvent('completed', { n: 1 });
    expect(events.map(({ type }) => type)).toEqual(['my.event', 'other.event', 'stage.llm.completed']);
    expect(events[0]?.data).toEqual({ stage: 'llm', pipeline_run_id: null, request_id: null, session_id: SESSION, route: 'a' });
  });

  it('is not disturbed by a sink that throws', () => {
    const ctx = createStageContext({ snapshot, eventSink: { emit: async () => undefined, tryEmit: () => { throw new Error('sink'); } } });
    expect(() => ctx.tryEmitEvent('x')).not.toThrow();
  });

  it('raises when it was canceled, with the reason as cause', () => {
    const controller = new AbortController();
    const ctx = createStageContext({ snapshot, stageName: 'x', signal: controller.signal });
    ctx.cancellationCheckpoint();
    controller.abort('enough');
    expect(ctx.isCancelled).toBe(true);
    expect(() => ctx.raiseIfCancelled()).toThrow(expect.objectContaining({ code: 'ABORTED', cause: 'enough' }));
  });

  it('tells the time of its clock and writes itself as a dict', () => {
    const clock = new ManualClock();
    const ctx = new StageContext({ snapshot, clock, stageName: 'x' });
    const { timer } = ctx;
    clock.advanceSync(250);
    expect([timer.nowMs(), timer.elapsedMs(), ctx.now().getTime() - timer.pipelineStartMs, timer.startedAt.getTime()]).toEqual([250, 250, 250, 1700000000000]);
    expect(ctx.toDict()).toMatchObject({ stage_name: 'x', attempt: 1, session_id: SESSION, input_text: 'hi', started_at: '2023-11-14T22:13:20.000Z' });
  });

  it('can be derived with other parts', () => {
    const cleanups: unknown[] = [];
    const output = new Channel({ capacity: 1 }) as never;
    const ctx = createStageContext({ snapshot, stageName: 'x', onCleanup: (cleanup) => void cleanups.push(cleanup) });
    const derived = derivedContext(ctx, { output, attempt: 3, stageName: 'y' });
    derived.onCleanup(() => undefined);
    expect([derived.output === output, derived.attempt, derived.stageName, derived.snapshot === snapshot, derived.inputs === ctx.inputs, cleanups.length]).toEqual([true, 3, 'y', true, true, 1]);
  });

  it('stands still with its timer on the injected clock', () => {
    const clock = new ManualClock({ startMs: 5 });
    const timer = new PipelineTimer(clock);
    clock.advanceSync(10);
    expect(timer.nowMs()).toBe(10);
  });
});
