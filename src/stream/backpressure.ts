/**
 * How full a queue is, with hysteresis: throttling begins above the high-water mark and ends below the
 * low-water mark. The state follows gets as well as puts, so that a producer that waits for it wakes up.
 */
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { Data } from '../base/data.js';
import type { EventEmitter, QueueStatsData } from '../event/event.js';

/** Options of {@link BackpressureMonitor}. */
export interface BackpressureMonitorOptions {
  /** High-water mark as a share, 0 to 1; the low-water mark is then at most half of it. @default 0.8 */
  readonly threshold?: number;
  /** High-water mark in percent; wins over `threshold`. @default 80 */
  readonly highWaterMark?: number;
  /** Low-water mark in percent. @default 20, at most half of the high-water mark */
  readonly lowWaterMark?: number;
  /** Told when throttling begins and ends. */
  readonly eventEmitter?: EventEmitter | null | undefined;
}

const FIELDS = ['threshold', 'highWaterMark', 'lowWaterMark', 'eventEmitter'];

/** What has happened to a queue so far. */
export class QueueStats {
  /** Items put. */
  totalItems = 0;
  /** Items dropped. */
  droppedItems = 0;
  /** Puts that had to wait. */
  blockedPuts = 0;
  /** Most items held at once. */
  maxQueueSize = 0;
  /** Time puts waited, in milliseconds. */
  totalBlockedMs = 0;

  /** Dropped items as a share of all. */
  get dropRate(): number {
    return this.droppedItems / Math.max(this.totalItems, 1);
  }

  /** Wire form, snake_case. */
  toDict(): QueueStatsData & Data {
    return {
      total_items: this.totalItems,
      dropped_items: this.droppedItems,
      blocked_puts: this.blockedPuts,
      max_queue_size: this.maxQueueSize,
      total_blocked_ms: this.totalBlockedMs,
      drop_rate: this.dropRate,
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }
}

/** Watches the fill of a queue. */
export class BackpressureMonitor {
  /** In percent. */
  readonly highWaterMark: number;
  /** In percent. */
  readonly lowWaterMark: number;
  /** Counters; live. */
  readonly stats: QueueStats = new QueueStats();
  readonly #emit: EventEmitter | undefined;
  #throttled = false;
  #fill = 0;

  /** A number is the threshold. Throws `InvalidOptionError`. */
  constructor(options: BackpressureMonitorOptions | number = {}) {
    const given = typeof options === 'number' ? { threshold: options } : options;
    refuseUnknownOptions('BackpressureMonitor', given, FIELDS);
    const { threshold = 0.8, highWaterMark, lowWaterMark, eventEmitter } = given;
    requireNumber('BackpressureMonitor.threshold', threshold, { min: 0, max: 1 });
    this.highWaterMark = requireNumber('BackpressureMonitor.highWaterMark', highWaterMark ?? threshold * 100, { min: 0, max: 100 });
    this.lowWaterMark = requireNumber('BackpressureMonitor.lowWaterMark', lowWaterMark ?? Math.min(20, this.highWaterMark / 2), { min: 0, max: 100 });
    if (this.lowWaterMark > this.highWaterMark) throw new InvalidOptionError('BackpressureMonitor.lowWaterMark', lowWaterMark, `a number of at most highWaterMark (${this.highWaterMark})`);
    this.#emit = eventEmitter ?? undefined;
  }

  /** The high-water mark as a share. */
  get threshold(): number {
    return this.highWaterMark / 100;
  }

  /** Fill after the last put or get, in percent. */
  get fillPercentage(): number {
    return this.#fill;
  }

  /** Whether the fill is at or above the threshold. Keeps no state. */
  checkPressure(currentSize: number, maxSize: number): boolean {
    requireNumber('BackpressureMonitor.checkPressure.currentSize', currentSize, { min: 0 });
    return percentage(currentSize, requireNumber('BackpressureMonitor.checkPressure.maxSize', maxSize, { min: 0 })) >= this.highWaterMark;
  }

  /** Whether a producer should slow down: from the high-water mark until the fill is back at the low-water mark. */
  shouldThrottle(): boolean {
    return this.#throttled;
  }

  /** An item was put; `currentSize` counts it. */
  recordPut(currentSize: number, maxSize = 100): void {
    this.stats.totalItems++;
    if (currentSize > this.stats.maxQueueSize) this.stats.maxQueueSize = currentSize;
    this.#update(currentSize, maxSize);
  }

  /** An item was got; `currentSize` does not count it. */
  recordGet(currentSize: number, maxSize = 100): void {
    this.#update(currentSize, maxSize);
  }

  /** A put waited so long. */
  recordBlocked(blockedMs: number): void {
    this.stats.blockedPuts++;
    this.stats.totalBlockedMs += blockedMs;
  }

  /** Items were dropped. */
  recordDrop(count = 1): void {
    this.stats.droppedItems += count;
  }

  #update(size: number, maxSize: number): void {
    this.#fill = percentage(size, maxSize);
    const throttled = this.#throttled ? this.#fill > this.lowWaterMark : this.#fill >= this.highWaterMark;
    if (throttled === this.#throttled) return;
    this.#throttled = throttled;
    this.#emit?.(throttled ? 'stream.throttle_started' : 'stream.throttle_ended', { fill_percentage: this.#fill, queue_size: size });
  }
}

function percentage(size: number, maxSize: number): number {
  return maxSize <= 0 ? 100 : (size / maxSize) * 100;
}
