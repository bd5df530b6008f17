/** Reads a source ahead of its consumer, never more than a bound, pausing from a threshold until half of it is used up. */
import { toError } from '../base/errors.js';
import { Channel } from './channel.js';
import { asyncIterator, isThenable, openSource, Pullable, type Puller, type Turn } from './flow.js';

/** How far to read ahead. */
export interface ReadAheadOptions {
  /** Items at most. */
  readonly maxBufferSize: number;
  /** Share of it from which reading pauses. */
  readonly throttleThreshold: number;
  readonly signal?: AbortSignal | undefined;
  /** Told the fill after each change. */
  readonly onFill?: ((size: number) => void) | undefined;
}

/** The items of a source, in order. Reading begins when the first is asked for; leaving the loop leaves the source. */
export class ReadAhead<T> extends Pullable<T> implements AsyncIterable<T> {
  readonly #source: AsyncIterable<T> | Iterable<T>;
  readonly #options: ReadAheadOptions;

  constructor(source: AsyncIterable<T> | Iterable<T>, options: ReadAheadOptions) {
    super();
    this.#source = source;
    this.#options = options;
  }

  pull(): Puller<T> {
    return new Reading(openSource(this.#source), this.#options);
  }

  [Symbol.asyncIterator](): AsyncIterator<T, unknown> {
    return asyncIterator(this.pull());
  }
}

/** One reading of a source. */
class Reading<T> implements Puller<T> {
  readonly signals: readonly AbortSignal[];
  readonly #source: Puller<T>;
  readonly #channel: Channel<Turn<T>>;
  readonly #onFill: ((size: number) => void) | undefined;
  readonly #pauseAt: number;
  readonly #resumeAt: number;
  #started = false;
  #resume: (() => void) | undefined;

  constructor(source: Puller<T>, options: ReadAheadOptions) {
    const { maxBufferSize, throttleThreshold, signal, onFill } = options;
    this.#source = source;
    this.signals = source.signals ?? [];
    this.#channel = new Channel<Turn<T>>({ capacity: maxBufferSize, ...(signal === undefined ? {} : { signal }) });
    this.#onFill = onFill;
    this.#pauseAt = Math.max(1, Math.min(maxBufferSize, Math.ceil(maxBufferSize * throttleThreshold)));
    this.#resumeAt = Math.floor(this.#pauseAt / 2);
  }

  next(): Turn<T> | Promise<Turn<T>> {
    if (!this.#started) {
      this.#started = true;
      void this.#pump();
    }
    const turn = this.#channel.tryRead();
    return turn === undefined ? this.#channel.read().then((read) => this.#taken(read)) : this.#taken(turn);
  }

  return(): unknown {
    this.#channel.cancel();
    this.#resume?.();
    return this.#source.return?.();
  }

  #taken(turn: Turn<T> | undefined): Turn<T> {
    if (turn === undefined) return { done: true, value: undefined };
    this.#onFill?.(this.#channel.size);
    if (this.#channel.size <= this.#resumeAt) this.#resume?.();
    return turn;
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const pending = this.#source.next();
        let turn = isThenable(pending) ? await pending : pending;
        if (turn.done === true) break;
        if (isThenable(turn.value)) turn = { done: false, value: (await turn.value) as T };
        if (!this.#channel.tryWrite(turn)) return; // left meanwhile: full is impossible, because reading pauses before
        this.#onFill?.(this.#channel.size);
        if (this.#channel.size >= this.#pauseAt) await new Promise<void>((resolve) => (this.#resume = resolve));
        this.#resume = undefined;
        if (this.#channel.closed) return;
      }
      this.#channel.close();
    } catch (error) {
      this.#channel.abort(toError(error));
    }
  }
}
