/** Lets so many in at once; the others wait in the order in which they came. */
import { RingQueue } from '../base/ring-queue.js';

/** A limit on how many may be inside. */
export class ToolGate {
  readonly #waiting: RingQueue<() => void> = new RingQueue<() => void>(2);
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves to true inside, or to false when the signal aborted first. */
  enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      let over = false;
      const onAbort = (): void => {
        over = true;
        resolve(false);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener('abort', onAbort);
        if (over) this.leave();
        else resolve(true);
      });
    });
  }

  /** Makes room for the next. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
