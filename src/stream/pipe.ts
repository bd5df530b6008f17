/**
 * A pipe turns one asynchronous stream into another, lazily and in order. Extend it with `processItem`, or
 * with `processStream` for full control.
 *
 * Tries, a deadline per item, pacing, metrics and what to do about a failed item are the pipe's work, so
 * that `processItem` holds only the processing.
 */
import { sleep, systemClock, type Clock } from '../base/clock.js';
import { AbortedError, SluiceError, toError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireNumber, requireOneOf } from '../base/option.js';
import { BackpressureConfig, durationMs, type BackpressureConfigInit } from './backpressure-config.js';
import { StreamError } from './errors.js';
import type { StreamMonitor } from './monitor.js';
import { readAhead } from './read-ahead.js';

/** What happens to a stream when an item fails: the stream ends with the error, the item is left out, or it is handed to a function. */
export type ItemErrorPolicy<I> = 'stop' | 'skip' | { readonly deadLetter: (item: I, error: StreamError) => void | Promise<void> };

/** Options of {@link StreamPipe}. */
export interface StreamPipeOptions<I = unknown> {
  /** Reading ahead and pacing. @default one item at a time, no pacing */
  readonly config?: BackpressureConfig | BackpressureConfigInit | undefined;
  /** @default 'stop' */
  readonly onError?: ItemErrorPolicy<I>;
  /** Tries per item (or window, or batch). @default 1 */
  readonly maxAttempts?: number;
  /** Wait after the first failed try, in seconds or `{ ms }`; it grows by as much with each. @default 0 */
  readonly retryDelay?: number | { readonly ms: number };
  /** Longest try, in seconds or `{ ms }`; 0 is never. @default 0 */
  readonly timeout?: number | { readonly ms: number };
  readonly monitor?: StreamMonitor;
  readonly clock?: Clock;
}

/** Options of {@link StreamPipe.stream}. */
export interface PipeStreamOptions {
  /** Ends the stream with `AbortedError`. */
  readonly signal?: AbortSignal;
}

const FIELDS = ['config', 'onError', 'maxAttempts', 'retryDelay', 'timeout', 'monitor', 'clock'];

/** What came of some items. */
export interface Made<O> {
  readonly made: O;
}

/** A transformation of a stream of `I` into a stream of `O`. */
export class StreamPipe<I = unknown, O = I> {
  /** Reading ahead and pacing; null when there is none. */
  readonly config: BackpressureConfig | null;
  /** The clock of pacing, tries and deadlines. */
  protected readonly clock: Clock;
  readonly #onError: ItemErrorPolicy<I>;
  readonly #maxAttempts: number;
  readonly #retryDelayMs: number;
  readonly #timeoutMs: number;
  #monitor: StreamMonitor | undefined;

  /** Throws `InvalidOptionError`. */
  constructor(options: StreamPipeOptions<I> = {}) {
    refuseUnknownOptions('StreamPipe', options, FIELDS);
    const { config, onError = 'stop', maxAttempts = 1, retryDelay = 0, timeout = 0, monitor, clock = systemClock } = options;
    this.config = config === undefined ? null : config instanceof BackpressureConfig ? config : new BackpressureConfig(config);
    if (typeof onError === 'object' && onError !== null) requireFunction('StreamPipe.onError.deadLetter', onError.deadLetter);
    else requireOneOf('StreamPipe.onError', onError, ['stop', 'skip']);
    this.#onError = onError;
    this.#maxAttempts = requireNumber('StreamPipe.maxAttempts', maxAttempts, { min: 1, integer: true });
    this.#retryDelayMs = durationMs('StreamPipe.retryDelay', retryDelay);
    this.#timeoutMs = durationMs('StreamPipe.timeout', timeout);
    this.#monitor = monitor;
    this.clock = clock;
  }

  /** Measures what the pipe does from now on. */
  setMonitor(monitor: StreamMonitor): void {
    this.#monitor = monitor;
  }

  /** What becomes of one item. The item itself unless overridden. */
  processItem(item: I, _signal?: AbortSignal): Promise<O> | O {
    return item as unknown as O;
  }

  /** What becomes of the stream: each item through {@link processItem} unless overridden. */
  async *processStream(stream: AsyncIterable<I> | Iterable<I>, signal?: AbortSignal): AsyncIterable<O> {
    let index = 0;
    for await (const item of stream) {
      const made = await this.guard(index++, [item], (attemptSignal) => this.processItem(item, attemptSignal), signal);
      if (made !== undefined) yield made.made;
    }
  }

