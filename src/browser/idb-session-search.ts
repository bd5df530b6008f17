/**
 * Searching the sessions of `IndexedDBMemoryStore`: of the indexed blocks only the best entries are read, what lies
 * before and after them is read as it is. A block is indexed at an idle moment after it was filled, so that a
 * conversation is indexed when it is first searched; a long list, an import, is left to the first search, which has
 * what it had to read indexed afterwards.
 */
import type { Clock } from '../base/clock.js';
import { ClosedError } from '../base/errors.js';
import type { MemoryEntry } from '../memory/entry.js';
import { blockOf, blockStart } from '../memory/search-index.js';
import { searchEntries, type SearchQuery } from '../memory/search.js';
import type { MemoryCallOptions, MemorySearchHit } from '../memory/store.js';
import type { EntryLog } from './idb-entry-log.js';
import type { EntryRow } from './idb-memory-schema.js';
import type { SearchIndex } from './idb-search-index.js';
import { inOneTab } from './one-tab.js';
import { whenIdle } from './when-idle.js';

// Entries read at once: a page of them is scored within a few milliseconds.
const PAGE = 1024;
// An exchange with its tool calls is shorter; a list that is longer was not said but imported, and more may follow it at once.
const LONGEST_EXCHANGE = 64;

/** What a search needs of its store. */
export interface SessionSearchHost {
  /** Name of the database. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: EntryLog;
  readonly index: SearchIndex;
  readonly decode: (rows: readonly EntryRow[]) => Promise<MemoryEntry[]>;
  /** Runs work between the store's writes. */
  readonly inOrder: <T>(work: () => Promise<T>) => Promise<T>;
  /** Hears that a session could not be indexed. */
  readonly onFailure: (session: string, error: unknown) => void;
}

/** Searches and indexes the sessions of one store. */
export class SessionSearch {
  readonly #host: SessionSearchHost;
  readonly #indexing = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  constructor(host: SessionSearchHost) {
    this.#host = host;
  }

  /** The best `limit` entries of each of the sessions together, best first. */
  async search(sessions: readonly string[], query: SearchQuery, limit: number, options: MemoryCallOptions): Promise<MemorySearchHit[]> {
    const best: MemorySearchHit[] = [];
    for (const session of sessions) best.push(...(await this.#searchSession(session, query, limit, options)));
    return best.sort(better).slice(0, limit);
  }

  /** Indexes what may be of a session, a block at a time, so that writes come between; resolves to the number of blocks. */
  async index(session: string, options: MemoryCallOptions): Promise<number> {
    let blocks = 0;
    while (await this.#host.inOrder(() => this.#indexNext(session, options))) blocks++;
    return blocks;
  }

  /** Hears of rows that were appended. */
  noteAppended(rows: readonly { readonly session: string }[]): void {
    if (rows.length > LONGEST_EXCHANGE) return;
    for (const session of new Set(rows.map((row) => row.session))) {
      const last = this.#host.log.tail(session)?.seq ?? 0;
      const first = last + 1 - rows.filter((row) => row.session === session).length;
      if (blockOf(last + 1) > blockOf(first)) this.#indexWhenIdle(session);
    }
  }

  /** Takes back what waits for an idle moment. */
  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  async #searchSession(session: string, query: SearchQuery, limit: number, options: MemoryCallOptions): Promise<MemorySearchHit[]> {
    const { log, index, decode } = this.#host;
    const { state, seqs } = await index.candidates(session, query, limit, options);
    let best: MemorySearchHit[] = [];
    // From the oldest to the newest, the newer ones in front: of equals they come first.
    const take = async (rows: readonly EntryRow[]): Promise<void> => {
      best = [...searchEntries(await decode(rows), query, limit), ...best].sort(better).slice(0, limit);
    };
    let last = 0;
    const scan = async (from: number, before?: number): Promise<void> => {
      for (let at = from; before === undefined || at < before; at = last + 1) {
        const rows = await log.readFrom(session, at, before, PAGE, options);
        if (rows.length === 0) return;
        last = (rows.at(-1) as EntryRow).seq; // there is one
        await take(rows);
      }
    };
    if (state.first > 0) await scan(0, blockStart(state.first));
    await take(await log.readSome(session, [...seqs, ...state.stale].sort((a, b) => a - b), options));
    await scan(blockStart(state.next));
    if (last >= blockStart(state.next + 1) - 1) this.#indexLater(session);
    return best;
  }

  async #indexNext(session: string, options: MemoryCallOptions): Promise<boolean> {
    const { log, index, decode } = this.#host;
    const { rows } = await log.readBack(session, 1, undefined, options);
    const read = async (from: number, before: number): Promise<{ readonly seq: number; readonly content: string }[]> => {
      const block = await log.readFrom(session, from, before, before - from, options);
      return (await decode(block)).map(({ content }, n) => ({ seq: (block[n] as EntryRow).seq, content })); // one entry a row
    };
    return index.indexNext(session, rows.at(-1)?.seq ?? 0, read, options);
  }

  #indexWhenIdle(session: string): void {
    if (this.#waiting.has(session)) return;
    const cancel = whenIdle(this.#host.clock, () => {
      this.#waiting.delete(session);
      this.#indexLater(session);
    });
    this.#waiting.set(session, cancel);
  }

  #indexLater(session: string): void {
    if (this.#indexing.has(session)) return;
    this.#indexing.add(session);
    inOneTab(this.#host.name, async () => void (await this.index(session, {})))
      .catch((error: unknown) => {
        if (!(error instanceof ClosedError)) this.#host.onFailure(session, error);
      })
      .finally(() => this.#indexing.delete(session));
  }
}

function better(a: MemorySearchHit, b: MemorySearchHit): number {
  return b.score - a.score || b.entry.timestampMs - a.entry.timestampMs;
}
