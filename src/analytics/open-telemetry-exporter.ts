/**
 * Analytics through the application's own OpenTelemetry packages: what telemetry.ts makes of events is
 * handed to span and log exporters of the OpenTelemetry SDK, so it goes wherever they send it (OTLP
 * over HTTP or gRPC, a console, a vendor) in the form they have.
 *
 * The packages are peers that nothing here imports: an exporter is told by its `export`. It answers by
 * a callback, so resolved means delivered, as for every exporter; put a `BufferedExporter` before it.
 */
import { abortable } from '../base/abortable.js';
import { SluiceError, throwIfAborted } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { AnalyticsEvent } from './event.js';
import { analyticsEvents, type AnalyticsExporter, type ExportOptions } from './exporter.js';
import { logOf, spanOf, type TelemetryAttributes, type TelemetryLog, type TelemetrySpan } from './telemetry.js';

// Seconds, and nanoseconds of the last one.
type HrTime = [seconds: number, nanoseconds: number];

/** The `Resource` of @opentelemetry/resources, as far as it is handed on. */
export interface OpenTelemetryResource {
  readonly attributes: object;
}

/** A span as the SDK's exporters read it. */
interface ReadableSpan {
  readonly name: string;
  readonly kind: 0;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: { readonly code: 1 | 2 };
  readonly attributes: TelemetryAttributes;
  readonly links: [];
  readonly events: [];
  readonly ended: true;
  readonly resource: OpenTelemetryResource;
  readonly instrumentationScope: { readonly name: string };
  readonly droppedAttributesCount: 0;
  readonly droppedEventsCount: 0;
  readonly droppedLinksCount: 0;
}

/** A log record as the SDK's exporters read it. */
interface ReadableLogRecord {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext?: SpanContext;
  readonly severityNumber: number;
  readonly eventName: string;
  readonly body: string;
  readonly resource: OpenTelemetryResource;
  readonly instrumentationScope: { readonly name: string };
  readonly attributes: TelemetryAttributes;
  readonly droppedAttributesCount: 0;
}

/** Which trace and span a record belongs to. */
interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** An exporter of the OpenTelemetry SDK, by its shape; `SpanExporter` and `LogRecordExporter` have it. */
export interface OpenTelemetrySdkExporter {
  /** Takes records; `code` 0 says that they were delivered. */
  export(records: never[], onResult: (result: { readonly code: number; readonly error?: Error }) => void): void;
  forceFlush?(): Promise<void>;
}

/** Options of an {@link OpenTelemetryExporter}; one of the two exporters at least. */
export interface OpenTelemetryExporterOptions {
  /** A `SpanExporter`, for example `new OTLPTraceExporter()` of @opentelemetry/exporter-trace-otlp-http. */
  readonly spans?: OpenTelemetrySdkExporter;
  /** A `LogRecordExporter`, for example `new OTLPLogExporter()` of @opentelemetry/exporter-logs-otlp-http. */
  readonly logs?: OpenTelemetrySdkExporter;
  /** Describes who exports: what `resourceFromAttributes` makes, or its attributes. @default { attributes: { 'service.name': 'sluice' } } */
  readonly resource?: OpenTelemetryResource;
}

/** An OpenTelemetry exporter did not take the events. */
export class OpenTelemetryExportError extends SluiceError {
  override readonly name: string = 'OpenTelemetryExportError';

  constructor(signal: string, cause?: unknown) {
    super(`The OpenTelemetry exporter did not take the ${signal}. Its own error is the cause; the events are still the caller's.`, { code: 'OPEN_TELEMETRY_EXPORT', cause });
  }
}

const SAMPLED = 1;
const NO_SPAN = '0000000000000000';

/**
 * Exports through OpenTelemetry packages.
 *
 * @example
 * ```ts no-run
 * import { OpenTelemetryExporter, type OpenTelemetrySdkExporter } from 'sluice/analytics';
 * declare const traceExporter: OpenTelemetrySdkExporter; // new OTLPTraceExporter({ url: 'https://collector.example/v1/traces' })
 * export const exporter = new OpenTelemetryExporter({ spans: traceExporter });
 * ```
 */
