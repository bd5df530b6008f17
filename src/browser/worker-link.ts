/**
 * A worker that may die: started at the first call, watched during every call, started again once
 * when it is gone.
 *
 * A browser tells a script error, but neither a loop that never ends nor a worker that was stopped
 * from outside. So a call has a deadline; a worker that misses it is ended, every call it held is
 * made once more on a new one, and a second failure is the caller's, as a typed error.
 */
import { releaseProxy, wrap, type Remote } from 'comlink';
import { systemClock, type Clock } from '../base/clock.js';
import { AbortedError, ClosedError, SluiceError } from '../base/errors.js';
import { unpackError } from './worker-error.js';

/** A worker died during a call, and again when the call was repeated. */
export class WorkerDiedError extends SluiceError {
  override readonly name: string = 'WorkerDiedError';

  constructor(name: string, cause: unknown) {
    super(`The worker ${name} ended or stopped answering during a call, also after it was started again where the call could be repeated. The input may be beyond what it can hold; try a smaller one.`, { code: 'WORKER_DIED', cause });
  }
}

/** How a {@link WorkerLink} is made. */
export interface WorkerLinkOptions<S> {
  /** Name for messages. */
  readonly name: string;
  /** Starts the worker; resolves when its script has run. */
  readonly open: (clock: Clock) => Promise<Worker>;
  /** First call on a new worker. */
  readonly begin?: (service: Remote<S>) => Promise<unknown>;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Bounds of one call. */
export interface CallOptions {
  /** Time the worker has for it. @default 1000 */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** False for a call that cannot be made again, because it moves buffers. @default true */
  readonly retry?: boolean;
  /** The start of the worker (see `starts`) that the call belongs to; on any other it is refused. @default any */
  readonly start?: number;
}

interface Live<S> {
  readonly worker: Worker;
  readonly service: Remote<S>;
  /** Ends of the calls that wait for this worker. */
  readonly waiting: Set<(reason: unknown) => void>;
  /** Why it is over, once it is. */
  over?: unknown;
}

// A page that was blocked past the deadline finds the timer due before the answer that has long arrived.
const GRACE_MS = 100;
// The first call compiles WebAssembly, in milliseconds; a machine that needs longer than this has failed.
const BEGIN_MS = 10_000;

/** Calls to a service in a worker. */
export class WorkerLink<S> {
  readonly #options: WorkerLinkOptions<S>;
  readonly #clock: Clock;
  readonly #onLost = new Set<() => void>();
  #live: Promise<Live<S>> | undefined;
  #current: Live<S> | undefined;
  #closed = false;
  #starts = 0;

  constructor(options: WorkerLinkOptions<S>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** How often the worker was started; the number of the one that runs. */
  get starts(): number {
    return this.#starts;
  }

  /** True while a worker runs or starts. */
  get running(): boolean {
    return this.#live !== undefined;
  }

  /** Starts the worker if it does not run. Rejects with `WORKER_UNAVAILABLE` when it cannot be loaded. */
  async start(): Promise<void> {
    await this.#ensure();
  }

  /** Calls `listener` when a running worker is found dead; the returned function ends that. */
  onLost(listener: () => void): () => void {
    this.#onLost.add(listener);
    return () => this.#onLost.delete(listener);
  }

  /**
   * Runs one call, once more on a new worker when the first dies under it. `run` must be repeatable.
   * Rejects with `WORKER_DIED`, `WORKER_UNAVAILABLE`, `CLOSED`, `ABORTED`, or what the service threw.
   */
  async call<T>(run: (service: Remote<S>) => Promise<T>, options: CallOptions = {}): Promise<T> {
    let cause: unknown;
    for (let attempt = 0; attempt < (options.retry === false || options.start !== undefined ? 1 : 2); attempt++) {
      if (options.start !== undefined && (this.#live === undefined || options.start !== this.#starts)) break;
      const live = await this.#ensure();
      try {
        return await this.#bounded(live, run, options);
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw unpackError(error);
        cause = error;
      }
    }
    throw new WorkerDiedError(this.#options.name, cause);
  }

  /** Ends the worker and starts a new one; calls that are open are made once more there. */
  async restart(): Promise<void> {
    await this.#live?.catch(() => undefined); // a start that failed is tried again below
    if (this.#current !== undefined) this.#lose(this.#current, new WorkerLost('it was started again'));
    await this.#ensure();
  }

  /** Ends the worker; calls that are open reject with `CLOSED`. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#live?.then((live) => this.#end(live, new ClosedError(this.#options.name)), () => undefined); // a start that failed has left nothing
  }

  #ensure(): Promise<Live<S>> {
    if (this.#closed) return Promise.reject(new ClosedError(this.#options.name));
    if (this.#live === undefined) {
      const starting = this.#start();
      this.#live = starting;
      starting.catch(() => {
        if (this.#live === starting) this.#live = undefined;
      });
    }
    return this.#live;
  }

  async #start(): Promise<Live<S>> {
    this.#starts++;
    const worker = await this.#options.open(this.#clock);
    const live: Live<S> = { worker, service: wrap<S>(worker), waiting: new Set() };
    this.#current = live;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#lose(live, new WorkerLost('its script failed'));
    });
    if (this.#closed) {
      this.#end(live, new ClosedError(this.#options.name));
      throw new ClosedError(this.#options.name);
    }
    const { begin } = this.#options;
    if (begin === undefined) return live;
    try {
      await this.#bounded(live, begin, { deadlineMs: BEGIN_MS });
      return live;
    } catch (error) {
      this.#end(live, error);
      throw error instanceof WorkerLost ? new WorkerDiedError(this.#options.name, error) : unpackError(error);
    }
  }

  #bounded<T>(live: Live<S>, run: (service: Remote<S>) => Promise<T>, { deadlineMs = 1000, signal }: CallOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) return reject(new AbortedError(`A call to ${this.#options.name}`, signal.reason));
      if (live.over !== undefined) return reject(live.over);
      const onAbort = (): void => settle(() => reject(new AbortedError(`A call to ${this.#options.name}`, signal?.reason)));
      let cancel = this.#clock.after(deadlineMs, () => {
        cancel = this.#clock.after(GRACE_MS, () => this.#lose(live, new WorkerLost('it missed a deadline')));
      });
      const settle = (finish: () => void): void => {
        cancel();
        live.waiting.delete(onLost);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const onLost = (reason: unknown): void => settle(() => reject(reason));
      live.waiting.add(onLost);
      run(live.service).then((value) => settle(() => resolve(value)), (error: unknown) => settle(() => reject(error)));
    });
  }

  #lose(live: Live<S>, reason: WorkerLost): void {
    if (live.over !== undefined) return;
    // Before the calls that waited are told: they start the next one.
    if (this.#current === live) {
      this.#current = undefined;
      this.#live = undefined;
    }
    this.#end(live, reason);
    for (const listener of this.#onLost) listener();
  }

  #end(live: Live<S>, reason: unknown): void {
    if (live.over !== undefined) return;
    live.over = reason;
    live.service[releaseProxy]();
    live.worker.terminate();
    for (const reject of [...live.waiting]) reject(reason);
  }
}

/** Inner signal: the worker is gone. */
class WorkerLost extends SluiceError {
  override readonly name: string = 'WorkerLost';

  constructor(how: string) {
    super(`The worker is gone: ${how}.`, { code: 'WORKER_LOST' });
  }
}
