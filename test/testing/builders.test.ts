import { describe, expect, it } from 'vitest';
import { isUuid } from '../../src/base/id.js';
import type { ObservableEventSink } from '../../src/event/observable-sink.js';
import { StageOutput } from '../../src/stage/output.js';
import { createTestPipelineContext, createTestSnapshot, createTestStageContext, sequentialIds, testIds } from '../../src/testing/builders.js';

describe('builders', () => {
  it('make the same snapshot each time, with what is given in place of what is fixed', () => {
    expect(createTestSnapshot().toDict()).toEqual(createTestSnapshot().toDict());
    const snapshot = createTestSnapshot({ sessionId: null, inputText: 'mine', messages: [{ role: 'user', content: 'hi' }] });
    expect([snapshot.sessionId, snapshot.inputText, snapshot.messages[0]?.content, snapshot.userId]).toEqual([null, 'mine', 'hi', testIds.userId]);
  });

  it('make a stage context with earlier outputs, plain or whole, and a sink that keeps events', () => {
    const ctx = createTestStageContext({ outputs: { stt: { transcript: 'said' }, other: StageOutput.skip('no') }, stageName: 's', snapshot: { inputText: 'typed' } });
    expect([ctx.inputs.getFrom('stt', 'transcript'), ctx.inputs.userText, ctx.snapshot.inputText]).toEqual(['said', 'said', 'typed']);
    ctx.tryEmitEvent('x', { a: 1 });
    expect((ctx.eventSink as ObservableEventSink).events).toMatchObject([{ type: 'x', data: { a: 1, stage: 's', session_id: testIds.sessionId }, elapsedMs: 0 }]);
    expect(ctx.now()).toEqual(new Date(1700000000000));
    expect(() => createTestStageContext({ output: {} } as object)).toThrow('createTestStageContext.output');
  });

  it('make a pipeline context', () => {
    expect(createTestPipelineContext({ topology: 'mine' })).toMatchObject({ pipelineRunId: testIds.pipelineRunId, topology: 'mine', executionMode: 'test' });
  });

  it('count ids up that are UUIDs', () => {
    const ids = sequentialIds();
    expect([ids(), ids()]).toEqual(['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']);
    expect([ids(), ...Object.values(testIds)].every(isUuid)).toBe(true);
  });
});