export class OpenTelemetryExporter implements AnalyticsExporter {
  readonly #spans: OpenTelemetrySdkExporter | undefined;
  readonly #logs: OpenTelemetrySdkExporter | undefined;
  readonly #resource: OpenTelemetryResource;
  // Exporters group records by the identity of their scope.
  readonly #scope = Object.freeze({ name: 'sluice' });

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: OpenTelemetryExporterOptions) {
    refuseUnknownOptions('OpenTelemetryExporter', options, ['spans', 'logs', 'resource']);
    const { spans, logs, resource = { attributes: { 'service.name': 'sluice' } } } = options;
    for (const [name, exporter] of [['spans', spans], ['logs', logs]] as const) {
      if (exporter !== undefined && typeof (exporter as Partial<OpenTelemetrySdkExporter> | null)?.export !== 'function') throw new InvalidOptionError(`OpenTelemetryExporter.${name}`, exporter, 'an exporter of the OpenTelemetry SDK (with export)');
    }
    if (spans === undefined && logs === undefined) throw new InvalidOptionError('OpenTelemetryExporter.spans', spans, 'an exporter of the OpenTelemetry SDK, unless logs is one');
    if (typeof (resource as Partial<OpenTelemetryResource> | null)?.attributes !== 'object') throw new InvalidOptionError('OpenTelemetryExporter.resource', resource, 'a Resource (with attributes)');
    this.#spans = spans;
    this.#logs = logs;
    this.#resource = resource;
  }

  /** @inheritdoc Rejects with {@link OpenTelemetryExportError}. */
  async export(events: AnalyticsEvent | readonly AnalyticsEvent[], options: ExportOptions = {}): Promise<void> {
    throwIfAborted('An export', options.signal);
    const list = analyticsEvents(events);
    const place = { resource: this.#resource, instrumentationScope: this.#scope };
    await hand(this.#logs, 'logs', list.map((event) => readableLog(logOf(event), place)), options);
    await hand(this.#spans, 'spans', list.flatMap(spanOf).map((span) => readableSpan(span, place)), options);
  }

  /** Has both exporters send what they hold back. */
  async flush(): Promise<void> {
    await this.#logs?.forceFlush?.();
    await this.#spans?.forceFlush?.();
  }

  /** Flushes; the exporters stay the application's, which shuts them down. */
  close(): Promise<void> {
    return this.flush();
  }
}

async function hand(exporter: OpenTelemetrySdkExporter | undefined, signal: string, records: readonly object[], options: ExportOptions): Promise<void> {
  if (exporter === undefined || records.length === 0) return;
  const delivered = new Promise<void>((resolve, reject) => {
    try {
      // The records have what the exporter reads of its own classes.
      exporter.export(records as never[], ({ code, error }) => (code === 0 ? resolve() : reject(new OpenTelemetryExportError(signal, error))));
    } catch (error) {
      reject(new OpenTelemetryExportError(signal, error));
    }
  });
  await abortable('An export', delivered, options.signal);
}

type Place = Pick<ReadableSpan, 'resource' | 'instrumentationScope'>;

function readableLog({ name, timestampMs, severity, traceId, attributes }: TelemetryLog, place: Place): ReadableLogRecord {
  const hrTime = hr(timestampMs);
  return {
    hrTime,
    hrTimeObserved: hrTime,
    ...(traceId === undefined ? {} : { spanContext: { traceId, spanId: NO_SPAN, traceFlags: SAMPLED } }),
    severityNumber: severity,
    eventName: name,
    body: name,
    attributes,
    droppedAttributesCount: 0,
    ...place,
  };
}

function readableSpan({ name, traceId, spanId, parentSpanId, startMs, endMs, failed, attributes }: TelemetrySpan, place: Place): ReadableSpan {
  const context = { traceId, spanId, traceFlags: SAMPLED };
  return {
    name,
    kind: 0,
    spanContext: () => context,
    ...(parentSpanId === undefined ? {} : { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: SAMPLED } }),
    startTime: hr(startMs),
    endTime: hr(endMs),
    duration: hr(endMs - startMs),
    status: { code: failed ? 2 : 1 },
    attributes,
    links: [],
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...place,
  };
}

function hr(ms: number): HrTime {
  const micros = Math.round(ms * 1000);
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000];
}
