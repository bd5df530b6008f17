// @realm node
// With the OpenTelemetry packages themselves: what they send over HTTP is what the exporter of our own sends.
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BufferedExporter } from '../../src/analytics/buffered-exporter.js';
import { AnalyticsEvent, type AnalyticsEventInit } from '../../src/analytics/event.js';
import { OpenTelemetryExporter, OpenTelemetryExportError, type OpenTelemetryExporterOptions } from '../../src/analytics/open-telemetry-exporter.js';
import { OTLPExporter } from '../../src/analytics/otlp-exporter.js';
import { AbortedError } from '../../src/base/errors.js';

const RUN = '550e8400-e29b-41d4-a716-446655440000';
const event = (eventType: string, init: Partial<AnalyticsEventInit> = {}): AnalyticsEvent => new AnalyticsEvent({ eventType, timestamp: new Date(1700000000123), ...init });
const all = [
  event('stage.started', { pipelineRunId: RUN, stageName: 'llm' }),
  event('stage.completed', { pipelineRunId: RUN, stageName: 'llm', durationMs: 12.5, data: { attempt: 2, n: 1, f: 0.5, b: true, list: ['a', 1], deep: { x: 1 }, none: null } }),
  event('pipeline.failed', { pipelineRunId: RUN, durationMs: 20 }),
  event('custom', { metadata: { from: 'here' } }),
];

let server: Server;
let url: string;
let status = 200;
const received = new Map<string, unknown>();

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => {
      received.set(request.url ?? '', JSON.parse(text));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  received.clear();
  status = 200;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const theirs = (): { readonly spans: OTLPTraceExporter; readonly logs: OTLPLogExporter } => ({ spans: new OTLPTraceExporter({ url: `${url}/v1/traces` }), logs: new OTLPLogExporter({ url: `${url}/v1/logs` }) });

/** A request without what only one of the two says, its numbers in one spelling, attributes by name. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    const named = value.every((item) => typeof (item as { key?: unknown } | null)?.key === 'string') && value.length > 0;
    return named ? Object.fromEntries((value as { key: string; value: unknown }[]).map(({ key, value: one }) => [key, plain(one)])) : value.map(plain);
  }
  if (typeof value !== 'object' || value === null) return value;
  const only = ['observedTimeUnixNano', 'droppedAttributesCount', 'droppedEventsCount', 'droppedLinksCount', 'flags', 'events', 'links'];
  return Object.fromEntries(Object.entries(value).filter(([key, one]) => !only.includes(key) && !(key === 'spanId' && one === '0000000000000000') && !(key === 'attributes' && Array.isArray(one) && one.length === 0)).map(([key, one]) => [key, key === 'intValue' ? String(one) : plain(one)]));
}

describe('OpenTelemetryExporter', () => {
  it('has the packages send what OTLPExporter sends', async () => {
    await new OTLPExporter({ url }).export(all);
    const ours = new Map(received);
    received.clear();
    const exporter = new OpenTelemetryExporter(theirs());
    await exporter.export(all);
    await exporter.close();
    expect([...received.keys()].sort()).toEqual(['/v1/logs', '/v1/traces']);
    for (const [path, body] of received) expect(plain(body)).toEqual(plain(ours.get(path)));
  });

  it('sends one signal where one exporter is given, and nothing for nothing', async () => {
    const { spans, logs } = theirs();
    await new OpenTelemetryExporter({ logs: logs }).export([]);
    await new OpenTelemetryExporter({ spans: spans }).export(event('custom'));
    expect(received.size).toBe(0);
    await new OpenTelemetryExporter({ spans: spans }).export(all);
    expect([...received.keys()]).toEqual(['/v1/traces']);
  });

  it('describes who exports by the application’s resource', async () => {
    const { logs } = theirs();
    await new OpenTelemetryExporter({ logs: logs, resource: { attributes: { 'service.name': 'demo' } } }).export(event('custom'));
    expect(plain(received.get('/v1/logs'))).toMatchObject({ resourceLogs: [{ resource: { attributes: { 'service.name': { stringValue: 'demo' } } } }] });
  });

  it('rejects when the collector refuses, and a buffer before it keeps the events', async () => {
    diag.disable();
    diag.setLogger({ error() {}, warn() {}, info() {}, debug() {}, verbose() {} }, DiagLogLevel.NONE);
    const buffered = new BufferedExporter(new OpenTelemetryExporter(theirs()), { flushInterval: 0 });
    status = 400;
    await buffered.export(all);
    await expect(buffered.flush()).rejects.toThrow(OpenTelemetryExportError);
    status = 200;
    received.clear();
    await buffered.flush();
    expect(buffered.stats).toMatchObject({ exported: all.length });
    expect(received.size).toBe(2);
  });

  it('rejects when the exporter throws, and at once when it is aborted', async () => {
    const thrown = new Error('broken');
    await expect(new OpenTelemetryExporter({ logs: { export: () => { throw thrown; } } }).export(event('a'))).rejects.toMatchObject({ code: 'OPEN_TELEMETRY_EXPORT', cause: thrown });
    const silent = new OpenTelemetryExporter({ logs: { export: () => undefined } });
    const controller = new AbortController();
    const stopped = expect(silent.export(event('a'), { signal: controller.signal })).rejects.toThrow(AbortedError);
    controller.abort();
    await stopped;
    await expect(silent.export(event('a'), { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });

  it('flushes what the exporters hold back', async () => {
    const flushed: string[] = [];
    const holding = (name: string): NonNullable<OpenTelemetryExporterOptions['spans']> => ({ export: () => undefined, forceFlush: async () => void flushed.push(name) });
    await new OpenTelemetryExporter({ spans: holding('spans'), logs: holding('logs') }).flush();
    expect(flushed).toEqual(['logs', 'spans']);
  });

  it.each([[{}, 'spans'], [{ spans: {} }, 'spans'], [{ logs: 'x' }, 'logs'], [{ logs: { export() {} }, resource: 'x' }, 'resource'], [{ url: 'x' }, 'url']])('refuses %j', (options, name) => {
    expect(() => new OpenTelemetryExporter(options as never)).toThrow(`OpenTelemetryExporter.${name}`);
  });
});
