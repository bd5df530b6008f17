/** A writer that counts what goes through it. */
import type { ChannelWriter } from './channel-ends.js';

/** Counts the items that were taken. */
export class CountedWriter<T> implements ChannelWriter<T> {
  readonly #writer: ChannelWriter<T>;
  /** Items taken, or on their way. */
  count = 0;

  constructor(writer: ChannelWriter<T>) {
    this.#writer = writer;
  }

  get credits(): number {
    return this.#writer.credits;
  }

  get closed(): boolean {
    return this.#writer.closed;
  }

  tryWrite(value: T): boolean {
    const taken = this.#writer.tryWrite(value);
    if (taken) this.count++;
    return taken;
  }

  write(value: T): boolean | Promise<boolean> {
    this.count++;
    return this.#writer.write(value);
  }

  close(): void {
    this.#writer.close();
  }

  abort(error: Error): void {
    this.#writer.abort(error);
  }
}
