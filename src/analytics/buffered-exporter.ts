/**
 * Gathers events and exports them in batches, so that neither a slow nor a failing exporter is felt
 * by the run.
 *
 *   export ──▶ [ buffer, at most maxBuffer ] ── batchSize reached │ flushInterval │ flush │ close ──▶ exporter
 *
 * A batch that the exporter refuses goes back to the front and is tried again at the next occasion;
 * nothing is lost but by overflow, oldest first, and every loss is counted and told to `onOverflow`.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { ClosedError, SluiceError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { RingQueue } from '../base/ring-queue.js';
import type { AnalyticsEvent } from './event.js';
import { analyticsEvents, requireExporter, type AnalyticsExporter, type ExportOptions } from './exporter.js';

/**
 * Hears that events were dropped: how many so far in all, and how many are buffered. Called with -1
 * in place of the count when the buffer passes its high-water mark, which drops nothing yet.
 */
export type OverflowListener = (droppedCount: number, bufferSize: number) => void;

/** Options of a {@link BufferedExporter}. */
export interface BufferedExporterOptions {
  /** Events in a batch. @default 100 */
  readonly batchSize?: number;
  /** Seconds an event waits at most; 0 = only full batches, flush and close. @default 5 */
  readonly flushInterval?: number;
  /** Hears of drops and of the high-water mark. */
  readonly onOverflow?: OverflowListener | undefined;
  /** Share of `maxBuffer` at which `onOverflow` is warned; once, and again after the buffer was half as full. @default 0.8 */
  readonly highWaterMark?: number;
  /** Events kept at most. @default 10000 */
  readonly maxBuffer?: number;
  /** Hears of each batch that the exporter refused; the batch is kept. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Counts of a {@link BufferedExporter}. */
export interface BufferedExporterStats {
  readonly buffered: number;
  readonly exported: number;
  /** Lost by overflow, or left when it was closed. */
  readonly dropped: number;
  /** Batches that the exporter refused; each is tried again. */
  readonly failedBatches: number;
}

/** Events could not be exported before the exporter was closed. */
export class AnalyticsLostError extends SluiceError {
  override readonly name: string = 'AnalyticsLostError';
  /** How many. */
  readonly count: number;

  constructor(count: number, cause: unknown) {
    super(`${count} analytics events could not be exported before closing. See \`cause\` for what the exporter refused them with.`, { code: 'ANALYTICS_LOST', cause });
    this.count = count;
  }
}

const OPTIONS = ['batchSize', 'flushInterval', 'onOverflow', 'highWaterMark', 'maxBuffer', 'onError', 'clock'];

/** Exports in batches through another exporter. */
export class BufferedExporter implements AnalyticsExporter {
  readonly #exporter: AnalyticsExporter;
  readonly #batchSize: number;
  readonly #intervalMs: number;
  readonly #maxBuffer: number;
  readonly #highWater: number;
  readonly #onOverflow: OverflowListener | undefined;
  readonly #onError: ((error: Error) => void) | undefined;
  readonly #clock: Clock;
  readonly #buffer = new RingQueue<AnalyticsEvent>();
  #flushing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #warned = false;
  #closed = false;
  #exported = 0;
  #dropped = 0;
  #failedBatches = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(exporter: AnalyticsExporter, options: BufferedExporterOptions = {}) {
    refuseUnknownOptions('BufferedExporter', options, OPTIONS);
    const { batchSize = 100, flushInterval = 5, onOverflow, highWaterMark = 0.8, maxBuffer = 10000, onError, clock = systemClock } = options;
    this.#exporter = requireExporter('BufferedExporter.exporter', exporter);
    this.#batchSize = requireNumber('BufferedExporter.batchSize', batchSize, { min: 1, integer: true });
    this.#intervalMs = requireNumber('BufferedExporter.flushInterval', flushInterval, { min: 0 }) * 1000;
    this.#maxBuffer = requireNumber('BufferedExporter.maxBuffer', maxBuffer, { min: 1, integer: true });
    this.#highWater = Math.ceil(requireNumber('BufferedExporter.highWaterMark', highWaterMark, { min: 0, max: 1 }) * maxBuffer);
    this.#onOverflow = onOverflow === undefined ? undefined : requireFunction('BufferedExporter.onOverflow', onOverflow);
    this.#onError = onError === undefined ? undefined : requireFunction('BufferedExporter.onError', onError);
    this.#clock = clock;
  }

