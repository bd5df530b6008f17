/**
 * Single-producer single-consumer ring of f32 samples: the path from the capture worklet to the audio
 * worker. The same class works over a SharedArrayBuffer (two threads) and over a plain ArrayBuffer
 * (one thread).
 *
 * Contract for wiring:
 * - one side: `const ring = Ring.create({ capacity, shared: true })`, then post `ring.buffer`;
 * - other side: `new Ring(buffer)`; exactly one side pushes, exactly one side pops;
 * - `push` and `pop` never block, never allocate a buffer, and are safe on the audio thread (the
 *   first round of pops of one length makes its views); samples that do not fit are dropped (the newest) and counted, a short `pop` is counted as an underrun;
 * - a worker may sleep in `waitForSamples`; `push` wakes it.
 *
 * Layout: counters run freely as 32-bit integers, 64 bytes apart so that the two sides do not share a
 * cache line; the capacity is a power of two, so that `counter & mask` is right across the wrap.
 * Each side keeps its last sight of the other's counter and looks again only when that is not enough
 * (Lamport's ring with cached counters).
 */
import { sleep, systemClock, type Clock } from '../base/clock.js';
import { requireNumber } from '../base/option.js';

const WRITTEN = 0;
const READ = 16;
const DROPPED = 32;
const UNDERRUNS = 33;
const HIGH_WATER = 34;
const CLOSED = 35;
const WAITING = 36;
const HEADER_BYTES = 192;

// Below this length a loop is quicker than making a view to copy with.
const LOOP_LIMIT = 192;

// Of about 100 bytes each.
const MOST_VIEWS = 4096;

// Two device callbacks of 2.67 ms: a consumer that polls adds no more than that to the delay.
const POLL_MS = 5;

// Part of ES2024, which the type libraries of ES2023 do not have.
interface WaitAsync {
  waitAsync?(array: Int32Array, index: number, value: number): { readonly async: boolean; readonly value: Promise<string> | string };
}

/** How a {@link Ring} is made. */
export interface RingOptions {
  /** Samples held at least; rounded up to a power of two. */
  readonly capacity: number;
  /** Over a SharedArrayBuffer, which needs cross-origin isolation in browsers. @default false */
  readonly shared?: boolean;
}

/** Lock-free ring of samples between one producer and one consumer. */
export class Ring {
  /** What the other side constructs its `Ring` from. */
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  /** Samples held at most. */
  readonly capacity: number;
  readonly #state: Int32Array;
  readonly #data: Float32Array;
  readonly #mask: number;
  readonly #shared: boolean;
  // Each side owns one counter and remembers it; of the other's it keeps the last sight.
  #written = 0;
  #readSeen = 0;
  #read = 0;
  #writtenSeen = 0;
  #highest = 0;
  // Views for pops of one length at all places where it may begin, made on the first round.
  #viewLength = 0;
  #viewStep = 1;
  #viewShift = 0;
  #views: (Float32Array | undefined)[] = [];

