/**
 * A growing first-in-first-out queue on a power-of-two array: constant cost at both ends, whatever
 * the fill. `Array.prototype.shift` is linear, which is why this exists.
 */

/** FIFO queue without a bound of its own; its owner bounds it. */
export class RingQueue<T> {
  #slots: (T | undefined)[];
  #head = 0;
  #size = 0;

  /** `capacity` is only the first allocation; the queue doubles when it is full. @default 16 */
  constructor(capacity = 16) {
    let power = 1;
    while (power < capacity) power *= 2;
    this.#slots = new Array<T | undefined>(power).fill(undefined);
  }

  /** Number of items held. */
  get size(): number {
    return this.#size;
  }

  /** Adds at the back. */
  push(item: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = item;
    this.#size++;
  }

  /** Puts an item back at the front. */
  unshift(item: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#slots.length - 1);
    this.#slots[this.#head] = item;
    this.#size++;
  }

  /** Takes from the front; `undefined` when empty. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    return item;
  }

  /** The front item without taking it; `undefined` when empty. */
  peek(): T | undefined {
    return this.#slots[this.#head];
  }

  /** Drops what `keep` refuses (everything without it), in order; returns how many were dropped. */
  clear(keep?: (item: T) => boolean): number {
    const before = this.#size;
    for (let n = 0; n < before; n++) {
      const item = this.shift() as T; // n < size, so there is one
      if (keep?.(item) === true) this.push(item);
    }
    return before - this.#size;
  }

  #grow(): void {
    const old = this.#slots;
    const grown = new Array<T | undefined>(old.length * 2).fill(undefined);
    for (let n = 0; n < this.#size; n++) grown[n] = old[(this.#head + n) & (old.length - 1)];
    this.#slots = grown;
    this.#head = 0;
  }
}
