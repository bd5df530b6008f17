/** A pipe that collects a fixed number of items and processes them together; what remains at the end is a smaller batch. */
import { requireNumber } from '../base/option.js';
import { StreamPipe, type Made, type StreamPipeOptions } from './pipe.js';

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
  override async *processStream(stream: AsyncIterable<I> | Iterable<I>, signal?: AbortSignal): AsyncIterable<O> {
    let index = 0;
    const flush = (batch: readonly I[]): Promise<Made<O> | undefined> => this.guard(index++, batch, (attemptSignal) => this.processBatch(batch, attemptSignal), signal);
    let batch: I[] = [];
    // A source that is not asynchronous is read without waiting per item, which costs more than the batching.
    const iterator = Symbol.asyncIterator in Object(stream) ? undefined : (stream as Iterable<I>)[Symbol.iterator]();
    if (iterator !== undefined) {
      for (const item of { [Symbol.iterator]: () => iterator }) {
        batch.push(item);
        if (batch.length < this.batchSize) continue;
        const made = await flush(batch);
        batch = [];
        if (made !== undefined) yield made.made;
      }
    } else {
      for await (const item of stream) {
        batch.push(item);
        if (batch.length < this.batchSize) continue;
        const made = await flush(batch);
        batch = [];
        if (made !== undefined) yield made.made;
      }
    }
    if (batch.length === 0) return;
    const made = await flush(batch);
    if (made !== undefined) yield made.made;
  }
}
