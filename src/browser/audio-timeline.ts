/**
 * When a sample was at the microphone: audio positions on the clock of the worker.
 *
 * Blocks arrive late by whatever held them up, so the earliest arrival relative to the position is the
 * best estimate of the device's time line. Only the last quarter of a second counts: a device that
 * begins with a burst of stale samples, or whose crystal drifts, must not be believed for ever, and
 * pauses of a worker are shorter than that.
 */

const BUCKET_MS = 50;
const BUCKETS = 5;

/** Maps positions in audio time to a clock. */
export class AudioTimeline {
  // Smallest offset seen in each 50 ms of the clock; the oldest bucket is used again for the newest.
  readonly #buckets = new Float64Array(BUCKETS).fill(Infinity);
  #bucket = -1;
  #offset = NaN;

  /** The block that ends at `positionMs` of audio time arrived at `arrivedMs`. */
  observe(positionMs: number, arrivedMs: number): void {
    const bucket = Math.floor(arrivedMs / BUCKET_MS);
    if (bucket - this.#bucket >= BUCKETS) this.#buckets.fill(Infinity);
    for (let n = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); n <= bucket; n++) this.#buckets[n % BUCKETS] = Infinity;
    this.#bucket = Math.max(this.#bucket, bucket);
    const index = this.#bucket % BUCKETS;
    this.#buckets[index] = Math.min(this.#buckets[index] as number, arrivedMs - positionMs); // index < BUCKETS
    this.#offset = Math.min(...this.#buckets);
  }

  /** When the sample at `positionMs` was captured, on the clock of `observe`; `NaN` before the first block. */
  at(positionMs: number): number {
    return positionMs + this.#offset;
  }
}
