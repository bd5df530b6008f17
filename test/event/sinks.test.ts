import { describe, expect, it } from 'vitest';
import { CompositeEventSink } from '../../src/event/composite-sink.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { FilteringEventSink } from '../../src/event/filtering-sink.js';
import { LoggingEventSink } from '../../src/event/logging-sink.js';
import { ObservableEventSink } from '../../src/event/observable-sink.js';
import { BackpressureAwareEventSink } from '../../src/event/queued-sink.js';
import type { EventSink } from '../../src/event/sink.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const event = (type: string, data = {}): PipelineEvent => ({ type, data });
const types = (sink: ObservableEventSink): string[] => sink.events.map(({ type }) => type);

describe('ObservableEventSink', () => {
  it('keeps events with the moment they came, until it is cleared', async () => {
    const clock = new ManualClock();
    const sink = new ObservableEventSink({ clock });
    sink.tryEmit(event('a', { x: 1 }));
    await clock.advance(50);
    await sink.emit(event('b'));
    expect(sink.getEvents()).toEqual([{ type: 'a', data: { x: 1 }, timestamp: new Date(1700000000000), elapsedMs: 0 }, { type: 'b', data: {}, timestamp: new Date(1700000000050), elapsedMs: 50 }]);
    sink.clear();
    sink.tryEmit(event('c'));
    expect(sink.events).toMatchObject([{ type: 'c', elapsedMs: 0 }]);
  });

  it('finds events by a part of their name, and those of a stage', () => {
    const sink = new ObservableEventSink();
    for (const one of [event('stage.started', { stage: 'llm' }), event('stage.completed', { stage: 'stt' }), event('stage.llm.custom'), event('pipeline.completed')]) sink.tryEmit(one);
    expect(sink.getEventsByType('completed')).toHaveLength(2);
    expect(sink.getStageEvents()).toHaveLength(3);
    expect(sink.getStageEvents('llm').map(({ type }) => type)).toEqual(['stage.started', 'stage.llm.custom']);
    expect(sink.summary()).toBe('stage.started: 1\nstage.completed: 1\nstage.llm.custom: 1\npipeline.completed: 1');
  });

  it('keeps no more than it may, and counts what had to go', () => {
    const sink = new ObservableEventSink({ maxEvents: 3 });
    for (const type of ['a', 'b', 'c', 'd', 'e']) sink.tryEmit(event(type));
    expect([types(sink), sink.droppedEvents]).toEqual([['c', 'd', 'e'], 2]);
    expect(sink.toDict()).toMatchObject({ dropped: 2 });
  });

  it('tells a listener, whose failure breaks nothing', () => {
    const heard: string[] = [];
    const sink = new ObservableEventSink({ onEvent: ({ type }) => heard.push(type) });
    sink.tryEmit(event('a'));
    expect(heard).toEqual(['a']);
    expect(() => new ObservableEventSink({ onEvent: () => { throw new TypeError('listener'); } }).clear()).not.toThrow();
  });
});

describe('CompositeEventSink', () => {
  it('gives each event to all sinks, whoever fails', async () => {
    const [one, two] = [new ObservableEventSink(), new ObservableEventSink()];
    const broken: EventSink = { emit: async () => { throw new Error('broken'); }, tryEmit: () => undefined };
    const all = new CompositeEventSink([one, broken, two]);
    all.tryEmit(event('a'));
    await expect(all.emit(event('b'))).rejects.toMatchObject({ errors: [new Error('broken')] });
    expect([types(one), types(two)]).toEqual([['a', 'b'], ['a', 'b']]);
  });
});

describe('FilteringEventSink', () => {
  it.each([
    [{}, ['stage.started', 'stage.failed', 'stream.chunk_dropped']],
    [{ include: ['stage.'] }, ['stage.started', 'stage.failed']],
    [{ exclude: ['started', 'stream'] }, ['stage.failed']],
    [{ include: ['stage'], exclude: ['failed'] }, ['stage.started']],
  ])('%j lets %j pass', async (filter, passing) => {
    const sink = new ObservableEventSink();
    const filtering = new FilteringEventSink(sink, filter);
    filtering.tryEmit(event('stage.started'));
    await filtering.emit(event('stage.failed'));
    filtering.tryEmit(event('stream.chunk_dropped'));
    expect(types(sink)).toEqual(passing);
  });

  it('refuses a filter that is none', () => {
    expect(() => new FilteringEventSink(new ObservableEventSink(), { include: [''] })).toThrow('FilteringEventSink.include');
  });
});

