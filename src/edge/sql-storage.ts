/** What is used of a Durable Object's SQLite storage, and the errors it gives. Structural: no platform types are needed to build. */
import { SluiceError } from '../base/errors.js';
import { StorageFailedError, StorageQuotaError } from '../memory/storage-errors.js';

/** A value SQLite binds and gives. */
export type SqlValue = string | number | null | ArrayBuffer;

/** Rows of a query; read once. */
export interface SqlCursor<R> extends Iterable<R> {
  toArray(): R[];
  /** The only row; throws when there is not exactly one. */
  one(): R;
}

/** `ctx.storage` of a Durable Object with SQLite. */
export interface SqlStorageHost {
  readonly sql: { exec<R extends object = Record<string, SqlValue>>(query: string, ...bindings: readonly SqlValue[]): SqlCursor<R> };
  /** Runs `work` as one transaction; an exception undoes it. */
  transactionSync<T>(work: () => T): T;
}

/** The error for what the storage threw. */
export function toSqlError(error: unknown): SluiceError {
  if (SluiceError.isInstance(error)) return error;
  const message = error instanceof Error ? error.message : '';
  return /SQLITE_(FULL|TOOBIG)|too big|exceeded/i.test(message) ? new StorageQuotaError(error) : new StorageFailedError(error);
}
