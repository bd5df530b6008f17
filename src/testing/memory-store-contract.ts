/**
 * What every memory store must do, as a list of cases that any test runner can run:
 *
 *     for (const { name, run } of memoryStoreContract(() => new MyStore())) it(name, run);
 *
 * The optional methods are tested where the store has them. Sessions are new in every case, so cases
 * may share one store, and a store may hold other data.
 */
import { randomId, type IdSource } from '../base/id.js';
import { systemClock } from '../base/clock.js';
import { MemoryConfig, unlimitedMemory, type MemoryConfigInit } from '../memory/config.js';
import { MemoryEntry, type MemoryEntryInit } from '../memory/entry.js';
import type { MemoryStore } from '../memory/store.js';
import { contractCase, equal, rejects, truthy, type ContractCase } from './contract.js';

/** Options of {@link memoryStoreContract}. */
export interface MemoryStoreContractOptions {
  /** Called after each case, to release what `open` made. */
  readonly close?: (store: MemoryStore) => void | Promise<void>;
  /** Sessions and entries of the cases. @default random UUIDs */
  readonly ids?: IdSource;
}

/** The cases for stores that `open` makes. Where the cases may not share one store's data, let `open` make an empty one. */
export function memoryStoreContract(open: () => MemoryStore | Promise<MemoryStore>, options: MemoryStoreContractOptions = {}): readonly ContractCase[] {
  const { ids = randomId } = options;
  return cases.map(([name, run]) =>
    contractCase(name, async () => {
      const store = await open();
      try {
        await run(new Bench(store, ids));
      } finally {
        await options.close?.(store);
      }
    }),
  );
}

/** A store with a session of its own, and short ways to fill and read it. */
class Bench {
  readonly store: MemoryStore;
  readonly session: string;
  readonly ids: IdSource;

  constructor(store: MemoryStore, ids: IdSource) {
    this.store = store;
    this.session = ids();
    this.ids = ids;
  }

  entry(content: string, init: Partial<MemoryEntryInit> = {}): MemoryEntry {
    return new MemoryEntry({ id: this.ids(), sessionId: this.session, role: 'user', content, ...init });
  }

  async read(config: MemoryConfigInit | MemoryConfig = unlimitedMemory, session = this.session): Promise<string[]> {
    const entries = await this.store.fetch(session, config instanceof MemoryConfig ? config : new MemoryConfig({ maxEntries: 0, maxTokens: 0, ...config }));
    return entries.map((entry) => entry.content);
  }
}

const ago = (ms: number): Date => new Date(systemClock.epochMs() - ms);

