/** A memory of one's own: `fetch`, `write` and `clear` over whatever keeps text under a key. */
import { InMemoryStore, MemoryEntry, type MemoryCallOptions, type MemoryConfig, type MemoryStore } from 'sluice/memory';
import { OfflineAgent } from 'sluice/offline';
import { createVoiceSession, type VoiceSession } from 'sluice/voice';

const PREFIX = 'sluice.cookbook.memory.';

/** Keeps each session as one JSON text in a `Storage`; a session of some hundred messages is what it is good for. */
export class WebStorageStore implements MemoryStore {
  readonly #storage: Storage;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Which entries fit the limits is the same question in every store: the library's own store answers it. */
  fetch(sessionId: string, config: MemoryConfig, options?: MemoryCallOptions): Promise<MemoryEntry[]> {
    return this.#inTurn(async () => (await this.#load(sessionId)).fetch(sessionId, config, options));
  }

  /** All or nothing: every session is read and changed before anything is stored. */
  write(entry: MemoryEntry | readonly MemoryEntry[], options: MemoryCallOptions = {}): Promise<void> {
    return this.#inTurn(() => this.#write(entry, options));
  }

  clear(sessionId: string, options?: MemoryCallOptions): Promise<number> {
    return this.#inTurn(async () => {
      const count = await (await this.#load(sessionId)).clear(sessionId, options);
      this.#storage.removeItem(PREFIX + sessionId);
      return count;
    });
  }

  /** One call after the other: each reads what the one before it has written. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(call);
    this.#turn = turn.catch(() => undefined); // the caller gets it; the next call does not wait for it
    return turn;
  }

  async #write(entry: MemoryEntry | readonly MemoryEntry[], options: MemoryCallOptions): Promise<void> {
    const entries = entry instanceof MemoryEntry ? [entry] : entry;
    const sessions = new Map<string, InMemoryStore>();
    for (const { sessionId } of entries) if (!sessions.has(sessionId)) sessions.set(sessionId, await this.#load(sessionId));
    for (const one of entries) await sessions.get(one.sessionId)?.write(one, options);
    const texts = await Promise.all([...sessions].map(async ([id, store]) => [id, JSON.stringify((await store.export({ sessionIds: [id] })).entries)] as const));
    for (const [id, text] of texts) this.#storage.setItem(PREFIX + id, text);
  }

  async #load(sessionId: string): Promise<InMemoryStore> {
    const store = new InMemoryStore();
    const text = this.#storage.getItem(PREFIX + sessionId);
    if (text !== null) await store.write((JSON.parse(text) as Parameters<typeof MemoryEntry.fromDict>[0][]).map((dict) => MemoryEntry.fromDict(dict)));
    return store;
  }
}

export function rememberingAssistant(store: MemoryStore, sessionId: string): VoiceSession {
  return createVoiceSession({ llm: new OfflineAgent({ memory: store }), memory: store, sessionId });
}
