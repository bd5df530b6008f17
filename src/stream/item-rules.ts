/** The rules that a pipe keeps for each item: tries, a deadline, pacing, measuring, and what a failure leads to. */
import { sleep, type Clock } from '../base/clock.js';
import { AbortedError, toError } from '../base/errors.js';
import { StreamError } from './errors.js';
import { LEFT_OUT } from './flow.js';
import type { StreamMonitor } from './monitor.js';

/** What happens to a stream when an item fails: the stream ends with the error, the item is left out, or it is handed to a function. */
export type ItemErrorPolicy<I> = 'stop' | 'skip' | { readonly deadLetter: (item: I, error: StreamError) => void | Promise<void> };

/** Work for some items; its signal aborts when their time is over. */
export type Work<O> = (signal: AbortSignal | undefined) => Promise<O> | O;

/** The rules of one pipe. */
export class ItemRules<I> {
  readonly #clock: Clock;
  readonly #onError: ItemErrorPolicy<I>;
  readonly #maxAttempts: number;
  readonly #retryDelayMs: number;
  readonly #timeoutMs: number;
  readonly #paceMs: number;
  /** Measures from now on. */
  monitor: StreamMonitor | undefined;

  constructor(rules: { readonly clock: Clock; readonly onError: ItemErrorPolicy<I>; readonly maxAttempts: number; readonly retryDelayMs: number; readonly timeoutMs: number; readonly paceMs: number; readonly monitor: StreamMonitor | undefined }) {
    this.#clock = rules.clock;
    this.#onError = rules.onError;
    this.#maxAttempts = rules.maxAttempts;
    this.#retryDelayMs = rules.retryDelayMs;
    this.#timeoutMs = rules.timeoutMs;
    this.#paceMs = rules.paceMs;
    this.monitor = rules.monitor;
  }

  /** True when a first try that succeeds is the work itself and nothing else: {@link run} is needed only if it fails. */
  get isPlain(): boolean {
    return this.#timeoutMs === 0 && this.#paceMs === 0 && this.monitor === undefined;
  }

  /** What `work` gives for the items of number `index`, or {@link LEFT_OUT}; `failed` is what a first try has failed with already. */
  async run<O>(index: number, items: readonly I[], work: Work<O>, signal: AbortSignal | undefined, failed?: { readonly error: unknown }): Promise<O | typeof LEFT_OUT> {
    const paceMs = this.#paceMs * items.length;
    const startedMs = paceMs > 0 ? this.#clock.now() : 0; // the clock is read only for those who pace or measure
    let made: O | typeof LEFT_OUT = LEFT_OUT;
    for (let attempt = 1; ; attempt++) {
      const { monitor } = this;
      const triedMs = monitor === undefined ? 0 : this.#clock.now();
      try {
        if (attempt === 1 && failed !== undefined) throw failed.error;
        made = await (this.#timeoutMs > 0 ? this.#timed(work, signal) : work(signal));
        monitor?.recordItem(this.#clock.now() - triedMs);
        break;
      } catch (error) {
        if (signal?.aborted === true) throw new AbortedError('The stream', signal.reason);
        if (attempt < this.#maxAttempts) {
          if (this.#retryDelayMs > 0) await sleep(this.#clock, this.#retryDelayMs * attempt, signal);
          continue;
        }
        this.monitor?.recordError();
        const failure = new StreamError(`Item ${index} of the stream failed${this.#maxAttempts > 1 ? ` ${this.#maxAttempts} times` : ''}. See \`cause\` for why; choose onError 'skip' or a deadLetter to go on without it.`, { code: 'STREAM_ITEM_FAILED', cause: toError(error), index });
        if (this.#onError === 'stop') throw failure;
        if (this.#onError !== 'skip') for (const item of items) await this.#onError.deadLetter(item, failure);
        break;
      }
    }
    const restMs = paceMs > 0 ? paceMs - (this.#clock.now() - startedMs) : 0;
    if (restMs > 0) await sleep(this.#clock, restMs, signal);
    return made;
  }

  /** One try with a deadline: its signal aborts when time is over, and its late outcome is ignored. */
  #timed<O>(work: Work<O>, outer: AbortSignal | undefined): Promise<O> {
    const controller = new AbortController();
    return new Promise<O>((resolve, reject) => {
      const stop = (error: Error): void => {
        controller.abort(error);
        reject(error);
      };
      const onAbort = (): void => stop(new AbortedError('The stream', outer?.reason));
      const cancel = this.#clock.after(this.#timeoutMs, () => stop(new StreamError(`An item took longer than ${this.#timeoutMs} ms. Raise the pipe's timeout, or make the work shorter.`, { code: 'STREAM_ITEM_TIMEOUT' })));
      outer?.addEventListener('abort', onAbort, { once: true });
      const done = (): void => {
        cancel();
        outer?.removeEventListener('abort', onAbort);
      };
      Promise.resolve()
        .then(() => work(controller.signal))
        .finally(done)
        .then(resolve, reject);
    });
  }
}
