/**
 * The only source of time. Everything that waits or stamps takes a `Clock`, so that tests and the
 * simulator run on virtual time and no test sleeps.
 */
import { AbortedError } from './errors.js';
import { InvalidOptionError } from './option.js';

/** Time, and timers on it. Never aborts, never throws. */
export interface Clock {
  /** Monotonic milliseconds, with fractions, from an arbitrary origin. */
  now(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z, for stamps only; may jump. */
  epochMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it and may be called at any time. */
  after(delayMs: number, run: () => void): () => void;
}

interface TimerHost {
  readonly performance: { now(): number };
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The host's clock: `performance.now`, `Date.now`, `setTimeout`. */
export const systemClock: Clock = {
  now: () => host().performance.now(),
  epochMs: () => Date.now(),
  after(delayMs, run) {
    let handle: unknown;
    const wait = (leftMs: number): void => {
      handle = host().setTimeout(leftMs > LONGEST_TIMER_MS ? () => wait(leftMs - LONGEST_TIMER_MS) : run, Math.min(leftMs, LONGEST_TIMER_MS));
    };
    wait(delayMs);
    return () => host().clearTimeout(handle);
  },
};

// A host's timer counts in 32 bits: a longer delay would fire at once (HTML standard, timers).
const LONGEST_TIMER_MS = 2 ** 31 - 1;

// Looked up at each call: importing the library touches no global, and test realms may replace them.
function host(): TimerHost {
  return globalThis as unknown as TimerHost;
}

/** Throws `InvalidOptionError` for what is no clock. */
export function requireClock(option: string, value: unknown): void {
  const clock = value as Partial<Clock> | null;
  if (typeof clock !== 'object' || [clock?.now, clock?.epochMs, clock?.after].some((one) => typeof one !== 'function')) throw new InvalidOptionError(option, value, 'a Clock, with now, epochMs and after');
}

/** Resolves after `delayMs` on `clock`; rejects with {@link AbortedError} as soon as `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.reject(new AbortedError('A wait', signal.reason));
  return new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(new AbortedError('A wait', signal?.reason));
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
