/**
 * Conversations in the SQLite storage of a Durable Object. The object's single thread makes every call
 * atomic, and its output gate holds answers back until what they rest on is on disk, so an
 * acknowledged write is durable without waiting here.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { throwIfAborted } from '../base/errors.js';
import { requireUuid } from '../base/id.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { dataToWire, fromWire } from '../context/wire.js';
import type { MessageRole } from '../context/message.js';
import { toMemoryConfig, type MemoryConfig, type MemoryConfigInit } from '../memory/config.js';
import { memoryEntries, MemoryEntry } from '../memory/entry.js';
import { fromMemoryExport, toMemoryExport } from '../memory/export.js';
import { retentionLimits, type MemoryRetention, type RetentionLimits } from '../memory/retention.js';
import { blockStart } from '../memory/search-index.js';
import { searchEntries, SearchQuery } from '../memory/search.js';
import { EntrySelector } from '../memory/select.js';
import type { MemoryCallOptions, MemoryExport, MemoryExportOptions, MemorySearchHit, MemorySearchOptions, MemoryStore } from '../memory/store.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';
import { searchSchema, SqlSearchIndex } from './sql-search-index.js';
import { toSqlError, type SqlStorageHost } from './sql-storage.js';

/** Options of a {@link DurableObjectMemoryStore}. */
export interface DurableObjectMemoryStoreOptions {
  /** @default everything is kept */
  readonly retention?: MemoryRetention;
  /** @default estimateTokens */
  readonly countTokens?: TokenCounter;
  /** @default systemClock */
  readonly clock?: Clock;
}

interface EntryRow {
  readonly session: string;
  readonly seq: number;
  readonly id: string;
  readonly timestamp: number;
  readonly role: string;
  readonly content: string;
  readonly metadata: string | null;
  /** The content as JSON, where it holds lone surrogates, which SQLite's UTF-8 cannot. */
  readonly exact: string | null;
}

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS sluice_entries (session TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, timestamp INTEGER NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, metadata TEXT, exact TEXT, PRIMARY KEY (session, seq)) WITHOUT ROWID',
  'CREATE UNIQUE INDEX IF NOT EXISTS sluice_entries_id ON sluice_entries (session, id)',
  ...searchSchema,
];
// A repeated id keeps its place; a new one comes after the last of its session.
const UPSERT = `INSERT INTO sluice_entries (session, seq, id, timestamp, role, content, metadata, exact)
  VALUES (?1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM sluice_entries WHERE session = ?1), ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (session, id) DO UPDATE SET timestamp = excluded.timestamp, role = excluded.role, content = excluded.content, metadata = excluded.metadata, exact = excluded.exact`;
const BACKWARD = 'SELECT * FROM sluice_entries WHERE session = ?1 AND timestamp > ?2 AND (?3 OR role <> \'system\') ORDER BY seq DESC';
const BETWEEN = 'SELECT * FROM sluice_entries WHERE session = ? AND seq >= ? AND seq < ? ORDER BY seq';
const FORWARD = 'SELECT * FROM sluice_entries WHERE session = ? ORDER BY seq';

/** A {@link MemoryStore} in a Durable Object; made inside the object, from its `ctx.storage`. */
export class DurableObjectMemoryStore implements MemoryStore {
  readonly #storage: SqlStorageHost;
  readonly #index: SqlSearchIndex;
  readonly #retention: RetentionLimits;
  readonly #countTokens: TokenCounter;
  readonly #clock: Clock;

