/**
 * The full-text index of `IndexedDBMemoryStore`: shelves of blocks (see `search-index.ts`) and, per session, what they
 * cover. Entries are indexed long after they were written, in transactions of their own. Whatever changes an indexed entry
 * tells the index in its own transaction; a block under way then finds the session's `version` changed and is not kept.
 *
 * A store with a key keeps one sealed row per block in place of its shelves, because words lie in their keys.
 */
import type { IDBPTransaction, StoreNames } from 'idb';
import { randomId } from '../base/id.js';
import type { MemoryCallOptions } from '../memory/store.js';
import { bestCandidates, blockStart, SEARCH_BLOCK, searchBlock, searchShelves, shelvesOf, stateAfterPruning, stateAfterReplacing, type SearchCandidate, type SearchShelf, type SearchState, type ShelfSelector } from '../memory/search-index.js';
import type { SearchQuery } from '../memory/search.js';
import { DecryptionError, type EntryCipher } from './idb-cipher.js';
import type { IdbConnection } from './idb-connection.js';
import { AFTER_ALL, type MemorySchema, type ShelfRow } from './idb-memory-schema.js';

/** A transaction that may change entries which are indexed. */
export type IndexedTransaction = IDBPTransaction<MemorySchema, StoreNames<MemorySchema>[], 'readwrite'>;

/** What is indexed of a session of which nothing is. */
const NOTHING: SearchState = { first: 0, next: 0, stale: [] };
// The key of a sealed block's only row; every other one begins with a word.
const SEALED = '';

/** Notes that an entry has another text. */
export async function noteReplaced(tx: IndexedTransaction, session: string, seq: number): Promise<void> {
  await changeState(tx, session, (state) => stateAfterReplacing(state, seq));
}

/** Notes that entries at the front of a session are gone. */
export async function notePruned(tx: IndexedTransaction, session: string): Promise<void> {
  const oldest = await tx.objectStore('entries').openKeyCursor(IDBKeyRange.bound([session], [session, AFTER_ALL]));
  await changeState(tx, session, (state) => stateAfterPruning(state, oldest?.key[1]));
}

/** Forgets a session, or everything. */
export async function dropIndex(tx: IndexedTransaction, session: string | undefined): Promise<void> {
  if (session === undefined) await Promise.all([tx.objectStore('indexed').clear(), tx.objectStore('shelves').clear()]);
  else await Promise.all([tx.objectStore('indexed').delete(session), tx.objectStore('shelves').delete(shelvesBefore(session))]);
}

async function changeState(tx: IndexedTransaction, session: string, change: (state: SearchState) => SearchState | undefined): Promise<void> {
  const indexed = tx.objectStore('indexed');
  const row = await indexed.get(session);
  if (row === undefined) return;
  const state = change(row);
  if (state === undefined) return dropIndex(tx, session);
  if (state.first > row.first) await tx.objectStore('shelves').delete(shelvesBefore(session, state.first));
  await indexed.put({ ...state, session, version: randomId() });
}

/** Reads and makes the index of one database. */
export class SearchIndex {
  readonly #connection: IdbConnection<MemorySchema>;
  readonly #cipher: EntryCipher | undefined;

  constructor(connection: IdbConnection<MemorySchema>, cipher: EntryCipher | undefined) {
    this.#connection = connection;
    this.#cipher = cipher;
  }

  /** What is indexed of a session, and the numbers of its indexed entries worth reading, ascending. */
  async candidates(session: string, query: SearchQuery, limit: number, options: MemoryCallOptions): Promise<{ readonly state: SearchState; readonly seqs: readonly number[] }> {
    const selectors = shelvesOf(query);
    const { state, blocks } = await this.#connection.run(['indexed', 'shelves'], 'readonly', options, async (tx) => {
      const found = (await tx.objectStore('indexed').get(session)) ?? NOTHING;
      const shelves = tx.objectStore('shelves');
      const reads: Promise<ShelfRow[][]>[] = [];
      for (let block = found.first; block < found.next; block++) reads.push(Promise.all([shelves.getAll([session, block, SEALED]), ...selectors.map((selector) => shelves.getAll(shelfRange(session, block, selector)))]));
      return { state: found, blocks: await Promise.all(reads) };
    });
    const candidates: SearchCandidate[] = [];
    for (const [n, rows] of blocks.entries()) for (const one of searchBlock(query, state.first + n, await this.#shelvesOf(rows.flat()))) candidates.push(one);
    return { state, seqs: bestCandidates(candidates, state, limit) };
  }

  /**
   * Indexes the session's next block when all its numbers up to `lastSeq` are given; resolves to whether it did. `read`
   * gives the entries from one number to before another. Nothing is kept when the session has changed meanwhile.
   */
  async indexNext(session: string, lastSeq: number, read: (from: number, before: number) => Promise<Iterable<{ readonly seq: number; readonly content: string }>>, options: MemoryCallOptions): Promise<boolean> {
    if (lastSeq < SEARCH_BLOCK) return false;
    const begun = await this.#connection.run(['indexed'], 'readwrite', { signal: options.signal, durability: 'relaxed' }, async (tx) => {
      const row = (await tx.objectStore('indexed').get(session)) ?? { ...NOTHING, session, version: randomId() };
      await tx.objectStore('indexed').put(row); // from now on it shows when the session is cleared or changed
      return row;
    });
    const block = begun.next;
    if (lastSeq < blockStart(block + 1) - 1) return false;
    const shelves = searchShelves(await read(blockStart(block), blockStart(block + 1)));
    const rows = await this.#rowsOf(session, block, shelves);
    return this.#connection.run(['indexed', 'shelves'], 'readwrite', { signal: options.signal, durability: 'relaxed' }, async (tx) => {
      const now = await tx.objectStore('indexed').get(session);
      if (now?.version !== begun.version) return false;
      await Promise.all(rows.map((row) => tx.objectStore('shelves').put(row)));
      await tx.objectStore('indexed').put({ ...now, next: block + 1, version: randomId() });
      return true;
    });
  }

  async #rowsOf(session: string, block: number, shelves: readonly SearchShelf[]): Promise<ShelfRow[]> {
    if (this.#cipher === undefined) return shelves.map((shelf) => ({ session, block, ...shelf }));
    return [{ session, block, head: SEALED, sealed: await this.#cipher.seal(placeOf(session, block), shelves) }];
  }

  async #shelvesOf(rows: readonly ShelfRow[]): Promise<SearchShelf[]> {
    const shelves: SearchShelf[] = [];
    for (const { session, block, head, words = [], lists = [], sealed } of rows) {
      if (sealed === undefined) shelves.push({ head, words, lists });
      else if (this.#cipher === undefined) throw new DecryptionError();
      else shelves.push(...((await this.#cipher.open(placeOf(session, block), sealed)) as SearchShelf[])); // sealed by #rowsOf
    }
    return shelves;
  }
}

// No entry has this id: a space is in none that the library makes, and a block sealed under another would not open.
function placeOf(session: string, block: number): { readonly session: string; readonly id: string } {
  return { session, id: `search block ${block}` };
}

function shelfRange(session: string, block: number, { head, orLonger }: ShelfSelector): IDBKeyRange {
  return IDBKeyRange.bound([session, block, head], [session, block, orLonger ? `${head}\uffff` : head]);
}

/** The shelves of a session before a block, all of them without one. */
function shelvesBefore(session: string, block?: number): IDBKeyRange {
  return block === undefined ? IDBKeyRange.bound([session], [session, AFTER_ALL]) : IDBKeyRange.bound([session], [session, block], false, true);
}
