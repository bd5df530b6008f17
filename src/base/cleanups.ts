/** Runs clean-ups, the last registered first, each awaited, all within one deadline. */
import type { Clock } from './clock.js';

/** A clean-up; awaited. */
export type Cleanup = () => void | Promise<void>;

/** Resolves when all are done or `timeoutMs` (0 is never) is over; one that fails does not keep the others from running. */
export async function runCleanups(cleanups: readonly Cleanup[], clock: Clock, timeoutMs: number): Promise<void> {
  let stop: (() => void) | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    if (timeoutMs > 0) stop = clock.after(timeoutMs, () => resolve('timeout'));
  });
  let late = false; // then the rest is only begun: nothing that was opened is left without its clean-up
  for (let n = cleanups.length - 1; n >= 0; n--) {
    try {
      const done = (cleanups[n] as Cleanup)(); // n is in range
      if (late) done?.then(undefined, () => undefined);
      else if (done !== undefined && (await Promise.race([done.then(() => 'done' as const), timeout])) === 'timeout') late = true;
    } catch {
      // a clean-up has nobody to report to, and the others must still run
    }
  }
  stop?.();
}
