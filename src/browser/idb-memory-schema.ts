/**
 * How entries and their index lie in IndexedDB: one row per entry under the compound key [session, seq], where `seq`
 * counts up per session. The newest entries of a session are then the end of one key range, at the
 * same cost however long the session is; an index on the session alone gets slower with its size.
 */
import type { DBSchema } from 'idb';
import type { Data } from '../base/data.js';
import type { MessageRole } from '../context/message.js';
import type { SearchShelf, SearchState } from '../memory/search-index.js';
import type { Migration } from './idb-connection.js';

/** What may be encrypted of an entry. */
export interface EntryBody {
  readonly role: MessageRole;
  readonly content: string;
  /** Wire form; left out when empty. */
  readonly metadata?: Data;
}

/** One entry, as stored. */
export interface EntryRow extends Partial<EntryBody> {
  readonly session: string;
  readonly seq: number;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Greatest `timestamp` up to and with this row: where it lies before a moment, so do all earlier rows. */
  readonly high: number;
  /** Encrypted body in place of role, content and metadata: 12 bytes of nonce, then the ciphertext. */
  readonly sealed?: Uint8Array;
}

/** What is indexed of a session; `version` is another one after every change. */
export interface IndexedRow extends SearchState {
  readonly session: string;
  readonly version: string;
}

/** A shelf of a block, or a whole block sealed. */
export interface ShelfRow extends Partial<Omit<SearchShelf, 'head'>> {
  readonly session: string;
  readonly block: number;
  /** Empty for a sealed block. */
  readonly head: string;
  readonly sealed?: Uint8Array;
}

/** Schema of the database. */
export interface MemorySchema extends DBSchema {
  entries: { key: [string, number]; value: EntryRow; indexes: { id: [string, string] } };
  indexed: { key: string; value: IndexedRow };
  shelves: { key: [string, number, string]; value: ShelfRow };
}

/** The steps to the current version. */
export const memoryMigrations: readonly Migration<MemorySchema>[] = [
  (db) => {
    db.createObjectStore('entries', { keyPath: ['session', 'seq'] }).createIndex('id', ['session', 'id'], { unique: true });
  },
  (db) => {
    db.createObjectStore('indexed', { keyPath: 'session' });
    db.createObjectStore('shelves', { keyPath: ['session', 'block', 'head'] });
  },
];

/** Sorts after every number and string in the order of IndexedDB keys, so that [session, AFTER_ALL] ends a session. */
export const AFTER_ALL: readonly never[] = [];

/** The rows of a session from `from` to before `before`. */
export function sessionRange(session: string, from = 0, before?: number): IDBKeyRange {
  return before === undefined ? IDBKeyRange.bound([session, from], [session, AFTER_ALL]) : IDBKeyRange.bound([session, from], [session, before], false, true);
}
