/**
 * A pipe turns one asynchronous stream into another, lazily and in order. Extend it with `processItem`, or
 * with `processStream` for full control.
 *
 * Tries, a deadline per item, pacing, metrics and what to do about a failed item are the pipe's work, so
 * that `processItem` holds only the processing. Pipes that read one another run as one flow.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireNumber, requireOneOf } from '../base/option.js';
import { BackpressureConfig, durationMs, type BackpressureConfigInit } from './backpressure-config.js';
import { Flow, LEFT_OUT, openSource, type Puller } from './flow.js';
import { ItemRules, type ItemErrorPolicy } from './item-rules.js';
import { keepFlow } from './kept-flow.js';
import type { StreamMonitor } from './monitor.js';
import { PipeStream } from './pipe-stream.js';
import { ReadAhead } from './read-ahead.js';
import { RuledStep } from './ruled-step.js';

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
  /** Ends the stream with `AbortedError`, also while it waits for its source. */
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
  readonly #rules: ItemRules<I>;

  /** Throws `InvalidOptionError`. */
  constructor(options: StreamPipeOptions<I> = {}) {
    refuseUnknownOptions('StreamPipe', options, FIELDS);
    const { config, onError = 'stop', maxAttempts = 1, retryDelay = 0, timeout = 0, monitor, clock = systemClock } = options;
    this.config = config === undefined ? null : config instanceof BackpressureConfig ? config : new BackpressureConfig(config);
    if (typeof onError === 'object' && onError !== null) requireFunction('StreamPipe.onError.deadLetter', onError.deadLetter);
    else requireOneOf('StreamPipe.onError', onError, ['stop', 'skip']);
    this.clock = clock;
    this.#rules = new ItemRules({
      clock,
      onError,
      maxAttempts: requireNumber('StreamPipe.maxAttempts', maxAttempts, { min: 1, integer: true }),
      retryDelayMs: durationMs('StreamPipe.retryDelay', retryDelay),
      timeoutMs: durationMs('StreamPipe.timeout', timeout),
      paceMs: (this.config?.minProcessingTime ?? 0) * 1000,
      monitor,
    });
  }

  /** Measures what the pipe does from now on. */
  setMonitor(monitor: StreamMonitor): void {
    this.#rules.monitor = monitor;
  }

  /** What becomes of one item. The item itself unless overridden. */
  processItem(item: I, _signal?: AbortSignal): Promise<O> | O {
    return item as unknown as O;
  }

  /** What becomes of the stream: each item through {@link processItem} unless overridden. */
  processStream(stream: AsyncIterable<I> | Iterable<I>, signal?: AbortSignal): AsyncIterable<O> {
    return this.flow<I>(() => openSource(stream), (item, attemptSignal) => this.processItem(item, attemptSignal), (item) => [item], signal);
  }

  /**
   * The processed stream. Nothing is read before it is asked for; leaving the loop leaves the source. It has one reader:
   * once another pipe reads it from the start, reading it beside that pipe rejects with code `STREAM_TAKEN`.
   */
  stream(source: AsyncIterable<I> | Iterable<I>, options: PipeStreamOptions = {}): AsyncGenerator<O, undefined> {
    const { signal } = options;
    keepFlow();
    return new PipeStream<O>(() => {
      if (source === null || (typeof source !== 'object' && typeof source !== 'string') || !(Symbol.asyncIterator in Object(source) || Symbol.iterator in Object(source))) throw new InvalidOptionError('StreamPipe.stream.source', source, 'an (async) iterable');
      return Flow.of(openSource(this.processStream(this.#ahead(source, signal), signal)), undefined, signal);
    });
  }

  /** A stream of what `work` makes of what `open` opens, under the pipe's rules; `items` says which items a piece of it holds. */
  protected flow<T>(open: () => Puller<T>, work: (piece: T, signal: AbortSignal | undefined) => Promise<O> | O, items: (piece: T) => readonly I[], signal?: AbortSignal): AsyncIterable<O> {
    return new PipeStream<O>(() => Flow.of(open(), new RuledStep(this.#rules, work, items, signal), signal));
  }

  /**
   * Runs `work` for some items under the pipe's rules: tries, deadline, pacing, metrics. Gives what it
   * gives, or `undefined` when the error policy leaves the items out.
   */
  protected async guard(index: number, items: readonly I[], work: (signal: AbortSignal | undefined) => Promise<O> | O, signal?: AbortSignal): Promise<Made<O> | undefined> {
    const made = await this.#rules.run(index, items, work, signal);
    return made === LEFT_OUT ? undefined : { made };
  }

  #ahead(source: AsyncIterable<I> | Iterable<I>, signal: AbortSignal | undefined): AsyncIterable<I> | Iterable<I> {
    const { config } = this;
    if (config === null) return source;
    return new ReadAhead(source, { maxBufferSize: config.maxBufferSize, throttleThreshold: config.throttleThreshold, signal, onFill: (size) => this.#rules.monitor?.recordBuffer(size, config.maxBufferSize) });
  }
}
