/** Bytes first in, first out, in a ring that doubles up to what it must hold: cost independent of fill. */

/** Growing ring of bytes. */
export class ByteRing {
  #bytes: Uint8Array;
  #head = 0;
  #size = 0;

  /** `capacity` is the first allocation. @default 4096 */
  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(Math.max(1, capacity));
  }

  /** Bytes held. */
  get size(): number {
    return this.#size;
  }

  /** Adds at the back. */
  push(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#bytes.length) this.#grow(this.#size + bytes.length);
    const capacity = this.#bytes.length;
    const tail = (this.#head + this.#size) % capacity;
    const first = Math.min(bytes.length, capacity - tail);
    this.#bytes.set(first === bytes.length ? bytes : bytes.subarray(0, first), tail);
    if (first < bytes.length) this.#bytes.set(bytes.subarray(first), 0);
    this.#size += bytes.length;
  }

  /** Takes `count` bytes (at most what is held) from the front, as a copy. */
  shift(count: number): Uint8Array {
    const taken = Math.min(count, this.#size);
    const copy = new Uint8Array(taken);
    const first = Math.min(taken, this.#bytes.length - this.#head);
    copy.set(this.#bytes.subarray(this.#head, this.#head + first));
    if (first < taken) copy.set(this.#bytes.subarray(0, taken - first), first);
    this.skip(taken);
    return copy;
  }

  /** Drops `count` bytes (at most what is held) from the front; returns how many. */
  skip(count: number): number {
    const dropped = Math.min(count, this.#size);
    this.#head = (this.#head + dropped) % this.#bytes.length;
    this.#size -= dropped;
    return dropped;
  }

  #grow(needed: number): void {
    let capacity = this.#bytes.length;
    while (capacity < needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    const first = Math.min(this.#size, this.#bytes.length - this.#head);
    grown.set(this.#bytes.subarray(this.#head, this.#head + first));
    grown.set(this.#bytes.subarray(0, this.#size - first), first);
    this.#bytes = grown;
    this.#head = 0;
  }
}
