/** Memory that lives as long as the process: for tests, prototypes, and sessions that must leave nothing behind. */
import { systemClock, type Clock } from '../base/clock.js';
import { throwIfAborted } from '../base/errors.js';
import { requireUuid } from '../base/id.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { toMemoryConfig, type MemoryConfig, type MemoryConfigInit } from './config.js';
import { memoryEntries, type MemoryEntry } from './entry.js';
import { fromMemoryExport, toMemoryExport } from './export.js';
import { searchEntries, SearchQuery } from './search.js';
import { selectEntries } from './select.js';
import type { MemoryCallOptions, MemoryExport, MemoryExportOptions, MemorySearchHit, MemorySearchOptions, MemoryStore } from './store.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';

/** Options of an {@link InMemoryStore}. */
export interface InMemoryStoreOptions {
  /** Ends the recency window. @default systemClock */
  readonly clock?: Clock;
  /** @default estimateTokens */
  readonly countTokens?: TokenCounter;
}

interface Session {
  readonly entries: MemoryEntry[];
  readonly places: Map<string, number>;
}

/** A {@link MemoryStore} in this process's memory. */
export class InMemoryStore implements MemoryStore {
  readonly #sessions = new Map<string, Session>();
  readonly #clock: Clock;
  readonly #countTokens: TokenCounter;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: InMemoryStoreOptions = {}) {
    refuseUnknownOptions('InMemoryStore', options, ['clock', 'countTokens']);
    const { clock = systemClock, countTokens = estimateTokens } = options;
    this.#clock = clock;
    this.#countTokens = requireFunction('InMemoryStore.countTokens', countTokens);
  }

  /** @inheritdoc */
  async fetch(sessionId: string, config?: MemoryConfig | MemoryConfigInit, options: MemoryCallOptions = {}): Promise<MemoryEntry[]> {
    throwIfAborted('A memory call', options.signal);
    const entries = this.#sessions.get(requireUuid('sessionId', sessionId))?.entries ?? [];
    return selectEntries(entries, toMemoryConfig(config), { nowMs: this.#clock.epochMs(), countTokens: this.#countTokens }).entries;
  }

  /** @inheritdoc */
  async write(entry: MemoryEntry | readonly MemoryEntry[], options: MemoryCallOptions = {}): Promise<void> {
    throwIfAborted('A memory call', options.signal);
    for (const one of memoryEntries(entry)) this.#put(one);
  }

  /** @inheritdoc */
  async clear(sessionId: string, options: MemoryCallOptions = {}): Promise<number> {
    throwIfAborted('A memory call', options.signal);
    const count = this.#sessions.get(requireUuid('sessionId', sessionId))?.entries.length ?? 0;
    this.#sessions.delete(sessionId);
    return count;
  }

  /** @inheritdoc */
  async search(query: string, options: MemorySearchOptions = {}): Promise<MemorySearchHit[]> {
    throwIfAborted('A memory call', options.signal);
    const limit = requireNumber('search.limit', options.limit ?? 20, { min: 1, integer: true });
    return searchEntries(this.#entriesOf(options.sessionIds), new SearchQuery(query), limit);
  }

  /** @inheritdoc */
  async export(options: MemoryExportOptions = {}): Promise<MemoryExport> {
    throwIfAborted('A memory call', options.signal);
    return toMemoryExport(this.#entriesOf(options.sessionIds), this.#clock);
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
    let count = 0;
    for (const { entries } of this.#sessions.values()) count += entries.length;
    this.#sessions.clear();
    return count;
  }

  /** The sessions that have entries, in the order of their first entry. */
  getAllSessions(): string[] {
    return [...this.#sessions.keys()];
  }

  #put(entry: MemoryEntry): void {
    let session = this.#sessions.get(entry.sessionId);
    if (session === undefined) this.#sessions.set(entry.sessionId, (session = { entries: [], places: new Map() }));
    const place = session.places.get(entry.id) ?? session.entries.length;
    session.places.set(entry.id, place);
    session.entries[place] = entry;
  }

  #entriesOf(sessionIds: readonly string[] | undefined): MemoryEntry[] {
    return (sessionIds ?? this.getAllSessions()).flatMap((id) => this.#sessions.get(requireUuid('sessionIds', id))?.entries ?? []);
  }
}
