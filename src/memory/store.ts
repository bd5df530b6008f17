/**
 * The contract of memory stores. A store is an append-only log per session, read from its end; every
 * store, ours and a user's, proves itself by `memoryStoreContract` of `sluice/testing`.
 */
import type { Data } from '../base/data.js';
import { requireMethods } from '../base/option.js';
import type { MemoryConfig } from './config.js';
import type { MemoryEntry } from './entry.js';

/** Options of every call of a store. */
export interface MemoryCallOptions {
  /** Ends the wait: the call rejects with `AbortedError`, and nothing of an unfinished write is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a search. */
export interface MemorySearchOptions extends MemoryCallOptions {
  /** Only these sessions; all where left out. */
  readonly sessionIds?: readonly string[] | undefined;
  /** Hits at most. @default 20 */
  readonly limit?: number | undefined;
}

/** An entry that was found. */
export interface MemorySearchHit {
  readonly entry: MemoryEntry;
  /** Greater is better; comparable within one search only. */
  readonly score: number;
}

/** Options of an export. */
export interface MemoryExportOptions extends MemoryCallOptions {
  /** Only these sessions; all where left out. */
  readonly sessionIds?: readonly string[] | undefined;
}

/** Everything a store holds of a user, as plain data that survives JSON. */
export interface MemoryExport {
  readonly format: 'sluice.memory';
  readonly version: 1;
  /** ISO 8601. */
  readonly exported_at: string;
  /** `MemoryEntry.toDict()` forms, sessions together, each in the order of writing. */
  readonly entries: readonly Data[];
}

/** Keeps conversations. The order of a session is the order of writing, whatever the timestamps say. */
export interface MemoryStore {
  /** The newest entries within the limits of `config`, oldest first. An unknown session gives none. */
  fetch(sessionId: string, config: MemoryConfig, options?: MemoryCallOptions): Promise<MemoryEntry[]>;
  /** Writes one entry, or a list: all of it or nothing. An entry with a known id replaces that entry in its place. */
  write(entry: MemoryEntry | readonly MemoryEntry[], options?: MemoryCallOptions): Promise<void>;
  /** Deletes a session; resolves to the number of entries deleted. */
  clear(sessionId: string, options?: MemoryCallOptions): Promise<number>;
  /** Entries that contain all words of `query`, best first. */
  search?(query: string, options?: MemorySearchOptions): Promise<MemorySearchHit[]>;
  /** Everything held, for the user to take along. */
  export?(options?: MemoryExportOptions): Promise<MemoryExport>;
  /** Writes what {@link export} gave, all or nothing; entries that are there already are replaced. Resolves to the number written. */
  import?(data: MemoryExport, options?: MemoryCallOptions): Promise<number>;
  /** Deletes everything; resolves to the number of entries deleted. */
  deleteAll?(options?: MemoryCallOptions): Promise<number>;
}

/** Returns `store` when it has the three methods every store must have, throws `InvalidOptionError` naming `option` otherwise. */
export function requireMemoryStore(option: string, store: MemoryStore): MemoryStore {
  return requireMethods(option, store, 'a MemoryStore', 'fetch', 'write', 'clear');
}
