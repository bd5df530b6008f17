/**
 * One connection to an IndexedDB database, opened when first needed and again after it was lost.
 *
 * It never blocks another tab's upgrade: at `versionchange` it closes, and the next call opens anew
 * or says that this tab is outdated. A transaction counts as written only when it is complete: at a
 * full disk the requests succeed and the transaction aborts.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import { systemClock, type Clock } from '../base/clock.js';
import { deferred } from '../base/deferred.js';
import { AbortedError, ClosedError, throwIfAborted } from '../base/errors.js';
import { StorageBlockedError, StorageUnavailableError, toStorageError } from './idb-errors.js';

/** A step from one schema version to the next; index 0 leads from nothing to version 1. */
export type Migration<S extends DBSchema> = (db: IDBPDatabase<S>, tx: IDBPTransaction<S, StoreNames<S>[], 'versionchange'>) => void;

/** What a connection opens. */
export interface ConnectionOptions<S extends DBSchema> {
  readonly name: string;
  /** All steps; their number is the version. */
  readonly migrations: readonly Migration<S>[];
  /** How long to wait for other tabs to let an opening through. @default 10000 */
  readonly blockedTimeoutMs?: number | undefined;
  /** @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Options of one transaction. */
export interface TransactionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly durability?: 'strict' | 'relaxed' | 'default' | undefined;
}

/** The database, whenever it is needed. */
export class IdbConnection<S extends DBSchema> {
  /** Name of the database. */
  readonly name: string;
  readonly #options: ConnectionOptions<S>;
  readonly #clock: Clock;
  #opening: Promise<IDBPDatabase<S>> | undefined;
  #closed = false;

  constructor(options: ConnectionOptions<S>) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Opens now, to fail early; resolves when the database is open. */
  async open(signal?: AbortSignal): Promise<void> {
    await this.#connect(signal);
  }

  /** Runs `body` in one transaction and resolves when what it wrote is complete, what it read is read; rejects with a `StorageError`, and then nothing of it was kept. */
  async run<N extends StoreNames<S>, M extends 'readonly' | 'readwrite', T>(
    stores: readonly N[],
    mode: M,
    options: TransactionOptions,
    body: (tx: IDBPTransaction<S, N[], M>) => Promise<T> | T,
  ): Promise<T> {
    const { signal } = options;
    throwIfAborted('A storage call', signal);
    const tx = await this.#begin(stores, mode, options);
    const abort = (): void => abortIfOpen(tx);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const result = await body(tx);
      if (mode === 'readonly') {
        tx.done.catch(ignore); // its end tells a reader nothing more, and would cost a turn of the event loop
        return result;
      }
      tx.commit();
      await tx.done;
      return result;
    } catch (error) {
      abortIfOpen(tx);
      const reason: unknown = await tx.done.then(() => error, (why: unknown) => (isAbort(why) ? error : why));
      if (signal?.aborted === true) throw new AbortedError('A storage call', signal.reason);
      throw toStorageError(reason, this.name);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Closes; running transactions still complete. Later calls reject with `ClosedError`. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    const db = await opening?.catch(() => undefined); // a failed opening has been reported to its caller
    db?.close();
  }

  async #begin<N extends StoreNames<S>, M extends 'readonly' | 'readwrite'>(stores: readonly N[], mode: M, options: TransactionOptions): Promise<IDBPTransaction<S, N[], M>> {
    for (let attempt = 0; ; attempt++) {
      const db = await this.#connect(options.signal);
      throwIfAborted('A storage call', options.signal);
      try {
        return db.transaction([...stores], mode, options.durability === undefined ? {} : { durability: options.durability });
      } catch (error) {
        // The browser closes connections by itself (crash of its storage, cleared site data) and this
        // is how one learns of it; a connection is worth one new try.
        this.#opening = undefined;
        if (attempt > 0 || (error as { name?: unknown }).name !== 'InvalidStateError') throw toStorageError(error, this.name);
      }
    }
  }

  #connect(signal: AbortSignal | undefined): Promise<IDBPDatabase<S>> {
    if (this.#closed) return Promise.reject(new ClosedError('Storage'));
    this.#opening ??= this.#openDatabase().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return signal === undefined ? this.#opening : unlessAborted(this.#opening, signal);
  }

  async #openDatabase(): Promise<IDBPDatabase<S>> {
    const { name, migrations, blockedTimeoutMs = 10000 } = this.#options;
    if (!hasIndexedDB()) throw new StorageUnavailableError();
    const gaveUp = deferred<never>();
    let waiting = true;
    // An open can wait for ever behind other tabs: for their versions of the database, or for a
    // deletion that they hold up, which no event tells. Once an upgrade runs, it is given its time.
    const cancelTimer = this.#clock.after(blockedTimeoutMs, () => gaveUp.reject(new StorageBlockedError(name)));
    try {
      const opening = openDB<S>(name, migrations.length, {
        upgrade: (db, oldVersion, _newVersion, tx) => {
          cancelTimer();
          for (const migrate of migrations.slice(oldVersion)) migrate(db, tx);
        },
        blocking: (_current, _blocked, event) => {
          this.#opening = undefined;
          (event.target as IDBDatabase).close();
        },
        terminated: () => {
          this.#opening = undefined;
        },
      });
      void opening.then((db) => (waiting && !this.#closed ? undefined : db.close()), () => undefined); // one that comes too late must not hold the database
      return await Promise.race([opening, gaveUp.promise]);
    } catch (error) {
      waiting = false;
      // Private windows of some browsers refuse at opening, by an error that says no more than this.
      const { name: kind } = error as { name?: unknown };
      throw kind === 'InvalidStateError' || kind === 'UnknownError' ? new StorageUnavailableError(error) : toStorageError(error, name);
    } finally {
      cancelTimer();
    }
  }
}

function hasIndexedDB(): boolean {
  try {
    return typeof indexedDB === 'object' && indexedDB !== null;
  } catch {
    return false; // reading the property throws where the frame's origin is opaque
  }
}

function abortIfOpen(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch {
    // it has ended already: complete or aborted, which `done` tells
  }
}

function ignore(): undefined {
  return undefined;
}

function isAbort(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'AbortError';
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new AbortedError('A storage call', signal.reason));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
