/** What is stored of this conversation, and the ways to search, take along and delete it. */
import { MemoryConfig, type MemoryEntry, type MemoryStore } from 'sluice/memory';
import { byId, make } from './dom.js';

/** The memory panel. */
export interface MemoryPanel {
  /** Reads the store again. */
  refresh(): Promise<void>;
}

const ALL = new MemoryConfig({ maxEntries: 500, maxTokens: 0 });

/** Wires the panel to a store and a session. `onCleared` is told when everything was deleted. */
export function createMemoryPanel(store: MemoryStore, sessionId: string, where: string, onCleared: () => Promise<void>): MemoryPanel {
  const list = byId('memory-list');
  const search = byId<HTMLInputElement>('memory-search');
  const summary = byId('memory-summary');

  const entries = async (): Promise<readonly MemoryEntry[]> => {
    const query = search.value.trim();
    if (query === '' || store.search === undefined) return (await store.fetch(sessionId, ALL)).reverse();
    return (await store.search(query, { sessionIds: [sessionId], limit: 50 })).map(({ entry }) => entry);
  };
  const refresh = async (): Promise<void> => {
    try {
      const found = await entries();
      list.replaceChildren(...found.map(row));
      summary.textContent = `${found.length} ${found.length === 1 ? 'entry' : 'entries'}${search.value.trim() === '' ? '' : ' found'}, ${where}.`;
    } catch (error) {
      summary.textContent = `Memory cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`;
    }
  };
  search.addEventListener('input', () => void refresh());
  byId('memory-clear').addEventListener('click', async () => {
    if (!confirm('Delete everything that is stored of this conversation?')) return;
    if (store.deleteAll !== undefined) await store.deleteAll();
    else await store.clear(sessionId);
    await onCleared();
    await refresh();
  });
  byId('memory-export').addEventListener('click', async () => {
    const data = await store.export?.();
    if (data === undefined) return;
    const link = make('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
    link.download = 'sluice-memory.json';
    link.click();
    URL.revokeObjectURL(link.href);
  });
  return { refresh };
}

function row(entry: MemoryEntry): HTMLElement {
  const item = make('li', { text: entry.content });
  item.dataset['role'] = entry.role;
  const cut = entry.metadata['interrupted'] === true ? ', interrupted: as far as it was heard' : '';
  item.append(make('small', { text: `${entry.role}, ${entry.timestamp.toLocaleString()}${cut}` }));
  return item;
}
