import { describe, expect, it } from 'vitest';
import { AnalyticsEvent } from '../../src/analytics/event.js';
import { CompositeExporter } from '../../src/analytics/composite-exporter.js';
import { ConsoleExporter } from '../../src/analytics/console-exporter.js';
import type { AnalyticsExporter } from '../../src/analytics/exporter.js';
import { JSONLinesExporter, streamTextSink } from '../../src/analytics/json-lines-exporter.js';
import { AnalyticsSink } from '../../src/analytics/sink.js';
import { ClosedError } from '../../src/base/errors.js';
import { JSONFileExporter as EdgeExporter } from '../../src/edge/json-file-exporter.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const event = (eventType: string, init: object = {}): AnalyticsEvent => new AnalyticsEvent({ eventType, timestamp: new Date(0), ...init });
const collecting = (): AnalyticsExporter & { readonly got: string[] } => {
  const got: string[] = [];
  return { got, export: async (events) => void got.push(...[events].flat().map(({ eventType }) => eventType)) };
};

describe('ConsoleExporter', () => {
  it('prints one line an event, from one event or a list, and counts', async () => {
    const lines: string[] = [];
    const exporter = new ConsoleExporter({ write: (line) => lines.push(line) });
    await exporter.export(event('a'));
    await exporter.export([event('stage.completed', { stageName: 'llm', durationMs: 12.345, data: { x: 1 } })]);
    expect(lines).toEqual(['[1970-01-01T00:00:00.000Z] a', '[1970-01-01T00:00:00.000Z] stage.completed stage=llm duration=12.3ms']);
    expect(exporter.eventCount).toBe(2);
  });

  it('prints the payload where asked, and colours by the kind of event', async () => {
    const lines: string[] = [];
    const exporter = new ConsoleExporter({ colorize: true, verbose: true, write: (line) => lines.push(line) });
    await exporter.export(['stage.failed', 'stage.skipped', 'stage.completed', 'other'].map((type) => event(type, { data: { x: 1 } })));
    expect(lines.map((line) => /\[(\d+)m/.exec(line)?.[1])).toEqual(['31', '33', '32', '36']);
    expect(lines[0]).toContain('{"data":{"x":1},"metadata":{}}');
  });

  it('refuses what is no event', async () => {
    await expect(new ConsoleExporter({ write: () => undefined }).export([{ eventType: 'x' } as never])).rejects.toThrow('export.events');
    expect(() => new ConsoleExporter({ color: true } as object)).toThrow('ConsoleExporter.color');
  });
});

describe('JSONLinesExporter', () => {
  it('writes a line an event in the order of the calls, and opens once', async () => {
    let text = '';
    let opened = 0;
    const exporter = new JSONLinesExporter(async () => {
      opened++;
      return { write: async (more) => void (text += more), close: async () => void (text += 'closed') };
    });
    void exporter.export([event('a'), event('b')]);
    void exporter.export(event('c'));
    await exporter.flush();
    expect(text.trim().split('\n').map((line) => (JSON.parse(line) as { event_type: string }).event_type)).toEqual(['a', 'b', 'c']);
    await exporter.close();
    await exporter.close();
    expect([opened, text.endsWith('\nclosed')]).toEqual([1, true]);
    await expect(exporter.export(event('d'))).rejects.toThrow(ClosedError);
  });

  it('opens again after opening failed, and a failed write does not stop the next', async () => {
    const written: string[] = [];
    let attempts = 0;
    const exporter = new JSONLinesExporter(async () => {
      if (attempts++ === 0) throw new Error('not yet');
      return { write: async (text) => { if (text.includes('bad')) throw new Error('disk'); written.push(text); }, close: async () => undefined };
    });
    await expect(exporter.export(event('a'))).rejects.toThrow('not yet');
    await exporter.export(event('b'));
    await expect(exporter.export(event('bad'))).rejects.toThrow('disk');
    await exporter.export(event('c'));
    expect(written).toHaveLength(2);
  });

  it('writes nothing on an aborted signal, and nothing for no events', async () => {
    const exporter = new JSONLinesExporter(() => Promise.reject(new Error('opened')));
    await exporter.export([]);
    await expect(exporter.export(event('a'), { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    await exporter.close();
  });

  it('writes bytes to a stream and closes it', async () => {
    const chunks: Uint8Array[] = [];
    let closed = false;
    const exporter = new EdgeExporter(new WritableStream({ write: (chunk: Uint8Array) => void chunks.push(chunk), close: () => void (closed = true) }));
    await exporter.export(event('grüße'));
    await exporter.close();
    expect(JSON.parse(new TextDecoder().decode(chunks[0]))).toMatchObject({ event_type: 'grüße' });
    expect(closed).toBe(true);
    expect(typeof streamTextSink).toBe('function');
  });

  it('refuses a path where there are no files', () => {
    expect(() => new EdgeExporter('analytics.json' as never)).toThrow('this platform has no files');
  });
});

describe('CompositeExporter', () => {
  it('gives the events to all, whoever fails, and says who did', async () => {
    const [one, two] = [collecting(), collecting()];
    const broken: AnalyticsExporter = { export: () => { throw new Error('broken'); } };
    await expect(new CompositeExporter([one, broken, two]).export([event('a')])).rejects.toMatchObject({ code: 'EXPORT_FAILED', errors: [new Error('broken')] });
    expect([one.got, two.got]).toEqual([['a'], ['a']]);
  });

  it('flushes and closes those that can', async () => {
    const calls: string[] = [];
    const one: AnalyticsExporter = { export: async () => undefined, flush: async () => void calls.push('flush'), close: async () => void calls.push('close') };
    const all = new CompositeExporter([one, collecting()]);
    await all.flush();
    await all.close();
    expect(calls).toEqual(['flush', 'close']);
    expect(() => new CompositeExporter([{} as AnalyticsExporter])).toThrow('CompositeExporter.exporters');
  });
});

describe('AnalyticsSink', () => {
  it('exports the events that pass its filter', async () => {
    const exporter = collecting();
    const sink = new AnalyticsSink(exporter, { include: ['stage.', 'guardrail'], exclude: ['started'], clock: new ManualClock() });
    for (const type of ['stage.started', 'stage.completed', 'pipeline.completed', 'guardrail.fail_open']) sink.tryEmit({ type, data: {} });
    await sink.emit({ type: 'stage.failed', data: {} });
    expect(exporter.got).toEqual(['stage.completed', 'guardrail.fail_open', 'stage.failed']);
  });

  it('counts and tells what failed, and never throws into the run', async () => {
    const errors: unknown[] = [];
    const sink = new AnalyticsSink({ export: async () => { throw new Error('offline'); } }, { onError: (error) => errors.push(error) });
    sink.tryEmit({ type: 'a', data: {} });
    await new Promise((resolve) => setTimeout(resolve));
    expect([sink.failedExports, errors]).toEqual([1, [new Error('offline')]]);
    await expect(sink.emit({ type: 'a', data: {} })).rejects.toThrow('offline');
  });
});
