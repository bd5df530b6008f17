/**
 * One writer, several readers: every open target that accepts an item gets it, and the slowest sets the
 * pace, so that memory is bounded by capacity times readers. A target that has closed no longer counts.
 */
import type { TimeSlice } from '../base/time-slice.js';
import { nextTurn } from '../base/turn.js';
import type { Channel } from './channel.js';
import type { ChannelWriter } from './channel-ends.js';

/** Where a broadcast writes to. */
export interface BroadcastTarget<T> {
  readonly writer: ChannelWriter<T> & Pick<Channel<T>, 'canWrite'>;
  /** Items that do not pass are not written to this target. @default all pass */
  readonly accepts?: ((value: T) => boolean) | undefined;
  /** What is written instead of the item. @default the item */
  readonly map?: ((value: T) => T) | undefined;
}

/** A writer to several targets. */
export class Broadcast<T> implements ChannelWriter<T> {
  readonly #targets: readonly BroadcastTarget<T>[];
  readonly #slice: TimeSlice | undefined;

  /** `slice` gives the host a turn when writes that need not wait have kept it busy for longer. */
  constructor(targets: readonly BroadcastTarget<T>[], slice?: TimeSlice) {
    this.#targets = targets;
    this.#slice = slice;
  }

  /** The fewest credits of any open target. */
  get credits(): number {
    let least = Infinity;
    for (const { writer } of this.#targets) if (!writer.closed) least = Math.min(least, writer.credits);
    return least === Infinity ? 0 : least;
  }

  /** True when all targets are closed. */
  get closed(): boolean {
    for (const { writer } of this.#targets) if (!writer.closed) return false;
    return true;
  }

  /** Writes to all or to none; `false` when one that accepts the item has no credit, or all are closed. */
  tryWrite(value: T): boolean {
    let open = false;
    for (const { writer, accepts } of this.#targets) {
      if (writer.closed) continue;
      open = true;
      if ((accepts === undefined || accepts(value)) && !writer.canWrite(value)) return false;
    }
    if (!open) return false;
    for (const { writer, accepts, map } of this.#targets) if (!writer.closed && (accepts === undefined || accepts(value))) writer.tryWrite(map === undefined ? value : map(value));
    return true;
  }

  /** Writes to all, waiting for the slowest; `false` when all are closed. */
  write(value: T): boolean | Promise<boolean> {
    if (this.tryWrite(value)) return this.#slice?.isOver() === true ? new Promise((resolve) => nextTurn(() => resolve(true))) : true;
    if (this.closed) return false;
    const waits: (boolean | Promise<boolean>)[] = [];
    for (const { writer, accepts, map } of this.#targets) if (!writer.closed && (accepts === undefined || accepts(value))) waits.push(writer.write(map === undefined ? value : map(value)));
    return Promise.all(waits).then(() => !this.closed);
  }

  /** Ends all targets. */
  close(): void {
    for (const { writer } of this.#targets) writer.close();
  }

  /** Ends all targets with an error. */
  abort(error: Error): void {
    for (const { writer } of this.#targets) writer.abort(error);
  }
}
