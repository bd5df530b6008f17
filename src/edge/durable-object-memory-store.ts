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
import { searchEntries, SearchQuery } from '../memory/search.js';
import { EntrySelector } from '../memory/select.js';
import type { MemoryCallOptions, MemoryExport, MemoryExportOptions, MemorySearchHit, MemorySearchOptions, MemoryStore } from '../memory/store.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';
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
];
// A repeated id keeps its place; a new one comes after the last of its session.
const UPSERT = `INSERT INTO sluice_entries (session, seq, id, timestamp, role, content, metadata, exact)
  VALUES (?1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM sluice_entries WHERE session = ?1), ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (session, id) DO UPDATE SET timestamp = excluded.timestamp, role = excluded.role, content = excluded.content, metadata = excluded.metadata, exact = excluded.exact`;
const BACKWARD = 'SELECT * FROM sluice_entries WHERE session = ?1 AND timestamp > ?2 AND (?3 OR role <> \'system\') ORDER BY seq DESC';
const FORWARD = 'SELECT * FROM sluice_entries WHERE session = ? ORDER BY seq';

/** A {@link MemoryStore} in a Durable Object; made inside the object, from its `ctx.storage`. */
export class DurableObjectMemoryStore implements MemoryStore {
  readonly #storage: SqlStorageHost;
  readonly #retention: RetentionLimits;
  readonly #countTokens: TokenCounter;
  readonly #clock: Clock;

  /** Creates its table where there is none. Throws `InvalidOptionError` naming the option. */
  constructor(storage: SqlStorageHost, options: DurableObjectMemoryStoreOptions = {}) {
    refuseUnknownOptions('DurableObjectMemoryStore', options, ['retention', 'countTokens', 'clock']);
    const { countTokens = estimateTokens, clock = systemClock } = options;
    this.#storage = storage;
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
      return count;
    });
  }

  /** @inheritdoc */
  async search(query: string, options: MemorySearchOptions = {}): Promise<MemorySearchHit[]> {
    throwIfAborted('A memory call', options.signal);
    const limit = requireNumber('search.limit', options.limit ?? 20, { min: 1, integer: true });
    const search = new SearchQuery(query);
    return search.isEmpty ? [] : searchEntries(this.#entries(options.sessionIds), search, limit);
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
  }

  #rows(query: string, ...bindings: readonly (string | number)[]): Iterable<EntryRow> {
    return this.#storage.sql.exec<EntryRow & Record<string, string | number | null>>(query, ...bindings);
  }

  #count(query: string, ...bindings: readonly string[]): number {
    return this.#storage.sql.exec<{ n: number }>(query, ...bindings).one().n;
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
