/**
 * A scanner in the scan worker. Deadlines, and doing a scan again after the worker died, are the
 * affair of the scanners that use it, because only they can hand over their patterns again; here a
 * death is told at once to all of them, and the worker is started once for all.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { AbortedError } from '../base/errors.js';
import type { FarScanner } from '../guardrails/far-scanner.js';
import type { ScanService } from './scan-service.js';
import type { WorkerLink } from './worker-link.js';

// Those who use it give up after a second and 20 ms per KB; a call that nobody waits for any more ends here.
const DEADLINE_MS = 5000;
const DEADLINE_MS_PER_KB = 100;
// Several scanners notice the same death: whoever asks within this time of a start gets that start.
const FRESH_MS = 1000;

/** Makes the far scanner; the worker starts at the first call. */
export function farScanner(link: WorkerLink<ScanService>, clock: Clock = systemClock): FarScanner {
  let nextId = 1;
  let restartedMs = -Infinity;
  let restarting: Promise<void> | undefined;
  return {
    get generation() {
      return link.running ? link.starts : link.starts + 1;
    },
    load: (key, blob) => link.call((service) => service.load(key, blob), { retry: false, deadlineMs: deadline(blob.byteLength) }),
    unload(key) {
      // A worker that is gone has forgotten it.
      if (link.running) link.call((service) => service.unload(key), { retry: false }).catch(() => undefined);
    },
    async scan(key, text, { signal } = {}) {
      if (signal?.aborted === true) throw new AbortedError('A scan', signal.reason);
      const id = nextId++;
      // A worker that is gone has nothing to cancel.
      const onAbort = (): void => void link.call((service) => service.cancel(id), { retry: false }).catch(() => undefined);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await link.call((service) => service.scan(id, key, text), { retry: false, deadlineMs: deadline(text.length), ...(signal === undefined ? {} : { signal }) });
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
    restart() {
      if (restarting === undefined || clock.now() - restartedMs > FRESH_MS) {
        restartedMs = clock.now();
        restarting = link.restart();
      }
      return restarting;
    },
    close: () => link.close(),
  };
}

function deadline(units: number): number {
  return DEADLINE_MS + (units / 1024) * DEADLINE_MS_PER_KB;
}
