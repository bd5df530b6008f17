/** One fact for analytics: an event of a pipeline, or the application's own. */
import { systemClock, type Clock } from '../base/clock.js';
import { frozenCopy, type Data } from '../base/data.js';
import { requireName, requireNumber } from '../base/option.js';
import { dataToWire, fromWire, optionalMoment, optionalText, readField, requireRecord } from '../context/wire.js';
import type { PipelineEvent } from '../event/event.js';

/** Fields of an {@link AnalyticsEvent}. */
export interface AnalyticsEventInit {
  /** For example `stage.completed`. */
  readonly eventType: string;
  /** @default now */
  readonly timestamp?: Date | null | undefined;
  /** @default {} */
  readonly data?: Readonly<Data> | undefined;
  /** @default {} */
  readonly metadata?: Readonly<Data> | undefined;
  /** The run it belongs to. @default null */
  readonly pipelineRunId?: string | null | undefined;
  /** The stage it belongs to. @default null */
  readonly stageName?: string | null | undefined;
  /** @default null */
  readonly durationMs?: number | null | undefined;
}

/** A frozen analytics event. */
export class AnalyticsEvent {
  readonly eventType: string;
  readonly data: Readonly<Data>;
  readonly metadata: Readonly<Data>;
  readonly pipelineRunId: string | null;
  readonly stageName: string | null;
  readonly durationMs: number | null;
  /** `timestamp` as milliseconds since 1970. */
  readonly timestampMs: number;

  /** Throws `InvalidOptionError` naming the field. `clock` stamps where no timestamp is given. */
  constructor(init: AnalyticsEventInit, clock: Clock = systemClock) {
    this.eventType = requireName('AnalyticsEvent.eventType', init.eventType);
    this.data = frozenCopy(requireRecord('AnalyticsEvent.data', init.data ?? {}));
    this.metadata = frozenCopy(requireRecord('AnalyticsEvent.metadata', init.metadata ?? {}));
    this.pipelineRunId = optionalText('AnalyticsEvent.pipelineRunId', init.pipelineRunId);
    this.stageName = optionalText('AnalyticsEvent.stageName', init.stageName);
    this.durationMs = init.durationMs === undefined || init.durationMs === null ? null : requireNumber('AnalyticsEvent.durationMs', init.durationMs, { min: 0 });
    this.timestampMs = optionalMoment('AnalyticsEvent.timestamp', init.timestamp) ?? clock.epochMs();
    Object.freeze(this);
  }

  /** When it happened; a new Date at each reading. */
  get timestamp(): Date {
    return new Date(this.timestampMs);
  }

  /** Wire form, snake_case; what is not set is left out. */
  toDict(): Data {
    return {
      event_type: this.eventType,
      timestamp: this.timestamp.toISOString(),
      data: dataToWire(this.data),
      metadata: dataToWire(this.metadata),
      ...(this.pipelineRunId === null ? {} : { pipeline_run_id: this.pipelineRunId }),
      ...(this.stageName === null ? {} : { stage_name: this.stageName }),
      ...(this.durationMs === null ? {} : { duration_ms: this.durationMs }),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): AnalyticsEvent {
    return new AnalyticsEvent({
      eventType: readField(dict, 'event_type') as string, // the constructor checks each
      timestamp: dict['timestamp'] as Date,
      data: fromWire(dict['data'] ?? {}) as Data,
      metadata: fromWire(dict['metadata'] ?? {}) as Data,
      pipelineRunId: readField(dict, 'pipeline_run_id') as string,
      stageName: readField(dict, 'stage_name') as string,
      durationMs: readField(dict, 'duration_ms') as number,
    });
  }

  /** The analytics event of a pipeline event: run, stage and duration are taken from its payload. */
  static fromPipelineEvent(event: PipelineEvent, clock: Clock = systemClock): AnalyticsEvent {
    const { pipeline_run_id, stage, duration_ms } = event.data;
    return new AnalyticsEvent(
      {
        eventType: event.type,
        data: event.data,
        pipelineRunId: typeof pipeline_run_id === 'string' ? pipeline_run_id : null,
        stageName: typeof stage === 'string' ? stage : null,
        durationMs: typeof duration_ms === 'number' && duration_ms >= 0 ? duration_ms : null,
      },
      clock,
    );
  }
}
