/**
 * Voice activity by level alone: energy over a noise floor that follows the room. Needs no
 * WebAssembly and no model, at any sample rate; far less exact than `Vad` in noise.
 *
 * Source: the adaptive detector of PromptKit's runtime (level with attack 0.3 and release 0.7, floor
 * with decay 0.95 between 0.0005 and 0.05, threshold three times the floor and at least 0.01).
 */
import type { VAD } from './voice-activity.js';

const ATTACK = 0.3;
const RELEASE = 0.7;
const FLOOR_DECAY = 0.95;
const FLOOR_MIN = 0.0005;
const FLOOR_MAX = 0.05;
const OVER_FLOOR = 3;
const THRESHOLD_MIN = 0.01;

/** Voice activity by level over an adaptive floor. Give it frames of about 10 ms. */
export class AdaptiveVad implements VAD {
  #level = 0;
  #floor = FLOOR_MIN;

  /** Probability that the frame is speech: 0.5 at the threshold. */
  process(frame: Float32Array): number {
    let energy = 0;
    for (const sample of frame) energy += sample * sample;
    const rms = frame.length === 0 ? 0 : Math.sqrt(energy / frame.length);
    const kept = rms > this.#level ? ATTACK : RELEASE;
    this.#level = this.#level * kept + rms * (1 - kept);
    const threshold = Math.max(OVER_FLOOR * this.#floor, THRESHOLD_MIN);
    // The floor follows what is not speech only, so that a long sentence does not raise it.
    if (this.#level < threshold) this.#floor = Math.min(FLOOR_MAX, Math.max(FLOOR_MIN, this.#floor * FLOOR_DECAY + this.#level * (1 - FLOOR_DECAY)));
    return Math.min(1, Math.max(0, (this.#level - this.#floor) / (2 * (threshold - this.#floor))));
  }

  /** Forgets the room. */
  reset(): void {
    this.#level = 0;
    this.#floor = FLOOR_MIN;
  }
}
