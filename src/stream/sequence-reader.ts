/** Several channels read one after the other: all of the first, then all of the second, and so on. */
import type { ChannelReader } from './channel-ends.js';

/** Reads channels in order. */
export class SequenceReader<T> implements ChannelReader<T> {
  readonly #channels: readonly ChannelReader<T>[];
  #at = 0;

  constructor(channels: readonly ChannelReader<T>[]) {
    this.#channels = channels;
  }

  /** Items that are ready in the channel whose turn it is. */
  get size(): number {
    return this.#channels[this.#at]?.size ?? 0;
  }

  get ended(): boolean {
    return this.#current() === undefined;
  }

  tryRead(): T | undefined {
    return this.#current()?.tryRead();
  }

  async read(): Promise<T | undefined> {
    for (let channel = this.#current(); channel !== undefined; channel = this.#current()) {
      const value = await channel.read();
      if (value !== undefined) return value;
    }
    return undefined;
  }

  cancel(reason?: unknown): void {
    for (const channel of this.#channels) channel.cancel(reason);
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

  /** The first channel that has not ended; `undefined` when all have. An aborted one counts as ended once its error was read. */
  #current(): ChannelReader<T> | undefined {
    for (; this.#at < this.#channels.length; this.#at++) {
      const channel = this.#channels[this.#at] as ChannelReader<T>; // at < length
      if (!channel.ended || channel.size > 0) return channel;
      channel.tryRead(); // throws what its writer aborted with
    }
    return undefined;
  }
}
