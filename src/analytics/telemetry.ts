/**
 * Analytics in OpenTelemetry's data model: every event is a log record, and the end of a stage or a
 * run is a span. A run is a trace whose id is the run's UUID, so records of the same run belong
 * together, whoever exports them.
 */
import { isUuid } from '../base/id.js';
import { toWire } from '../context/wire.js';
import type { AnalyticsEvent } from './event.js';

/** A log record. */
export interface TelemetryLog {
  readonly name: string;
  readonly timestampMs: number;
  /** Of the log data model: 9 info, 13 warning, 17 error. */
  readonly severity: number;
  readonly traceId: string | undefined;
  readonly attributes: TelemetryAttributes;
}

/** A span that has ended. */
export interface TelemetrySpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** None for a run. */
  readonly parentSpanId: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly attributes: TelemetryAttributes;
}

/** A value that OpenTelemetry can carry. */
export type TelemetryValue = string | number | boolean | readonly TelemetryValue[];

/** Attributes by name. */
export type TelemetryAttributes = Readonly<Record<string, TelemetryValue>>;

const INFO = 9;
const WARN = 13;
const ERROR = 17;
const ENDED = /^(stage|pipeline)\.(completed|failed|canceled|skipped)$/;

/** The log record of an event. */
export function logOf(event: AnalyticsEvent): TelemetryLog {
  return {
    name: event.eventType,
    timestampMs: event.timestampMs,
    severity: /fail|error/.test(event.eventType) ? ERROR : /drop|throttle|retry|cancel/.test(event.eventType) ? WARN : INFO,
    traceId: traceIdOf(event),
    attributes: telemetryAttributes({ ...event.data, ...event.metadata, ...(event.stageName === null ? {} : { 'sluice.stage': event.stageName }) }),
  };
}

/** The span of a stage or run that has ended, in a list; an empty one for other events. */
export function spanOf(event: AnalyticsEvent): readonly TelemetrySpan[] {
  const match = ENDED.exec(event.eventType);
  const traceId = traceIdOf(event);
  if (match === null || event.durationMs === null || traceId === undefined) return [];
  const isStage = match[1] === 'stage';
  const run = spanId(`${event.pipelineRunId}`);
  return [
    {
      name: isStage ? (event.stageName ?? 'stage') : 'pipeline',
      traceId,
      spanId: isStage ? spanId(`${event.pipelineRunId} ${event.stageName} ${String(event.data['attempt'] ?? 1)}`) : run,
      parentSpanId: isStage ? run : undefined,
      startMs: event.timestampMs - event.durationMs,
      endMs: event.timestampMs,
      failed: match[2] === 'failed',
      attributes: telemetryAttributes(event.data),
    },
  ];
}

/** What of a record can be carried: other values as JSON text, those that are not set left out. */
export function telemetryAttributes(record: object): TelemetryAttributes {
  return Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (value === undefined || value === null ? [] : [[key, valueOf(value)]])));
}

function valueOf(value: unknown): TelemetryValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.filter((item) => item !== undefined && item !== null).map(valueOf);
  return JSON.stringify(toWire(value));
}

// A UUID has the 16 bytes of a trace id.
function traceIdOf(event: AnalyticsEvent): string | undefined {
  return isUuid(event.pipelineRunId) ? event.pipelineRunId.replaceAll('-', '').toLowerCase() : undefined;
}

/** Eight bytes that follow from a text: FNV-1a, 64 bits (draft-eastlake-fnv). The same stage of the same run is the same span. */
function spanId(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let n = 0; n < text.length; n++) hash = ((hash ^ BigInt(text.charCodeAt(n))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}
