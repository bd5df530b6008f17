/**
 * What runs keep beside conversations, in a Durable Object's key-value storage, which takes whatever
 * can be cloned: outputs that must not be made twice, and the checkpoints of runs that were cut off.
 */
import { refuseUnknownOptions, requireName } from '../base/option.js';
import { throwIfAborted } from '../base/errors.js';
import type { Checkpoint, CheckpointStore } from '../pipeline/checkpoint.js';
import type { IdempotencyRecord, IdempotencyStore } from '../pipeline/idempotency.js';
import { toSqlError } from './sql-storage.js';

/** What is used of `ctx.storage` beside SQL. */
export interface KeyValueStorageHost {
  get<T>(key: string): Promise<T | undefined>;
  put<T>(key: string, value: T): Promise<void>;
  delete(keys: string | string[]): Promise<unknown>;
  list<T>(options: { readonly prefix: string; readonly limit?: number }): Promise<Map<string, T>>;
}

/** Options of the stores. */
export interface DurableObjectRunStoreOptions {
  /** What their keys begin with. @default 'sluice' */
  readonly prefix?: string;
}

// A deletion takes 128 keys at most.
const KEYS_AT_ONCE = 128;

/** Idempotency records in a Durable Object. */
export class DurableObjectIdempotencyStore implements IdempotencyStore {
  readonly #storage: KeyValueStorageHost;
  readonly #prefix: string;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(storage: KeyValueStorageHost, options: DurableObjectRunStoreOptions = {}) {
    this.#storage = storage;
    this.#prefix = `${prefixOf('DurableObjectIdempotencyStore', options)}:idempotency:`;
  }

  /** @inheritdoc */
  async get(key: string, options: { readonly signal?: AbortSignal } = {}): Promise<IdempotencyRecord | undefined> {
    throwIfAborted('A storage call', options.signal);
    return this.#storage.get<IdempotencyRecord>(this.#prefix + key);
  }

  /** @inheritdoc */
  async set(key: string, record: IdempotencyRecord, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted('A storage call', options.signal);
    await stored(this.#storage.put(this.#prefix + key, record));
  }

  /** @inheritdoc */
  async delete(key: string): Promise<void> {
    await this.#storage.delete(this.#prefix + key);
  }

  /** Deletes records that no longer count at `nowMs` (milliseconds since 1970); resolves to their number. For an alarm. */
  async prune(nowMs: number): Promise<number> {
    const expired = [...(await this.#storage.list<IdempotencyRecord>({ prefix: this.#prefix }))].filter(([, record]) => record.expiresAtMs <= nowMs).map(([key]) => key);
    await deleteKeys(this.#storage, expired);
    return expired.length;
  }
}

/** Checkpoints in a Durable Object. */
export class DurableObjectCheckpointStore implements CheckpointStore {
  readonly #storage: KeyValueStorageHost;
  readonly #prefix: string;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(storage: KeyValueStorageHost, options: DurableObjectRunStoreOptions = {}) {
    this.#storage = storage;
    this.#prefix = `${prefixOf('DurableObjectCheckpointStore', options)}:checkpoint:`;
  }

  /** @inheritdoc */
  async save(run: string, checkpoint: Checkpoint, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted('A storage call', options.signal);
    await stored(this.#storage.put(this.#runPrefix(run) + checkpoint.stage, checkpoint));
  }

  /** @inheritdoc */
  async load(run: string, options: { readonly signal?: AbortSignal } = {}): Promise<readonly Checkpoint[]> {
    throwIfAborted('A storage call', options.signal);
    return [...(await this.#storage.list<Checkpoint>({ prefix: this.#runPrefix(run) })).values()];
  }

  /** @inheritdoc */
  async clear(run: string): Promise<void> {
    await deleteKeys(this.#storage, [...(await this.#storage.list({ prefix: this.#runPrefix(run) })).keys()]);
  }

  // The length keeps the runs 'a' and 'a:b' apart, whatever their stages are called.
  #runPrefix(run: string): string {
    return `${this.#prefix}${run.length}:${run}:`;
  }
}

function prefixOf(owner: string, options: DurableObjectRunStoreOptions): string {
  refuseUnknownOptions(owner, options, ['prefix']);
  return requireName(`${owner}.prefix`, options.prefix ?? 'sluice');
}

async function stored(put: Promise<void>): Promise<void> {
  try {
    await put;
  } catch (error) {
    throw toSqlError(error);
  }
}

async function deleteKeys(storage: KeyValueStorageHost, keys: readonly string[]): Promise<void> {
  for (let n = 0; n < keys.length; n += KEYS_AT_ONCE) await storage.delete(keys.slice(n, n + KEYS_AT_ONCE));
}
