/** Events from a producer that never waits to one reader that does. */
import { deferred, type Deferred } from '../base/deferred.js';
import { RingQueue } from '../base/ring-queue.js';

/** A queue that is read by `for await`; it ends after {@link end}, when what was pushed has been read. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #held = new RingQueue<T>();
  #waiting: Deferred<IteratorResult<T, undefined>> | undefined;
  #ended = false;

  /** Adds an event; dropped when the queue has ended. */
  push(event: T): void {
    if (this.#ended) return;
    if (this.#waiting === undefined) return this.#held.push(event);
    this.#waiting.resolve({ done: false, value: event });
    this.#waiting = undefined;
  }

  /** No more events. */
  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => {
        const event = this.#held.shift();
        if (event !== undefined) return Promise.resolve({ done: false, value: event });
        if (this.#ended) return Promise.resolve({ done: true, value: undefined });
        this.#waiting ??= deferred();
        return this.#waiting.promise;
      },
      return: () => {
        this.end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
