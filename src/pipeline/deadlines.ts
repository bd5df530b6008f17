/**
 * All deadlines of a run on one timer. A host timer per stage costs more than the rest of the runner
 * together.
 *
 * Attempts under way are a linked list, because nearly all of them end before their time: entering and
 * leaving must cost nothing, and looking through the list when the timer fires is rare. Everything else
 * (delays before retries, the run's own deadlines) is a binary heap by time.
 */
import type { Clock } from '../base/clock.js';

/** Something to be done at a time unless it is over by then. */
export interface Deadline {
  readonly atMs: number;
  /** Set once it is no longer needed. */
  over: boolean;
  readonly expire: () => void;
}

/** Something under way that must have ended by a time. */
export interface Timed {
  readonly dueMs: number;
  previousTimed: Timed | undefined;
  nextTimed: Timed | undefined;
  readonly expire: () => void;
}

/** The pending deadlines of a run. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap: Deadline[] = [];
  #armedFor = Infinity;
  #disarm: (() => void) | undefined;
  #compactAt = 64;
  #timed: Timed | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` at `atMs` of the clock, unless the returned entry is set `over` before. */
  add(atMs: number, expire: () => void): Deadline {
    const deadline: Deadline = { atMs, over: false, expire };
    if (this.#heap.length >= this.#compactAt) this.#compact();
    this.#push(deadline);
    if (atMs < this.#armedFor) this.#arm(atMs);
    return deadline;
  }

  /** Expires `timed` when its time comes, unless it has left before. */
  enter(timed: Timed): void {
    timed.nextTimed = this.#timed;
    if (this.#timed !== undefined) this.#timed.previousTimed = timed;
    this.#timed = timed;
    if (timed.dueMs < this.#armedFor) this.#arm(timed.dueMs);
  }

  /** It has ended. */
  leave(timed: Timed): void {
    const { previousTimed: previous, nextTimed: next } = timed;
    if (previous !== undefined) previous.nextTimed = next;
    else if (this.#timed === timed) this.#timed = next;
    if (next !== undefined) next.previousTimed = previous;
    timed.previousTimed = timed.nextTimed = undefined;
  }

  /** Forgets everything and stops the timer. */
  clear(): void {
    this.#heap.length = 0;
    this.#timed = undefined;
    this.#armedFor = Infinity;
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #arm(atMs: number): void {
    this.#disarm?.();
    this.#armedFor = atMs;
    this.#disarm = this.#clock.after(Math.max(0, atMs - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    this.#disarm = undefined;
    this.#armedFor = Infinity;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && (first.over || first.atMs <= now); first = this.#heap[0]) {
      this.#pop();
      if (!first.over) {
        first.over = true;
        first.expire();
      }
    }
    const late: Timed[] = [];
    let nextMs = this.#heap[0]?.atMs ?? Infinity;
    for (let timed = this.#timed; timed !== undefined; timed = timed.nextTimed) {
      if (timed.dueMs <= now) late.push(timed);
      else if (timed.dueMs < nextMs) nextMs = timed.dueMs;
    }
    for (const timed of late) timed.expire();
    if (nextMs < this.#armedFor && (this.#timed !== undefined || this.#heap.length > 0)) this.#arm(nextMs);
  }

  #push(deadline: Deadline): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(deadline);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Deadline; // parent < at
      if (above.atMs <= deadline.atMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = deadline;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.atMs < (heap[child] as Deadline).atMs) child++; // child < length
      const below = heap[child] as Deadline; // likewise
      if (below.atMs >= last.atMs) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }

  #compact(): void {
    const live = this.#heap.filter((deadline) => !deadline.over).sort((a, b) => a.atMs - b.atMs); // a sorted list is a heap
    this.#heap.length = 0;
    this.#heap.push(...live);
    this.#compactAt = Math.max(64, live.length * 2);
  }
}

/** Looks eight times per `idleMs` whether `progress` has changed; calls `expire` once it has not for so long. */
export function watchIdle(deadlines: Deadlines, clock: Clock, idleMs: number, progress: () => number, expire: () => void): void {
  const look = (sinceMs: number, before: number): void => {
    deadlines.add(clock.now() + idleMs / 8, () => {
      const now = clock.now();
      const current = progress();
      if (current !== before) look(now, current);
      else if (now - sinceMs >= idleMs) expire();
      else look(sinceMs, before);
    });
  };
  look(clock.now(), progress());
}
