/**
 * A scanner in the scan worker. Patterns are handed over once per life of the worker; when it dies
 * under a scan it is started again, gets them again and does the scan once more.
 */
import type { Remote } from 'comlink';
import { AbortedError } from '../base/errors.js';
import type { FarScanner } from '../guardrails/far-scanner.js';
import type { ScanService } from './scan-service.js';
import type { WorkerLink } from './worker-link.js';

// What a scan may take: a second for a worker that is busy or just starts, and fifty times what a kilobyte was measured to need.
const DEADLINE_MS = 1000;
const DEADLINE_MS_PER_KB = 20;

/** Makes the far scanner; the worker starts at the first call. */
export function farScanner(link: WorkerLink<ScanService>): FarScanner {
  const patterns = new Map<string, Uint8Array>();
  // Keys that each life of the worker has; a dead worker's set goes with it.
  const has = new WeakMap<object, Set<string>>();
  let nextId = 1;

  const hand = async (service: Remote<ScanService>, key: string): Promise<void> => {
    const keys = has.get(service) ?? new Set<string>();
    has.set(service, keys);
    const program = patterns.get(key);
    if (keys.has(key) || program === undefined) return;
    await service.load(key, program);
    keys.add(key);
  };

  return {
    async load(key, blob) {
      patterns.set(key, blob);
      await link.call(async (service) => {
        has.get(service)?.delete(key);
        await hand(service, key);
      }, { deadlineMs: deadline(blob.byteLength) });
    },
    async scan(key, text, { signal } = {}) {
      if (signal?.aborted === true) throw new AbortedError('A scan', signal.reason);
      const id = nextId++;
      let cancel: (() => void) | undefined;
      const onAbort = (): void => cancel?.();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await link.call(async (service) => {
          await hand(service, key);
          // A worker that is gone has nothing to cancel.
          cancel = () => void service.cancel(id).catch(() => undefined);
          return service.scan(id, key, text);
        }, { deadlineMs: deadline(text.length), ...(signal === undefined ? {} : { signal }) });
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
    async restart() {
      patterns.clear();
      await link.restart();
    },
    close: () => link.close(),
  };
}

function deadline(units: number): number {
  return DEADLINE_MS + (units / 1024) * DEADLINE_MS_PER_KB;
}
