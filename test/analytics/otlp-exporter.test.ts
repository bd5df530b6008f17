import { describe, expect, it } from 'vitest';
import { BufferedExporter } from '../../src/analytics/buffered-exporter.js';
import { AnalyticsEvent, type AnalyticsEventInit } from '../../src/analytics/event.js';
import { OTLPExporter, OTLPExportError, type OTLPExporterOptions } from '../../src/analytics/otlp-exporter.js';
import { AbortedError } from '../../src/base/errors.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const RUN = '550e8400-e29b-41d4-a716-446655440000';
const event = (eventType: string, init: Partial<AnalyticsEventInit> = {}): AnalyticsEvent => new AnalyticsEvent({ eventType, timestamp: new Date(1700000000123), ...init });

function collector(options: Partial<OTLPExporterOptions> = {}, answer: () => Response = () => new Response('{}')): { exporter: OTLPExporter; requests: { url: string; init: RequestInit; body: Record<string, never> }[] } {
  const requests: { url: string; init: RequestInit; body: Record<string, never> }[] = [];
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    requests.push({ url, init, body: JSON.parse(String(init.body)) as Record<string, never> });
    return answer();
  };
  return { exporter: new OTLPExporter({ url: 'http://collector.test:4318/', fetch: send as typeof fetch, ...options }), requests };
}

describe('OTLPExporter', () => {
  it('sends each event as a log record of the run’s trace', async () => {
    const { exporter, requests } = collector({ headers: { 'x-key': 'k' }, resource: { 'service.name': 'demo' }, signals: ['logs'] });
    await exporter.export(event('stage.failed', { pipelineRunId: RUN, stageName: 'llm', data: { n: 1, f: 0.5, b: true, list: ['a'], deep: { x: 1 }, none: null } }));
    expect(requests).toHaveLength(1);
    expect([requests[0]?.url, (requests[0]?.init.headers as Record<string, string>)['x-key'], requests[0]?.init.keepalive]).toEqual(['http://collector.test:4318/v1/logs', 'k', false]);
    expect(requests[0]?.body).toEqual({
      resourceLogs: [{
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'demo' } }] },
        scopeLogs: [{
          scope: { name: 'sluice' },
          logRecords: [{
            timeUnixNano: '1700000000123000000',
            severityNumber: 17,
            eventName: 'stage.failed',
            body: { stringValue: 'stage.failed' },
            traceId: '550e8400e29b41d4a716446655440000',
            attributes: [{ key: 'n', value: { intValue: '1' } }, { key: 'f', value: { doubleValue: 0.5 } }, { key: 'b', value: { boolValue: true } }, { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }] } } }, { key: 'deep', value: { stringValue: '{"x":1}' } }, { key: 'sluice.stage', value: { stringValue: 'llm' } }],
          }],
        }],
      }],
    });
  });

  it('sends stages and runs that have ended as spans, the stages below their run', async () => {
    const { exporter, requests } = collector({ signals: ['traces'] });
    await exporter.export([
      event('stage.started', { pipelineRunId: RUN, stageName: 'llm' }),
      event('stage.completed', { pipelineRunId: RUN, stageName: 'llm', durationMs: 12.5, data: { attempt: 2 } }),
      event('pipeline.failed', { pipelineRunId: RUN, durationMs: 20 }),
      event('pipeline.completed', { durationMs: 20 }), // of no run: no trace
    ]);
    const spans = (requests[0]?.body as unknown as { resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[] }).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(spans).toHaveLength(2);
    const [stage, run] = spans;
    expect(stage).toMatchObject({ name: 'llm', parentSpanId: run?.['spanId'], startTimeUnixNano: '1700000000110500000', endTimeUnixNano: '1700000000123000000', status: { code: 1 } });
    expect(run).toMatchObject({ name: 'pipeline', traceId: '550e8400e29b41d4a716446655440000', status: { code: 2 } });
    expect(run).not.toHaveProperty('parentSpanId');
    expect(stage?.['spanId']).toMatch(/^[0-9a-f]{16}$/);
    expect(stage?.['spanId']).not.toBe(run?.['spanId']);
  });

  it('sends nothing for nothing', async () => {
    const { exporter, requests } = collector();
    await exporter.export([]);
    await exporter.export(event('custom'));
    expect(requests.map(({ url }) => url)).toEqual(['http://collector.test:4318/v1/logs']);
  });

  it('says that the collector refused, and a buffer before it keeps the events', async () => {
    let status = 503;
    const { exporter, requests } = collector({ signals: ['logs'] }, () => new Response('busy', { status }));
    await expect(exporter.export(event('a'))).rejects.toMatchObject({ code: 'OTLP_EXPORT', status: 503 });
    const buffered = new BufferedExporter(exporter, { flushInterval: 0 });
    await buffered.export(event('b'));
    await expect(buffered.flush()).rejects.toThrow(OTLPExportError);
    status = 200;
    await buffered.flush({ keepalive: true });
    expect(buffered.stats).toMatchObject({ exported: 1, failedBatches: 1 });
    expect(requests.at(-1)?.init.keepalive).toBe(true);
  });

  it('says that there was no answer, in time or at all', async () => {
    const clock = new ManualClock();
    const hanging = collector({ clock, timeoutMs: 500, fetch: ((_url: string, init: RequestInit) => new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))))) as typeof fetch });
    const late = expect(hanging.exporter.export(event('a'))).rejects.toMatchObject({ code: 'OTLP_EXPORT', status: null });
    await clock.advance(500);
    await late;
    expect(clock.pending).toBe(0);
    const down = collector({ fetch: (async () => { throw new TypeError('fetch failed'); }) as typeof fetch });
    await expect(down.exporter.export(event('a'))).rejects.toThrow(OTLPExportError);
  });

  it('stops when it is aborted', async () => {
    const { exporter } = collector({ fetch: ((_url: string, init: RequestInit) => new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))))) as typeof fetch });
    const controller = new AbortController();
    const stopped = expect(exporter.export(event('a'), { signal: controller.signal })).rejects.toThrow(AbortedError);
    controller.abort();
    await stopped;
    await expect(exporter.export(event('a'), { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });

  it.each([{ url: 'collector' }, { signals: [] }, { signals: ['metrics'] }, { timeoutMs: 0 }, { endpoint: 'x' }])('refuses %j', (options) => {
    expect(() => new OTLPExporter({ url: 'http://x.test', ...(options as object) })).toThrow(`OTLPExporter.${Object.keys(options)[0]}`);
  });
});
