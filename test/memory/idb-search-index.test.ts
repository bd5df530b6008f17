// The index of IndexedDBMemoryStore on an IndexedDB in memory: it finds what a scan finds, whatever happened to the log.
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DecryptionError } from '../../src/browser/idb-cipher.js';
import { memoryMigrations, type MemorySchema } from '../../src/browser/idb-memory-schema.js';
import { IndexedDBMemoryStore, type IndexedDBMemoryStoreOptions } from '../../src/browser/idb-memory-store.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { SEARCH_BLOCK } from '../../src/memory/search-index.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const T = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const LENGTH = SEARCH_BLOCK + 100;
const WORDS = ['dentist', 'deer', 'dear', 'music', 'tea', 'the', '歯医者', 'Zürich'];
const entry = (n: number, content = `${WORDS[n % 8]} ${WORDS[(n * 5 + (n >> 4)) % 8]} ${n % 700 === 3 ? 'zeppelin' : ''} number${n}`): MemoryEntry =>
  new MemoryEntry({ id: `e${n}`, sessionId: S, role: 'user', content, timestamp: new Date(1_700_000_000_000 + Math.floor(n / 3)) });
const log = Array.from({ length: LENGTH }, (_, n) => entry(n + 1));
const QUERIES = ['zepp', 'dentist tea', 'tea de', 'zurich music', '歯医', 'number1100', 'nowhere'];

const open: IndexedDBMemoryStore[] = [];
function store(options: IndexedDBMemoryStoreOptions = {}): IndexedDBMemoryStore {
  const made = new IndexedDBMemoryStore({ durability: 'relaxed', ...options });
  open.push(made);
  return made;
}
async function filled(options: IndexedDBMemoryStoreOptions = {}): Promise<IndexedDBMemoryStore> {
  const made = store(options);
  await made.write(log);
  return made;
}
const found = async (one: { search(query: string, options: object): Promise<readonly { entry: MemoryEntry; score: number }[]> }, query: string): Promise<unknown[]> =>
  (await one.search(query, { sessionIds: [S], limit: 5 })).map(({ entry: { id }, score }) => [id, score.toFixed(9)]);

