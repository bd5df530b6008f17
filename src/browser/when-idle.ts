/** Work that may wait until the page has nothing better to do. */
import type { Clock } from '../base/clock.js';

// A busy page is not left waiting for ever; where the browser tells of no idle time (Safari, workers), the pause between
// an exchange that was written and the next one is long enough.
const AT_LATEST_MS = 5000;
const PAUSE_MS = 250;

interface IdleGlobals {
  readonly requestIdleCallback?: (run: () => void, options: { timeout: number }) => number;
  readonly cancelIdleCallback?: (handle: number) => void;
}

/** Runs `work` once, at an idle moment; the returned function takes it back. */
export function whenIdle(clock: Clock, work: () => void): () => void {
  const { requestIdleCallback, cancelIdleCallback } = globalThis as IdleGlobals;
  if (requestIdleCallback === undefined) return clock.after(PAUSE_MS, work);
  const handle = requestIdleCallback(work, { timeout: AT_LATEST_MS });
  return () => cancelIdleCallback?.(handle);
}
