/**
 * All deadlines of a run on one timer. A host timer per stage costs more than the rest of the runner
 * together.
 *
 * Nearly all attempts end before their time, so that one with a deadline only tells when that is: the run
 * looks through its attempts when the timer fires, which is rare. Everything else (delays before retries,
 * the run's own deadlines) is a binary heap by time.
 *
 * The timer is set in the host's next turn, before which none could fire: a run that ends before it needs none. Where
 * turns belong to requests each run sets its own at once.
 */
import type { Clock } from '../base/clock.js';
import { nextTurn, turnsBelongToRequests } from '../base/turn.js';

/** Something to be done at a time unless it is over by then. */
export interface Deadline {
  readonly atMs: number;
  /** Set once it is no longer needed. */
  over: boolean;
  readonly expire: () => void;
}

/** The pending deadlines of a run. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap: Deadline[] = [];
  #armedFor = Infinity;
  #disarm: (() => void) | undefined;
  #compactAt = 64;
  readonly #sweep: (nowMs: number) => number;

  /** `sweep` ends what was announced by {@link due} and is over at `nowMs`, and gives the time of what is due next. */
  constructor(clock: Clock, sweep: (nowMs: number) => number) {
    this.#clock = clock;
    this.#sweep = sweep;
  }

  /** Calls `expire` at `atMs` of the clock, unless the returned entry is set `over` before. */
  add(atMs: number, expire: () => void): Deadline {
    const deadline: Deadline = { atMs, over: false, expire };
    if (this.#heap.length >= this.#compactAt) this.#compact();
    this.#push(deadline);
    if (atMs < this.#armedFor) this.#arm(atMs);
    return deadline;
  }

  /** Something that the sweep looks after may be over at `atMs`. */
  due(atMs: number): void {
    if (atMs < this.#armedFor) this.#arm(atMs);
  }

  /** Forgets everything and stops the timer. */
  clear(): void {
    this.#heap.length = 0;
    this.#armedFor = Infinity;
    this.#disarm?.();
    this.#disarm = undefined;
    unset.delete(this);
  }

  /** Expires what is due by now, or sets the timer; called in the turn after it was wanted. */
  turn(): void {
    if (this.#armedFor <= this.#clock.now()) this.#fire();
    else this.#setTimer();
  }

  #arm(atMs: number): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedFor = atMs;
    if (turnsBelongToRequests()) return this.#setTimer();
    unset.add(this);
    if (turnComes) return;
    turnComes = true;
    nextTurn(setTimers);
  }

  #setTimer(): void {
    this.#disarm = this.#clock.after(Math.max(0, this.#armedFor - this.#clock.now()), () => this.#fire());
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
    const nextMs = Math.min(this.#sweep(now), this.#heap[0]?.atMs ?? Infinity);
    if (nextMs < this.#armedFor) this.#arm(nextMs);
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

// Those whose timers are to be set in the host's next turn.
const unset = new Set<Deadlines>();
let turnComes = false;

function setTimers(): void {
  turnComes = false;
  const all = [...unset];
  unset.clear();
  for (const deadlines of all) deadlines.turn();
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
