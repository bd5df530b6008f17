/** The running timers of the offline assistant: set, listed, cancelled, and rung on the injected clock. */
import { systemClock, type Clock } from '../base/clock.js';
import { ClosedError, SluiceError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';

/** A timer. Times are milliseconds since 1970. */
export interface Timer {
  readonly id: string;
  readonly sessionId: string;
  /** What it is for, in the user's words; empty when nothing was said. */
  readonly label: string;
  readonly durationMs: number;
  readonly endsAtMs: number;
}

/** Called when a timer rings. */
export type TimerListener = (timer: Timer) => void;

/** Too many timers run already. */
export class TooManyTimersError extends SluiceError {
  override readonly name: string = 'TooManyTimersError';

  constructor(most: number) {
    super(`At most ${most} timers can run at once. Cancel one first.`, { code: 'TOO_MANY_TIMERS' });
  }
}

// A month: `setTimeout` takes less than 2^31 ms, and nobody times longer.
const MOST_MS = 2_147_000_000;
const MOST_TIMERS = 50;

/** Timers of all sessions. `close()` stops them all. */
export class TimerBook {
  readonly #clock: Clock;
  readonly #running = new Map<string, { readonly timer: Timer; readonly endsAt: number; readonly cancel: () => void }>();
  readonly #listeners = new Set<TimerListener>();
  #count = 0;
  #closed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Calls `listener` for every timer that rings; the returned function ends that. */
  onRing(listener: TimerListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Starts a timer. Throws `InvalidOptionError` for durations of less than a second or more than 24 days, {@link TooManyTimersError} beyond 50. */
  set(sessionId: string, durationMs: number, label = ''): Timer {
    if (this.#closed) throw new ClosedError('TimerBook');
    requireNumber('TimerBook.set.durationMs', durationMs, { min: 1000, max: MOST_MS });
    if (this.#running.size >= MOST_TIMERS) throw new TooManyTimersError(MOST_TIMERS);
    const timer: Timer = Object.freeze({ id: `timer_${++this.#count}`, sessionId, label, durationMs, endsAtMs: this.#clock.epochMs() + durationMs });
    const cancel = this.#clock.after(durationMs, () => this.#ring(timer));
    this.#running.set(timer.id, { timer, endsAt: this.#clock.now() + durationMs, cancel });
    return timer;
  }

  /** Running timers of a session, the next to ring first. */
  list(sessionId: string): readonly Timer[] {
    return [...this.#running.values()].filter(({ timer }) => timer.sessionId === sessionId).sort((a, b) => a.endsAt - b.endsAt).map(({ timer }) => timer);
  }

  /** Milliseconds until a timer rings; 0 when it does not run. */
  remainingMs(id: string): number {
    return Math.max(0, (this.#running.get(id)?.endsAt ?? 0) - this.#clock.now());
  }

  /** Stops a timer; false when it does not run. */
  cancel(id: string): boolean {
    this.#running.get(id)?.cancel();
    return this.#running.delete(id);
  }

  /** Stops all timers and forgets the listeners. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#running.keys()]) this.cancel(id);
    this.#listeners.clear();
  }

  #ring(timer: Timer): void {
    this.#running.delete(timer.id);
    for (const listener of [...this.#listeners]) listener(timer);
  }
}
