/** Reads a source ahead of its consumer, never more than a bound, pausing from a threshold until half of it is used up. */
import { toError } from '../base/errors.js';
import { Channel } from './channel.js';

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

/** The items of `source`, in order; leaving the loop leaves the source. */
export async function* readAhead<T>(source: AsyncIterable<T> | Iterable<T>, options: ReadAheadOptions): AsyncGenerator<T, undefined> {
  const { maxBufferSize, throttleThreshold, signal, onFill } = options;
  const pauseAt = Math.max(1, Math.min(maxBufferSize, Math.ceil(maxBufferSize * throttleThreshold)));
  const resumeAt = Math.floor(pauseAt / 2);
  const channel = new Channel<{ readonly item: T }>({ capacity: maxBufferSize, ...(signal === undefined ? {} : { signal }) });
  let resume: (() => void) | undefined;
  const pump = async (): Promise<void> => {
    try {
      for await (const item of source) {
        if (!channel.tryWrite({ item })) return; // full is impossible here: reading pauses before
        onFill?.(channel.size);
        if (channel.size >= pauseAt) await new Promise<void>((resolve) => (resume = resolve));
        if (channel.closed) return;
      }
      channel.close();
    } catch (error) {
      channel.abort(toError(error));
    }
  };
  void pump();
  try {
    for (;;) {
      const held = channel.tryRead() ?? (await channel.read());
      if (held === undefined) return undefined;
      onFill?.(channel.size);
      if (resume !== undefined && channel.size <= resumeAt) {
        resume();
        resume = undefined;
      }
      yield held.item;
    }
  } finally {
    channel.cancel();
    resume?.();
  }
}
