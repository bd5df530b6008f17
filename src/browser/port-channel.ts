/**
 * A channel over a `MessagePort`: the two ends of `stream/channel-ends` with a thread between them.
 *
 * The reader grants credits, the writer sends at most that many items, so a busy reader is never
 * flooded and a port never becomes an unbounded queue. Items of the critical lane have credits of
 * their own and overtake what is queued at the reader, so an interrupt gets through a full channel.
 * What cannot be cloned (class instances) is turned into plain values by `encode` and back by
 * `decode`; buffers named by `transfer` move instead of being copied. Engines do not reliably say that
 * the other thread has died: who watches the worker cancels the reader.
 *
 *     writer                                   reader
 *       ◀── credit { lane, count } ──────────────  at set-up, and as items are taken
 *       ─── item { lane, value } ────────────────▶
 *       ─── close · abort { message, code } ─────▶
 *       ◀── cancel ──────────────────────────────
 */
import { SluiceError, toError } from '../base/errors.js';
import { RingQueue } from '../base/ring-queue.js';
import { deferred, type Deferred } from '../base/deferred.js';
import { requireNumber } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';

/** The writer of a port channel failed; `remoteCode` is the code of its error. */
export class PortChannelError extends SluiceError {
  override readonly name: string = 'PortChannelError';
  /** Code of the error on the other side, if it had one. */
  readonly remoteCode: string | null;

  constructor(message: string, remoteCode: string | null) {
    super(message, { code: 'PORT_CHANNEL_ABORTED' });
    this.remoteCode = remoteCode;
  }
}

type Lane = 0 | 1; // 0 normal, 1 critical
type ToReader = { readonly k: 'item'; readonly lane: Lane; readonly value: unknown } | { readonly k: 'close' } | { readonly k: 'abort'; readonly message: string; readonly code: string | null };
type ToWriter = { readonly k: 'credit'; readonly lane: Lane; readonly count: number } | { readonly k: 'cancel' };

/** Options of the writing end. */
export interface PortWriterOptions<T> {
  /** Turns an item into what structured cloning can carry. @default the item itself */
  readonly encode?: (item: T) => unknown;
  /** Buffers of the encoded item that move to the reader and are unusable here afterwards. @default none */
  readonly transfer?: (encoded: unknown) => Transferable[];
  /** True for items of the critical lane. @default none are */
  readonly critical?: (item: T) => boolean;
}

/** Options of the reading end. */
export interface PortReaderOptions<T> {
  /** Items that may be on their way or queued here. @default 64 */
  readonly capacity?: number;
  /** Items of the critical lane beside them. @default 16 */
  readonly criticalCapacity?: number;
  /** Turns what arrived into an item. @default what arrived */
  readonly decode?: (value: unknown) => T;
}

/** Makes the writing end. The port belongs to the channel from now on and is closed with it. */
export function portWriter<T>(port: MessagePort, options: PortWriterOptions<T> = {}): PortWriter<T> {
  return new PortWriter(port, options);
}

/** Makes the reading end. The port belongs to the channel from now on and is closed with it. */
export function portReader<T>(port: MessagePort, options: PortReaderOptions<T> = {}): PortReader<T> {
  return new PortReader(port, options);
}

/** The writing end of a channel over a port. */
export class PortWriter<T> implements ChannelWriter<T> {
  readonly #port: MessagePort;
  readonly #encode: (item: T) => unknown;
  readonly #transfer: (encoded: unknown) => Transferable[];
  readonly #critical: (item: T) => boolean;
  readonly #credits: [number, number] = [0, 0];
  readonly #parked: [RingQueue<{ item: T; done: Deferred<boolean> }>, RingQueue<{ item: T; done: Deferred<boolean> }>] = [new RingQueue(), new RingQueue()];
  #closed = false;
  #closing = false;

  constructor(port: MessagePort, options: PortWriterOptions<T>) {
    this.#port = port;
    this.#encode = options.encode ?? ((item) => item);
    this.#transfer = options.transfer ?? (() => []);
    this.#critical = options.critical ?? (() => false);
    port.onmessage = (event: MessageEvent<ToWriter>) => this.#receive(event.data);
  }

  get credits(): number {
    return this.#closed ? 0 : this.#credits[0];
  }

  get closed(): boolean {
    return this.#closed || this.#closing;
  }

