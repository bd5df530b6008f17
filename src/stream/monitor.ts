/**
 * Metrics of a pipe over the last minutes. One bucket per second in a ring: adding costs the same however
 * many items there are.
 */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** Options of {@link StreamMonitor}. */
export interface StreamMonitorOptions {
  /** Seconds that metrics look back. @default 300 */
  readonly windowSeconds?: number;
  readonly clock?: Clock;
}

/** What a {@link StreamMonitor} has measured. */
export interface StreamMetrics {
  /** Items per second over the window, or since the first item when that is less. */
  readonly throughput: number;
  /** Fill of the read-ahead buffer, 0 to 1. */
  readonly backpressure: number;
  /** Items in the window. */
  readonly items: number;
  /** Failed items in the window. */
  readonly errors: number;
  /** Failed items as a share of all. */
  readonly errorRate: number;
  /** Time of the work itself, without waits between tries, in milliseconds. */
  readonly processingTimeMs: { readonly average: number; readonly min: number; readonly max: number };
}

interface Bucket {
  second: number;
  items: number;
  errors: number;
  totalMs: number;
  minMs: number;
  maxMs: number;
}

/** Measures a pipe. */
export class StreamMonitor {
  readonly #buckets: (Bucket | undefined)[];
  readonly #clock: Clock;
  #firstMs: number | undefined;
  #backpressure = 0;

  constructor(options: StreamMonitorOptions = {}) {
    refuseUnknownOptions('StreamMonitor', options, ['windowSeconds', 'clock']);
    const { windowSeconds = 300, clock = systemClock } = options;
    this.#buckets = new Array<Bucket | undefined>(requireNumber('StreamMonitor.windowSeconds', windowSeconds, { min: 1, max: 86400, integer: true })).fill(undefined);
    this.#clock = clock;
  }

  /** An item was processed in so many milliseconds. */
  recordItem(processingMs: number): void {
    const bucket = this.#bucket();
    bucket.items++;
    bucket.totalMs += processingMs;
    bucket.minMs = Math.min(bucket.minMs, processingMs);
    bucket.maxMs = Math.max(bucket.maxMs, processingMs);
  }

  /** An item failed. */
  recordError(): void {
    const bucket = this.#bucket();
    bucket.items++;
    bucket.errors++;
  }

  /** The read-ahead buffer holds so many of so many. */
  recordBuffer(size: number, capacity: number): void {
    this.#backpressure = capacity <= 0 ? 0 : size / capacity;
  }

  /** The metrics now. */
  getMetrics(): StreamMetrics {
    const now = this.#clock.now();
    const oldest = Math.floor(now / 1000) - this.#buckets.length;
    let items = 0;
    let errors = 0;
    let totalMs = 0;
    let minMs = Infinity;
    let maxMs = 0;
    for (const bucket of this.#buckets) {
      if (bucket === undefined || bucket.second <= oldest) continue;
      items += bucket.items;
      errors += bucket.errors;
      totalMs += bucket.totalMs;
      minMs = Math.min(minMs, bucket.minMs);
      maxMs = Math.max(maxMs, bucket.maxMs);
    }
    const timed = items - errors;
    const spanMs = this.#firstMs === undefined ? 0 : Math.min(now - this.#firstMs, this.#buckets.length * 1000);
    return Object.freeze({
      throughput: items === 0 ? 0 : items / Math.max(spanMs / 1000, 0.001),
      backpressure: this.#backpressure,
      items,
      errors,
      errorRate: items === 0 ? 0 : errors / items,
      processingTimeMs: Object.freeze({ average: timed === 0 ? 0 : totalMs / timed, min: timed === 0 ? 0 : minMs, max: maxMs }),
    });
  }

  /** Wire form of the metrics, snake_case. */
  toDict(): Data {
    const { throughput, backpressure, items, errors, errorRate, processingTimeMs } = this.getMetrics();
    return { throughput, backpressure, items, errors, error_rate: errorRate, processing_time_ms: { ...processingTimeMs } };
  }

  /** Forgets everything. */
  reset(): void {
    this.#buckets.fill(undefined);
    this.#firstMs = undefined;
    this.#backpressure = 0;
  }

  #bucket(): Bucket {
    const now = this.#clock.now();
    this.#firstMs ??= now;
    const second = Math.floor(now / 1000);
    const at = ((second % this.#buckets.length) + this.#buckets.length) % this.#buckets.length;
    let bucket = this.#buckets[at];
    if (bucket === undefined || bucket.second !== second) {
      bucket = { second, items: 0, errors: 0, totalMs: 0, minMs: Infinity, maxMs: 0 };
      this.#buckets[at] = bucket;
    }
    return bucket;
  }
}
