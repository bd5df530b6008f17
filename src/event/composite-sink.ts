/** Gives each event to several sinks; one that fails does not keep it from the others. */
import type { PipelineEvent } from './event.js';
import type { EventSink } from './sink.js';

/** Several sinks as one. */
export class CompositeEventSink implements EventSink {
  readonly #sinks: readonly EventSink[];

  constructor(sinks: Iterable<EventSink>) {
    this.#sinks = [...sinks];
  }

  /** Resolves when all have it; rejects with an `AggregateError` when some failed. */
  async emit(event: PipelineEvent): Promise<void> {
    const outcomes = await Promise.allSettled(this.#sinks.map(async (sink) => sink.emit(event)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${outcomes.length} event sinks failed.`);
  }

  /** @inheritdoc */
  tryEmit(event: PipelineEvent): void {
    for (const sink of this.#sinks) {
      try {
        sink.tryEmit(event);
      } catch (error) {
        globalThis.reportError?.(error); // `tryEmit` must not throw; a sink that does is broken, and the others still get the event
      }
    }
  }
}
