/**
 * Analytics as OpenTelemetry, in OTLP over HTTP with JSON (telemetry.ts says what becomes what).
 *
 * Speaks the protocol itself (opentelemetry-proto 1.x, JSON encoding), so it needs no package and runs
 * wherever `fetch` does. A failed request rejects: put a `BufferedExporter` before it.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { SluiceError, throwIfAborted } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import type { AnalyticsEvent } from './event.js';
import { analyticsEvents, type AnalyticsExporter, type ExportOptions } from './exporter.js';
import { logOf, spanOf, telemetryAttributes, type TelemetryAttributes, type TelemetryLog, type TelemetrySpan, type TelemetryValue } from './telemetry.js';

/** Options of an {@link OTLPExporter}. */
export interface OTLPExporterOptions {
  /** Base address of the collector, for example `http://localhost:4318`; `/v1/logs` and `/v1/traces` are added. */
  readonly url: string;
  /** Sent with each request, for example an authorisation. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Describes who exports; `service.name` by convention. @default { 'service.name': 'sluice' } */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /** Which signals are sent. @default both */
  readonly signals?: readonly ('logs' | 'traces')[];
  /** Milliseconds a request may take. @default 10000 */
  readonly timeoutMs?: number;
  /** @default the host's fetch */
  readonly fetch?: typeof fetch;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** The collector did not take the events. */
export class OTLPExportError extends SluiceError {
  override readonly name: string = 'OTLPExportError';
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null;

  constructor(signal: string, status: number | null, cause?: unknown) {
    super(`The collector did not take the ${signal}${status === null ? '' : ` (status ${status})`}. Check OTLPExporter.url and headers; the events are still the caller's.`, { code: 'OTLP_EXPORT', cause });
    this.status = status;
  }
}

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };

// Span kinds and status codes of opentelemetry-proto.
const SPAN_INTERNAL = 1;
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** Exports to an OpenTelemetry collector. */
export class OTLPExporter implements AnalyticsExporter {
  readonly #url: string;
  readonly #options: OTLPExporterOptions;
  readonly #resource: readonly Attribute[];
  readonly #signals: readonly ('logs' | 'traces')[];
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: OTLPExporterOptions) {
    refuseUnknownOptions('OTLPExporter', options, ['url', 'headers', 'resource', 'signals', 'timeoutMs', 'fetch', 'clock']);
    const { url, signals = ['logs', 'traces'], timeoutMs = 10000, clock = systemClock } = options;
    if (typeof url !== 'string' || !/^https?:\/\//.test(url)) throw new InvalidOptionError('OTLPExporter.url', url, 'an http or https address');
    if (!Array.isArray(signals) || signals.length === 0 || signals.some((signal) => signal !== 'logs' && signal !== 'traces')) throw new InvalidOptionError('OTLPExporter.signals', signals, "a list of 'logs' and 'traces'");
    if (options.fetch !== undefined) requireFunction('OTLPExporter.fetch', options.fetch);
    this.#url = url.replace(/\/+$/, '');
    this.#options = options;
    this.#resource = attributesOf(telemetryAttributes(options.resource ?? { 'service.name': 'sluice' }));
    this.#signals = signals;
    this.#timeoutMs = requireNumber('OTLPExporter.timeoutMs', timeoutMs, { min: 1 });
    this.#clock = clock;
  }

  /** @inheritdoc Rejects with {@link OTLPExportError}. */
  async export(events: AnalyticsEvent | readonly AnalyticsEvent[], options: ExportOptions = {}): Promise<void> {
    const list = analyticsEvents(events);
    const resource = { attributes: this.#resource };
    const scope = { name: 'sluice' };
    if (this.#signals.includes('logs') && list.length > 0) await this.#post('logs', { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: list.map(logOf).map(logRecord) }] }] }, options);
    const spans = this.#signals.includes('traces') ? list.flatMap(spanOf).map(span) : [];
    if (spans.length > 0) await this.#post('traces', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] }, options);
  }

  async #post(signal: 'logs' | 'traces', body: object, options: ExportOptions): Promise<void> {
    const send = this.#options.fetch ?? fetch;
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(options.signal?.reason);
    throwIfAborted('An export', options.signal);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const cancelTimer = this.#clock.after(this.#timeoutMs, () => controller.abort(new OTLPExportError(signal, null)));
    let response: Response;
    try {
      response = await send(`${this.#url}/v1/${signal}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...this.#options.headers },
        body: JSON.stringify(body),
        keepalive: options.keepalive === true,
        signal: controller.signal,
      });
    } catch (error) {
      throwIfAborted('An export', options.signal);
      throw new OTLPExportError(signal, null, error);
    } finally {
      cancelTimer();
      options.signal?.removeEventListener('abort', onAbort);
    }
    await response.body?.cancel(); // the answer's text says nothing that its status does not
    if (!response.ok) throw new OTLPExportError(signal, response.status);
  }
}

function logRecord({ name, timestampMs, severity, traceId, attributes }: TelemetryLog): object {
  return {
    timeUnixNano: nanos(timestampMs),
    severityNumber: severity,
    eventName: name,
    body: { stringValue: name },
    attributes: attributesOf(attributes),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

function span({ name, traceId, spanId, parentSpanId, startMs, endMs, failed, attributes }: TelemetrySpan): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: SPAN_INTERNAL,
    startTimeUnixNano: nanos(startMs),
    endTimeUnixNano: nanos(endMs),
    attributes: attributesOf(attributes),
    status: { code: failed ? STATUS_ERROR : STATUS_OK },
  };
}

// Nanoseconds do not fit a double; OTLP's JSON has them as decimal text.
function nanos(ms: number): string {
  return (BigInt(Math.round(ms * 1000)) * 1000n).toString();
}

function attributesOf(attributes: TelemetryAttributes): readonly Attribute[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: TelemetryValue): Readonly<Record<string, unknown>> {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map(anyValue) } };
}
