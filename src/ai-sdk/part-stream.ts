/**
 * A provider's events as a stream of parts of the Vercel AI SDK. It begins with `stream-start`, reads
 * the provider only as it is read itself, and tells a failure as an `error` part before it closes, as
 * readers of such streams expect.
 */
import { toError } from '../base/errors.js';

/** Parts that every stream has. */
export type FramePart = { readonly type: 'stream-start'; readonly warnings: [] } | { readonly type: 'error'; readonly error: Error };

/** How events become parts. */
export interface PartMaker<E, P> {
  /** The parts of an event; none for events that have no form in the SDK. */
  take(event: E): readonly P[];
  /** The parts behind the last event, or before an error. */
  end(failed: boolean): readonly P[];
}

/** Makes the stream. Canceling it ends the provider's. */
export function partStream<E, P>(source: AsyncIterable<E>, maker: PartMaker<E, P>): ReadableStream<P | FramePart> {
  const events = source[Symbol.asyncIterator]();
  return new ReadableStream<P | FramePart>({
    start(controller) {
      controller.enqueue({ type: 'stream-start', warnings: [] });
    },
    async pull(controller) {
      const give = (parts: readonly P[]): void => {
        for (const part of parts) controller.enqueue(part);
      };
      try {
        // An event may become no part; a pull must give one or end.
        for (;;) {
          const { done, value } = await events.next();
          if (done === true) {
            give(maker.end(false));
            return controller.close();
          }
          const parts = maker.take(value);
          give(parts);
          if (parts.length > 0) return;
        }
      } catch (thrown) {
        give(maker.end(true));
        controller.enqueue({ type: 'error', error: toError(thrown) });
        controller.close();
      }
    },
    async cancel() {
      await events.return?.();
    },
  });
}
