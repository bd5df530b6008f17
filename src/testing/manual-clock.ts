/**
 * A clock that stands still until a test moves it: no test sleeps, and a minute of timers takes no
 * time. Timers run in the order of their moments, those of one moment in the order they were set.
 */
import type { Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';
import { quiet } from '../base/turn.js';

/** Options of a {@link ManualClock}. */
export interface ManualClockOptions {
  /** First value of `now()`, in milliseconds. @default 0 */
  readonly startMs?: number;
  /** First value of `epochMs()`. @default 1700000000000 (2023-11-14T22:13:20Z) */
  readonly epochMs?: number;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Timers set each other without end. */
export class RunawayTimersError extends SluiceError {
  override readonly name: string = 'RunawayTimersError';

  constructor(limit: number) {
    super(`More than ${limit} timers ran in one ManualClock.runAll(). A timer sets itself again without end; use advance(ms) instead.`, { code: 'RUNAWAY_TIMERS' });
  }
}

/** Virtual time. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #originMs: number;
  readonly #timers: Timer[] = [];

  constructor(options: ManualClockOptions = {}) {
    const { startMs = 0, epochMs = 1700000000000 } = options;
    this.#nowMs = requireNumber('ManualClock.startMs', startMs);
    this.#originMs = requireNumber('ManualClock.epochMs', epochMs) - startMs;
  }

  /** Virtual milliseconds. */
  now(): number {
    return this.#nowMs;
  }

  /** Virtual milliseconds since 1970. */
  epochMs(): number {
    return this.#originMs + this.#nowMs;
  }

  /** Sets a timer; a negative delay counts as 0. No timer runs before the clock is moved. */
  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    // Sorted by moment; a new timer goes behind those of its moment.
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1] as Timer).atMs > timer.atMs) at--; // at is inside
    this.#timers.splice(at, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Delay until the next timer, or `undefined` when none waits. */
  get nextDelayMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.atMs - this.#nowMs;
  }

  /** Moves time by `ms`, running each timer at its moment and letting promises settle before, between and after; resolves when all has settled. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + requireNumber('ManualClock.advance.ms', ms, { min: 0 });
    await quiet();
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      this.#run(next);
      await quiet();
    }
    this.#nowMs = endMs;
    await quiet();
  }

  /** Moves time to the next timer, runs it and lets promises settle. False, without moving, when no timer waits. What was begun just before sets its timers only once promises have settled: `advance(0)` lets them. */
  async step(): Promise<boolean> {
    const next = this.#next();
    if (next === undefined) return false;
    this.#run(next);
    await quiet();
    return true;
  }

  /** Moves time by `ms` without letting promises settle: timers run, continuations do not. */
  advanceSync(ms: number): void {
    const endMs = this.#nowMs + requireNumber('ManualClock.advanceSync.ms', ms, { min: 0 });
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) this.#run(next);
    this.#nowMs = endMs;
  }

  /** Runs timers, and those they set, until none waits. Throws {@link RunawayTimersError} after `limit` timers. */
  async runAll(limit = 10000): Promise<void> {
    await quiet();
    for (let count = 0, next = this.#next(); next !== undefined; next = this.#next()) {
      if (++count > limit) throw new RunawayTimersError(limit);
      this.#run(next);
      await quiet();
    }
  }

  /** Moves time from timer to timer until `work` settles, and settles as it does. For awaiting something that itself waits on this clock. */
  async settle<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    work.then(done, done);
    await quiet();
    for (let next = this.#next(); !settled && next !== undefined; next = this.#next()) {
      this.#run(next);
      await quiet();
    }
    return work;
  }

  #next(): Timer | undefined {
    return this.#timers[0];
  }

  /** Runs the next timer. */
  #run(timer: Timer): void {
    this.#timers.shift();
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.run();
  }
}
