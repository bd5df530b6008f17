/** Errors of streams. An item's content is never in a message. */
import { SluiceError } from '../base/errors.js';

/** A stream failed; `cause` is what its writer failed with. */
export class StreamError extends SluiceError {
  override readonly name: string = 'StreamError';
  /** Position of the item concerned, from 0; null when it was not one item. */
  readonly index: number | null;

  constructor(message: string, options: { readonly code?: string; readonly cause?: unknown; readonly index?: number } = {}) {
    super(message, { code: options.code ?? 'STREAM_FAILED', ...('cause' in options ? { cause: options.cause } : {}) });
    this.index = options.index ?? null;
  }
}

/** What a reader gets when the writer aborted: the writer's error as `cause`. */
export function abortedStream(error: Error): StreamError {
  return error instanceof StreamError ? error : new StreamError('The writer of the stream failed. See `cause` for why.', { cause: error });
}

/** A channel with `overflow: 'error'` was written beyond its capacity. */
export function overflowError(capacity: number): StreamError {
  return new StreamError(`The channel is full (capacity ${capacity}) and its overflow policy is 'error'. Read faster, raise the capacity, or choose 'block', 'dropOldest' or 'dropNewest'.`, { code: 'STREAM_OVERFLOW' });
}
