/** The bridge from a run's events to analytics: an event sink that exports what passes its filter. */
import { systemClock, type Clock } from '../base/clock.js';
import { refuseUnknownOptions, requireFunction } from '../base/option.js';
import type { PipelineEvent } from '../event/event.js';
import { eventFilter, type EventFilter } from '../event/filtering-sink.js';
import type { EventSink } from '../event/sink.js';
import { AnalyticsEvent } from './event.js';
import { requireExporter, type AnalyticsExporter } from './exporter.js';

/** Options of an {@link AnalyticsSink}. */
export interface AnalyticsSinkOptions extends EventFilter {
  /** Hears of exports that failed. */
  readonly onError?: (error: unknown) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Exports the events of runs. Put a `BufferedExporter` behind it, or every event is an export of its own. */
export class AnalyticsSink implements EventSink {
  readonly #exporter: AnalyticsExporter;
  readonly #passes: (type: string) => boolean;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #clock: Clock;
  #failed = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(exporter: AnalyticsExporter, options: AnalyticsSinkOptions = {}) {
    refuseUnknownOptions('AnalyticsSink', options, ['include', 'exclude', 'onError', 'clock']);
    this.#exporter = requireExporter('AnalyticsSink.exporter', exporter);
    this.#passes = eventFilter('AnalyticsSink', options);
    this.#onError = options.onError === undefined ? undefined : requireFunction('AnalyticsSink.onError', options.onError);
    this.#clock = options.clock ?? systemClock;
  }

  /** Exports that failed so far. */
  get failedExports(): number {
    return this.#failed;
  }

  /** @inheritdoc */
  async emit(event: PipelineEvent): Promise<void> {
    if (this.#passes(event.type)) await this.#exporter.export(AnalyticsEvent.fromPipelineEvent(event, this.#clock));
  }

  /** @inheritdoc A failed export is counted and told to `onError`. */
  tryEmit(event: PipelineEvent): void {
    this.emit(event).catch((error: unknown) => {
      this.#failed++;
      this.#onError?.(error);
    });
  }

  /** Flushes the exporter. */
  async flush(): Promise<void> {
    await this.#exporter.flush?.();
  }

  /** Closes the exporter. */
  async close(): Promise<void> {
    await this.#exporter.close?.();
  }
}
