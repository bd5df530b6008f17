/**
 * Conversations in IndexedDB: they survive reloads and crashes, and all tabs see the same ones.
 *
 * An acknowledged write is on disk (`durability: 'strict'`), and a list of entries is one
 * transaction: a page killed at any moment leaves whole exchanges. Runs in windows and in workers.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { ClosedError, throwIfAborted, toError, SluiceError } from '../base/errors.js';
import { requireUuid } from '../base/id.js';
import { refuseUnknownOptions, requireFunction, requireName, requireNumber, requireOneOf } from '../base/option.js';
import { dataToWire, fromWire } from '../context/wire.js';
import { noopSink, type EventSink } from '../event/sink.js';
import { toMemoryConfig, type MemoryConfig, type MemoryConfigInit } from '../memory/config.js';
import { memoryEntries, MemoryEntry } from '../memory/entry.js';
import { fromMemoryExport, toMemoryExport } from '../memory/export.js';
import { retentionLimits, type MemoryRetention, type RetentionLimits } from '../memory/retention.js';
import { SearchQuery } from '../memory/search.js';
import { EntrySelector } from '../memory/select.js';
import type { MemoryCallOptions, MemoryExport, MemoryExportOptions, MemorySearchHit, MemorySearchOptions, MemoryStore } from '../memory/store.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';
import { DecryptionError, EntryCipher } from './idb-cipher.js';
import { IdbConnection, type TransactionOptions } from './idb-connection.js';
import { EntryLog, type NewRow } from './idb-entry-log.js';
import { memoryMigrations, type EntryBody, type EntryRow, type MemorySchema } from './idb-memory-schema.js';
import { SearchIndex } from './idb-search-index.js';
import { SessionSearch } from './idb-session-search.js';
import { MemoryChannel, type MemoryChange } from './memory-channel.js';
import { inOneTab } from './one-tab.js';

/** Options of an {@link IndexedDBMemoryStore}. */
export interface IndexedDBMemoryStoreOptions {
  /** Name of the database; one per user where several use one browser. @default 'sluice-memory' */
  readonly name?: string;
  /** `strict`: an acknowledged write is on disk; `relaxed`: the operating system has it, which survives a crash of the browser but not of the machine. @default 'strict' */
  readonly durability?: 'strict' | 'relaxed';
  /** @default everything is kept */
  readonly retention?: MemoryRetention;
  /** AES-GCM key; entries are encrypted with it. See `deriveMemoryKey`. @default not encrypted */
  readonly encryptionKey?: CryptoKey;
  /** @default estimateTokens */
  readonly countTokens?: TokenCounter;
  /** How long opening waits for other tabs, in milliseconds. @default 10000 */
  readonly blockedTimeoutMs?: number;
  /** Hears `memory.pruned`, `memory.prune_failed` and `memory.index_failed`. @default none */
  readonly eventSink?: EventSink;
  /** @default systemClock */
  readonly clock?: Clock;
}

const OPTIONS = ['name', 'durability', 'retention', 'encryptionKey', 'countTokens', 'blockedTimeoutMs', 'eventSink', 'clock'];

// A session is pruned when it is first written and then at every so many entries: often enough to
// bound its growth, seldom enough not to show in the cost of a write.
const PRUNE_EVERY = 64;
const SMALL_PAGE = 64;
const LARGE_PAGE = 1024;

