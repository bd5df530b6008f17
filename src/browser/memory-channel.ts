/** What the tabs of one origin tell each other about a shared memory: which sessions changed, and where their ends are. */
import type { Tail } from './idb-entry-log.js';

/** A change of stored memory. */
export interface MemoryChange {
  readonly kind: 'written' | 'cleared' | 'pruned' | 'deleted';
  /** The session; null when everything was deleted. */
  readonly sessionId: string | null;
  /** Where it was changed. */
  readonly origin: 'here' | 'elsewhere';
}

interface ChangeMessage {
  readonly kind: MemoryChange['kind'];
  readonly sessionId: string | null;
  readonly tail?: Tail;
}

/** Sends changes to the other tabs and hears of theirs; without BroadcastChannel it only tells this tab. */
export class MemoryChannel {
  readonly #channel: BroadcastChannel | undefined;
  readonly #listeners = new Set<(change: MemoryChange) => void>();

  /** `onTail` hears the ends of sessions that other tabs have written. */
  constructor(name: string, onTail: (session: string, tail: Tail) => void) {
    if (typeof BroadcastChannel === 'undefined') return;
    this.#channel = new BroadcastChannel(`sluice.memory:${name}`);
    this.#channel.onmessage = ({ data }: MessageEvent<ChangeMessage>) => {
      if (data.sessionId !== null && data.tail !== undefined) onTail(data.sessionId, data.tail);
      this.#tell({ kind: data.kind, sessionId: data.sessionId, origin: 'elsewhere' });
    };
    (this.#channel as { unref?(): void }).unref?.(); // in Node, where tests run, an open channel would keep the process alive
  }

  /** Tells a change made here. */
  announce(kind: MemoryChange['kind'], sessionId: string | null, tail?: Tail): void {
    this.#channel?.postMessage({ kind, sessionId, ...(tail === undefined ? {} : { tail }) } satisfies ChangeMessage);
    this.#tell({ kind, sessionId, origin: 'here' });
  }

  /** Calls `listener` at each change, here and elsewhere; the returned function ends it. */
  subscribe(listener: (change: MemoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends it all. */
  close(): void {
    this.#listeners.clear();
    this.#channel?.close();
  }

  #tell(change: MemoryChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        globalThis.reportError?.(error); // a listener's failure is its owner's, and must not fail a write
      }
    }
  }
}
