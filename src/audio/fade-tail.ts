/**
 * What still sounds after playing has stopped: at a cut, a pause or a gap the next few milliseconds
 * are rendered here at once, fading to silence, and mixed into the following quanta. So a stop never
 * clicks, takes nothing from the store, and the next answer may begin under the fade. Tails add up.
 */

/** Mixes a fading remainder into the output. One thread; nothing allocates after construction. */
export class FadeTail {
  readonly #samples: Float32Array;
  #next = 0;
  #left = 0;

  constructor(capacity: number) {
    this.#samples = new Float32Array(capacity);
  }

  /** Samples still to be mixed. */
  get left(): number {
    return this.#left;
  }

  /** Adds one sample of a tail, `offset` samples after the next output sample. */
  add(offset: number, value: number): void {
    const size = this.#samples.length;
    if (offset >= size) return;
    while (this.#left <= offset) this.#samples[(this.#next + this.#left++) % size] = 0;
    const index = (this.#next + offset) % size;
    this.#samples[index] = (this.#samples[index] as number) + value; // offset < size
  }

  /** Ends the remainder within the length of `fade`, which falls from 1 to 0. */
  fadeOut(fade: Float32Array): void {
    const size = this.#samples.length;
    this.#left = Math.min(this.#left, fade.length);
    for (let n = 0; n < this.#left; n++) {
      const index = (this.#next + n) % size;
      this.#samples[index] = (this.#samples[index] as number) * (fade[n] as number); // left ≤ size and fade.length
    }
  }

  /** Adds the remainder onto `output` from `start` on. */
  mix(output: Float32Array, start: number): void {
    const count = Math.min(this.#left, output.length - start);
    const size = this.#samples.length;
    for (let n = 0; n < count; n++) {
      output[start + n] = (output[start + n] as number) + (this.#samples[this.#next] as number); // n < count
      this.#next = this.#next + 1 === size ? 0 : this.#next + 1;
    }
    this.#left -= count;
  }
}
