/**
 * One scanner's half of the conversation with its far side: the patterns are handed over once per
 * thread, every scan has a deadline, and a thread that is dead or stuck is replaced and asked once
 * more. What then still fails is a typed error, so that a guard can fail closed.
 */
import type { Clock } from '../base/clock.js';
import { AbortedError, SluiceError } from '../base/errors.js';
import type { FarScanner } from './far-scanner.js';

/** The far side did not answer in time, or died, twice in a row. */
export class ScannerLostError extends SluiceError {
  override readonly name: string = 'ScannerLostError';

  constructor(cause: unknown) {
    super('The scanner’s far side did not answer, and did not after it had been restarted either. Scan on this thread (placement: near), or look at the cause.', { code: 'SCANNER_LOST', cause });
  }
}

// A second for a busy machine, and 20 ms per KB: a hundred times what a scan takes.
const DEADLINE_MS = 1000;
const DEADLINE_MS_PER_KB = 20;

let keys = 0;

/** Scans on a far side. */
export class FarSide {
  readonly #far: FarScanner;
  readonly #blob: () => Uint8Array;
  readonly #clock: Clock;
  readonly #key = `scanner-${++keys}`;
  #loaded: { readonly generation: number; readonly done: Promise<void> } | undefined;

  constructor(far: FarScanner, blob: () => Uint8Array, clock: Clock) {
    this.#far = far;
    this.#blob = blob;
    this.#clock = clock;
  }

  /** Spans of all matches. Rejects with `ABORTED`, or with {@link ScannerLostError} after the second failure. */
  async scan(text: string, signal: AbortSignal | undefined): Promise<Int32Array> {
    try {
      return await this.#attempt(text, signal);
    } catch (error) {
      if (isAborted(signal)) throw new AbortedError('A scan', signal?.reason);
      try {
        await this.#deadline(this.#far.restart(), text.length, undefined);
        return await this.#attempt(text, signal);
      } catch (second) {
        if (isAborted(signal)) throw new AbortedError('A scan', signal?.reason);
        throw new ScannerLostError(new AggregateError([error, second], 'Both attempts failed.'));
      }
    }
  }

  /** Forgets the patterns on the far side. */
  close(): void {
    if (this.#loaded?.generation === this.#far.generation) this.#far.unload(this.#key);
    this.#loaded = undefined;
  }

  async #attempt(text: string, signal: AbortSignal | undefined): Promise<Int32Array> {
    const { generation } = this.#far;
    if (this.#loaded?.generation !== generation) this.#loaded = { generation, done: this.#far.load(this.#key, this.#blob()) };
    const scan = this.#loaded.done.then(() => this.#far.scan(this.#key, text, signal === undefined ? {} : { signal }));
    return this.#deadline(scan, text.length, signal);
  }

  #deadline<T>(work: Promise<T>, length: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const ms = DEADLINE_MS + (DEADLINE_MS_PER_KB * length) / 1024;
      const cancel = this.#clock.after(ms, () => settle(() => reject(new SluiceError(`The far side did not answer within ${Math.round(ms)} ms.`, { code: 'TIMEOUT' }))));
      const onAbort = (): void => settle(() => reject(new AbortedError('A scan', signal?.reason)));
      const settle = (how: () => void): void => {
        cancel();
        signal?.removeEventListener('abort', onAbort);
        how();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      work.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}

// Asked anew each time: a signal aborts while one waits.
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
