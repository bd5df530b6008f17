/**
 * Samples waiting to be played, in a power-of-two ring addressed by absolute positions: the first
 * sample ever written is at 0. A little of what was read stays readable behind the head, so that
 * splices may jump back and concealment can look at it. One thread; nothing allocates after
 * construction.
 */

/** Ring of samples between an absolute `head` and `end`. */
export class SampleStore {
  /** Samples that can be held ahead of the furthest head. */
  readonly capacity: number;
  readonly #history: number;
  readonly #ring: Float32Array;
  readonly #mask: number;
  #head = 0;
  #released = 0;
  #end = 0;

  /** Room for `capacity` samples ahead and `history` behind the furthest head. */
  constructor(capacity: number, history: number) {
    let size = 2;
    while (size < capacity + history) size *= 2;
    this.#history = history;
    this.capacity = size - history;
    this.#ring = new Float32Array(size);
    this.#mask = size - 1;
  }

  /** Position of the next sample to be read. */
  get head(): number {
    return this.#head;
  }

  /** Position after the last sample written. */
  get end(): number {
    return this.#end;
  }

  /** Furthest head so far: everything before it has made room. */
  get released(): number {
    return this.#released;
  }

  /** Samples between head and end. */
  get held(): number {
    return this.#end - this.#head;
  }

  /** Samples behind the head that are still readable. */
  get behind(): number {
    return this.#head - Math.max(0, this.#released - this.#history);
  }

  /** Adds `count` of the samples, or as many as fit; returns how many. */
  write(samples: Float32Array, count: number = samples.length): number {
    const taken = Math.min(count, this.capacity - (this.#end - this.#released));
    const start = this.#end & this.#mask;
    // A whole block that does not wrap is copied at once; else a loop is quicker than making views.
    if (taken === samples.length && start + taken <= this.#mask + 1) this.#ring.set(samples, start);
    else for (let n = 0; n < taken; n++) this.#ring[(start + n) & this.#mask] = samples[n] as number; // n < length
    this.#end += taken;
    return taken;
  }

  /** The sample at an absolute position inside what is readable; 0 before the first sample. */
  at(position: number): number {
    return position < 0 ? 0 : (this.#ring[position & this.#mask] as number); // masked: always inside
  }

  /** Copies `count` samples from an absolute position into `into` at `offset`. */
  copy(position: number, into: Float32Array, offset: number, count: number): void {
    for (let n = 0; n < count; n++) into[offset + n] = this.at(position + n);
  }

  /** Moves the head by `count` samples, backwards for negative counts; never past the end. */
  advance(count: number): void {
    this.#head += count;
    if (this.#head > this.#released) this.#released = this.#head;
  }

  /** Forgets everything between head and end; returns how many samples that were. */
  drop(): number {
    const dropped = this.held;
    this.advance(dropped);
    return dropped;
  }
}
