/**
 * A bounded queue for chunks between a producer and one or more consumers: `put` waits when it is full,
 * or drops the oldest; closing it settles everybody who waits. Cost does not depend on the fill.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireBoolean, requireNumber, InvalidOptionError } from '../base/option.js';
import { RingQueue } from '../base/ring-queue.js';
import type { EventEmitter } from '../event/event.js';
import { BackpressureMonitor } from './backpressure.js';
import { WaitingLine, type Waiting } from './waiting-line.js';

/** Options of {@link ChunkQueue}. */
export interface ChunkQueueOptions {
  /** Chunks that may be held. @default 1000 */
  readonly maxSize?: number;
  /** A put into a full queue drops the oldest chunk instead of waiting. @default false */
  readonly dropOnOverflow?: boolean;
  /** Told of drops, waits, throttling and the close. What it throws is ignored. */
  readonly eventEmitter?: EventEmitter | null | undefined;
  /** Watches the fill. @default one with its defaults */
  readonly monitor?: BackpressureMonitor;
  readonly clock?: Clock;
}

/** How long a wait may last. */
export interface QueueWaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** `getNowait` found nothing. */
export class QueueEmptyError extends SluiceError {
  override readonly name: string = 'QueueEmptyError';

  constructor() {
    super('The queue is empty. Await get(), or check size() first.', { code: 'QUEUE_EMPTY' });
  }
}

interface ParkedPut<T> extends Waiting {
  readonly chunk: T;
  readonly settle: (taken: boolean) => void;
}

interface ParkedGet<T> extends Waiting {
  readonly settle: (chunk: T | null) => void;
}

const FIELDS = ['maxSize', 'dropOnOverflow', 'eventEmitter', 'monitor', 'clock'];

/** A bounded queue of chunks. */
export class ChunkQueue<T = unknown> implements AsyncIterable<T> {
  /** Chunks that may be held. */
  readonly maxSize: number;
  /** Whether a put into a full queue drops the oldest chunk. */
  readonly dropOnOverflow: boolean;
  /** The fill and the counters. */
  readonly monitor: BackpressureMonitor;
  readonly #emitter: EventEmitter | undefined;
  readonly #clock: Clock;
  readonly #chunks: RingQueue<T> = new RingQueue<T>();
  readonly #puts: WaitingLine<ParkedPut<T>> = new WaitingLine<ParkedPut<T>>();
  readonly #gets: WaitingLine<ParkedGet<T>> = new WaitingLine<ParkedGet<T>>();
  #closed = false;