  /** Counts so far. */
  get stats(): BufferedExporterStats {
    return { buffered: this.#buffer.size, exported: this.#exported, dropped: this.#dropped, failedBatches: this.#failedBatches };
  }

  /** Takes events and resolves at once; never rejects for the exporter's failures. Rejects with `ClosedError` after `close`. */
  async export(events: AnalyticsEvent | readonly AnalyticsEvent[]): Promise<void> {
    const list = analyticsEvents(events);
    if (this.#closed) throw new ClosedError('BufferedExporter');
    let lost = 0;
    for (const event of list) {
      if (this.#buffer.size === this.#maxBuffer) {
        this.#buffer.shift();
        lost++;
      }
      this.#buffer.push(event);
    }
    this.#reportLoss(lost);
    this.#checkHighWater();
    if (this.#buffer.size >= this.#batchSize) this.#flushInBackground();
    else this.#setTimer();
  }

  /** Exports everything buffered; rejects with the exporter's error, and then what was not taken is still buffered. */
  async flush(options: ExportOptions = {}): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing.catch(ignore); // its own caller has the error
    if (this.#buffer.size === 0) return;
    await this.#startFlush(1, options);
  }

  /** Exports what is left, then closes the exporter. Rejects with {@link AnalyticsLostError} when some could not be exported. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    let cause: unknown;
    await this.flush().catch((error: unknown) => {
      cause = error;
    });
    this.#stopTimer();
    const left = this.#buffer.clear();
    this.#dropped += left;
    await this.#exporter.close?.();
    if (left > 0) throw new AnalyticsLostError(left, cause);
  }

  #flushInBackground(): void {
    if (this.#flushing === undefined) this.#startFlush(this.#batchSize, {}).catch(ignore); // counted and told to onError, and tried again at the next occasion
  }

  /** Exports batches while at least `least` events wait. */
  #startFlush(least: number, options: ExportOptions): Promise<void> {
    this.#stopTimer();
    const flushing = this.#exportBatches(least, options).finally(() => {
      this.#flushing = undefined;
      this.#setTimer();
    });
    this.#flushing = flushing;
    return flushing;
  }

  async #exportBatches(least: number, options: ExportOptions): Promise<void> {
    while (this.#buffer.size >= least) {
      const batch: AnalyticsEvent[] = [];
      while (batch.length < this.#batchSize && this.#buffer.size > 0) batch.push(this.#buffer.shift() as AnalyticsEvent); // size > 0, so there is one
      try {
        await this.#exporter.export(batch, options);
      } catch (error) {
        this.#failedBatches++;
        this.#putBack(batch);
        this.#onError?.(toError(error));
        throw error;
      }
      this.#exported += batch.length;
      if (this.#buffer.size < this.#highWater / 2) this.#warned = false;
    }
  }

  // Newer events may have filled the buffer meanwhile; then the oldest of the batch are the ones too many.
  #putBack(batch: readonly AnalyticsEvent[]): void {
    const room = this.#maxBuffer - this.#buffer.size;
    for (let n = batch.length - 1; n >= Math.max(0, batch.length - room); n--) this.#buffer.unshift(batch[n] as AnalyticsEvent); // n is in range
    this.#reportLoss(Math.max(0, batch.length - room));
    this.#checkHighWater();
  }

  #reportLoss(count: number): void {
    if (count === 0) return;
    this.#dropped += count;
    this.#onOverflow?.(this.#dropped, this.#buffer.size);
  }

  #checkHighWater(): void {
    if (this.#warned || this.#buffer.size < this.#highWater || this.#buffer.size === 0) return;
    this.#warned = true;
    this.#onOverflow?.(-1, this.#buffer.size);
  }

  #setTimer(): void {
    if (this.#intervalMs === 0 || this.#closed || this.#cancelTimer !== undefined || this.#flushing !== undefined || this.#buffer.size === 0) return;
    this.#cancelTimer = this.#clock.after(this.#intervalMs, () => {
      this.#cancelTimer = undefined;
      if (this.#flushing === undefined) this.#startFlush(1, {}).catch(ignore); // as in #flushInBackground
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

function ignore(): undefined {
  return undefined;
}
