/**
 * Where playing stops and begins again: fades, and what hides a gap. A stop renders the next few
 * milliseconds at once into a tail that is mixed into the following quanta. So a stop never clicks,
 * takes nothing from the store, and the next answer may begin under the fade. One thread; nothing
 * allocates after construction.
 */
import { Concealer } from './concealer.js';
import { FadeTail } from './fade-tail.js';
import type { SampleStore } from './sample-store.js';

// A first or last sample louder than this would click, so the edge is faded.
const CLICK = 0.005;
// Longer made-up sound is heard as such.
const CONCEAL_MS = 60;

/** Click-free edges of playout. */
export class PlayoutEdges {
  readonly #tail: FadeTail;
  /** Raised cosine from 1 down to 0: its slope is gentle at both ends. */
  readonly #fade: Float32Array;
  readonly #concealer: Concealer | undefined;
  readonly #context: Float32Array;
  readonly #made: Float32Array;
  #fadeIn: number;

  /** With `module` gaps are hidden by made-up sound, without by a fading reflection. */
  constructor(sampleRate: number, fadeSamples: number, module?: WebAssembly.Module) {
    const hidden = Math.round((CONCEAL_MS * sampleRate) / 1000);
    this.#fade = Float32Array.from({ length: fadeSamples }, (_, n) => 0.5 + 0.5 * Math.cos((Math.PI * (n + 1)) / (fadeSamples + 1)));
    this.#fadeIn = fadeSamples;
    this.#concealer = module === undefined ? undefined : new Concealer(sampleRate, hidden, module);
    this.#context = new Float32Array(this.#concealer?.context ?? 0);
    this.#made = new Float32Array(this.#concealer === undefined ? 0 : hidden);
    // A tail may begin anywhere inside a quantum; quanta are far shorter than 40 ms.
    this.#tail = new FadeTail(Math.max(hidden, fadeSamples) + Math.round(sampleRate * 0.04));
  }

  /** Samples of tail to come that were made up to hide a gap. */
  get concealing(): number {
    return this.#concealer === undefined ? 0 : this.#tail.left;
  }

  /** Whether the next samples are faded in. */
  get fadingIn(): boolean {
    return this.#fadeIn < this.#fade.length;
  }

  /** Begins with a fade if the sample would click, or if `always`; ends what still sounds of a gap. */
  begin(sample: number, always: boolean): void {
    if (always) this.#tail.fadeOut(this.#fade);
    if (always || Math.abs(sample) > CLICK) this.#fadeIn = 0;
  }

  /** Begins at full gain. */
  skipFadeIn(): void {
    this.#fadeIn = this.#fade.length;
  }

  /** Gain of the next sample by the fade-in, which it moves on. */
  nextGain(): number {
    return this.#fadeIn >= this.#fade.length ? 1 : 1 - (this.#fade[this.#fadeIn++] as number); // fadeIn < length
  }

  /** Renders the next samples of the store into the tail under a falling gain, without taking them. */
  fadeOut(store: SampleStore, gain: number): void {
    const level = gain * this.#presentGain();
    const count = Math.min(store.held, this.#fade.length);
    for (let n = 0; n < count; n++) {
      // With less than a fade at hand the curve is run through faster.
      const index = Math.floor(((n + 1) * this.#fade.length) / (count + 1));
      this.#tail.add(n, store.at(store.head + n) * level * (this.#fade[index] as number)); // index < length
    }
  }

  /** The answer is over `offset` samples into the quantum: its last value, with the slope it had, fades away. */
  endAt(offset: number, store: SampleStore, base: number, gain: number): void {
    const { head } = store;
    const last = store.at(head - 1);
    if (head <= base || Math.abs(last) <= CLICK) return;
    const level = gain * this.#presentGain();
    const length = this.#fade.length;
    for (let n = 0; n < length; n++) {
      // The way back that the reflection takes is kept for the first quarter only: at a crest it would swing to thrice the crest.
      const swing = 4 * n < length ? (last - store.at(head - 2 - n)) * (this.#fade[4 * n] as number) : 0; // 4n < length
      this.#tail.add(offset + n, (last * (this.#fade[n] as number) + swing) * level); // n < length
    }
  }

  /** The store ran dry `offset` samples into the quantum: more of the same voice hides the beginning of the gap. */
  hideGap(offset: number, store: SampleStore, base: number, gain: number): void {
    if (this.#concealer === undefined) {
      this.endAt(offset, store, base, gain);
      return;
    }
    const { head } = store;
    const known = Math.min(this.#concealer.context, head - base);
    store.copy(head - known, this.#context, 0, known);
    this.#concealer.extend(this.#context, known, this.#made, this.#made.length);
    const level = gain * this.#presentGain();
    const last = this.#made.length - this.#fade.length;
    for (let n = 0; n < this.#made.length; n++) {
      const fade = n < last ? 1 : (this.#fade[n - last] as number); // the last part is one fade long
      this.#tail.add(offset + n, (this.#made[n] as number) * level * fade); // n < length
    }
  }

  /** Adds what still sounds onto the quantum. */
  mix(output: Float32Array): void {
    this.#tail.mix(output, 0);
  }

  #presentGain(): number {
    return this.#fadeIn >= this.#fade.length ? 1 : 1 - (this.#fade[this.#fadeIn] as number); // fadeIn < length
  }
}