/** What a scan of the same entries finds. */
async function scanned(entries: readonly MemoryEntry[], queries = QUERIES): Promise<unknown[]> {
  const reference = new InMemoryStore();
  await reference.write(entries);
  return Promise.all(queries.map((query) => found(reference, query)));
}
const whole = await scanned(log);
async function expectAsScanned(one: IndexedDBMemoryStore, entries: readonly MemoryEntry[]): Promise<void> {
  const expected = entries === log ? whole : await scanned(entries);
  for (const [n, query] of QUERIES.entries()) expect([query, await found(one, query)]).toEqual([query, expected[n]]);
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('a search of a long session', () => {
  it('finds what a scan finds, before it is indexed and after', async () => {
    const one = await filled();
    await expectAsScanned(one, log);
    expect(await one.index()).toBe(0); // searching has done it, or has it in line before this
    await expectAsScanned(one, log);
    const read = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    await one.search('zeppelin', { sessionIds: [S] });
    const ranges = read.mock.contexts.flatMap((context, n) => ((context as IDBObjectStore).name === 'entries' ? [(read.mock.calls[n]?.[0] as IDBKeyRange).lower as [string, number]] : []));
    expect(ranges.map(([, from]) => from)).toEqual([SEARCH_BLOCK + 1, LENGTH + 1]); // of the log only its end
  });

  describe('written exchange by exchange', () => {
    const indexedBlocks = async (): Promise<number | undefined> => {
      const db = await openDB<MemorySchema>('sluice-memory');
      const row = await db.get('indexed', S);
      db.close();
      return row?.next;
    };
    /** All but some exchanges in a list, then exchange by exchange. */
    async function spoken(options: IndexedDBMemoryStoreOptions): Promise<IndexedDBMemoryStore> {
      const one = store(options);
      await one.write(log.slice(0, SEARCH_BLOCK - 4));
      for (let n = SEARCH_BLOCK - 4; n < SEARCH_BLOCK + 4; n += 2) await one.write(log.slice(n, n + 2));
      await one.write(log.slice(SEARCH_BLOCK + 4));
      return one;
    }

    it('is indexed at the first quiet moment after a block was filled, before anybody searches it', async () => {
      const clock = new ManualClock();
      const one = await spoken({ clock });
      expect([clock.pending, await indexedBlocks()]).toEqual([1, undefined]);
      await clock.advance(250);
      await vi.waitFor(async () => expect(await indexedBlocks()).toBe(1));
      expect(await one.index(S)).toBe(0);
      await expectAsScanned(one, log);
    });

    it('waits for the idle time of a browser that tells of it', async () => {
      const idle: (() => void)[] = [];
      vi.stubGlobal('requestIdleCallback', (run: () => void) => idle.push(run));
      await spoken({});
      expect([idle.length, await indexedBlocks()]).toEqual([1, undefined]);
      idle[0]?.();
      await vi.waitFor(async () => expect(await indexedBlocks()).toBe(1));
      vi.unstubAllGlobals();
    });

    it('does not hold the store open', async () => {
      const clock = new ManualClock();
      await (await spoken({ clock })).close();
      expect(clock.pending).toBe(0);
    });
  });

  it('is not indexed by a long list, which may be one of many', async () => {
    const clock = new ManualClock();
    await filled({ clock });
    expect(clock.pending).toBe(0);
  });

  it('finds an indexed entry by its new text once it was replaced, and no longer by the old one', async () => {
    const one = await filled();
    expect(await one.index(S)).toBe(1);
    const changed = [entry(10, 'a zeppelin over Zürich'), entry(703, 'nothing'), entry(LENGTH, 'tea and tea')];
    await one.write(changed);
    await expectAsScanned(one, log.map((old) => changed.find(({ id }) => id === old.id) ?? old));
  });

  it('finds nothing that was pruned, and leaves no word of it in the index', async () => {
    const one = await filled();
    await one.index(S);
    await one.close();
    const keeping = store({ retention: { maxEntries: 1000 } });
    expect(await keeping.prune(S)).toBe(LENGTH - 1000);
    await expectAsScanned(keeping, log.slice(-1000));
    const db = await openDB<MemorySchema>('sluice-memory');
    expect(await db.count('shelves')).toBe(0); // the indexed block was cut
    db.close();
  });

  it('finds nothing that was cleared, also when the session is filled anew', async () => {
    const one = await filled();
    await one.index(S);
    await one.clear(S);
    expect(await found(one, 'tea')).toEqual([]);
    const other = log.slice(0, 50);
    await one.write(other);
    await expectAsScanned(one, other);
    await one.index(S);
    await one.deleteAll();
    const db = await openDB<MemorySchema>('sluice-memory');
    expect([await db.count('shelves'), await db.count('indexed')]).toEqual([0, 0]);
    db.close();
  });

  it('keeps no block of a session that another tab cleared while it was made', async () => {
    const [one, two] = [await filled(), store()];
    const indexing = one.index(S);
    await two.clear(S);
    await two.write(log.slice(0, 10));
    await indexing;
    await expectAsScanned(one, log.slice(0, 10));
  });

  it('is indexed once by tabs that begin at the same time', async () => {
    const [one, two] = [await filled(), store()];
    const blocks = await Promise.all([one.index(S), two.index(S)]);
    expect(blocks[0] + blocks[1]).toBeGreaterThan(0);
    await one.index(S);
    await expectAsScanned(two, log);
  });

  it('searches each session by itself, and all together', async () => {
    const one = await filled();
    await one.write(new MemoryEntry({ id: 'other', sessionId: T, role: 'user', content: 'zeppelin' }));
    await one.index();
    expect((await one.search('zeppelin', { limit: 1 })).map(({ entry: { id } }) => id)).toEqual(['other']);
    expect(await found(one, 'zepp')).toEqual(whole[0]);
  });

  it('leaves nothing readable where the store is encrypted, and finds the same', async () => {
    const encryptionKey = (await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])) as CryptoKey;
    const one = await filled({ encryptionKey });
    expect(await one.index(S)).toBe(1);
    await expectAsScanned(one, log);
    const db = await openDB<MemorySchema>('sluice-memory');
    const shelves = await db.getAll('shelves');
    db.close();
    expect(shelves.map((row) => [row.block, row.head, Object.keys(row).sort()])).toEqual([[0, '', ['block', 'head', 'sealed', 'session']]]);
    await expect(store().search('tea', { sessionIds: [S] })).rejects.toThrow(DecryptionError);
  });

  it('reports an indexing that failed, and the search before it succeeds', async () => {
    const events: PipelineEvent[] = [];
    const one = await filled({ eventSink: { emit: async () => undefined, tryEmit: (event) => void events.push(event) } });
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
      if (this.name === 'shelves') throw new DOMException('broken', 'UnknownError');
      return put.apply(this, args);
    });
    expect(await found(one, 'zepp')).toEqual(whole[0]);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'memory.index_failed', data: { session_id: S, error: 'StorageFailedError', error_code: 'STORAGE_FAILED' } }]));
    expect(await found(one, 'zepp')).toEqual(whole[0]);
  });
});

it.each(memoryMigrations.map((_, n) => n + 1))('version %i of the database is brought to the newest, with what it holds', async (version) => {
  const old = await openDB<MemorySchema>('sluice-memory', version, {
    upgrade: (db, from, _to, tx) => {
      for (const migrate of memoryMigrations.slice(from, version)) migrate(db, tx);
    },
  });
  await old.add('entries', { session: S, seq: 1, id: 'a', timestamp: 1000, high: 1000, role: 'user', content: 'written by an older version', metadata: { n: 1 } });
  old.close();
  const one = store();
  await one.write(entry(2));
  expect((await one.fetch(S, {})).map(({ id }) => id)).toEqual(['a', 'e2']);
  expect((await one.search('older')).map(({ entry: { id, metadata } }) => [id, metadata])).toEqual([['a', { n: 1 }]]);
  expect(await one.clear(S)).toBe(2);
});
