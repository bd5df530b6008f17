/**
 * When a sample was at the microphone: audio positions on the clock of the worker.
 *
 * Blocks arrive late by whatever held them up, never early. So the earliest arrival relative to the
 * position is the best estimate of the device's time line; it may drift later only as fast as two
 * crystals differ, which keeps a busy worker from moving the past.
 */

// 0.1 %: sound devices are within 0.05 % of their nominal rate (100 ppm crystals, with room to spare).
const DRIFT = 0.001;

/** Maps positions in audio time to a clock. */
export class AudioTimeline {
  #offset = Infinity;
  #lastMs = 0;

  /** The block that ends at `positionMs` of audio time arrived at `arrivedMs`. */
  observe(positionMs: number, arrivedMs: number): void {
    const allowed = this.#offset + Math.max(0, positionMs - this.#lastMs) * DRIFT;
    this.#offset = Math.min(allowed, arrivedMs - positionMs);
    this.#lastMs = positionMs;
  }

  /** Samples worth `ms` were lost: what comes now is later by that much. */
  skip(ms: number): void {
    this.#offset += ms;
  }

  /** When the sample at `positionMs` was captured, on the clock of `observe`; `NaN` before the first block. */
  at(positionMs: number): number {
    return this.#offset === Infinity ? NaN : positionMs + this.#offset;
  }

  /** Forgets everything; the next block begins a new time line. */
  reset(): void {
    this.#offset = Infinity;
    this.#lastMs = 0;
  }
}