const cases: readonly (readonly [string, (bench: Bench) => Promise<void>])[] = [
  ['gives nothing for a session it does not know', async (b) => equal(await b.read(), [])],
  [
    'gives entries back as they were written',
    async (b) => {
      const entry = b.entry('grüße 👋 \ud800 done', { role: 'assistant', timestamp: new Date(1700000000123), metadata: { list: [1, null, { deep: 'x' }], generated: 'more' } });
      await b.store.write(entry);
      const [found] = await b.store.fetch(b.session, unlimitedMemory);
      truthy(found instanceof MemoryEntry, 'fetch gives MemoryEntry objects');
      equal(found?.toDict(), entry.toDict());
    },
  ],
  [
    'keeps the order of writing, whatever the timestamps say',
    async (b) => {
      await b.store.write(b.entry('a', { timestamp: ago(0) }));
      await b.store.write(b.entry('b', { timestamp: ago(50000) }));
      await b.store.write([b.entry('c', { timestamp: ago(10) }), b.entry('d', { timestamp: ago(90000) })]);
      equal(await b.read(), ['a', 'b', 'c', 'd']);
    },
  ],
  [
    'keeps the order of writes that nobody awaited one by one',
    async (b) => {
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map((content) => b.store.write(b.entry(content))));
      equal(await b.read(), ['a', 'b', 'c', 'd', 'e']);
    },
  ],
  [
    'writes a list whole or not at all',
    async (b) => {
      const list = [b.entry('a'), { content: 'no entry' } as unknown as MemoryEntry, b.entry('c')];
      await rejects(b.store.write(list), 'a list with something that is no entry');
      equal(await b.read(), []);
      await b.store.write([]);
      equal(await b.read(), []);
    },
  ],
  [
    'replaces an entry with a known id in its place',
    async (b) => {
      const second = b.entry('b');
      await b.store.write([b.entry('a'), second, b.entry('c')]);
      await b.store.write(second.with({ content: 'B' }));
      await b.store.write([second.with({ content: 'BB' }), b.entry('d')]);
      equal(await b.read(), ['a', 'BB', 'c', 'd']);
    },
  ],
  [
    'takes the last of several entries with one id in one list',
    async (b) => {
      const one = b.entry('x');
      await b.store.write([one, b.entry('y'), one.with({ content: 'z' })]);
      equal(await b.read(), ['z', 'y']);
    },
  ],
  [
    'keeps the same id in two sessions apart',
    async (b) => {
      const entry = b.entry('mine');
      const other = b.ids();
      await b.store.write([entry, entry.with({ sessionId: other, content: 'theirs' })]);
      equal(await b.read(), ['mine']);
      equal(await b.read(unlimitedMemory, other), ['theirs']);
      await b.store.clear(other);
      equal(await b.read(), ['mine']);
    },
  ],
  [
    'gives the newest maxEntries, oldest first',
    async (b) => {
      await b.store.write(Array.from({ length: 150 }, (_, n) => b.entry(String(n))));
      equal(await b.read({ maxEntries: 3 }), ['147', '148', '149']);
      equal((await b.read({ maxEntries: 149 })).length, 149);
      equal((await b.read({ maxEntries: 500 })).length, 150);
      equal((await b.read()).length, 150);
    },
  ],
  [
    'leaves system entries out where asked, before it counts',
    async (b) => {
      await b.store.write([b.entry('a'), b.entry('s1', { role: 'system' }), b.entry('b'), b.entry('s2', { role: 'system' })]);
      equal(await b.read({ includeSystem: false, maxEntries: 2 }), ['a', 'b']);
      equal(await b.read({ maxEntries: 2 }), ['b', 's2']);
    },
  ],
  [
    'gives only the recency window, also when timestamps are out of order',
    async (b) => {
      await b.store.write([b.entry('old', { timestamp: ago(7200000) }), b.entry('new', { timestamp: ago(1000) }), b.entry('late', { timestamp: ago(7200000) }), b.entry('now')]);
      equal(await b.read({ recencyWindowSeconds: 3600 }), ['new', 'now']);
      await b.store.write(Array.from({ length: 300 }, (_, n) => b.entry(`o${n}`, { timestamp: ago(7200000) })));
      equal(await b.read({ recencyWindowSeconds: 3600 }), ['new', 'now']);
    },
  ],
  [
    'finds an entry in the recency window that was replaced into it',
    async (b) => {
      const first = b.entry('first', { timestamp: ago(7200000) });
      await b.store.write([first, ...Array.from({ length: 200 }, (_, n) => b.entry(`o${n}`, { timestamp: ago(7200000) }))]);
      await b.store.write(first.with({ content: 'again', timestamp: ago(1000) }));
      equal(await b.read({ recencyWindowSeconds: 3600 }), ['again']);
    },
  ],
  [
    'ends at the first entry, from the newest, that does not fit maxTokens',
    async (b) => {
      await b.store.write(['x'.repeat(40), 'y'.repeat(4000), 'z'.repeat(40)].map((content) => b.entry(content)));
      equal(await b.read({ maxTokens: 100 }), ['z'.repeat(40)]);
    },
  ],
  [
    'never gives an empty history because the newest entry is long',
    async (b) => {
      await b.store.write([b.entry('short'), b.entry('long '.repeat(1000))]);
      equal(await b.read({ maxTokens: 10 }), ['long '.repeat(1000)]);
    },
  ],
  [
    'gives lists that are the caller’s own',
    async (b) => {
      await b.store.write(b.entry('a'));
      const list = await b.store.fetch(b.session, unlimitedMemory);
      list.length = 0;
      equal(await b.read(), ['a']);
    },
  ],
  [
    'clears one session and says how many entries it had',
    async (b) => {
      const other = b.ids();
      await b.store.write([b.entry('a'), b.entry('b'), b.entry('keep', { sessionId: other })]);
      equal(await b.store.clear(b.session), 2);
      equal(await b.store.clear(b.session), 0);
      equal(await b.read(), []);
      equal(await b.read(unlimitedMemory, other), ['keep']);
      await b.store.write(b.entry('again'));
      equal(await b.read(), ['again']);
    },
  ],
  [
    'refuses a session that is no UUID',
    async (b) => {
      await rejects(b.store.fetch('not-a-uuid', unlimitedMemory), 'fetch');
      await rejects(b.store.clear('not-a-uuid'), 'clear');
    },
  ],
  [
    'does nothing on a signal that has aborted',
    async (b) => {
      const signal = AbortSignal.abort();
      await rejects(b.store.write(b.entry('a'), { signal }), 'write');
      await rejects(b.store.fetch(b.session, unlimitedMemory, { signal }), 'fetch');
      await rejects(b.store.clear(b.session, { signal }), 'clear');
      equal(await b.read(), []);
    },
  ],
  [
    'finds entries by all words, in one session or in all (search)',
    async (b) => {
      if (b.store.search === undefined) return;
      const word = `dentist${b.session.slice(0, 8)}`;
      const other = b.ids();
      await b.store.write([b.entry(`Call the ${word} on Monday`), b.entry('Buy milk'), b.entry(`The ${word} was KIND`), b.entry(`Another ${word}`, { sessionId: other })]);
      const find = async (query: string, sessionIds?: readonly string[]): Promise<string[]> => (await b.store.search?.(query, sessionIds === undefined ? {} : { sessionIds }))?.map((hit) => hit.entry.content) ?? [];
      equal(await find(`${word} monday`, [b.session]), [`Call the ${word} on Monday`]);
      equal((await find(word, [b.session])).length, 2);
      equal((await find(word)).length, 3);
      equal(await find(word, [other]), [`Another ${word}`]);
      equal(await find(`${word} absent`), []);
      equal(await find('   '), []);
      equal((await b.store.search?.(word, { limit: 1 }))?.length, 1);
      await b.store.clear(b.session);
      equal(await find(word, [b.session]), []);
    },
  ],
  [
    'exports what it holds and imports it again, twice without doubling (export, import)',
    async (b) => {
      if (b.store.export === undefined || b.store.import === undefined) return;
      await b.store.write([b.entry('a', { metadata: { n: 1 } }), b.entry('b')]);
      const data = await b.store.export({ sessionIds: [b.session] });
      equal(data.entries.map((entry) => entry['content']), ['a', 'b']);
      const copy = JSON.parse(JSON.stringify(data)) as typeof data;
      await b.store.clear(b.session);
      equal(await b.store.import(copy), 2);
      equal(await b.store.import(copy), 2);
      equal(await b.read(), ['a', 'b']);
      await rejects(b.store.import({ ...copy, version: 99 as 1 }), 'an export of a later version');
    },
  ],
  [
    'deletes everything (deleteAll)',
    async (b) => {
      if (b.store.deleteAll === undefined) return;
      await b.store.write([b.entry('a'), b.entry('b', { sessionId: b.ids() })]);
      truthy((await b.store.deleteAll()) >= 2, 'deleteAll says how many entries it deleted');
      equal(await b.read(), []);
      equal(await b.store.deleteAll(), 0);
    },
  ],
];
