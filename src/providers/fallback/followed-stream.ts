/** A stream whose first item decides which provider gives it: the first item is waited for, the rest is followed. */
import { abortable } from '../../base/abortable.js';
import { SluiceError, toError } from '../../base/errors.js';
import type { Begun } from './fallback-chain.js';

/** A provider ended its stream without any item. */
export class ProviderEmptyError extends SluiceError {
  override readonly name: string = 'ProviderEmptyError';

  constructor() {
    super('A provider ended its answer before the first item. Check what it was asked for; its last event must be `finish`.', { code: 'PROVIDER_EMPTY' });
  }
}

/** A stream that has begun. */
export interface StreamStart<T> {
  readonly first: T;
  readonly events: AsyncIterator<T>;
}

/** Waits for the first item. Rejects with {@link ProviderEmptyError} when there is none. */
export async function startStream<T>(stream: AsyncIterable<T>): Promise<StreamStart<T>> {
  const events = stream[Symbol.asyncIterator]();
  const first = await events.next();
  if (first.done === true) throw new ProviderEmptyError();
  return { first: first.value, events };
}

/** Lets go of a stream that nobody follows. */
export function releaseStream({ events }: StreamStart<unknown>): void {
  events.return?.().catch(() => undefined); // it was given up already; how it ends is of no interest
}

/** All items. A failure is told to the chain and thrown; the provider is released on every path. */
export async function* followStream<T>(begun: Begun<unknown, StreamStart<T>>, what: string, signal: AbortSignal | undefined): AsyncGenerator<T, undefined> {
  const { first, events } = begun.value;
  try {
    yield first;
    for (;;) {
      const { done, value } = await abortable(what, events.next(), signal);
      if (done === true) return undefined;
      yield value;
    }
  } catch (thrown) {
    if (signal?.aborted !== true) begun.fail(toError(thrown));
    throw thrown;
  } finally {
    begun.end();
    releaseStream(begun.value);
  }
}
