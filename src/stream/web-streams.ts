/**
 * Web Streams at the rim: a `fetch` body, a `MediaStreamTrackProcessor`, a `Response`. Inside the library
 * a channel costs a small part of a Web Streams hop.
 */
import { ClosedError, toError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';
import type { ChannelReader } from './channel-ends.js';
import { Channel } from './channel.js';

/** A stream that gives what `source` gives, as fast as it is read. Canceling the stream leaves the source. */
export function toReadable<T>(source: AsyncIterable<T> | Iterable<T> | ChannelReader<T>): ReadableStream<T> {
  let iterator: AsyncIterator<T> | Iterator<T> | undefined;
  return new ReadableStream<T>(
    {
      async pull(controller) {
        iterator ??= Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A channel that gives what the stream gives; canceling the channel cancels the stream, an error of the stream aborts the channel. */
export function fromReadable<T>(stream: ReadableStream<T>, options: { readonly capacity?: number; readonly signal?: AbortSignal } = {}): ChannelReader<T> {
  const capacity = requireNumber('fromReadable.capacity', options.capacity ?? 16, { min: 1, integer: true });
  const reader = stream.getReader();
  const leave = (): void => void reader.cancel().catch(() => undefined); // a stream that has failed already has nobody left to tell
  const channel = new Channel<T>({ capacity, onCancel: leave, ...(options.signal === undefined ? {} : { signal: options.signal }) });
  void pump(reader, channel);
  return channel;
}

async function pump<T>(reader: ReadableStreamDefaultReader<T>, channel: Channel<T>): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value !== undefined && !channel.tryWrite(value) && !(await channel.write(value))) return;
    }
    channel.close();
  } catch (error) {
    channel.abort(toError(error));
  } finally {
    reader.releaseLock();
  }
}

/** A sink that writes into a channel, or anything else that can be written; waits for its credit. */
export function toWritable<T>(target: Pick<Channel<T>, 'write' | 'close' | 'abort'>): WritableStream<T> {
  return new WritableStream<T>({
    async write(value, controller) {
      if (!(await target.write(value))) controller.error(new ClosedError('The channel'));
    },
    close: () => target.close(),
    abort: (reason) => target.abort(toError(reason)),
  });
}
