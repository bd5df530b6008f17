/**
 * A bounded queue between a writer and a reader, with credits and lanes.
 *
 *   writer ── tryWrite / write ──▶ [ critical | high | normal | low ] ── tryRead / read ──▶ reader
 *
 * Order within a lane is first in, first out; a higher lane overtakes. The critical lane has credits of
 * its own, so that an interrupt enters a full channel. A write beyond the credits parks its writer
 * until the reader has made room. Items are handed to a parked reader directly; a receiver that is
 * attached takes them within the writer's own call.
 *
 * The end is delivered alike to parked and unparked readers: what is queued comes first, then the close
 * or the error. A reader that cancels turns the writer's next write to `false`.
 *
 * Hot path: `tryRead` and `tryWrite` allocate nothing.
 */
import { keepCompiled } from '../base/keep-compiled.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireNumber, requireOneOf } from '../base/option.js';
import { RingQueue } from '../base/ring-queue.js';
import type { TimeSlice } from '../base/time-slice.js';
import { nextTurn } from '../base/turn.js';
import type { ChannelReader, ChannelWriter, Receiver } from './channel-ends.js';
import { Priority } from './element.js';
import { abortedStream, overflowError } from './errors.js';

/** What a write beyond the credits does. */
export type Overflow = 'block' | 'dropNewest' | 'dropOldest' | 'error';

/** Options of {@link Channel}. */
export interface ChannelOptions<T> {
  /** Items that may be queued, the critical lane apart, which may hold as many again. @default 16 */
  readonly capacity?: number;
  /** What a write beyond the credits does: wait, drop itself, drop the oldest of the lowest lane, or throw `StreamError`. @default 'block' */
  readonly overflow?: Overflow;
  /** Lane of an item. @default all in one lane */
  readonly priorityOf?: (value: T) => Priority;
  /** After so many items in a row that overtook a waiting lower lane, one of the lowest lane is read; 0 is never. @default 0 */
  readonly fairness?: number;
  /** Cancels the channel when it aborts. */
  readonly signal?: AbortSignal;
  /** Gives the host a turn when writers have kept it busy for longer; shared by the channels of a run. */
  readonly slice?: TimeSlice;
  /** Called with each item that the overflow policy drops. */
  readonly onDrop?: (value: T) => void;
  /** Called once when the reader cancels. */
  readonly onCancel?: () => void;
}

interface ParkedWriter<T> {
  readonly value: T;
  readonly resolve: (taken: boolean) => void;
}

interface ParkedReader<T> {
  readonly owner: object | undefined;
  readonly resolve: (value: T | undefined) => void;
  readonly reject: (error: Error) => void;
}

const FIELDS = ['capacity', 'overflow', 'priorityOf', 'fairness', 'signal', 'slice', 'onDrop', 'onCancel'];
const POLICIES: readonly Overflow[] = ['block', 'dropNewest', 'dropOldest', 'error'];

// Receivers that write into channels with receivers nest on the stack; beyond this depth an item is queued instead.
const MAX_NESTED = 64;
let nested = 0;

/** A bounded queue with credits and lanes. One object is both ends. */
export class Channel<T> implements ChannelReader<T>, ChannelWriter<T> {
  /** Items that may be queued, the critical lane apart. */
  readonly capacity: number;
  readonly #overflow: Overflow;
  readonly #priorityOf: ((value: T) => Priority) | undefined;
  readonly #slice: TimeSlice | undefined;
  readonly #fairness: number;
  #overtaken = 0;
  readonly #onDrop: ((value: T) => void) | undefined;
  readonly #onCancel: (() => void) | undefined;
  readonly #normal: RingQueue<T> = new RingQueue<T>();
  #low: RingQueue<T> | undefined;
  #high: RingQueue<T> | undefined;
  #critical: RingQueue<T> | undefined;
  #size = 0; // of all lanes but the critical one
  #receiver: Receiver<T> | undefined;
  #readers: RingQueue<ParkedReader<T>> | undefined;
  #writers: RingQueue<ParkedWriter<T>> | undefined;
  #criticalWriters: RingQueue<ParkedWriter<T>> | undefined;
  #closed = false;
  #canceled = false;
  #error: Error | undefined;
  #written = 0;
  #dropped = 0;
  #unlisten: (() => void) | undefined;

