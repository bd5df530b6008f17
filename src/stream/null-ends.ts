/**
 * The ends a stage is given where no live edge is: a reader that has nothing, and a writer that takes
 * everything, so that no stage needs to ask whether it is connected.
 */
import type { ChannelReader, ChannelWriter } from './channel-ends.js';

const ended = Promise.resolve(undefined);

/** A reader that is empty and closed. */
export const closedReader: ChannelReader<never> = Object.freeze({
  tryRead: () => undefined,
  read: () => ended,
  cancel: () => undefined,
  size: 0,
  ended: true,
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true as const, value: undefined }) }),
});

/** A writer that takes everything and keeps nothing: what a leaf's output is in a run that nobody reads. */
export const swallowingWriter: ChannelWriter<unknown> = Object.freeze({
  tryWrite: () => true,
  write: () => true,
  close: () => undefined,
  abort: () => undefined,
  credits: Infinity,
  closed: false,
});
