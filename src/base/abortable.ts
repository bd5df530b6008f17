/** Waiting for what may not know signals: settles with the work, or at once when the signal aborts. */
import { AbortedError } from './errors.js';

/**
 * Settles as `work` does, or rejects with {@link AbortedError} naming `what` as soon as `signal` aborts. What `work`
 * comes to afterwards is given to `late`, so that it can be released; its failure is then of no interest to anybody.
 */
export function abortable<T>(what: string, work: Promise<T>, signal: AbortSignal | undefined, late?: (value: T) => void): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const onAbort = (): void => {
      over = true;
      signal.removeEventListener('abort', onAbort);
      reject(new AbortedError(what, signal.reason));
    };
    work.then(
      (value) => {
        signal.removeEventListener('abort', onAbort);
        if (over) late?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        if (!over) reject(error);
      },
    );
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