  /** Creates its table where there is none. Throws `InvalidOptionError` naming the option. */
  constructor(storage: SqlStorageHost, options: DurableObjectMemoryStoreOptions = {}) {
    refuseUnknownOptions('DurableObjectMemoryStore', options, ['retention', 'countTokens', 'clock']);
    const { countTokens = estimateTokens, clock = systemClock } = options;
    this.#storage = storage;
    this.#index = new SqlSearchIndex(storage);
    this.#retention = retentionLimits('DurableObjectMemoryStore', options.retention);
    this.#countTokens = requireFunction('DurableObjectMemoryStore.countTokens', countTokens);
    this.#clock = clock;
    this.#transaction(() => {
      for (const statement of SCHEMA) this.#storage.sql.exec(statement);
    });
  }

  /** @inheritdoc */
  async fetch(sessionId: string, config?: MemoryConfig | MemoryConfigInit, options: MemoryCallOptions = {}): Promise<MemoryEntry[]> {
    throwIfAborted('A memory call', options.signal);
    requireUuid('sessionId', sessionId);
    const limits = toMemoryConfig(config);
    const selector = new EntrySelector(limits, { nowMs: this.#clock.epochMs(), countTokens: this.#countTokens });
    const oldestMs = selector.oldestMs === -Infinity ? Number.MIN_SAFE_INTEGER : Math.floor(selector.oldestMs);
    for (const row of this.#rows(BACKWARD, sessionId, oldestMs, limits.includeSystem ? 1 : 0)) {
      if (!selector.offer(entryOf(row))) break;
    }
    return selector.finish().entries;
  }

  /** @inheritdoc */
  async write(entry: MemoryEntry | readonly MemoryEntry[], options: MemoryCallOptions = {}): Promise<void> {
    const entries = memoryEntries(entry);
    throwIfAborted('A memory call', options.signal);
    this.#transaction(() => {
      for (const session of new Set(entries.map(({ sessionId }) => sessionId))) if (this.#index.has(session)) this.#noteReplaced(session, entries);
      for (const one of entries) this.#storage.sql.exec(UPSERT, one.sessionId, one.id, one.timestampMs, one.role, one.content, metadataText(one), exactText(one));
      for (const session of new Set(entries.map(({ sessionId }) => sessionId))) this.#prune(session);
    });
  }

  /** @inheritdoc */
  async clear(sessionId: string, options: MemoryCallOptions = {}): Promise<number> {
    throwIfAborted('A memory call', options.signal);
    requireUuid('sessionId', sessionId);
    return this.#transaction(() => {
      const count = this.#count('SELECT COUNT(*) AS n FROM sluice_entries WHERE session = ?', sessionId);
      this.#storage.sql.exec('DELETE FROM sluice_entries WHERE session = ?', sessionId);
      this.#index.drop(sessionId);
      return count;
    });
  }

  /** Entries that contain all words of `query`, best first. What a search had to read of a long session is indexed then, for the next one. */
  async search(query: string, options: MemorySearchOptions = {}): Promise<MemorySearchHit[]> {
    throwIfAborted('A memory call', options.signal);
    const limit = requireNumber('search.limit', options.limit ?? 20, { min: 1, integer: true });
    const search = new SearchQuery(query);
    if (search.isEmpty) return [];
    const sessions = options.sessionIds?.map((id) => requireUuid('sessionIds', id)) ?? this.#sessions();
    const hits = sessions.flatMap((session) => this.#searchSession(session, search, limit));
    return hits.sort((a, b) => b.score - a.score || b.entry.timestampMs - a.entry.timestampMs).slice(0, limit);
  }

  #searchSession(session: string, search: SearchQuery, limit: number): MemorySearchHit[] {
    const { state, seqs } = this.#index.candidates(session, search, limit);
    const chosen = [...seqs, ...state.stale].sort((a, b) => a - b);
    const hits = searchEntries(this.#searched(session, blockStart(state.first), chosen, blockStart(state.next)), search, limit);
    const last = this.#number('SELECT MAX(seq) AS n FROM sluice_entries WHERE session = ?', session) ?? 0;
    if (last >= blockStart(state.next + 1) - 1) this.#transaction(() => this.#index.extend(session, last, (from, before) => this.#contents(session, from, before)));
    return hits;
  }

  // Of the indexed blocks only what was chosen is read; what lies before and after them is read as it is.
  *#searched(session: string, before: number, chosen: readonly number[], after: number): Generator<MemoryEntry> {
    if (before > 1) for (const row of this.#rows(BETWEEN, session, 0, before)) yield entryOf(row);
    for (const seq of chosen) for (const row of this.#rows(BETWEEN, session, seq, seq + 1)) yield entryOf(row);
    for (const row of this.#rows(BETWEEN, session, after, Number.MAX_SAFE_INTEGER)) yield entryOf(row);
  }

  *#contents(session: string, from: number, before: number): Generator<{ readonly seq: number; readonly content: string }> {
    for (const row of this.#rows(BETWEEN, session, from, before)) yield { seq: row.seq, content: entryOf(row).content };
  }

  #noteReplaced(session: string, entries: readonly MemoryEntry[]): void {
    for (const { sessionId, id } of entries) {
      if (sessionId !== session) continue;
      const [known] = this.#storage.sql.exec<{ seq: number }>('SELECT seq FROM sluice_entries WHERE session = ? AND id = ?', session, id).toArray();
      if (known !== undefined) this.#index.noteReplaced(session, known.seq);
    }
  }

  /** @inheritdoc */
  async export(options: MemoryExportOptions = {}): Promise<MemoryExport> {
    throwIfAborted('A memory call', options.signal);
    return toMemoryExport([...this.#entries(options.sessionIds)], this.#clock);
  }

  /** @inheritdoc */
  async import(data: MemoryExport, options: MemoryCallOptions = {}): Promise<number> {
    const entries = fromMemoryExport(data);
    await this.write(entries, options);
    return entries.length;
  }

  /** @inheritdoc */
  async deleteAll(options: MemoryCallOptions = {}): Promise<number> {
    throwIfAborted('A memory call', options.signal);
    return this.#transaction(() => {
      const count = this.#count('SELECT COUNT(*) AS n FROM sluice_entries');
      this.#storage.sql.exec('DELETE FROM sluice_entries');
      this.#index.drop();
      return count;
    });
  }

  /** The sessions that have entries, in the order of their ids. */
  async getAllSessions(): Promise<string[]> {
    return this.#sessions();
  }

  #sessions(): string[] {
    return this.#storage.sql.exec<{ session: string }>('SELECT DISTINCT session FROM sluice_entries ORDER BY session').toArray().map(({ session }) => session);
  }

  *#entries(sessionIds: readonly string[] | undefined): Generator<MemoryEntry> {
    for (const id of sessionIds ?? this.#sessions()) {
      for (const row of this.#rows(FORWARD, requireUuid('sessionIds', id))) yield entryOf(row);
    }
  }

  // Deletes from the front: what is beyond the newest maxEntries, and what lies before the first entry that is young enough.
  #prune(session: string): void {
    const { maxEntries, maxAgeMs } = this.#retention;
    const { sql } = this.#storage;
    if (maxEntries !== Infinity) sql.exec('DELETE FROM sluice_entries WHERE session = ?1 AND seq <= (SELECT seq FROM sluice_entries WHERE session = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)', session, maxEntries);
    if (maxAgeMs !== Infinity) {
      sql.exec('DELETE FROM sluice_entries WHERE session = ?1 AND seq < COALESCE((SELECT MIN(seq) FROM sluice_entries WHERE session = ?1 AND timestamp >= ?2), 9007199254740991)', session, this.#clock.epochMs() - maxAgeMs);
    }
    if ((maxEntries !== Infinity || maxAgeMs !== Infinity) && this.#index.has(session)) this.#index.notePruned(session, this.#number('SELECT MIN(seq) AS n FROM sluice_entries WHERE session = ?', session));
  }

  #rows(query: string, ...bindings: readonly (string | number)[]): Iterable<EntryRow> {
    return this.#storage.sql.exec<EntryRow & Record<string, string | number | null>>(query, ...bindings);
  }

  #count(query: string, ...bindings: readonly string[]): number {
    return this.#number(query, ...bindings) ?? 0;
  }

  #number(query: string, ...bindings: readonly string[]): number | undefined {
    return this.#storage.sql.exec<{ n: number | null }>(query, ...bindings).one().n ?? undefined;
  }

  #transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      throw toSqlError(error);
    }
  }
}

function metadataText({ metadata }: MemoryEntry): string | null {
  return Object.keys(metadata).length === 0 ? null : JSON.stringify(dataToWire(metadata));
}

function exactText({ content }: MemoryEntry): string | null {
  return /\p{Surrogate}/u.test(content) ? JSON.stringify(content) : null;
}

function entryOf(row: EntryRow): MemoryEntry {
  return new MemoryEntry({
    id: row.id,
    sessionId: row.session,
    role: row.role as MessageRole, // the constructor checks it
    content: row.exact === null ? row.content : (JSON.parse(row.exact) as string),
    timestamp: new Date(row.timestamp),
    metadata: row.metadata === null ? {} : (fromWire(JSON.parse(row.metadata)) as Record<string, unknown>),
  });
}
