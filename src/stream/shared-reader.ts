/** Several readers of one channel: each item goes to whoever reads first; the channel is canceled when the last reader has. */
import type { Channel } from './channel.js';
import type { ChannelReader } from './channel-ends.js';

/** Shares a channel among readers. */
export class SharedReader<T> {
  readonly #channel: Channel<T>;
  #open = 0;

  constructor(channel: Channel<T>) {
    this.#channel = channel;
  }

  /** A further reader. */
  fork(): ChannelReader<T> {
    this.#open++;
    return new Fork(this.#channel, () => {
      if (--this.#open === 0) this.#channel.cancel();
    });
  }
}

class Fork<T> implements ChannelReader<T> {
  readonly #channel: Channel<T>;
  readonly #onCancel: () => void;
  #canceled = false;

  constructor(channel: Channel<T>, onCancel: () => void) {
    this.#channel = channel;
    this.#onCancel = onCancel;
  }

  get size(): number {
    return this.#canceled ? 0 : this.#channel.size;
  }

  get ended(): boolean {
    return this.#canceled || this.#channel.ended;
  }

  tryRead(): T | undefined {
    return this.#canceled ? undefined : this.#channel.tryRead();
  }

  read(): Promise<T | undefined> {
    return this.#canceled ? Promise.resolve(undefined) : this.#channel.read(this);
  }

  cancel(): void {
    if (this.#canceled) return;
    this.#canceled = true;
    this.#channel.withdraw(this); // else the next item would go to a reader that has left
    this.#onCancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this.read().then((value) => (value === undefined ? { done: true as const, value: undefined } : { done: false as const, value })),
      return: () => {
        this.cancel();
        return Promise.resolve({ done: true as const, value: undefined });
      },
    };
  }
}
