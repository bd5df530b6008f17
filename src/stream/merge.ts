/**
 * Several writers of one channel: items in the order of their arrival; the channel ends when the last
 * writer has ended, and with the first error.
 */
import { keepCompiled } from '../base/keep-compiled.js';
import { Channel } from './channel.js';
import type { ChannelWriter } from './channel-ends.js';

/** Counts the writers of a channel that are still open. */
export class MergeGroup<T> {
  readonly #channel: Channel<T>;
  #open = 0;

  constructor(channel: Channel<T>) {
    this.#channel = channel;
    keepWriter();
  }

  /** A further writer; the channel stays open at least as long as it. */
  writer(): ChannelWriter<T> & Pick<Channel<T>, 'canWrite'> {
    this.#open++;
    return new MergeWriter<T>(this.#channel, () => {
      if (--this.#open === 0) this.#channel.close();
    });
  }
}

/** One of several writers. */
class MergeWriter<T> implements ChannelWriter<T> {
  readonly #channel: Channel<T>;
  readonly #onClose: () => void;
  #closed = false;

  constructor(channel: Channel<T>, onClose: () => void) {
    this.#channel = channel;
    this.#onClose = onClose;
  }

  get credits(): number {
    return this.#closed ? 0 : this.#channel.credits;
  }

  get closed(): boolean {
    return this.#closed || this.#channel.closed;
  }

  canWrite(value: T): boolean {
    return !this.#closed && this.#channel.canWrite(value);
  }

  tryWrite(value: T): boolean {
    return !this.#closed && this.#channel.tryWrite(value);
  }

  write(value: T): boolean | Promise<boolean> {
    return this.#closed ? false : this.#channel.write(value);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
  }

  abort(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel.abort(error);
  }
}

const keepWriter: () => void = /* @__PURE__ */ keepCompiled(() => new MergeWriter<unknown>(new Channel<unknown>(), () => undefined));
