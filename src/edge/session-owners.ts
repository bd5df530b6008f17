/** Whose session is it: the first identity that uses a session owns it, and nobody else gets in. */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { SqlStorageHost } from './sql-storage.js';

/** Remembers who owns a session. */
export interface SessionOwners {
  /** True when `userId` owns the session, or nobody did and `userId` does from now on. */
  claim(sessionId: string, userId: string): Promise<boolean>;
}

/** Owners in this process: for tests and single servers. A session that was forgotten can be claimed anew, so bound it generously. */
export class InMemorySessionOwners implements SessionOwners {
  readonly #owners = new Map<string, string>();
  readonly #maxSessions: number;

  /** `maxSessions`: sessions remembered at most, the oldest go first. @default 100000 */
  constructor(options: { readonly maxSessions?: number } = {}) {
    refuseUnknownOptions('InMemorySessionOwners', options, ['maxSessions']);
    this.#maxSessions = requireNumber('InMemorySessionOwners.maxSessions', options.maxSessions ?? 100000, { min: 1, integer: true });
  }

  /** @inheritdoc */
  async claim(sessionId: string, userId: string): Promise<boolean> {
    const owner = this.#owners.get(sessionId);
    if (owner !== undefined) return owner === userId;
    if (this.#owners.size >= this.#maxSessions) for (const oldest of this.#owners.keys()) if (this.#owners.delete(oldest)) break;
    this.#owners.set(sessionId, userId);
    return true;
  }
}

/** Owners in the SQLite storage of a Durable Object. */
export class DurableObjectSessionOwners implements SessionOwners {
  readonly #storage: SqlStorageHost;

  /** Creates its table where there is none. */
  constructor(storage: SqlStorageHost) {
    this.#storage = storage;
    storage.sql.exec('CREATE TABLE IF NOT EXISTS sluice_owners (session TEXT PRIMARY KEY, user TEXT NOT NULL) WITHOUT ROWID');
  }

  /** @inheritdoc */
  async claim(sessionId: string, userId: string): Promise<boolean> {
    const { sql } = this.#storage;
    sql.exec('INSERT INTO sluice_owners (session, user) VALUES (?, ?) ON CONFLICT (session) DO NOTHING', sessionId, userId);
    return sql.exec<{ user: string }>('SELECT user FROM sluice_owners WHERE session = ?', sessionId).one().user === userId;
  }
}

/**
 * The session of a chat whose client names it freely: a UUID that follows from the user and the name,
 * so that the same chat is the same session and no name reaches another user's.
 */
export async function sessionOfChat(userId: string, chatId: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify([userId, chatId])));
  const bytes = new Uint8Array(digest).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80; // RFC 9562, version 8: a UUID made by the application's own rule
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
