/** A pipe that collects a fixed number of items and processes them together; what remains at the end is a smaller batch. */
import { requireNumber } from '../base/option.js';
import { isThenable, openSource, type Puller, type Turn } from './flow.js';
import { StreamPipe, type StreamPipeOptions } from './pipe.js';

/** A transformation of batches of `I` into `O`. */
export class BatchStreamPipe<I = unknown, O = readonly I[]> extends StreamPipe<I, O> {
  /** Items per batch. */
  readonly batchSize: number;

  /** Throws `InvalidOptionError` for a size below 1. */
  constructor(batchSize: number, options?: StreamPipeOptions<I>) {
    super(options);
    this.batchSize = requireNumber('BatchStreamPipe.batchSize', batchSize, { min: 1, integer: true });
  }

  /** What becomes of a batch. The batch itself unless overridden. */
  processBatch(batch: readonly I[], _signal?: AbortSignal): Promise<O> | O {
    return batch as unknown as O;
  }

  /** Collects and processes. Tries, deadline and error policy hold for the batch as a whole. */
  override processStream(stream: AsyncIterable<I> | Iterable<I>, signal?: AbortSignal): AsyncIterable<O> {
    return this.flow(() => new Batches(openSource(stream), this.batchSize), (batch, attemptSignal) => this.processBatch(batch, attemptSignal), (batch) => batch, signal);
  }
}

/** Groups items by number, without waiting while they are at hand. */
class Batches<I> implements Puller<readonly I[]> {
  readonly #source: Puller<I>;
  readonly #size: number;
  #ended = false;

  constructor(source: Puller<I>, size: number) {
    this.#source = source;
    this.#size = size;
  }

  get signals(): readonly AbortSignal[] {
    return this.#source.signals ?? [];
  }

  next(): Turn<readonly I[]> | Promise<Turn<readonly I[]>> {
    const batch: I[] = [];
    while (!this.#ended && batch.length < this.#size) {
      const turn = this.#source.next();
      if (isThenable(turn) || isThenable(turn.value)) return this.#rest(batch, turn);
      this.#add(batch, turn);
    }
    return this.#give(batch);
  }

  return(): unknown {
    this.#ended = true;
    return this.#source.return?.();
  }

  async #rest(batch: I[], first: Turn<I> | PromiseLike<Turn<I>>): Promise<Turn<readonly I[]>> {
    for (let pending = first; ; pending = this.#source.next()) {
      const turn = isThenable(pending) ? await pending : pending;
      this.#add(batch, turn.done !== true && isThenable(turn.value) ? { done: false, value: (await turn.value) as I } : turn);
      if (this.#ended || batch.length === this.#size) return this.#give(batch);
    }
  }

  #add(batch: I[], turn: Turn<I>): void {
    if (turn.done === true) this.#ended = true;
    else batch.push(turn.value);
  }

  #give(batch: readonly I[]): Turn<readonly I[]> {
    return batch.length === 0 ? { done: true, value: undefined } : { done: false, value: batch };
  }
}