describe('LoggingEventSink', () => {
  it('logs by the kind of event', async () => {
    const lines: [string, string, unknown][] = [];
    const logger = Object.fromEntries((['debug', 'info', 'warn', 'error'] as const).map((level) => [level, (message: string, data: unknown) => lines.push([level, message, data])])) as never;
    const sink = new LoggingEventSink({ logger, level: 'debug' });
    sink.tryEmit(event('stage.started', { stage: 'llm' }));
    sink.tryEmit(event('guardrail.fail_open'));
    await sink.emit(event('stage.failed'));
    expect(lines).toEqual([['debug', 'stage.started', { stage: 'llm' }], ['warn', 'guardrail.fail_open', {}], ['error', 'stage.failed', {}]]);
  });
});

describe('BackpressureAwareEventSink', () => {
  const slow = (clock: ManualClock, ms: number): EventSink & { readonly got: string[] } => {
    const got: string[] = [];
    const emit = ({ type }: PipelineEvent): Promise<void> => new Promise((resolve, reject) => clock.after(ms, () => (type === 'bad' ? reject(new Error('bad')) : (got.push(type), resolve()))));
    return { got, emit, tryEmit: () => undefined };
  };

  it('delivers in order and drops the newest when it is full', async () => {
    const clock = new ManualClock();
    const inner = slow(clock, 10);
    const sink = new BackpressureAwareEventSink(inner, { maxQueueSize: 2, clock });
    for (const type of ['a', 'b', 'c', 'd', 'e']) sink.tryEmit(event(type));
    await clock.advance(100);
    expect(inner.got).toEqual(['a', 'b', 'c']);
    expect(sink.stats).toEqual({ delivered: 3, failed: 0, dropped: 2, queued: 0, maxQueued: 2 });
  });

  it('says whether an event was dropped because it is full or because it is closed', async () => {
    const clock = new ManualClock();
    const sink = new BackpressureAwareEventSink(slow(clock, 10), { maxQueueSize: 1, clock });
    for (const type of ['a', 'b']) sink.tryEmit(event(type));
    await expect(sink.emit(event('c'))).rejects.toMatchObject({ code: 'EVENT_DROPPED' });
    const closing = sink.close();
    await expect(sink.emit(event('d'))).rejects.toMatchObject({ code: 'CLOSED' });
    await clock.advance(100);
    await closing;
  });

  it('goes on when the listener for failures fails itself', async () => {
    const got: string[] = [];
    const sink = new BackpressureAwareEventSink({ emit: async ({ type }) => { if (type === 'bad') throw new Error('bad'); got.push(type); }, tryEmit: () => undefined }, { onError: () => { throw new Error('listener'); } });
    const host = globalThis as { reportError?: (error: unknown) => void };
    const before = host.reportError;
    const reported: unknown[] = [];
    host.reportError = (error) => void reported.push(error);
    try {
      await expect(sink.emit(event('bad'))).rejects.toThrow('bad');
      await sink.emit(event('good'));
    } finally {
      if (before === undefined) delete host.reportError;
      else host.reportError = before;
    }
    expect([got, reported.length]).toEqual([['good'], 1]);
  });

  it.each([undefined, null, {}, 5])('refuses the sink %o', (nothing) => {
    expect(() => new BackpressureAwareEventSink(nothing as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('goes on after a failure, which it tells', async () => {
    const clock = new ManualClock();
    const inner = slow(clock, 1);
    const errors: unknown[] = [];
    const sink = new BackpressureAwareEventSink(inner, { clock, onError: (error) => errors.push(error) });
    const bad = expect(sink.emit(event('bad'))).rejects.toThrow('bad');
    const good = sink.emit(event('good'));
    await clock.advance(10);
    await Promise.all([bad, good]);
    expect([inner.got, errors.length, sink.stats.failed]).toEqual([['good'], 1, 1]);
  });

  it('drains when it is closed, for as long as it may', async () => {
    const clock = new ManualClock();
    const inner = slow(clock, 1000);
    const sink = new BackpressureAwareEventSink(inner, { clock, drainTimeoutMs: 2500 });
    for (const type of ['a', 'b', 'c', 'd']) sink.tryEmit(event(type));
    const closing = sink.close();
    await clock.advance(2500);
    await closing;
    sink.tryEmit(event('late'));
    expect([inner.got, sink.stats.dropped]).toEqual([['a', 'b'], 2]);
  });

  it('closes at once when nothing waits, and leaves no timer', async () => {
    const clock = new ManualClock();
    await new BackpressureAwareEventSink(new ObservableEventSink(), { clock }).close();
    expect(clock.pending).toBe(0);
  });
});
