/** Where events go. A sink never breaks a run: `tryEmit` does not throw, and a rejected `emit` is the sink's own affair. */
import type { PipelineEvent } from './event.js';

/** Receives events. */
export interface EventSink {
  /** Delivers and resolves when delivered; used where the caller waits. */
  emit(event: PipelineEvent): Promise<void>;
  /** Delivers without waiting; never throws, may drop and must count what it drops. */
  tryEmit(event: PipelineEvent): void;
}

/** Takes everything and keeps nothing. The default, and what the runner tests to build no event objects at all. */
export const noopSink: EventSink = Object.freeze({
  emit: () => Promise.resolve(),
  tryEmit: () => undefined,
});