  tryWrite(item: T): boolean {
    const lane = this.#critical(item) ? 1 : 0;
    if (this.closed || this.#credits[lane] === 0 || this.#parked[lane].size > 0) return false;
    this.#send(lane, item);
    return true;
  }

  write(item: T): Promise<boolean> | boolean {
    if (this.closed) return false;
    if (this.tryWrite(item)) return true;
    const done = deferred<boolean>();
    this.#parked[this.#critical(item) ? 1 : 0].push({ item, done });
    return done.promise;
  }

  close(): void {
    if (this.closed) return;
    this.#closing = true;
    this.#finishClosing();
  }

  abort(error: Error): void {
    if (this.#closed) return;
    this.#post({ k: 'abort', message: error.message, code: SluiceError.isInstance(error) ? error.code : null });
    this.#end();
  }

  #receive(message: ToWriter): void {
    if (this.#closed) return;
    if (message.k === 'cancel') return this.#end();
    this.#credits[message.lane] += message.count;
    const parked = this.#parked[message.lane];
    while (this.#credits[message.lane] > 0 && parked.size > 0) {
      const next = parked.shift() as { item: T; done: Deferred<boolean> }; // size > 0
      this.#send(message.lane, next.item);
      next.done.resolve(true);
    }
    if (this.#closing) this.#finishClosing();
  }

  #send(lane: Lane, item: T): void {
    const value = this.#encode(item);
    this.#port.postMessage({ k: 'item', lane, value } satisfies ToReader, this.#transfer(value));
    this.#credits[lane]--;
  }

  // Parked items were accepted before close(); they are still delivered.
  #finishClosing(): void {
    if (this.#parked[0].size > 0 || this.#parked[1].size > 0) return;
    this.#post({ k: 'close' });
    this.#end();
  }

  #post(message: ToReader): void {
    this.#port.postMessage(message);
  }

  #end(): void {
    this.#closed = true;
    for (const parked of this.#parked) {
      for (let next = parked.shift(); next !== undefined; next = parked.shift()) next.done.resolve(false);
    }
    this.#port.onmessage = null;
    this.#port.close();
  }
}

/** The reading end of a channel over a port. */
export class PortReader<T> implements ChannelReader<T> {
  readonly #port: MessagePort;
  readonly #decode: (value: unknown) => T;
  readonly #queues: [RingQueue<T>, RingQueue<T>] = [new RingQueue(), new RingQueue()];
  // Credits are given back in lots, so that a stream of small items costs a fraction of a message each.
  readonly #lot: [number, number];
  readonly #owed: [number, number] = [0, 0];
  readonly #waiting = new RingQueue<Deferred<T | undefined>>();
  #closed = false;
  #error: Error | undefined;

  constructor(port: MessagePort, options: PortReaderOptions<T>) {
    const capacity = requireNumber('portReader.capacity', options.capacity ?? 64, { min: 1, integer: true });
    const critical = requireNumber('portReader.criticalCapacity', options.criticalCapacity ?? 16, { min: 1, integer: true });
    this.#port = port;
    this.#decode = options.decode ?? ((value) => value as T);
    this.#lot = [Math.max(1, capacity >> 2), Math.max(1, critical >> 2)];
    port.onmessage = (event: MessageEvent<ToReader>) => this.#receive(event.data);
    port.postMessage({ k: 'credit', lane: 0, count: capacity } satisfies ToWriter);
    port.postMessage({ k: 'credit', lane: 1, count: critical } satisfies ToWriter);
  }

  get size(): number {
    return this.#queues[0].size + this.#queues[1].size;
  }

  get ended(): boolean {
    return this.#closed && this.size === 0;
  }

  tryRead(): T | undefined {
    const lane = this.#queues[1].size > 0 ? 1 : 0;
    const item = this.#queues[lane].shift();
    if (item !== undefined) this.#giveBack(lane);
    return item;
  }

  read(): Promise<T | undefined> {
    const item = this.tryRead();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#closed) return Promise.resolve(undefined);
    const wait = deferred<T | undefined>();
    this.#waiting.push(wait);
    return wait.promise;
  }

  cancel(): void {
    if (!this.#closed) this.#port.postMessage({ k: 'cancel' } satisfies ToWriter);
    this.#queues[0].clear();
    this.#queues[1].clear();
    this.#end();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (let item = this.tryRead() ?? (await this.read()); item !== undefined; item = this.tryRead() ?? (await this.read())) yield item;
    } finally {
      this.cancel();
    }
  }

  #receive(message: ToReader): void {
    if (this.#closed) return;
    if (message.k === 'item') return this.#accept(message.lane, message.value);
    if (message.k === 'abort') this.#error = new PortChannelError(message.message, message.code);
    this.#end();
  }

  #accept(lane: Lane, value: unknown): void {
    let item: T;
    try {
      item = this.#decode(value);
    } catch (thrown) {
      this.#error = toError(thrown);
      this.cancel();
      return;
    }
    const wait = this.#waiting.shift();
    if (wait === undefined) return this.#queues[lane].push(item);
    wait.resolve(item);
    this.#giveBack(lane);
  }

  #giveBack(lane: Lane): void {
    if (this.#closed) return;
    this.#owed[lane]++;
    if (this.#owed[lane] < this.#lot[lane] && this.size > 0) return;
    this.#port.postMessage({ k: 'credit', lane, count: this.#owed[lane] } satisfies ToWriter);
    this.#owed[lane] = 0;
  }

  #end(): void {
    this.#closed = true;
    for (let wait = this.#waiting.shift(); wait !== undefined; wait = this.#waiting.shift()) {
      if (this.#error === undefined) wait.resolve(undefined);
      else wait.reject(this.#error);
    }
    this.#port.onmessage = null;
    this.#port.close();
  }
}
