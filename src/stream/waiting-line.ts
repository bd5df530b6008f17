/**
 * Those who wait for a queue, first come first served. Who stops waiting stays in the line until half of
 * it are such, so that leaving costs the same however long the line is and nothing is kept for ever.
 */
import { RingQueue } from '../base/ring-queue.js';

/** One who waits. */
export interface Waiting {
  /** Set once it does not wait any more. */
  over: boolean;
}

/** A line of those who wait. */
export class WaitingLine<W extends Waiting> {
  readonly #line: RingQueue<W> = new RingQueue<W>(2);
  #gone = 0;

  /** How many wait. */
  get size(): number {
    return this.#line.size - this.#gone;
  }

  /** Places that are held, by those who have left too. */
  get held(): number {
    return this.#line.size;
  }

  /** Joins at the end. */
  push(waiting: W): void {
    this.#line.push(waiting);
  }

  /** The first that still waits, taken out; `undefined` when nobody does. */
  shift(): W | undefined {
    for (let first = this.#line.shift(); first !== undefined; first = this.#line.shift()) {
      if (!first.over) return first;
      this.#gone--;
    }
    return undefined;
  }

  /** One who stands in the line has set `over`. */
  left(): void {
    this.#gone++;
    if (this.#gone * 2 <= this.#line.size) return;
    this.#line.clear((waiting) => !waiting.over);
    this.#gone = 0;
  }
}
