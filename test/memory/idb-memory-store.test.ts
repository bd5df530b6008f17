// The store of src/browser on an IndexedDB in memory: behaviour and injected faults. The same
// contract runs on a real one in test/browser/idb-memory-store.test.ts.
import { IDBFactory, IDBObjectStore, IDBTransaction } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AbortedError, ClosedError } from '../../src/base/errors.js';
import { DecryptionError, deriveMemoryKey } from '../../src/browser/idb-cipher.js';
import { StorageBlockedError, StorageOutdatedError, StorageUnavailableError } from '../../src/browser/idb-errors.js';
import { StorageFailedError, StorageQuotaError } from '../../src/memory/storage-errors.js';
import { IndexedDBMemoryStore, type IndexedDBMemoryStoreOptions } from '../../src/browser/idb-memory-store.js';
import type { MemoryChange } from '../../src/browser/memory-channel.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { memoryStoreContract } from '../../src/testing/memory-store-contract.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const T = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const entry = (content: string, sessionId = S, ms?: number): MemoryEntry => new MemoryEntry({ sessionId, role: 'user', content, ...(ms === undefined ? {} : { timestamp: new Date(ms) }) });
const key = (): Promise<CryptoKey> => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']) as Promise<CryptoKey>;

const open: IndexedDBMemoryStore[] = [];
function store(options: IndexedDBMemoryStoreOptions = {}): IndexedDBMemoryStore {
  const made = new IndexedDBMemoryStore(options);
  open.push(made);
  return made;
}
const texts = async (one: IndexedDBMemoryStore, session = S): Promise<string[]> => (await one.fetch(session, { maxEntries: 0, maxTokens: 0 })).map(({ content }) => content);

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('IndexedDBMemoryStore', () => {
  for (const { name, run } of memoryStoreContract(() => store())) it(name, run);

  it('still has what another store of the same name wrote', async () => {
    const first = store();
    await first.write([entry('a'), entry('b')]);
    await first.close();
    expect(await texts(store())).toEqual(['a', 'b']);
    expect(await texts(store({ name: 'another' }))).toEqual([]);
  });

  it('opens only when it is first used', async () => {
    const opened = vi.spyOn(IDBFactory.prototype, 'open');
    const one = store();
    expect(opened).not.toHaveBeenCalled();
    await one.open();
    await one.fetch(S);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('appends without reading once it knows the end of a session', async () => {
    const one = store();
    await one.write(entry('a'));
    const reads = [vi.spyOn(IDBObjectStore.prototype, 'get'), vi.spyOn(IDBObjectStore.prototype, 'getAll'), vi.spyOn(IDBObjectStore.prototype, 'openCursor'), vi.spyOn(IDBObjectStore.prototype, 'index')];
    await one.write([entry('b'), entry('c')]);
    expect(reads.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
  });

  it('reads the newest entries with one range, however long the session is', async () => {
    const one = store({ durability: 'relaxed' });
    await one.write(Array.from({ length: 3000 }, (_, n) => entry(String(n))));
    const ranges = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    expect((await one.fetch(S, { maxEntries: 50 })).map(({ content }) => content)).toEqual(Array.from({ length: 50 }, (_, n) => String(2950 + n)));
    expect(ranges).toHaveBeenCalledTimes(1);
    expect(((await ranges.mock.results[0]?.value) as { result: unknown[] }).result).toHaveLength(50);
  });

  describe('with several tabs', () => {
    it('neither loses nor doubles an entry when four write the same session at once', async () => {
      const tabs = [store(), store(), store(), store()];
      await Promise.all(tabs.map(async (tab, t) => {
        for (let n = 0; n < 25; n++) await tab.write([entry(`${t}.${n}.q`), entry(`${t}.${n}.a`)]);
      }));
      const found = await texts(tabs[0] as IndexedDBMemoryStore);
      expect(found).toHaveLength(200);
      expect(new Set(found).size).toBe(200);
      for (let n = 0; n < found.length; n += 2) expect(found[n + 1]).toBe(found[n]?.replace('q', 'a')); // exchanges stay whole
      for (let t = 0; t < 4; t++) expect(found.filter((text) => text.startsWith(`${t}.`) && text.endsWith('q'))).toEqual(Array.from({ length: 25 }, (_, n) => `${t}.${n}.q`));
    });

    it('sees what another tab wrote, and goes on after another tab cleared', async () => {
      const [one, two] = [store(), store()];
      await one.write([entry('a'), entry('b')]);
      expect(await texts(two)).toEqual(['a', 'b']);
      await two.write(entry('c'));
      expect(await texts(one)).toEqual(['a', 'b', 'c']);
      await two.clear(S);
      expect(await texts(one)).toEqual([]);
      const three = store(); // starts from what is stored, which is nothing
      await three.write(entry('d'));
      await one.write(entry('e'));
      await three.write(entry('f'));
      for (const tab of [one, two, three]) expect([...(await texts(tab))].sort()).toEqual(['d', 'e', 'f']);
      expect((await one.fetch(S, { maxEntries: 2 })).length).toBe(2);
    });

    it('tells its subscribers of changes here and elsewhere', async () => {
      const [one, two] = [store(), store()];
      const heard: MemoryChange[] = [];
      const elsewhere = new Promise<void>((resolve) => {
        two.subscribe((change) => {
          heard.push(change);
          if (change.kind === 'deleted') resolve();
        });
      });
      const mine: string[] = [];
      const stop = one.subscribe((change) => mine.push(`${change.kind} ${change.origin}`));
      await one.write(entry('secret words'));
      stop();
      await one.clear(S);
      await one.deleteAll();
      await elsewhere;
      expect(heard).toEqual([{ kind: 'written', sessionId: S, origin: 'elsewhere' }, { kind: 'cleared', sessionId: S, origin: 'elsewhere' }, { kind: 'deleted', sessionId: null, origin: 'elsewhere' }]);
      expect(mine).toEqual(['written here']);
    });
  });

  describe('when storage fails', () => {
    it('says that the quota is exhausted, keeps nothing of the write and everything before', async () => {
      const one = store();
      await one.write(entry('before'));
      failNextTransaction('QuotaExceededError');
      await expect(one.write([entry('x'), entry('y')])).rejects.toThrow(StorageQuotaError);
      expect(await texts(one)).toEqual(['before']);
      await one.write(entry('after'));
      expect(await texts(one)).toEqual(['before', 'after']);
    });

    it.each(['UnknownError', 'AbortError', 'DataError'])('says that the browser failed when a transaction ends with %s', async (name) => {
      const one = store();
      await one.write(entry('before'));
      failNextTransaction(name);
      await expect(one.write(entry('x'))).rejects.toThrow(StorageFailedError);
      expect(await texts(one)).toEqual(['before']);
    });

    it('keeps nothing of a write that is aborted on its way', async () => {
      const one = store();
      await one.write(entry('before'));
      const controller = new AbortController();
      const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, value) {
        add.mockRestore();
        queueMicrotask(() => controller.abort(new Error('user left')));
        return this.add(value as object);
      });
      await expect(one.write([entry('x'), entry('y')], { signal: controller.signal })).rejects.toThrow(AbortedError);
      expect(await texts(one)).toEqual(['before']);
    });

    it.each([
      ['there is none', undefined],
      ['opening is refused, as in private windows', { open: () => { throw new DOMException('no', 'SecurityError'); } }],
    ])('says that storage is unavailable when %s', async (_, factory) => {
      globalThis.indexedDB = factory as unknown as globalThis.IDBFactory;
      await expect(store().fetch(S)).rejects.toThrow(StorageUnavailableError);
      await expect(store().write(entry('x'))).rejects.toThrow(StorageUnavailableError);
      await expect(store().open()).rejects.toThrow(StorageUnavailableError);
    });

    it('waits for other tabs to let go, and says so when they do not', async () => {
      const holder = await openRaw('sluice-memory', 1); // an older tab, which ignores that it is asked to close
      const deleting = indexedDB.deleteDatabase('sluice-memory');
      const clock = new ManualClock();
      const one = store({ clock, blockedTimeoutMs: 3000 });
      const refused = expect(one.open()).rejects.toThrow(StorageBlockedError);
      await turnsOfTheLoop(20);
      await clock.advance(3000);
      await refused;
      const waiting = one.open();
      await turnsOfTheLoop(20);
      holder.close();
      await new Promise((resolve) => (deleting.onsuccess = resolve));
      await waiting;
      expect(clock.pending).toBe(0);
      expect(await texts(one)).toEqual([]);
    });

    it('closes for another tab’s upgrade and says that this one is outdated', async () => {
      const one = store();
      await one.write(entry('a'));
      const newer = await openRaw('sluice-memory', 99); // would hang if the store did not let go
      await expect(one.write(entry('b'))).rejects.toThrow(StorageOutdatedError);
      await expect(one.fetch(S)).rejects.toThrow('Reload this tab');
      newer.close();
    });

    it('opens again after the browser took the connection away', async () => {
      const one = store();
      await one.write(entry('a'));
      const begin = vi.spyOn(globalThis.IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
        throw new DOMException('The database connection is closing.', 'InvalidStateError');
      });
      await one.write(entry('b'));
      expect(begin).toHaveBeenCalledTimes(2);
      expect(await texts(one)).toEqual(['a', 'b']);
    });

    it('does not tell what was said in its errors', async () => {
      const one = store();
      await one.write(entry('before'));
      failNextTransaction('UnknownError');
      const error = (await one.write(entry('my secret')).catch((why: unknown) => why)) as Error;
      expect(`${error.message} ${String((error.cause as Error).message)}`).not.toContain('my secret');
    });
  });

  describe('with encryption', () => {
    it('passes the contract', async () => {
      const encryptionKey = await key();
      for (const { run } of memoryStoreContract(() => store({ encryptionKey }))) await run();
    });

    it('leaves nothing readable of what was said', async () => {
      const one = store({ encryptionKey: await key() });
      await one.write(new MemoryEntry({ sessionId: S, role: 'user', content: 'my secret', metadata: { note: 'hidden' } }));
      const db = await openDB('sluice-memory');
      const rows = (await db.getAll('entries')) as { sealed: Uint8Array }[];
      db.close();
      const raw = JSON.stringify(rows) + rows.map(({ sealed }) => String.fromCharCode(...sealed)).join('');
      for (const word of ['secret', 'hidden', 'user"']) expect(raw).not.toContain(word);
    });

    it('says that it cannot read with another key, without one, or what was moved', async () => {
      const encryptionKey = await key();
      const one = store({ encryptionKey });
      await one.write(entry('x'));
      await expect(store({ encryptionKey: await key() }).fetch(S)).rejects.toThrow(DecryptionError);
      await expect(store().fetch(S)).rejects.toThrow(DecryptionError);
      const db = await openDB('sluice-memory');
      const [row] = (await db.getAll('entries')) as { session: string }[];
      await db.put('entries', { ...row, session: T });
      db.close();
      await expect(one.fetch(T)).rejects.toThrow(DecryptionError);
      expect(await texts(one)).toEqual(['x']);
    });

    it('still reads what was written before encryption was turned on', async () => {
      await store().write(entry('plain'));
      const one = store({ encryptionKey: await key() });
      await one.write(entry('sealed'));
      expect(await texts(one)).toEqual(['plain', 'sealed']);
    });

    it('gets the same key from the same passphrase and salt, and another from others', async () => {
      const salt = new Uint8Array(16).fill(7);
      await store({ encryptionKey: await deriveMemoryKey('correct horse', salt) }).write(entry('x'));
      expect(await texts(store({ encryptionKey: await deriveMemoryKey('correct horse', salt) }))).toEqual(['x']);
      await expect(store({ encryptionKey: await deriveMemoryKey('battery staple', salt) }).fetch(S)).rejects.toThrow(DecryptionError);
      await expect(deriveMemoryKey('x', new Uint8Array(8))).rejects.toThrow('deriveMemoryKey.salt');
    });
  });

  describe('with retention', () => {
    it('keeps the newest entries of each session', async () => {
      const events: PipelineEvent[] = [];
      const one = store({ retention: { maxEntries: 10 }, eventSink: { emit: async () => undefined, tryEmit: (event) => void events.push(event) } });
      for (let n = 0; n < 200; n++) await one.write(entry(String(n)));
      await one.write(entry('other', T));
      await one.prune();
      expect(await texts(one)).toEqual(Array.from({ length: 10 }, (_, n) => String(190 + n)));
      expect(await texts(one, T)).toEqual(['other']);
      expect(events.every(({ type, data }) => type === 'memory.pruned' && data['session_id'] === S)).toBe(true);
      expect(events.reduce((sum, { data }) => sum + (data['entries'] as number), 0)).toBe(190);
      expect(events.length).toBeGreaterThan(1); // writing prunes by itself now and then
    });

    it('deletes what is too old, up to the first entry that is not', async () => {
      const clock = new ManualClock();
      const one = store({ retention: { maxAgeSeconds: 60 }, clock });
      const now = clock.epochMs();
      await one.write([entry('old', S, now - 61000), entry('young', S, now - 1000), entry('late', S, now - 61000)]);
      expect(await one.prune(S)).toBe(0); // pruned when it was first written
      expect(await texts(one)).toEqual(['young', 'late']);
      await clock.advance(60000);
      expect(await one.prune()).toBe(2);
    });

    it('reports a pruning that failed, and the write before it succeeds', async () => {
      const events: PipelineEvent[] = [];
      const one = store({ retention: { maxEntries: 1 }, eventSink: { emit: async () => undefined, tryEmit: (event) => void events.push(event) } });
      vi.spyOn(IDBObjectStore.prototype, 'openKeyCursor').mockImplementation(() => {
        throw new DOMException('disk', 'UnknownError');
      });
      await one.write(entry('a'));
      await one.close();
      expect(events).toMatchObject([{ type: 'memory.prune_failed', data: { session_id: S, error: 'StorageFailedError', error_code: 'STORAGE_FAILED' } }]);
    });
  });

  it('completes the writes under way when it is closed, and refuses later calls', async () => {
    const one = store();
    const writing = one.write(entry('a'));
    await one.close();
    await writing;
    await expect(one.write(entry('b'))).rejects.toThrow(ClosedError);
    await expect(one.fetch(S)).rejects.toThrow(ClosedError);
    await expect(one.getAllSessions()).rejects.toThrow(ClosedError);
    expect(await texts(store())).toEqual(['a']);
  });

  it('lists its sessions', async () => {
    const one = store();
    await one.write([entry('a', T), ...Array.from({ length: 5 }, () => entry('b'))]);
    expect(await one.getAllSessions()).toEqual([S, T]);
  });

  it('answers about persistence and space also where the browser does not', async () => {
    expect(await store().persist()).toBe(false);
    expect(await store().estimate()).toEqual({ usage: null, quota: null });
  });

  it.each([{ name: '' }, { durability: 'lazy' }, { retention: { maxEntries: 0 } }, { retention: { days: 3 } }, { encryptionKey: {} }, { blockedTimeoutMs: -1 }, { dbName: 'x' }])('refuses the option %j', (options) => {
    expect(() => new IndexedDBMemoryStore(options as object)).toThrow('IndexedDBMemoryStore.');
  });
});

/** Lets the next write succeed in its requests and fail in its transaction, as a full disk does. */
function failNextTransaction(name: string): void {
  vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementationOnce(function (this: IDBTransaction & { _abort(name: string): void; error: DOMException }) {
    this._abort(name);
  });
}

async function turnsOfTheLoop(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

function openRaw(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('open failed'));
  });
}