/** A {@link MemoryStore} in IndexedDB. */
export class IndexedDBMemoryStore implements MemoryStore {
  readonly #connection: IdbConnection<MemorySchema>;
  readonly #log: EntryLog;
  readonly #search: SessionSearch;
  readonly #channel: MemoryChannel;
  readonly #cipher: EntryCipher | undefined;
  readonly #durability: 'strict' | 'relaxed';
  readonly #retention: RetentionLimits;
  readonly #countTokens: TokenCounter;
  readonly #eventSink: EventSink;
  readonly #clock: Clock;
  readonly #writtenSincePrune = new Map<string, number>();
  #writing: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Opens nothing yet. Throws `InvalidOptionError` naming the option. */
  constructor(options: IndexedDBMemoryStoreOptions = {}) {
    refuseUnknownOptions('IndexedDBMemoryStore', options, OPTIONS);
    const { name = 'sluice-memory', durability = 'strict', countTokens = estimateTokens, blockedTimeoutMs = 10000, eventSink = noopSink, clock = systemClock } = options;
    this.#retention = retentionLimits('IndexedDBMemoryStore', options.retention);
    this.#durability = requireOneOf('IndexedDBMemoryStore.durability', durability, ['strict', 'relaxed']);
    this.#countTokens = requireFunction('IndexedDBMemoryStore.countTokens', countTokens);
    this.#cipher = options.encryptionKey === undefined ? undefined : new EntryCipher(options.encryptionKey);
    this.#eventSink = eventSink;
    this.#clock = clock;
    this.#connection = new IdbConnection({
      name: requireName('IndexedDBMemoryStore.name', name),
      migrations: memoryMigrations,
      blockedTimeoutMs: requireNumber('IndexedDBMemoryStore.blockedTimeoutMs', blockedTimeoutMs, { min: 0 }),
      clock,
    });
    this.#log = new EntryLog(this.#connection);
    this.#search = new SessionSearch({
      name,
      clock,
      log: this.#log,
      index: new SearchIndex(this.#connection, this.#cipher),
      decode: (rows) => this.#decodeAll(rows),
      inOrder: (work) => this.#inOrder(work),
      onFailure: (session, error) => this.#report('memory.index_failed', session, error),
    });
    this.#channel = new MemoryChannel(name, (session, tail) => this.#log.noteTail(session, tail));
  }

  /** Opens the database now, to fail early: rejects with `StorageUnavailableError`, `StorageBlockedError` or `StorageOutdatedError`. */
  async open(options: MemoryCallOptions = {}): Promise<void> {
    await this.#connection.open(options.signal);
  }

  /** @inheritdoc */
  async fetch(sessionId: string, config?: MemoryConfig | MemoryConfigInit, options: MemoryCallOptions = {}): Promise<MemoryEntry[]> {
    this.#refuseClosed();
    requireUuid('sessionId', sessionId);
    const selector = new EntrySelector(toMemoryConfig(config), { nowMs: this.#clock.epochMs(), countTokens: this.#countTokens });
    let before: number | undefined;
    for (let size = SMALL_PAGE; selector.wanted > 0; size = Math.min(size * 2, LARGE_PAGE)) {
      const count = selector.wanted === Infinity ? size : before === undefined ? selector.wanted : Math.max(selector.wanted, size);
      const { rows, more } = await this.#log.readBack(sessionId, Math.min(count, LARGE_PAGE), before, options);
      for (let n = rows.length - 1; n >= 0; n--) {
        const row = rows[n] as EntryRow; // n is in range
        if (row.high <= selector.oldestMs || !selector.offer(await this.#decode(row))) return selector.finish().entries;
      }
      before = rows[0]?.seq;
      if (!more || before === undefined) break;
    }
    return selector.finish().entries;
  }

  /** @inheritdoc */
  async write(entry: MemoryEntry | readonly MemoryEntry[], options: MemoryCallOptions = {}): Promise<void> {
    const entries = memoryEntries(entry);
    await this.#inOrder(async () => {
      throwIfAborted('A memory call', options.signal);
      if (entries.length === 0) return;
      const rows: NewRow[] = [];
      for (const one of entries) rows.push(this.#cipher === undefined ? plainRow(one) : await sealedRow(one, this.#cipher));
      await this.#log.append(rows, this.#transaction(options));
      for (const session of new Set(rows.map((row) => row.session))) this.#channel.announce('written', session, this.#log.tail(session));
      this.#search.noteAppended(rows);
      this.#schedulePruning(rows);
    });
  }

  /** @inheritdoc */
  async clear(sessionId: string, options: MemoryCallOptions = {}): Promise<number> {
    requireUuid('sessionId', sessionId);
    return this.#inOrder(async () => {
      const count = await this.#log.remove(sessionId, this.#transaction(options));
      this.#channel.announce('cleared', sessionId);
      return count;
    });
  }

  /** Entries that contain all words of `query`, best first. A long session that was written exchange by exchange is indexed by then; of another, what the search had to read is indexed afterwards. */
  async search(query: string, options: MemorySearchOptions = {}): Promise<MemorySearchHit[]> {
    const limit = requireNumber('search.limit', options.limit ?? 20, { min: 1, integer: true });
    const search = new SearchQuery(query);
    return search.isEmpty ? [] : this.#search.search(await this.#sessionsOf(options), search, limit, options);
  }

  /** Indexes for searching whatever may be, in one session or in all; resolves to the number of blocks indexed. Writing exchanges and searching do it by themselves. */
  async index(sessionId?: string, options: MemoryCallOptions = {}): Promise<number> {
    let blocks = 0;
    for (const session of sessionId === undefined ? await this.getAllSessions(options) : [requireUuid('sessionId', sessionId)]) blocks += await this.#search.index(session, options);
    return blocks;
  }

  /** @inheritdoc */
  async export(options: MemoryExportOptions = {}): Promise<MemoryExport> {
    const entries: MemoryEntry[] = [];
    for (const session of await this.#sessionsOf(options)) entries.push(...(await this.#decodeAll(await this.#log.readAll(session, options))));
    return toMemoryExport(entries, this.#clock);
  }

  /** @inheritdoc */
  async import(data: MemoryExport, options: MemoryCallOptions = {}): Promise<number> {
    const entries = fromMemoryExport(data);
    await this.write(entries, options);
    return entries.length;
  }

  /** @inheritdoc */
  async deleteAll(options: MemoryCallOptions = {}): Promise<number> {
    return this.#inOrder(async () => {
      const count = await this.#log.remove(undefined, this.#transaction(options));
      this.#channel.announce('deleted', null);
      return count;
    });
  }

  /** The sessions that have entries, in the order of their ids. */
  async getAllSessions(options: MemoryCallOptions = {}): Promise<string[]> {
    this.#refuseClosed();
    return this.#log.sessions(options);
  }

  /** Deletes what is beyond the retention, in one session or in all; resolves to the number of entries deleted. Writing does it by itself now and then. */
  async prune(sessionId?: string, options: MemoryCallOptions = {}): Promise<number> {
    return this.#inOrder(async () => {
      let count = 0;
      for (const session of sessionId === undefined ? await this.#log.sessions(options) : [requireUuid('sessionId', sessionId)]) count += await this.#pruneSession(session, options);
      return count;
    });
  }

  /** Asks the browser not to evict this origin's data when the disk runs low; resolves to whether it agreed. May ask the user. */
  async persist(): Promise<boolean> {
    return (await globalThis.navigator?.storage?.persist?.()) ?? false;
  }

  /** Bytes used and allowed for the whole origin, where the browser tells. */
  async estimate(): Promise<{ readonly usage: number | null; readonly quota: number | null }> {
    const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
    return { usage: usage ?? null, quota: quota ?? null };
  }

  /** Calls `listener` when a session changes, in this tab or in another; the returned function ends it. */
  subscribe(listener: (change: MemoryChange) => void): () => void {
    return this.#channel.subscribe(listener);
  }

  /** Completes the writes under way and releases the database; later calls reject with `ClosedError`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    this.#search.close();
    this.#channel.close();
    await this.#connection.close();
  }

  // Writes of a tab run one after the other, so that their order is the order of the calls.
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ClosedError('IndexedDBMemoryStore'));
    const result = this.#writing.then(work);
    this.#writing = result.then(ignore, ignore); // the caller has the error
    return result;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new ClosedError('IndexedDBMemoryStore');
  }

  #transaction(options: MemoryCallOptions): TransactionOptions {
    return { signal: options.signal, durability: this.#durability };
  }

  #sessionsOf(options: MemoryExportOptions): Promise<readonly string[]> {
    this.#refuseClosed();
    const { sessionIds } = options;
    return sessionIds === undefined ? this.#log.sessions(options) : Promise.resolve(sessionIds.map((id) => requireUuid('sessionIds', id)));
  }

  async #decodeAll(rows: readonly EntryRow[]): Promise<MemoryEntry[]> {
    const entries: MemoryEntry[] = [];
    for (const row of rows) {
      const decoded = this.#decode(row);
      entries.push(decoded instanceof MemoryEntry ? decoded : await decoded);
    }
    return entries;
  }

  #decode(row: EntryRow): MemoryEntry | Promise<MemoryEntry> {
    if (row.sealed === undefined) return entryOf(row, row as EntryBody); // a row that is not sealed has its body beside it
    if (this.#cipher === undefined) throw new DecryptionError();
    return this.#cipher.open(row, row.sealed).then((body) => entryOf(row, body as EntryBody)); // sealed by sealedRow
  }

  #schedulePruning(rows: readonly NewRow[]): void {
    const { maxEntries, maxAgeMs } = this.#retention;
    if (maxEntries === Infinity && maxAgeMs === Infinity) return;
    for (const session of new Set(rows.map((row) => row.session))) {
      const written = (this.#writtenSincePrune.get(session) ?? PRUNE_EVERY) + rows.length;
      this.#writtenSincePrune.set(session, written);
      if (written < PRUNE_EVERY) continue;
      this.#writtenSincePrune.set(session, 0);
      this.#pruneLater(session).catch((error: unknown) => this.#report('memory.prune_failed', session, error));
    }
  }

  #report(type: string, session: string, error: unknown): void {
    const { name, code } = toError(error) as Partial<SluiceError> & Error;
    this.#eventSink.tryEmit({ type, data: { session_id: session, error: name, error_code: code ?? null } });
  }

  async #pruneLater(session: string): Promise<void> {
    await inOneTab(this.#connection.name, () => this.#inOrder(async () => void (await this.#pruneSession(session, {}))));
  }

  async #pruneSession(session: string, options: MemoryCallOptions): Promise<number> {
    const { maxEntries, maxAgeMs } = this.#retention;
    const count = await this.#log.prune(session, { maxEntries, oldestMs: this.#clock.epochMs() - maxAgeMs }, { signal: options.signal, durability: 'relaxed' });
    if (count > 0) {
      this.#channel.announce('pruned', session);
      this.#eventSink.tryEmit({ type: 'memory.pruned', data: { session_id: session, entries: count } });
    }
    return count;
  }
}

function bodyOf(entry: MemoryEntry): EntryBody {
  const { role, content } = entry;
  return Object.keys(entry.metadata).length === 0 ? { role, content } : { role, content, metadata: dataToWire(entry.metadata) };
}

function plainRow(entry: MemoryEntry): NewRow {
  return { session: entry.sessionId, id: entry.id, timestamp: entry.timestampMs, ...bodyOf(entry) };
}

async function sealedRow(entry: MemoryEntry, cipher: EntryCipher): Promise<NewRow> {
  const place = { session: entry.sessionId, id: entry.id };
  return { ...place, timestamp: entry.timestampMs, sealed: await cipher.seal(place, bodyOf(entry)) };
}

function entryOf(row: EntryRow, body: EntryBody): MemoryEntry {
  const metadata = body.metadata === undefined ? undefined : (fromWire(body.metadata) as Record<string, unknown>);
  return new MemoryEntry({ id: row.id, sessionId: row.session, role: body.role, content: body.content, timestamp: new Date(row.timestamp), metadata });
}

function ignore(): undefined {
  return undefined;
}
