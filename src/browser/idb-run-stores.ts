/**
 * What runs keep beside conversations, in IndexedDB: outputs that must not be made twice, and the
 * checkpoints of runs that a reload cut off. Both share one database.
 */
import type { DBSchema } from 'idb';
import { systemClock, type Clock } from '../base/clock.js';
import { refuseUnknownOptions, requireName } from '../base/option.js';
import type { Checkpoint, CheckpointStore } from '../pipeline/checkpoint.js';
import type { IdempotencyRecord, IdempotencyStore } from '../pipeline/idempotency.js';
import { IdbConnection, type Migration } from './idb-connection.js';
import { AFTER_ALL } from './idb-memory-schema.js';

/** Options of the stores. */
export interface IndexedDBRunStoreOptions {
  /** Name of the database. @default 'sluice-runs' */
  readonly name?: string;
  /** @default systemClock */
  readonly clock?: Clock;
}

interface RunSchema extends DBSchema {
  idempotency: { key: string; value: IdempotencyRecord; indexes: { expires: number } };
  checkpoints: { key: [string, string]; value: Checkpoint };
}

const migrations: readonly Migration<RunSchema>[] = [
  (db) => {
    db.createObjectStore('idempotency').createIndex('expires', 'expiresAtMs');
    db.createObjectStore('checkpoints');
  },
];

function connect(owner: string, options: IndexedDBRunStoreOptions): IdbConnection<RunSchema> {
  refuseUnknownOptions(owner, options, ['name', 'clock']);
  return new IdbConnection({ name: requireName(`${owner}.name`, options.name ?? 'sluice-runs'), migrations, clock: options.clock });
}

/** Idempotency records in IndexedDB. Records that no longer count are deleted when another is written. */
export class IndexedDBIdempotencyStore implements IdempotencyStore {
  readonly #connection: IdbConnection<RunSchema>;
  readonly #clock: Clock;

  /** Opens nothing yet. Throws `InvalidOptionError` naming the option. */
  constructor(options: IndexedDBRunStoreOptions = {}) {
    this.#connection = connect('IndexedDBIdempotencyStore', options);
    this.#clock = options.clock ?? systemClock;
  }

  /** @inheritdoc */
  get(key: string, options: { readonly signal?: AbortSignal } = {}): Promise<IdempotencyRecord | undefined> {
    return this.#connection.run(['idempotency'], 'readonly', options, (tx) => tx.objectStore('idempotency').get(key));
  }

  /** @inheritdoc */
  set(key: string, record: IdempotencyRecord, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#connection.run(['idempotency'], 'readwrite', { ...options, durability: 'strict' }, async (tx) => {
      const records = tx.objectStore('idempotency');
      let expired = await records.index('expires').openCursor(IDBKeyRange.upperBound(this.#clock.epochMs()));
      for (; expired !== null; expired = await expired.continue()) await expired.delete();
      await records.put(record, key);
    });
  }

  /** @inheritdoc */
  delete(key: string): Promise<void> {
    return this.#connection.run(['idempotency'], 'readwrite', {}, (tx) => tx.objectStore('idempotency').delete(key));
  }

  /** Releases the database. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** Checkpoints in IndexedDB. */
export class IndexedDBCheckpointStore implements CheckpointStore {
  readonly #connection: IdbConnection<RunSchema>;

  /** Opens nothing yet. Throws `InvalidOptionError` naming the option. */
  constructor(options: IndexedDBRunStoreOptions = {}) {
    this.#connection = connect('IndexedDBCheckpointStore', options);
  }

  /** @inheritdoc */
  save(run: string, checkpoint: Checkpoint, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#connection.run(['checkpoints'], 'readwrite', { ...options, durability: 'strict' }, async (tx) => {
      await tx.objectStore('checkpoints').put(checkpoint, [run, checkpoint.stage]);
    });
  }

  /** @inheritdoc */
  load(run: string, options: { readonly signal?: AbortSignal } = {}): Promise<readonly Checkpoint[]> {
    return this.#connection.run(['checkpoints'], 'readonly', options, (tx) => tx.objectStore('checkpoints').getAll(runRange(run)));
  }

  /** @inheritdoc */
  clear(run: string): Promise<void> {
    return this.#connection.run(['checkpoints'], 'readwrite', {}, (tx) => tx.objectStore('checkpoints').delete(runRange(run)));
  }

  /** Releases the database. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}

function runRange(run: string): IDBKeyRange {
  return IDBKeyRange.bound([run], [run, AFTER_ALL]);
}
