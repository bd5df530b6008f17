/** A channel as its contract reads, without any care for speed: lists, and everything recomputed at each step. */
import type { Overflow } from '../../src/stream/channel.js';

export interface Item {
  readonly n: number;
  readonly lane: number;
}

/** How a promise of the channel was settled. */
export type Outcome = Item | boolean | 'end' | 'error' | 'open';

interface Waiting {
  readonly item?: Item;
  readonly at: number;
}

const CRITICAL = 3;

export class ReferenceChannel {
  readonly #capacity: number;
  readonly #overflow: Overflow;
  queue: Item[] = [];
  readonly dropped: Item[] = [];
  /** What a receiver has taken. */
  readonly taken: Item[] = [];
  /** How a promise that was given out is settled, by the order in which they were given. */
  readonly promises: Outcome[] = [];
  isAttached = false;
  #readers: Waiting[] = [];
  #writers: Waiting[] = [];
  closed = false;
  #canceled = false;
  #failed = false;
  readyCount = 0;

  constructor(capacity: number, overflow: Overflow) {
    this.#capacity = capacity;
    this.#overflow = overflow;
  }

  get readersWait(): boolean {
    return this.#readers.length > 0;
  }

  tryWrite(item: Item): boolean | 'throws' {
    if (this.closed) return false;
    if (this.isAttached) {
      this.taken.push(item);
      return true;
    }
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      this.promises[reader.at] = item;
      return true;
    }
    if (this.#hasRoom(item.lane)) {
      this.queue.push(item);
      return true;
    }
    if (item.lane === CRITICAL || this.#overflow === 'block') return false;
    if (this.#overflow === 'error') return 'throws';
    if (this.#overflow === 'dropNewest') {
      this.dropped.push(item);
      return true;
    }
    const lowest = Math.min(...this.queue.filter(({ lane }) => lane !== CRITICAL).map(({ lane }) => lane));
    const victim = this.queue.findIndex(({ lane }) => lane === lowest);
    this.dropped.push(...this.queue.splice(victim, 1));
    this.queue.push(item);
    return true;
  }

  write(item: Item): 'throws' | 'given' {
    const at = this.promises.push('open') - 1;
    const now = this.tryWrite(item);
    if (now === 'throws') return this.promises.pop(), now;
    if (now || this.closed) this.promises[at] = now;
    else this.#writers.push({ item, at });
    return 'given';
  }

  tryRead(): Item | undefined | 'throws' {
    const highest = Math.max(...this.queue.map(({ lane }) => lane));
    const at = this.queue.findIndex(({ lane }) => lane === highest);
    if (at < 0) return this.#failed && !this.#canceled ? 'throws' : undefined;
    const [item] = this.queue.splice(at, 1);
    this.#admit();
    return item;
  }

  read(): void {
    const now = this.tryRead();
    const at = this.promises.push(now === 'throws' ? 'error' : (now ?? (this.closed ? 'end' : 'open'))) - 1;
    if (this.promises[at] === 'open') this.#readers.push({ at });
  }

  attach(): boolean {
    if (this.closed || this.queue.length > 0) return false;
    return (this.isAttached = true);
  }

  end(failed: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.#failed = failed;
    if (this.queue.length === 0) this.#wake();
  }

  cancel(): void {
    if (this.#canceled) return;
    this.closed = this.#canceled = true;
    this.queue = [];
    for (const { at } of this.#writers.splice(0)) this.promises[at] = false;
    this.#wake();
  }

  clear(keep: (item: Item) => boolean): number {
    const before = this.queue.length + this.#writers.length;
    this.queue = this.queue.filter(keep);
    this.#writers = this.#writers.filter(({ item, at }) => {
      const kept = keep(item as Item); // writers have one
      if (!kept) this.promises[at] = true;
      return kept;
    });
    const dropped = before - this.queue.length - this.#writers.length;
    this.#admit();
    if (this.closed && this.queue.length === 0) this.#wake();
    return dropped;
  }

  #hasRoom(lane: number): boolean {
    const isCritical = lane === CRITICAL;
    return this.queue.filter((item) => (item.lane === CRITICAL) === isCritical).length < this.#capacity;
  }

  #admit(): void {
    for (const waiting of [...this.#writers]) {
      const item = waiting.item as Item; // writers have one
      const isCritical = item.lane === CRITICAL;
      const first = this.#writers.find((one) => ((one.item as Item).lane === CRITICAL) === isCritical);
      if (first !== waiting || !this.#hasRoom(item.lane)) continue; // each kind in its own order
      this.#writers.splice(this.#writers.indexOf(waiting), 1);
      this.queue.push(item);
      this.promises[waiting.at] = true;
    }
  }

  #wake(): void {
    for (const { at } of this.#readers.splice(0)) this.promises[at] = this.#failed && !this.#canceled ? 'error' : 'end';
    if (this.isAttached) this.readyCount++;
    this.isAttached = false;
  }
}
