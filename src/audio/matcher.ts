/**
 * Finds where a piece of signal looks most like another: the common tool of concealment (the period)
 * and of time-stretching (where to splice). Searches in `audio.wasm` on averaged samples first, then
 * sample by sample. No allocation after construction; callable on the audio thread.
 */
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** Similarity search over a window of samples. */
export class Matcher {
  /** Where the samples to search go. */
  readonly window: Float32Array;
  readonly #unit: AudioUnit;
  readonly #group: number;

  /** `capacity` samples at `sampleRate`; the coarse search runs at about 8 kHz. */
  constructor(capacity: number, sampleRate: number, module?: WebAssembly.Module) {
    this.#unit = new AudioUnit(audioModule(module), AudioKind.MATCH, 'Matcher', { a: capacity });
    this.window = this.#unit.input(capacity);
    this.#group = Math.max(1, Math.round(sampleRate / 8000));
  }

  /** Normalised correlation of the last match, −1 … 1. */
  get score(): number {
    return this.#unit.exports.result(0);
  }

  /** How far the true place lies behind the whole sample found last, −0.5 … 0.5; 0 at the ends of the range. */
  get offset(): number {
    return this.#unit.exports.result(1);
  }

  /** The start in [`from`, `to`] whose `length` samples are most like those at `template`; all inside the window. */
  find(template: number, length: number, from: number, to: number): number {
    return this.#unit.exports.match(template, length, from, to, this.#group);
  }
}
