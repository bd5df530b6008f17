// The page of memory.bench.mjs.
import { openDB } from 'idb';
import { IndexedDBMemoryStore } from '#dist/browser/idb-memory-store.js';
import { MemoryEntry } from '#dist/memory/entry.js';

const SHORT = '550e8400-e29b-41d4-a716-446655440000';
const LONG = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const WRITTEN = '00000000-0000-4000-8000-000000000001';
const BATCH = 1000;
const WORDS = 'please tell remind call doctor dentist appointment tomorrow morning weather music kitchen light train ticket garden recipe pasta sister birthday holiday mountain river meeting project deadline coffee water apple engine'.split(' ');

const store = new IndexedDBMemoryStore({ name: 'bench-sluice' });
const relaxed = new IndexedDBMemoryStore({ name: 'bench-sluice-relaxed', durability: 'relaxed' });
let dexie;
let sqlite;

/** About 190 bytes a row; one in a thousand says "zeppelin". */
const textOf = (n) => `${Array.from({ length: 14 }, (_, k) => WORDS[(Math.imul(n * 14 + k + 1, 0x9e3779b1) >>> 16) % WORDS.length]).join(' ')}${n % 1000 === 17 ? ' zeppelin' : ''} ${n}`;
const roleOf = (n) => (n % 2 === 0 ? 'user' : 'assistant');
const sessions = (options) => [[SHORT, options.short], [LONG, options.full]];

const ask = (message) => new Promise((resolve, reject) => {
  sqlite.onmessage = ({ data }) => (data.error === undefined ? resolve(data) : reject(new Error(data.error)));
  sqlite.postMessage(message);
});

globalThis.bench = {
  async fill(options) {
    const seconds = {};
    const timed = async (name, work) => {
      const begun = performance.now();
      await work();
      seconds[name] = (performance.now() - begun) / 1000;
    };
    await timed('sluice', async () => {
      for (const [sessionId, count] of sessions(options)) {
        for (let n = 0; n < count; n += BATCH) await store.write(Array.from({ length: Math.min(BATCH, count - n) }, (_, k) => new MemoryEntry({ id: `e${n + k}`, sessionId, role: roleOf(n + k), content: textOf(n + k), timestamp: new Date(1_700_000_000_000 + n + k) })));
      }
    });
    if (options.dexie) {
      const { Dexie } = await import('dexie');
      dexie = new Dexie('bench-dexie');
      dexie.version(1).stores({ entries: '[session+seq], &[session+id]' });
      await timed('Dexie', async () => {
        for (const [session, count] of sessions(options)) {
          for (let n = 0; n < count; n += BATCH) await dexie.table('entries').bulkAdd(Array.from({ length: Math.min(BATCH, count - n) }, (_, k) => ({ session, seq: n + k + 1, id: `e${n + k}`, timestamp: 1_700_000_000_000 + n + k, role: roleOf(n + k), content: textOf(n + k) })));
        }
      });
    }
    if (options.sqlite) {
      sqlite = new Worker('/sqlite.js', { type: 'module' });
      await ask({ type: 'open' });
      await timed('sqlite-wasm', async () => {
        for (const [session, count] of sessions(options)) await ask({ type: 'fill', session, rows: Array.from({ length: count }, (_, n) => [`e${n}`, 1_700_000_000_000 + n, roleOf(n), textOf(n)]) });
      });
    }
    return seconds;
  },

  async read(options) {
    const newest = async (sessionId) => (await store.fetch(sessionId, { maxEntries: 50, maxTokens: 0 })).length;
    const candidates = { 'sluice, short': () => newest(SHORT), 'sluice, long': () => newest(LONG) };
    if (options.dexie) {
      const { Dexie } = await import('dexie');
      candidates['Dexie, long'] = async () => (await dexie.table('entries').where('[session+seq]').between([LONG, Dexie.minKey], [LONG, Dexie.maxKey]).reverse().limit(50).toArray()).reverse().length;
    }
    if (options.sqlite) candidates['sqlite-wasm, long'] = async () => ask({ type: 'read', session: LONG });
    const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
    const names = Object.keys(candidates);
    for (let round = -20; round < options.rounds; round += 1) {
      for (let k = 0; k < names.length; k += 1) {
        const name = names[(k + Math.abs(round)) % names.length];
        const begun = performance.now();
        const found = await candidates[name]();
        const ms = found.ms ?? performance.now() - begun;
        if ((found.count ?? found) !== 50) throw new Error(`${name} gave not 50 entries`);
        if (round >= 0) times[name].push(ms);
      }
    }
    return times;
  },

  async write(rounds) {
    const schema = { upgrade: (db) => void db.createObjectStore('entries', { keyPath: ['session', 'seq'] }).createIndex('id', ['session', 'id'], { unique: true }) };
    const bare = { strict: await openDB('bench-bare', 1, schema), relaxed: await openDB('bench-bare-relaxed', 1, schema) };
    const seqs = { strict: 0, relaxed: 0 };
    const bareWrite = async (durability, n) => {
      const tx = bare[durability].transaction('entries', 'readwrite', { durability });
      for (const part of ['q', 'a']) tx.store.add({ session: WRITTEN, seq: ++seqs[durability], id: `${n}${part}`, timestamp: 1_700_000_000_000 + n, high: 1_700_000_000_000 + n, role: part === 'q' ? 'user' : 'assistant', content: textOf(n) });
      tx.commit();
      await tx.done;
    };
    const ourWrite = (into, n) => into.write([new MemoryEntry({ id: `${n}q`, sessionId: WRITTEN, role: 'user', content: textOf(n), timestamp: new Date(1_700_000_000_000 + n) }), new MemoryEntry({ id: `${n}a`, sessionId: WRITTEN, role: 'assistant', content: textOf(n), timestamp: new Date(1_700_000_000_000 + n) })]);
    const candidates = { 'sluice, strict': (n) => ourWrite(store, n), 'bare, strict': (n) => bareWrite('strict', n), 'sluice, relaxed': (n) => ourWrite(relaxed, n), 'bare, relaxed': (n) => bareWrite('relaxed', n) };
    const names = Object.keys(candidates);
    const times = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = -20; round < rounds; round += 1) {
      for (let k = 0; k < names.length; k += 1) {
        const name = names[(k + Math.abs(round)) % names.length];
        const begun = performance.now();
        await candidates[name](round + 20);
        if (round >= 0) times[name].push(performance.now() - begun);
      }
    }
    return times;
  },

  // Before the index is made and after; while it is made, searches and it would wait for each other.
  async search() {
    const times = {};
    const search = async (title, sessionId, query) => {
      const begun = performance.now();
      const hits = await store.search(query, { sessionIds: [sessionId] });
      times[title] = performance.now() - begun;
      if ((hits.length === 0) !== (query === 'quixotic')) throw new Error(`${query}: ${hits.length} hits`);
    };
    for (const [place, sessionId] of [['short session', SHORT], ['long session', LONG]]) {
      await search(`${place}, a rare word, not indexed`, sessionId, 'zeppelin');
      const begun = performance.now();
      await store.index(sessionId);
      times[`${place}, making the index`] = performance.now() - begun;
      for (const [kind, query] of [['a rare word', 'zeppelin'], ['two common words', 'dentist appoint'], ['a word that is nowhere', 'quixotic']]) {
        await search(`${place}, ${kind}`, sessionId, query);
        await search(`${place}, ${kind}, again`, sessionId, query);
      }
    }
    return times;
  },
};
