/**
 * The full-text index of `DurableObjectMemoryStore`: the shelves of blocks (see `search-index.ts`) as rows. Entries are
 * indexed by searching, never by writing; the object's single thread makes each step atomic.
 */
import { bestCandidates, blockStart, searchBlock, searchShelves, shelvesOf, stateAfterPruning, stateAfterReplacing, type SearchCandidate, type SearchShelf, type SearchState } from '../memory/search-index.js';
import type { SearchQuery } from '../memory/search.js';
import type { SqlStorageHost } from './sql-storage.js';

/** Tables of the index. */
export const searchSchema: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS sluice_indexed (session TEXT PRIMARY KEY, first INTEGER NOT NULL, next INTEGER NOT NULL, stale TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS sluice_shelves (session TEXT NOT NULL, block INTEGER NOT NULL, head TEXT NOT NULL, words TEXT NOT NULL, lists TEXT NOT NULL, PRIMARY KEY (session, block, head)) WITHOUT ROWID',
];

const NOTHING: SearchState = { first: 0, next: 0, stale: [] };
// A search answers soon also while a long session is not indexed: each adds so many blocks at most.
const BLOCKS_AT_ONCE = 8;

/** Reads and makes the index in an object's storage. */
export class SqlSearchIndex {
  readonly #storage: SqlStorageHost;

  /** Expects the tables of {@link searchSchema}. */
  constructor(storage: SqlStorageHost) {
    this.#storage = storage;
  }

  /** What is indexed of a session, and the numbers of its indexed entries worth reading, ascending. */
  candidates(session: string, query: SearchQuery, limit: number): { readonly state: SearchState; readonly seqs: readonly number[] } {
    const state = this.#state(session) ?? NOTHING;
    const candidates: SearchCandidate[] = [];
    const selectors = shelvesOf(query);
    for (let block = state.first; block < state.next; block++) {
      for (const one of searchBlock(query, block, selectors.flatMap(({ head, orLonger }) => this.#shelves(session, block, head, orLonger)))) candidates.push(one);
    }
    return { state, seqs: bestCandidates(candidates, state, limit) };
  }

  /** Indexes the next blocks of a session whose last entry is `lastSeq`; `read` gives the entries from one number to before another. */
  extend(session: string, lastSeq: number, read: (from: number, before: number) => Iterable<{ readonly seq: number; readonly content: string }>): void {
    const state = this.#state(session) ?? NOTHING;
    let { next } = state;
    for (; next < state.next + BLOCKS_AT_ONCE && lastSeq >= blockStart(next + 1) - 1; next++) {
      for (const { head, words, lists } of searchShelves(read(blockStart(next), blockStart(next + 1)))) {
        this.#storage.sql.exec('INSERT OR REPLACE INTO sluice_shelves VALUES (?, ?, ?, ?, ?)', session, next, head, JSON.stringify(words), JSON.stringify(lists));
      }
    }
    if (next > state.next) this.#keep(session, { ...state, next });
  }

  /** True when something of the session is indexed, so that changes must be noted. */
  has(session: string): boolean {
    return this.#state(session) !== undefined;
  }

  /** Notes that an entry has another text. */
  noteReplaced(session: string, seq: number): void {
    this.#change(session, (state) => stateAfterReplacing(state, seq));
  }

  /** Notes which entry of the session is the oldest now, if there is one. */
  notePruned(session: string, oldest: number | undefined): void {
    this.#change(session, (state) => stateAfterPruning(state, oldest));
  }

  /** Forgets a session, or everything. */
  drop(session?: string): void {
    for (const table of ['sluice_indexed', 'sluice_shelves']) {
      if (session === undefined) this.#storage.sql.exec(`DELETE FROM ${table}`);
      else this.#storage.sql.exec(`DELETE FROM ${table} WHERE session = ?`, session);
    }
  }

  #change(session: string, change: (state: SearchState) => SearchState | undefined): void {
    const before = this.#state(session);
    if (before === undefined) return;
    const after = change(before);
    if (after === undefined) return this.drop(session);
    if (after.first > before.first) this.#storage.sql.exec('DELETE FROM sluice_shelves WHERE session = ? AND block < ?', session, after.first);
    this.#keep(session, after);
  }

  #state(session: string): SearchState | undefined {
    const [row] = this.#storage.sql.exec<{ first: number; next: number; stale: string }>('SELECT first, next, stale FROM sluice_indexed WHERE session = ?', session).toArray();
    return row === undefined ? undefined : { first: row.first, next: row.next, stale: JSON.parse(row.stale) as number[] };
  }

  #keep(session: string, { first, next, stale }: SearchState): void {
    this.#storage.sql.exec('INSERT OR REPLACE INTO sluice_indexed VALUES (?, ?, ?, ?)', session, first, next, JSON.stringify(stale));
  }

  #shelves(session: string, block: number, head: string, orLonger: boolean): SearchShelf[] {
    const rows = this.#storage.sql.exec<{ head: string; words: string; lists: string }>('SELECT head, words, lists FROM sluice_shelves WHERE session = ?1 AND block = ?2 AND head >= ?3 AND head <= ?4', session, block, head, orLonger ? `${head}\u{10ffff}` : head);
    return rows.toArray().map((row) => ({ head: row.head, words: JSON.parse(row.words) as string[], lists: JSON.parse(row.lists) as number[][] }));
  }
}
