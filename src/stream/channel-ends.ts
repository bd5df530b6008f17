/**
 * The two ends of a channel, as stages see them.
 *
 * Hot paths call `tryRead` and `tryWrite` first and await only when they must: awaiting every
 * operation costs an order of magnitude more.
 */

/** The end that is read. */
export interface ChannelReader<T> extends AsyncIterable<T> {
  /** The next item, or `undefined` when none is ready (which may also mean that the channel has ended: see `ended`). */
  tryRead(): T | undefined;
  /** The next item; `undefined` once the channel is closed and empty. Rejects with `StreamError` when the writer aborted. */
  read(): Promise<T | undefined>;
  /** Stops reading: what is queued is dropped, and the writer's next `write` gives `false`. */
  cancel(reason?: unknown): void;
  /** Items that are ready. */
  readonly size: number;
  /** True once nothing more will come: closed and empty, aborted, or canceled. */
  readonly ended: boolean;
}

/** The end that is written. */
export interface ChannelWriter<T> {
  /** Writes without waiting; `false` when there is no credit or the channel is closed. */
  tryWrite(value: T): boolean;
  /** Writes, waiting for credit; `false` when the reader has canceled or the channel is closed. */
  write(value: T): Promise<boolean> | boolean;
  /** Ends the stream; what is queued is still delivered. */
  close(): void;
  /** Ends the stream with an error; readers, parked or not, get it. */
  abort(error: Error): void;
  /** How many items may be written now without waiting. */
  readonly credits: number;
  /** True after `close`, `abort` or the reader's `cancel`. */
  readonly closed: boolean;
}

/**
 * Who takes items in the turn of the writer itself, without a queue or a promise between: see `Channel.attach`.
 * Neither method may throw.
 */
export interface Receiver<T> {
  /** An item. Detaches itself before it returns when it can take no more for now; what is written then is queued. */
  take(value: T): void;
  /** It is detached, and there is something to read: items that were queued, the end, or the error. */
  ready(): void;
}
