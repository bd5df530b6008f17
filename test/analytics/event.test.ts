import { describe, expect, it } from 'vitest';
import { AnalyticsEvent } from '../../src/analytics/event.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('AnalyticsEvent', () => {
  it('leaves out of its dictionary what is not set', () => {
    expect(new AnalyticsEvent({ eventType: 'stage.completed', timestamp: new Date(0), data: { stage: 'llm', duration_ms: 1500 } }).toDict()).toEqual({ event_type: 'stage.completed', timestamp: '1970-01-01T00:00:00.000Z', data: { stage: 'llm', duration_ms: 1500 }, metadata: {} });
  });

  it('is read back, either spelling', () => {
    const event = new AnalyticsEvent({ eventType: 'x', timestamp: new Date(5), data: { a: [1, 2n] }, metadata: { b: 1 }, pipelineRunId: 'r', stageName: 's', durationMs: 3 });
    expect(AnalyticsEvent.fromDict(JSON.parse(JSON.stringify(event))).toDict()).toEqual(event.toDict());
    expect(AnalyticsEvent.fromDict({ eventType: 'x', stageName: 's', timestamp: new Date(5) })).toMatchObject({ stageName: 's', timestampMs: 5 });
  });

  it('takes run, stage and duration from a pipeline’s event', () => {
    const event = AnalyticsEvent.fromPipelineEvent({ type: 'stage.completed', data: { pipeline_run_id: 'r', stage: 'llm', duration_ms: 12, status: 'ok' } }, new ManualClock({ epochMs: 9 }));
    expect(event).toMatchObject({ eventType: 'stage.completed', pipelineRunId: 'r', stageName: 'llm', durationMs: 12, timestampMs: 9 });
    expect(AnalyticsEvent.fromPipelineEvent({ type: 'x', data: { stage: 5, duration_ms: 'long' } })).toMatchObject({ stageName: null, durationMs: null });
  });

  it('does not change with what it was made from', () => {
    const data = { list: [1] };
    const event = new AnalyticsEvent({ eventType: 'x', data });
    data.list.push(2);
    expect(event.data).toEqual({ list: [1] });
  });

  it.each([{ eventType: '' }, { durationMs: -1 }, { data: [] }, { timestamp: 'now' }])('refuses %j', (init) => {
    expect(() => new AnalyticsEvent({ eventType: 'x', ...(init as object) })).toThrow(`AnalyticsEvent.${Object.keys(init)[0]}`);
  });
});
