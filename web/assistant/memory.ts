/** Where the page keeps the conversation: the browser's database, or memory alone where there is none. */
import { IndexedDBMemoryStore } from 'sluice/browser';
import { InMemoryStore, MemoryConfig, type MemoryEntry, type MemoryStore } from 'sluice/memory';
import { notify } from './notices.js';

/** The page's memory. */
export interface PageMemory {
  readonly store: MemoryStore;
  /** In words, for the memory panel. */
  readonly where: string;
  readonly sessionId: string;
  /** What was said before, oldest first. */
  readonly past: readonly MemoryEntry[];
  /** Calls `listener` when another tab has changed what is stored. */
  onElsewhere(listener: () => void): void;
}

const SESSION = 'sluice.session';

/** Opens the store and finds the conversation to go on with. Never rejects: what is missing is said on the page. */
export async function openMemory(): Promise<PageMemory> {
  const sessionId = conversationId();
  const recent = new MemoryConfig({ maxEntries: 20, maxTokens: 0 });
  try {
    const store = new IndexedDBMemoryStore();
    const past = await store.fetch(sessionId, recent);
    const onElsewhere = (listener: () => void): void => void store.subscribe(({ origin }) => origin === 'elsewhere' && listener());
    return { store, where: 'kept in this browser’s database', sessionId, past, onElsewhere };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    notify('memory', 'This conversation will not be kept.', `The browser’s database cannot be used here (private window?), so what is remembered is gone when you leave the page. Everything else works. ${reason}`);
    return { store: new InMemoryStore(), where: 'kept only until you leave the page', sessionId, past: [], onElsewhere: () => undefined };
  }
}

function conversationId(): string {
  try {
    const known = localStorage.getItem(SESSION);
    if (known !== null) return known;
    const fresh = crypto.randomUUID();
    localStorage.setItem(SESSION, fresh);
    return fresh;
  } catch {
    return crypto.randomUUID(); // storage is off: a conversation of its own for this visit
  }
}
