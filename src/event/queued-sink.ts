/**
 * Stands before a sink that takes its time: events queue up to a bound and are delivered in order, so
 * that a slow sink never slows a run. When the queue is full the newest event is dropped and counted.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { deferred, type Deferred } from '../base/deferred.js';
import { ClosedError, SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { RingQueue } from '../base/ring-queue.js';
import type { PipelineEvent } from './event.js';
import type { EventSink } from './sink.js';

/** Options of a {@link BackpressureAwareEventSink}. */
export interface BackpressureAwareEventSinkOptions {
  /** Events that may wait. @default 1000 */
  readonly maxQueueSize?: number;
  /** How long `close` waits for the queue to drain, in milliseconds. @default 5000 */
  readonly drainTimeoutMs?: number;
  /** Hears of each delivery that failed. */
  readonly onError?: (error: unknown) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Counts of a {@link BackpressureAwareEventSink}. */
export interface EventSinkStats {
  readonly delivered: number;
  readonly failed: number;
  readonly dropped: number;
  readonly queued: number;
  readonly maxQueued: number;
}

/** A bounded queue before a sink. */
export class BackpressureAwareEventSink implements EventSink {
  readonly #sink: EventSink;
  readonly #maxQueueSize: number;
  readonly #drainTimeoutMs: number;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #clock: Clock;
  readonly #queue = new RingQueue<{ readonly event: PipelineEvent; readonly done: Deferred<void> | undefined }>();
  #delivering: Promise<void> | undefined;
  #closed = false;
  #delivered = 0;
  #failed = 0;
  #dropped = 0;
  #maxQueued = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(sink: EventSink, options: BackpressureAwareEventSinkOptions = {}) {
    refuseUnknownOptions('BackpressureAwareEventSink', options, ['maxQueueSize', 'drainTimeoutMs', 'onError', 'clock']);
    const { maxQueueSize = 1000, drainTimeoutMs = 5000, onError, clock = systemClock } = options;
    requireFunction('BackpressureAwareEventSink.sink.emit', (sink as EventSink | null)?.emit);
    this.#sink = sink;
    this.#maxQueueSize = requireNumber('BackpressureAwareEventSink.maxQueueSize', maxQueueSize, { min: 1, integer: true });
    this.#drainTimeoutMs = requireNumber('BackpressureAwareEventSink.drainTimeoutMs', drainTimeoutMs, { min: 0 });
    this.#onError = onError === undefined ? undefined : requireFunction('BackpressureAwareEventSink.onError', onError);
    this.#clock = clock;
  }

  /** Counts so far. */
  get stats(): EventSinkStats {
    return { delivered: this.#delivered, failed: this.#failed, dropped: this.#dropped, queued: this.#queue.size, maxQueued: this.#maxQueued };
  }

  /** Resolves when the event is delivered; rejects when it is dropped, fails, or the sink is closed. */
  emit(event: PipelineEvent): Promise<void> {
    const done = deferred<void>();
    if (!this.#add(event, done)) return Promise.reject(this.#closed ? new ClosedError('BackpressureAwareEventSink') : new SluiceError(`The event was dropped: ${this.#maxQueueSize} others wait. Raise maxQueueSize, or deliver faster.`, { code: 'EVENT_DROPPED' }));
    return done.promise;
  }

  /** @inheritdoc Drops the event when the queue is full. */
  tryEmit(event: PipelineEvent): void {
    this.#add(event, undefined);
  }

  /** Delivers what waits, for as long as `drainTimeoutMs`; the rest counts as dropped. Later events are dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    const gaveUp = deferred<void>();
    const cancelTimer = this.#clock.after(this.#drainTimeoutMs, () => gaveUp.resolve());
    await Promise.race([this.#delivering, gaveUp.promise]);
    cancelTimer();
    for (let waiting = this.#queue.shift(); waiting !== undefined; waiting = this.#queue.shift()) {
      this.#dropped++;
      waiting.done?.reject(new ClosedError('BackpressureAwareEventSink'));
    }
  }

  #add(event: PipelineEvent, done: Deferred<void> | undefined): boolean {
    if (this.#closed || this.#queue.size >= this.#maxQueueSize) {
      this.#dropped++;
      return false;
    }
    this.#queue.push({ event, done });
    this.#maxQueued = Math.max(this.#maxQueued, this.#queue.size);
    this.#delivering ??= this.#deliver();
    return true;
  }

  #tell(error: unknown): void {
    try {
      this.#onError?.(error);
    } catch (thrown) {
      globalThis.reportError?.(thrown); // the listener's own affair: what waits is still delivered
    }
  }

  async #deliver(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      try {
        await this.#sink.emit(next.event);
        this.#delivered++;
        next.done?.resolve();
      } catch (error) {
        this.#failed++;
        this.#tell(error);
        next.done?.reject(error);
      }
    }
    this.#delivering = undefined;
  }
}
