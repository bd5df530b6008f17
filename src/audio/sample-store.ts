/**
 * Samples waiting to be played, in a power-of-two ring addressed by absolute positions: the first
 * sample ever written is at 0. A little of what was read stays readable behind the head, for
 * concealment and splices. One thread; nothing allocates after construction.
 */

/** Ring of samples between an absolute `head` and `end`. */
export class SampleStore {
  /** Samples that can be held ahead of the head. */
  readonly capacity: number;
  /** Samples behind the head that stay readable. */
  readonly history: number;
  /** Position of the next sample to be read. */
  head = 0;
  /** Position after the last sample written. */
  end = 0;
  readonly #ring: Float32Array;
  readonly #mask: number;

  constructor(capacity: number, history: number) {
    let size = 2;
    while (size < capacity + history) size *= 2;
    this.history = history;
    this.capacity = size - history;
    this.#ring = new Float32Array(size);
    this.#mask = size - 1;
  }

  /** Samples between head and end. */
  get held(): number {
    return this.end - this.head;
  }

  /** Adds as many of the samples as fit; returns how many. */
  write(samples: Float32Array): number {
    const room = this.capacity - this.held;
    const count = room < samples.length ? room : samples.length;
    const start = this.end & this.#mask;
    const size = this.#mask + 1;
    if (count === samples.length && start + count <= size) {
      this.#ring.set(samples, start);
    } else {
      const first = Math.min(count, size - start);
      this.#ring.set(samples.subarray(0, first), start);
      this.#ring.set(samples.subarray(first, count), 0);
    }
    this.end += count;
    return count;
  }

  /** The sample at an absolute position from `end − capacity − history` on; 0 before the first sample. */
  at(position: number): number {
    return position < 0 ? 0 : (this.#ring[position & this.#mask] as number); // masked: always inside
  }

  /** Copies `count` samples from an absolute position into `into` at `offset`. */
  copy(position: number, into: Float32Array, offset: number, count: number): void {
    for (let n = 0; n < count; n++) into[offset + n] = this.at(position + n);
  }

  /** Forgets everything between head and end; returns how many samples that were. */
  drop(): number {
    const dropped = this.held;
    this.head = this.end;
    return dropped;
  }
}