  /** Throws `InvalidOptionError`. */
  constructor(options: ChannelOptions<T> = {}) {
    refuseUnknownOptions('Channel', options, FIELDS);
    const { capacity = 16, overflow = 'block', priorityOf, fairness = 0, signal, slice, onDrop, onCancel } = options;
    this.capacity = requireNumber('Channel.capacity', capacity, { min: 1, integer: true });
    this.#overflow = requireOneOf('Channel.overflow', overflow, POLICIES);
    this.#priorityOf = priorityOf === undefined ? undefined : requireFunction('Channel.priorityOf', priorityOf);
    this.#slice = slice;
    this.#fairness = requireNumber('Channel.fairness', fairness, { min: 0, integer: true });
    this.#onDrop = onDrop === undefined ? undefined : requireFunction('Channel.onDrop', onDrop);
    this.#onCancel = onCancel === undefined ? undefined : requireFunction('Channel.onCancel', onCancel);
    if (signal !== undefined) this.#listen(signal);
    keepChannels();
  }

  /** Items that are ready. */
  get size(): number {
    return this.#size + (this.#critical?.size ?? 0);
  }

  /** How many items may be written now without waiting, the critical lane apart. */
  get credits(): number {
    if (this.#closed) return 0;
    return Math.max(0, this.capacity - this.#size) + (this.size === 0 ? (this.#readers?.size ?? 0) : 0);
  }

  /** True after `close`, `abort` or `cancel`: nothing more can be written. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True once nothing more will come. */
  get ended(): boolean {
    return this.#closed && this.size === 0 && !this.#parkedWrites();
  }

  /** Items that were taken so far, dropped ones included. */
  get written(): number {
    return this.#written;
  }

  /** Items that the overflow policy dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether `value` could be written now without waiting: its lane has credit, or the overflow policy makes room. */
  canWrite(value: T): boolean {
    if (this.#closed) return false;
    if (this.#receiver !== undefined || (this.#readers !== undefined && this.#readers.size > 0)) return true;
    if (this.#priorityOf !== undefined && this.#priorityOf(value) === Priority.CRITICAL) return (this.#critical?.size ?? 0) < this.capacity;
    return this.#size < this.capacity || this.#overflow !== 'block';
  }

  /** Writes without waiting; `false` when there is no credit or the channel is closed. */
  tryWrite(value: T): boolean {
    if (this.#closed) return false;
    if (value === undefined) throw new InvalidOptionError('Channel.write.value', value, 'anything but undefined, which means "none"');
    const receiver = this.#receiver;
    if (receiver !== undefined) {
      if (nested < MAX_NESTED && this.#slice?.isOver() !== true) {
        this.#written++;
        nested++;
        receiver.take(value);
        nested--;
        return true;
      }
      this.#receiver = undefined; // the host's turn, or a fresh stack, comes first: the item waits in the queue
      nextTurn(() => receiver.ready());
    }
    if (this.#readers !== undefined && this.#readers.size > 0) {
      this.#written++;
      (this.#readers.shift() as ParkedReader<T>).resolve(value); // size > 0
      return true;
    }
    const lane = this.#priorityOf === undefined ? Priority.NORMAL : this.#priorityOf(value);
    if (lane === Priority.CRITICAL) {
      const queue = (this.#critical ??= new RingQueue<T>());
      if (queue.size >= this.capacity) return false;
      queue.push(value);
    } else {
      if (this.#size >= this.capacity && !this.#makeRoom(value)) return this.#overflow === 'dropNewest';
      this.#push(lane, value);
    }
    this.#written++;
    return true;
  }

  /** Writes, waiting for credit; `false` when the reader has canceled or the channel is closed. */
  write(value: T): boolean | Promise<boolean> {
    if (this.tryWrite(value)) return this.#slice?.isOver() === true ? new Promise((resolve) => nextTurn(() => resolve(true))) : true;
    if (this.#closed) return false;
    const critical = this.#priorityOf !== undefined && this.#priorityOf(value) === Priority.CRITICAL;
    const queue = critical ? (this.#criticalWriters ??= new RingQueue(2)) : (this.#writers ??= new RingQueue(2));
    const later = this.#slice?.isOver() === true;
    return new Promise<boolean>((resolve) => queue.push({ value, resolve: later ? (taken) => nextTurn(() => resolve(taken)) : resolve }));
  }

  /** The next item, or `undefined` when none is ready. Throws `StreamError` once everything queued is read and the writer aborted. */
  tryRead(): T | undefined {
    if (this.#critical !== undefined && this.#critical.size > 0) return this.#taken(this.#critical.shift(), true);
    if (this.#size > 0) {
      this.#size--;
      return this.#taken(this.#fairness > 0 ? this.#fair() : this.#highest(), false);
    }
    if (this.#error !== undefined && !this.#canceled) throw abortedStream(this.#error);
    return undefined;
  }

  /** The next item; `undefined` once the channel is closed and empty. Rejects with `StreamError` when the writer aborted. `owner` may {@link withdraw} the read. */
  read(owner?: object): Promise<T | undefined> {
    if (this.#closed || this.size > 0) return this.#readNow();
    return new Promise<T | undefined>((resolve, reject) => {
      (this.#readers ??= new RingQueue<ParkedReader<T>>(2)).push({ owner, resolve, reject });
    });
  }

  /**
   * Lets `receiver` take what is written from now on; `false` when there is something to read first. It stays
   * attached until it detaches itself, the stream ends, or the host's turn is due; after the last two it is `ready`.
   */
  attach(receiver: Receiver<T>): boolean {
    if (this.#closed || this.size > 0) return false;
    this.#receiver = receiver;
    return true;
  }

  /** Lets items queue again. */
  detach(): void {
    this.#receiver = undefined;
  }

  /** Ends the parked reads of `owner` with `undefined`, so that what comes next goes to others. */
  withdraw(owner: object): void {
    this.#readers?.clear((parked) => {
      if (parked.owner !== owner) return true;
      parked.resolve(undefined);
      return false;
    });
  }

  /** Ends the stream; what is queued or parked is still delivered. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten?.();
    if (this.size === 0) this.#wakeReaders();
  }

  /** Ends the stream with an error, which readers get after what is queued. */
  abort(error: Error): void {
    if (this.#closed) return;
    this.#error = error;
    this.close();
  }

  /** Stops reading: what is queued is dropped, and every write gives `false`. */
  cancel(_reason?: unknown): void {
    if (this.#canceled) return;
    this.#canceled = true;
    this.#closed = true;
    this.#unlisten?.();
    this.#drain();
    for (const writers of [this.#writers, this.#criticalWriters]) {
      for (let parked = writers?.shift(); parked !== undefined; parked = writers?.shift()) parked.resolve(false);
    }
    this.#wakeReaders();
    this.#onCancel?.();
  }

  /** Drops what is queued or parked and `keep` refuses (everything without it); returns how many. */
  clear(keep?: (value: T) => boolean): number {
    let dropped = 0;
    for (const queue of [this.#critical, this.#high, this.#normal, this.#low]) {
      const gone = queue?.clear(keep) ?? 0;
      if (queue !== this.#critical) this.#size -= gone;
      dropped += gone;
    }
    for (const writers of [this.#criticalWriters, this.#writers]) {
      dropped += writers?.clear((parked) => {
        const kept = keep?.(parked.value) === true;
        if (!kept) parked.resolve(true);
        return kept;
      }) ?? 0;
    }
    this.#admit();
    if (this.#closed && this.size === 0) this.#wakeReaders();
    return dropped;
  }

  /** Reads until the end; leaving the loop early cancels the channel. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this.read().then((value) => (value === undefined ? { done: true as const, value: undefined } : { done: false as const, value })),
      return: () => {
        this.cancel();
        return Promise.resolve({ done: true as const, value: undefined });
      },
    };
  }

  async #readNow(): Promise<T | undefined> {
    return this.tryRead();
  }

  #highest(): T | undefined {
    if (this.#high !== undefined && this.#high.size > 0) return this.#high.shift();
    return this.#normal.size > 0 ? this.#normal.shift() : this.#low?.shift();
  }

  /** The highest lane, but now and then the lowest that waits. */
  #fair(): T | undefined {
    const waiting = this.#low !== undefined && this.#low.size > 0 ? this.#low : this.#normal;
    const overtakes = waiting.size > 0 && ((this.#high?.size ?? 0) > 0 || waiting !== this.#normal && this.#normal.size > 0);
    this.#overtaken = overtakes ? this.#overtaken + 1 : 0;
    if (this.#overtaken <= this.#fairness) return this.#highest();
    this.#overtaken = 0;
    return waiting.shift();
  }

  #push(lane: Priority, value: T): void {
    if (lane === Priority.NORMAL) this.#normal.push(value);
    else if (lane === Priority.HIGH) (this.#high ??= new RingQueue<T>()).push(value);
    else (this.#low ??= new RingQueue<T>()).push(value);
    this.#size++;
  }

  /** Whether `value` may be queued although the channel is full. */
  #makeRoom(value: T): boolean {
    if (this.#overflow === 'block') return false;
    if (this.#overflow === 'error') throw overflowError(this.capacity);
    this.#dropped++;
    if (this.#overflow === 'dropNewest') {
      this.#onDrop?.(value);
      return false;
    }
    const oldest = this.#low !== undefined && this.#low.size > 0 ? this.#low.shift() : this.#normal.size > 0 ? this.#normal.shift() : this.#high?.shift();
    this.#size--;
    if (oldest !== undefined) this.#onDrop?.(oldest);
    return true;
  }

  #taken(value: T | undefined, critical: boolean): T | undefined {
    const writers = critical ? this.#criticalWriters : this.#writers;
    if (writers !== undefined && writers.size > 0) this.#admit();
    return value;
  }

  /** Queues what parked writers hold while there is room. */
  #admit(): void {
    const writers = this.#writers;
    while (writers !== undefined && writers.size > 0 && this.#size < this.capacity) {
      const parked = writers.shift() as ParkedWriter<T>; // size > 0
      this.#push(this.#priorityOf === undefined ? Priority.NORMAL : this.#priorityOf(parked.value), parked.value);
      this.#written++;
      parked.resolve(true);
    }
    const critical = this.#criticalWriters;
    while (critical !== undefined && critical.size > 0 && (this.#critical?.size ?? 0) < this.capacity) {
      const parked = critical.shift() as ParkedWriter<T>; // size > 0
      (this.#critical ??= new RingQueue<T>()).push(parked.value);
      this.#written++;
      parked.resolve(true);
    }
  }

  #parkedWrites(): boolean {
    return (this.#writers?.size ?? 0) + (this.#criticalWriters?.size ?? 0) > 0;
  }

  #drain(): void {
    this.#normal.clear();
    this.#high?.clear();
    this.#low?.clear();
    this.#critical?.clear();
    this.#size = 0;
  }

  #wakeReaders(): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.ready();
    for (let parked = this.#readers?.shift(); parked !== undefined; parked = this.#readers?.shift()) {
      if (this.#error !== undefined && !this.#canceled) parked.reject(abortedStream(this.#error));
      else parked.resolve(undefined);
    }
  }

  #listen(signal: AbortSignal): void {
    if (signal.aborted) return this.cancel(signal.reason);
    const onAbort = (): void => this.cancel(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#unlisten = () => signal.removeEventListener('abort', onAbort);
  }
}

/** A channel whose reader waits, and one whose writer waits. */
const keepChannels: () => void = /* @__PURE__ */ keepCompiled(() => {
  const channels = [new Channel<unknown>({ capacity: 1 }), new Channel<unknown>({ capacity: 1 })] as const;
  void channels[0].read();
  channels[1].tryWrite(null);
  return [...channels, channels[1].write(null)];
});