  /** The processed stream. Nothing is read before it is asked for; leaving the loop leaves the source. */
  async *stream(source: AsyncIterable<I> | Iterable<I>, options: PipeStreamOptions = {}): AsyncGenerator<O, undefined> {
    if (source === null || (typeof source !== 'object' && typeof source !== 'string') || !(Symbol.asyncIterator in Object(source) || Symbol.iterator in Object(source))) throw new InvalidOptionError('StreamPipe.stream.source', source, 'an (async) iterable');
    const { signal } = options;
    try {
      for await (const made of this.processStream(this.#ahead(source, signal), signal)) {
        if (signal?.aborted === true) throw new AbortedError('The stream', signal.reason);
        yield made;
      }
    } catch (error) {
      throw error instanceof SluiceError ? error : new StreamError('The stream failed. See `cause` for why.', { cause: error });
    }
    if (signal?.aborted === true) throw new AbortedError('The stream', signal.reason);
    return undefined;
  }

  /**
   * Runs `work` for some items under the pipe's rules: tries, deadline, pacing, metrics. Gives what it
   * gives, or `undefined` when the error policy leaves the items out.
   */
  protected async guard(index: number, items: readonly I[], work: (signal: AbortSignal | undefined) => Promise<O> | O, signal?: AbortSignal): Promise<Made<O> | undefined> {
    const paceMs = (this.config?.minProcessingTime ?? 0) * 1000 * items.length;
    const startedMs = paceMs > 0 ? this.clock.now() : 0; // the clock is read only for those who pace or measure
    let result: Made<O> | undefined;
    for (let attempt = 1; ; attempt++) {
      const monitor = this.#monitor;
      const triedMs = monitor === undefined ? 0 : this.clock.now();
      try {
        const made = this.#timeoutMs > 0 ? this.#timed(work, signal) : work(signal);
        result = { made: made instanceof Promise ? await made : made };
        monitor?.recordItem(this.clock.now() - triedMs);
        break;
      } catch (error) {
        if (signal?.aborted === true) throw new AbortedError('The stream', signal.reason);
        if (attempt < this.#maxAttempts) {
          if (this.#retryDelayMs > 0) await sleep(this.clock, this.#retryDelayMs * attempt, signal);
          continue;
        }
        this.#monitor?.recordError();
        const failure = new StreamError(`Item ${index} of the stream failed${this.#maxAttempts > 1 ? ` ${this.#maxAttempts} times` : ''}. See \`cause\` for why; choose onError 'skip' or a deadLetter to go on without it.`, { code: 'STREAM_ITEM_FAILED', cause: toError(error), index });
        if (this.#onError === 'stop') throw failure;
        if (this.#onError !== 'skip') for (const item of items) await this.#onError.deadLetter(item, failure);
        break;
      }
    }
    const restMs = paceMs > 0 ? paceMs - (this.clock.now() - startedMs) : 0;
    if (restMs > 0) await sleep(this.clock, restMs, signal);
    return result;
  }

  #ahead(source: AsyncIterable<I> | Iterable<I>, signal: AbortSignal | undefined): AsyncIterable<I> | Iterable<I> {
    const { config } = this;
    if (config === null) return source;
    return readAhead(source, { maxBufferSize: config.maxBufferSize, throttleThreshold: config.throttleThreshold, signal, onFill: (size) => this.#monitor?.recordBuffer(size, config.maxBufferSize) });
  }

  /** One try with a deadline: its signal aborts when time is over, and its late outcome is ignored. */
  #timed(work: (signal: AbortSignal) => Promise<O> | O, outer: AbortSignal | undefined): Promise<O> {
    const controller = new AbortController();
    return new Promise<O>((resolve, reject) => {
      const stop = (error: Error): void => {
        controller.abort(error);
        reject(error);
      };
      const onAbort = (): void => stop(new AbortedError('The stream', outer?.reason));
      const cancel = this.clock.after(this.#timeoutMs, () => stop(new StreamError(`An item took longer than ${this.#timeoutMs} ms. Raise the pipe's timeout, or make the work shorter.`, { code: 'STREAM_ITEM_TIMEOUT' })));
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