  /** Attaches to the buffer of a ring made by {@link Ring.create}, here or on another thread. */
  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    const capacity = requireNumber('Ring.buffer size', (buffer.byteLength - HEADER_BYTES) / 4, { min: 2, max: 2 ** 29, integer: true });
    requireNumber('Ring.buffer size (a power of two of samples)', capacity & (capacity - 1), { min: 0, max: 0 });
    this.buffer = buffer;
    this.capacity = capacity;
    this.#state = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.#data = new Float32Array(buffer, HEADER_BYTES, capacity);
    this.#mask = capacity - 1;
    this.#shared = typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;
    this.#read = this.#readSeen = Atomics.load(this.#state, READ);
    this.#written = this.#writtenSeen = Atomics.load(this.#state, WRITTEN);
    this.#highest = Atomics.load(this.#state, HIGH_WATER);
  }

  /** Makes a ring. Throws `InvalidOptionError` for a capacity outside 1 … 2^29. */
  static create(options: RingOptions): Ring {
    const wanted = requireNumber('Ring.capacity', options.capacity, { min: 1, max: 2 ** 29, integer: true });
    let capacity = 2;
    while (capacity < wanted) capacity *= 2;
    const bytes = HEADER_BYTES + capacity * 4;
    return new Ring(options.shared === true ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  }

  /** Samples that `pop` would give now. */
  get available(): number {
    return (Atomics.load(this.#state, WRITTEN) - Atomics.load(this.#state, READ)) | 0;
  }

  /** Samples that `push` would take now. */
  get free(): number {
    return this.capacity - this.available;
  }

  /** Samples refused because the ring was full. */
  get dropped(): number {
    return Atomics.load(this.#state, DROPPED);
  }

  /** Times that `pop` found less than it was asked for. */
  get underruns(): number {
    return Atomics.load(this.#state, UNDERRUNS);
  }

  /** Largest fill seen by the producer. */
  get highWater(): number {
    return Atomics.load(this.#state, HIGH_WATER);
  }

  /** True once either side has called {@link close}. */
  get closed(): boolean {
    return Atomics.load(this.#state, CLOSED) !== 0;
  }

  /** Producer: adds the block, or as much of its beginning as fits; returns how many samples were taken. */
  push(block: Float32Array): number {
    const length = block.length;
    const written = this.#written;
    let room = this.capacity - ((written - this.#readSeen) | 0);
    if (room < length) {
      this.#readSeen = Atomics.load(this.#state, READ);
      room = this.capacity - ((written - this.#readSeen) | 0);
    }
    const count = room < length ? room : length;
    const data = this.#data;
    const start = written & this.#mask;
    if (count === length && start + count <= this.capacity) data.set(block, start);
    else for (let n = 0; n < count; n++) data[(start + n) & this.#mask] = block[n] as number; // n < block.length
    const fill = this.capacity - room + count;
    if (fill > this.#highest) Atomics.store(this.#state, HIGH_WATER, (this.#highest = fill));
    this.#written = (written + count) | 0;
    Atomics.store(this.#state, WRITTEN, this.#written);
    if (count < length) Atomics.add(this.#state, DROPPED, length - count);
    // Used by one thread at both ends, this object knows what it wrote.
    this.#writtenSeen = this.#written;
    // Waking costs more than the copy, so only a consumer that said it sleeps is woken. A plain read: one that comes
    // too early to see the sleeper leaves it asleep until the next push, and an atomic one costs a tenth of the copy.
    if (this.#shared && this.#state[WAITING] !== 0) Atomics.notify(this.#state, WRITTEN);
    return count;
  }

  /** Consumer: fills `into` from the front, or as far as samples are there; returns how many were given. */
  pop(into: Float32Array): number {
    const length = into.length;
    const read = this.#read;
    let held = (this.#writtenSeen - read) | 0;
    if (held < length) {
      this.#writtenSeen = Atomics.load(this.#state, WRITTEN);
      held = (this.#writtenSeen - read) | 0;
    }
    const count = held < length ? held : length;
    if (count < length) Atomics.add(this.#state, UNDERRUNS, 1);
    this.#copyOut(into, read & this.#mask, count);
    this.#read = (read + count) | 0;
    Atomics.store(this.#state, READ, this.#read);
    this.#readSeen = this.#read;
    return count;
  }

  /** Consumer: drops everything held; returns how many samples that were. */
  clear(): number {
    const written = Atomics.load(this.#state, WRITTEN);
    const gone = (written - this.#read) | 0;
    this.#writtenSeen = written;
    this.#read = written;
    Atomics.store(this.#state, READ, written);
    return gone;
  }

  #copyOut(into: Float32Array, start: number, count: number): void {
    const data = this.#data;
    if (start + count <= this.capacity) {
      if (count === into.length && (this.#viewLength === count || this.#adoptLength(count)) && (start & (this.#viewStep - 1)) === 0) {
        into.set((this.#views[start >> this.#viewShift] ??= data.subarray(start, start + count)));
        return;
      }
      if (count > LOOP_LIMIT) {
        into.set(data.subarray(start, start + count));
        return;
      }
    }
    for (let n = 0; n < count; n++) into[n] = data[(start + n) & this.#mask] as number; // masked: always inside
  }

  /** Takes the first length popped that comes to few enough places for the one whose views are kept. */
  #adoptLength(count: number): boolean {
    // The capacity is a power of two, so pops of one length begin at multiples of its lowest bit.
    const step = count & -count;
    if (this.#viewLength !== 0 || count === 0 || this.capacity / step > MOST_VIEWS) return false;
    this.#viewLength = count;
    this.#viewStep = step;
    this.#viewShift = 31 - Math.clz32(step);
    this.#views = new Array<Float32Array | undefined>(this.capacity / step).fill(undefined);
    return true;
  }

  /**
   * Consumer, in a worker: sleeps until `count` samples are there, the ring is closed, or `timeoutMs`
   * have passed without a push; returns whether they are there. On a plain ArrayBuffer it returns at once.
   */
  waitForSamples(count: number, timeoutMs: number): boolean {
    if (!this.#shared) return this.available >= count;
    Atomics.add(this.#state, WAITING, 1);
    let seen = Atomics.load(this.#state, WRITTEN);
    while (this.available < count && !this.closed) {
      if (Atomics.wait(this.#state, WRITTEN, seen, timeoutMs) === 'timed-out') break;
      seen = Atomics.load(this.#state, WRITTEN);
    }
    Atomics.sub(this.#state, WAITING, 1);
    return this.available >= count;
  }

  /**
   * Consumer, on a thread that must stay responsive: resolves once `count` samples are there, or the
   * ring is closed. Sleeps in `Atomics.waitAsync` where the engine has it, else looks every 5 ms.
   */
  async whenSamples(count: number, clock: Clock = systemClock): Promise<void> {
    const wait = (Atomics as WaitAsync).waitAsync;
    Atomics.add(this.#state, WAITING, 1);
    while (!this.closed) {
      const seen = Atomics.load(this.#state, WRITTEN);
      if (this.available >= count) break;
      if (!this.#shared || wait === undefined) await sleep(clock, POLL_MS);
      else {
        const result = wait(this.#state, WRITTEN, seen);
        if (result.async) await result.value;
      }
    }
    Atomics.sub(this.#state, WAITING, 1);
  }

  /** Tells the other side that no more will come or be taken, and wakes it. What is held can still be popped. */
  close(): void {
    Atomics.store(this.#state, CLOSED, 1);
    if (this.#shared) Atomics.notify(this.#state, WRITTEN);
  }
}
