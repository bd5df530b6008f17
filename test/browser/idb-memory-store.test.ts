// The store on a real IndexedDB: the contract, several connections, and its cost. What needs the
// browser to be driven from outside is in test/e2e/memory.test.ts.
import { openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import { IndexedDBMemoryStore, type IndexedDBMemoryStoreOptions } from '../../src/browser/idb-memory-store.js';
import { MemoryConfig } from '../../src/memory/config.js';
import { MemoryEntry } from '../../src/memory/entry.js';
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

  it('reads the newest 50 of a session at a cost that does not grow with its length', async () => {
    const one = store({ durability: 'relaxed' });
    const long = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    await one.write(Array.from({ length: 1000 }, (_, n) => entry(`what was said number ${n}, a sentence of some length`)));
    for (let n = 0; n < 20; n++) await one.write(Array.from({ length: 1000 }, (_, m) => entry(`what was said number ${n * 1000 + m}, a sentence of some length`, long)));
    const config = new MemoryConfig({ maxEntries: 50 });
    const times = { short: [] as number[], long: [] as number[] };
    for (let n = 0; n < 60; n++) {
      for (const [name, session] of [['short', S], ['long', long]] as const) {
        const start = performance.now();
        expect(await one.fetch(session, config)).toHaveLength(50);
        times[name].push(performance.now() - start);
      }
    }
    console.info(`newest 50, median ms: of 1,000 ${median(times.short).toFixed(2)}, of 20,000 ${median(times.long).toFixed(2)}`);
    expect(median(times.long)).toBeLessThan(median(times.short) * 2 + 0.3);
  });

  it('writes an exchange at about the cost of the bare transaction', async () => {
    for (const durability of ['strict', 'relaxed'] as const) {
      const one = store({ durability });
      await one.write(entry('first'));
      const bare = await openDB(`bare-${durability}`, 1, { upgrade: (db) => void db.createObjectStore('entries', { keyPath: ['session', 'seq'] }).createIndex('id', ['session', 'id'], { unique: true }) });
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let n = 0; n < 120; n++) {
        const exchange = [entry(`question ${n}`), entry(`answer ${n}`)];
        let start = performance.now();
        await one.write(exchange);
        ours.push(performance.now() - start);
        const rows = exchange.map(({ id, sessionId, role, content, timestampMs }, m) => ({ session: sessionId, seq: n * 2 + m, id, timestamp: timestampMs, high: timestampMs, role, content }));
        start = performance.now();
        const tx = bare.transaction('entries', 'readwrite', { durability });
        for (const row of rows) void tx.store.add(row);
        await tx.done;
        theirs.push(performance.now() - start);
      }
      bare.close();
      indexedDB.deleteDatabase(`bare-${durability}`);
      console.info(`exchange of two, ${durability}, median ms: ours ${median(ours).toFixed(2)}, bare ${median(theirs).toFixed(2)}`);
      expect(median(ours)).toBeLessThan(median(theirs) * 1.5 + 0.3);
    }
  });
});

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
