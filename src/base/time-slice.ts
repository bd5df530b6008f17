/**
 * Tells when work made of microtasks has gone on for so long that the host should get a turn. Looks at the
 * clock at every 32nd question only; a pause longer than the slice was a turn of the host.
 */
import type { Clock } from './clock.js';

// A look at the clock costs as much as an element's hop.
const EVERY = 32;

/** A budget of time. */
export class TimeSlice {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  #startMs: number;
  #lookedMs: number;
  #asked = 0;

  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
    this.#startMs = this.#lookedMs = clock.now();
  }

  /** True when the slice is used up; a new one then begins. */
  isOver(): boolean {
    if (++this.#asked % EVERY !== 0) return false;
    const now = this.#clock.now();
    const paused = now - this.#lookedMs > this.#sliceMs;
    this.#lookedMs = now;
    if (!paused && now - this.#startMs <= this.#sliceMs) return false;
    this.#startMs = now;
    return !paused;
  }
}