  /** A number is `maxSize`. Throws `InvalidOptionError`. */
  constructor(options: ChunkQueueOptions | number = {}) {
    const given = typeof options === 'number' ? { maxSize: options } : options;
    refuseUnknownOptions('ChunkQueue', given, FIELDS);
    const { maxSize = 1000, dropOnOverflow = false, eventEmitter, monitor, clock = systemClock } = given;
    this.maxSize = requireNumber('ChunkQueue.maxSize', maxSize, { min: 1, integer: true });
    this.dropOnOverflow = requireBoolean('ChunkQueue.dropOnOverflow', dropOnOverflow);
    this.#emitter = eventEmitter ?? undefined;
    this.monitor = monitor ?? new BackpressureMonitor({ eventEmitter: (type, data) => this.#emit(type, data) });
    this.#clock = clock;
  }

  /** Chunks held. */
  size(): number {
    return this.#chunks.size;
  }

  /** Chunks held. */
  get length(): number {
    return this.#chunks.size;
  }

  /** Whether it is closed. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Adds a chunk. Waits while the queue is full, or drops the oldest when the queue says so. Resolves to
   * false when the queue is closed, or when the signal or the time given ends the wait.
   */
  put(chunk: T, options: QueueWaitOptions = {}): Promise<boolean> {
    if (this.tryPut(chunk)) return TRUE;
    if (this.#closed || options.signal?.aborted === true) return FALSE;
    if (this.dropOnOverflow) {
      this.#drop('overflow');
      return this.tryPut(chunk) ? TRUE : FALSE;
    }
    if (options.timeoutMs !== undefined) requireNumber('ChunkQueue.put.timeoutMs', options.timeoutMs, { min: 0 });
    const startedMs = this.#clock.now();
    return new Promise<boolean>((resolve) => {
      const parked: ParkedPut<T> = {
        chunk,
        over: false,
        settle: (taken) => {
          parked.over = true;
          release();
          const blockedMs = this.#clock.now() - startedMs;
          this.monitor.recordBlocked(blockedMs);
          this.#emit('stream.producer_blocked', { blocked_ms: blockedMs, queue_size: this.#chunks.size });
          resolve(taken);
        },
      };
      const release = this.#limit(options, parked, this.#puts, () => parked.settle(false));
      this.#puts.push(parked);
    });
  }

  /** Adds a chunk without waiting or dropping another; false when the queue is full or closed. */
  tryPut(chunk: T): boolean {
    if (chunk === undefined || chunk === null) throw new InvalidOptionError('ChunkQueue.put.chunk', chunk, 'a chunk; null is what get() gives at the end');
    if (this.#closed) return false;
    const get = this.#gets.shift();
    if (get !== undefined) {
      this.monitor.recordPut(0, this.maxSize);
      get.settle(chunk);
      return true;
    }
    if (this.#chunks.size >= this.maxSize) return false;
    this.#chunks.push(chunk);
    this.monitor.recordPut(this.#chunks.size, this.maxSize);
    return true;
  }

  /** As {@link tryPut}, but counts and reports a chunk that found no room as dropped. */
  putNowait(chunk: T): boolean {
    if (this.tryPut(chunk)) return true;
    if (!this.#closed) {
      this.monitor.recordDrop();
      this.#emit('stream.chunk_dropped', { queue_size: this.#chunks.size, max_size: this.maxSize, reason: 'queue_full' });
    }
    return false;
  }

  /** The next chunk; waits for one. `null` when the queue is closed and empty, or when the signal or the time given ends the wait. */
  get(options: QueueWaitOptions = {}): Promise<T | null> {
    const chunk = this.tryGet();
    if (chunk !== undefined) return Promise.resolve(chunk);
    if (this.#closed || options.signal?.aborted === true) return NULL;
    if (options.timeoutMs !== undefined) requireNumber('ChunkQueue.get.timeoutMs', options.timeoutMs, { min: 0 });
    return new Promise<T | null>((resolve) => {
      const parked: ParkedGet<T> = {
        over: false,
        settle: (value) => {
          parked.over = true;
          release();
          resolve(value);
        },
      };
      const release = this.#limit(options, parked, this.#gets, () => parked.settle(null));
      this.#gets.push(parked);
    });
  }

  /** The next chunk, or `undefined` when there is none now. */
  tryGet(): T | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#admit();
    this.monitor.recordGet(this.#chunks.size, this.maxSize);
    return chunk;
  }

  /** The next chunk. Throws {@link QueueEmptyError} when there is none now. */
  getNowait(): T {
    const chunk = this.tryGet();
    if (chunk === undefined) throw new QueueEmptyError();
    return chunk;
  }

  /** Ends the queue: what is held can still be got; everybody who waits to put gets false, everybody who waits to get gets null. */
  close(): Promise<void> {
    if (this.#closed) return DONE;
    this.#closed = true;
    for (let put = this.#puts.shift(); put !== undefined; put = this.#puts.shift()) put.settle(false);
    for (let get = this.#gets.shift(); get !== undefined; get = this.#gets.shift()) get.settle(null);
    const { drop_rate: _, ...stats } = this.monitor.stats.toDict();
    this.#emit('stream.queue_closed', stats);
    return DONE;
  }

  /** Gives every chunk until the queue is closed and empty. Leaving the loop leaves the queue open. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: async () => {
        const value = await this.get();
        return value === null ? { done: true, value: undefined } : { done: false, value };
      },
      return: async () => ({ done: true, value: undefined }),
    };
  }

  /** Lets those in who wait to put, in the order in which they came. */
  #admit(): void {
    while (this.#puts.size > 0 && this.#chunks.size < this.maxSize) {
      const put = this.#puts.shift() as ParkedPut<T>; // size > 0
      this.#chunks.push(put.chunk);
      this.monitor.recordPut(this.#chunks.size, this.maxSize);
      put.settle(true);
    }
  }

  #drop(reason: 'overflow'): void {
    this.#chunks.shift();
    this.monitor.recordDrop();
    this.#emit('stream.chunk_dropped', { queue_size: this.#chunks.size, max_size: this.maxSize, reason });
  }

  /** Calls `give` when the wait shall be over before its turn has come; returns what forgets it. */
  #limit<W extends Waiting>({ signal, timeoutMs }: QueueWaitOptions, waiting: W, line: WaitingLine<W>, give: () => void): () => void {
    if (signal === undefined && timeoutMs === undefined) return NOTHING;
    const end = (): void => {
      if (waiting.over) return;
      give();
      line.left();
    };
    const cancel = timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, end);
    signal?.addEventListener('abort', end, { once: true });
    return () => {
      cancel?.();
      signal?.removeEventListener('abort', end);
    };
  }

  #emit(type: string, data: object = {}): void {
    try {
      this.#emitter?.(type, data as Record<string, unknown>);
    } catch {
      // telemetry must not break the stream
    }
  }
}

const TRUE: Promise<boolean> = Promise.resolve(true);
const FALSE: Promise<boolean> = Promise.resolve(false);
const NULL: Promise<null> = Promise.resolve(null);
const DONE: Promise<void> = Promise.resolve();
const NOTHING = (): void => undefined;
