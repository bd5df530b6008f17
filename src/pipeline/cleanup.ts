/** Runs the clean-ups of a run, the last registered first, each awaited, all within one deadline. */
import type { Clock } from '../base/clock.js';
import type { Cleanup } from '../stage/context.js';

/** Resolves when all are done or the time is over; one that fails does not keep the others from running. */
export async function runCleanups(cleanups: readonly Cleanup[], clock: Clock, timeoutMs: number): Promise<void> {
  let stop: (() => void) | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    if (timeoutMs > 0) stop = clock.after(timeoutMs, () => resolve('timeout'));
  });
  for (let n = cleanups.length - 1; n >= 0; n--) {
    try {
      const done = (cleanups[n] as Cleanup)(); // n is in range
      if (done !== undefined && (await Promise.race([done.then(() => 'done' as const), timeout])) === 'timeout') break;
    } catch {
      // a clean-up has nobody to report to, and the others must still run
    }
  }
  stop?.();
}
