/** Time since the start of a run, shared by all of its stages. */
import { systemClock, type Clock } from '../base/clock.js';

/** Measures a run on the injected clock. */
export class PipelineTimer {
  readonly #clock: Clock;
  readonly #start: number;
  /** When the run started, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly pipelineStartMs: number;

  /** Starts now, or has started when `clock.now()` was `startedMs`. */
  constructor(clock: Clock = systemClock, startedMs: number = clock.now()) {
    this.#clock = clock;
    this.#start = startedMs;
    this.pipelineStartMs = clock.epochMs() - (clock.now() - startedMs);
  }

  /** When the run started. */
  get startedAt(): Date {
    return new Date(this.pipelineStartMs);
  }

  /** Monotonic milliseconds since the run's start, with fractions. */
  nowMs(): number {
    return this.#clock.now() - this.#start;
  }

  /** Same as {@link nowMs}. */
  elapsedMs(): number {
    return this.nowMs();
  }
}
