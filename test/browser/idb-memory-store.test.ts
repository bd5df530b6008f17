// The store on a real IndexedDB: the contract, several connections, its index. What needs the
// browser to be driven from outside is in test/e2e/memory.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import { IndexedDBMemoryStore, type IndexedDBMemoryStoreOptions } from '../../src/browser/idb-memory-store.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { SEARCH_BLOCK } from '../../src/memory/search-index.js';
import { memoryStoreContract } from '../../src/testing/memory-store-contract.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const entry = (content: string, sessionId = S): MemoryEntry => new MemoryEntry({ sessionId, role: 'user', content });
const all = { maxEntries: 0, maxTokens: 0 };

let made = 0;
const open: { store: IndexedDBMemoryStore; name: string }[] = [];
function store(options: IndexedDBMemoryStoreOptions = {}): IndexedDBMemoryStore {
  const name = options.name ?? `test-${made++}`;
  const one = new IndexedDBMemoryStore({ ...options, name });
  open.push({ store: one, name });
  return one;
}
afterEach(async () => {
  for (const { store: one } of open) await one.close();
  for (const { name } of open.splice(0)) indexedDB.deleteDatabase(name);
});

describe('IndexedDBMemoryStore in a browser', () => {
  for (const { name, run } of memoryStoreContract(() => store())) it(name, run);

  it('passes the contract with encryption', async () => {
    const encryptionKey = (await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])) as CryptoKey;
    for (const { run } of memoryStoreContract(() => store({ encryptionKey }))) await run();
  });

  it('neither loses nor doubles an entry when four connections write the same session at once', async () => {
    const tabs = [0, 1, 2, 3].map(() => store({ name: 'shared' }));
    await Promise.all(tabs.map(async (tab, t) => {
      for (let n = 0; n < 25; n++) await tab.write([entry(`${t}.${n}.q`), entry(`${t}.${n}.a`)]);
    }));
    const found = (await (tabs[0] as IndexedDBMemoryStore).fetch(S, all)).map(({ content }) => content);
    expect(new Set(found).size).toBe(200);
    expect(found).toHaveLength(200);
    for (let n = 0; n < found.length; n += 2) expect(found[n + 1]).toBe(found[n]?.replace('q', 'a'));
  });

  it('says how much room there is', async () => {
    const { usage, quota } = await store().estimate();
    expect(usage).toBeGreaterThanOrEqual(0);
    expect(quota).toBeGreaterThan(0);
    expect(typeof (await store().persist())).toBe('boolean');
  });

  it('finds with its index what it found without', async () => {
    const one = store({ durability: 'relaxed' });
    const say = (n: number): MemoryEntry => entry(`${['the dentist', 'the deer', '歯医者', 'a dent'][n % 4]} number${n}`);
    await one.write(Array.from({ length: SEARCH_BLOCK + 20 }, (_, n) => say(n)));
    const search = async (query: string): Promise<string[]> => (await one.search(query, { sessionIds: [S], limit: 4 })).map(({ entry: { content } }) => content);
    const queries = ['dent', 'dentist number8', '歯医', 'number1030', 'nowhere'];
    const before: string[][] = [];
    for (const query of queries) before.push(await search(query));
    await one.index(S);
    const after: string[][] = [];
    for (const query of queries) after.push(await search(query));
    expect(after).toEqual(before);
    expect(after.map((found) => found.length)).toEqual([4, 4, 4, 1, 0]);
  });
});
