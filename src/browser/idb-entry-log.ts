/**
 * The append-only log of entries in IndexedDB: numbering, replacing, and reading from the end.
 *
 * Numbers are taken from what this tab last saw of a session and written with `add`, so an append is
 * the writes alone, without a read. When another tab was faster, or an id is known already, the
 * unique keys refuse it, nothing is kept, and it is done again with reading first, inside one
 * transaction. Transactions on one store run one after the other across tabs, so the second try
 * cannot collide, and no entry is lost or doubled.
 */
import type { IdbConnection, TransactionOptions } from './idb-connection.js';
import { StorageConflictError } from './idb-errors.js';
import { AFTER_ALL, sessionRange, type EntryRow, type MemorySchema } from './idb-memory-schema.js';
import { dropIndex, notePruned, noteReplaced, type IndexedTransaction } from './idb-search-index.js';

/** A row that has no place yet. */
export type NewRow = Omit<EntryRow, 'seq' | 'high'>;

/** The end of a session, as last seen. */
export interface Tail {
  /** Greatest number given, 0 for none. */
  readonly seq: number;
  /** Greatest timestamp. */
  readonly high: number;
}

/** A page of rows from the end of a session. */
export interface Page {
  /** Oldest first. */
  readonly rows: readonly EntryRow[];
  /** False when there is certainly nothing older. */
  readonly more: boolean;
}

const STORES = ['entries'] as const;
// What changes entries that are there changes their index with them.
const WITH_INDEX = ['entries', 'indexed', 'shelves'] as const;
const EMPTY: Tail = { seq: 0, high: -Infinity };

/** Entries of all sessions of one database. */
export class EntryLog {
  readonly #connection: IdbConnection<MemorySchema>;
  readonly #tails = new Map<string, Tail>();

  constructor(connection: IdbConnection<MemorySchema>) {
    this.#connection = connection;
  }

  /** What this tab knows of the end of a session. */
  tail(session: string): Tail | undefined {
    return this.#tails.get(session);
  }

  /** Another tab, or a read, has seen the end of a session. */
  noteTail(session: string, tail: Tail): void {
    const known = this.#tails.get(session) ?? EMPTY;
    this.#tails.set(session, { seq: Math.max(known.seq, tail.seq), high: Math.max(known.high, tail.high) });
  }

  /** Writes all rows or none. Calls must come one after the other. */
  async append(rows: readonly NewRow[], options: TransactionOptions): Promise<void> {
    if (rows.every(({ session }) => this.#tails.has(session))) {
      try {
        return await this.#appendUnread(rows, options);
      } catch (error) {
        if (!(error instanceof StorageConflictError)) throw error;
      }
    }
    await this.#appendRead(rows, options);
  }

  async #appendUnread(rows: readonly NewRow[], options: TransactionOptions): Promise<void> {
    const tails = new Map<string, Tail>();
    const placed = rows.map((row) => place(row, tails, tails.get(row.session) ?? this.#tails.get(row.session) ?? EMPTY));
    // Nothing waits for the single requests; a refused one aborts the transaction, whose end is awaited.
    let refused: unknown;
    const onRefused = (error: unknown): void => {
      refused ??= error;
    };
    try {
      await this.#connection.run(STORES, 'readwrite', options, (tx) => {
        const entries = tx.objectStore('entries');
        for (const row of placed) entries.add(row).catch(onRefused);
      });
    } catch (error) {
      throw (refused as { name?: unknown } | undefined)?.name === 'ConstraintError' ? new StorageConflictError(refused) : error;
    }
    for (const [session, tail] of tails) this.noteTail(session, tail);
  }

  async #appendRead(rows: readonly NewRow[], options: TransactionOptions): Promise<void> {
    const tails = new Map<string, Tail>();
    await this.#connection.run(WITH_INDEX, 'readwrite', options, async (tx) => {
      const entries = tx.objectStore('entries');
      for (const { session } of rows) {
        if (tails.has(session)) continue;
        const last = (await entries.openCursor(sessionRange(session), 'prev'))?.value;
        const known = this.#tails.get(session) ?? EMPTY;
        tails.set(session, { seq: Math.max(known.seq, last?.seq ?? 0), high: last?.high ?? -Infinity });
      }
      for (const row of rows) {
        const key = await entries.index('id').getKey([row.session, row.id]);
        if (key === undefined) await entries.add(place(row, tails, tails.get(row.session) ?? EMPTY));
        else await replace(tx, key, row, tails);
      }
    });
    for (const [session, tail] of tails) this.noteTail(session, tail);
  }

  /** About `count` rows before `before` (the newest ones without it); more where the log has grown meanwhile. */
  async readBack(session: string, count: number, before: number | undefined, options: TransactionOptions): Promise<Page> {
    const page = await this.#connection.run(STORES, 'readonly', options, async (tx): Promise<Page> => {
      const entries = tx.objectStore('entries');
      const known = before ?? this.#tails.get(session)?.seq;
      if (known !== undefined) {
        const from = known + (before === undefined ? 1 : 0) - count;
        const rows = await entries.getAll(sessionRange(session, Math.max(0, from), before));
        if (rows.length >= count || from <= 1) return { rows, more: from > 1 };
      }
      // The end is not known, or numbers are missing before it: look for the last row there is.
      const last = await entries.openKeyCursor(sessionRange(session, 0, before), 'prev');
      if (last === null) return { rows: [], more: false };
      const from = last.key[1] + 1 - count;
      return { rows: await entries.getAll(sessionRange(session, Math.max(0, from), before)), more: from > 1 };
    });
    const end = page.rows.at(-1);
    if (before === undefined) this.noteTail(session, end ?? EMPTY);
    return page;
  }

  /** All rows of a session, oldest first. */
  readAll(session: string, options: TransactionOptions): Promise<readonly EntryRow[]> {
    return this.#connection.run(STORES, 'readonly', options, (tx) => tx.objectStore('entries').getAll(sessionRange(session)));
  }

  /** The first `count` rows from a number to before another, oldest first. */
  readFrom(session: string, from: number, before: number | undefined, count: number, options: TransactionOptions): Promise<readonly EntryRow[]> {
    return this.#connection.run(STORES, 'readonly', options, (tx) => tx.objectStore('entries').getAll(sessionRange(session, from, before), count));
  }

  /** The rows of these numbers that are there, in the order of the numbers. */
  async readSome(session: string, seqs: readonly number[], options: TransactionOptions): Promise<readonly EntryRow[]> {
    if (seqs.length === 0) return [];
    const rows = await this.#connection.run(STORES, 'readonly', options, (tx) => Promise.all(seqs.map((seq) => tx.objectStore('entries').get([session, seq]))));
    return rows.filter((row) => row !== undefined);
  }

  /** The sessions that have entries, in the order of their ids. */
  sessions(options: TransactionOptions): Promise<string[]> {
    return this.#connection.run(STORES, 'readonly', options, async (tx) => {
      const found: string[] = [];
      let cursor = await tx.objectStore('entries').openKeyCursor();
      while (cursor !== null) {
        const [session] = cursor.key;
        found.push(session);
        cursor = await cursor.continue([session, AFTER_ALL as unknown as number]); // any key type may follow a number in a key
      }
      return found;
    });
  }

  /** Deletes a session, or everything; resolves to the number of rows deleted. */
  remove(session: string | undefined, options: TransactionOptions): Promise<number> {
    return this.#connection.run(WITH_INDEX, 'readwrite', options, async (tx) => {
      const entries = tx.objectStore('entries');
      const range = session === undefined ? undefined : sessionRange(session);
      const count = await entries.count(range);
      if (range === undefined) await entries.clear();
      else await entries.delete(range);
      await dropIndex(tx, session);
      return count;
    });
  }

  /** Deletes rows from the front of a session: beyond the newest `maxEntries`, and those before `oldestMs` up to the first younger one. */
  prune(session: string, limits: { readonly maxEntries: number; readonly oldestMs: number }, options: TransactionOptions): Promise<number> {
    return this.#connection.run(WITH_INDEX, 'readwrite', options, async (tx) => {
      const entries = tx.objectStore('entries');
      let count = 0;
      if (limits.maxEntries !== Infinity) {
        const newest = await entries.openKeyCursor(sessionRange(session), 'prev');
        const surplus = (await newest?.advance(limits.maxEntries)) ?? null;
        if (surplus !== null) {
          const range = sessionRange(session, 0, surplus.key[1] + 1);
          count += await entries.count(range);
          await entries.delete(range);
        }
      }
      let cursor = limits.oldestMs === -Infinity ? null : await entries.openCursor(sessionRange(session));
      for (; cursor !== null && cursor.value.high < limits.oldestMs; cursor = await cursor.continue()) {
        await cursor.delete();
        count++;
      }
      if (count > 0) await notePruned(tx, session);
      return count;
    });
  }
}

function place(row: NewRow, tails: Map<string, Tail>, tail: Tail): EntryRow {
  const next = { seq: tail.seq + 1, high: Math.max(tail.high, row.timestamp) };
  tails.set(row.session, next);
  return { ...row, ...next };
}

async function replace(tx: IndexedTransaction, key: readonly [string, number], row: NewRow, tails: Map<string, Tail>): Promise<void> {
  const [session, seq] = key;
  const entries = tx.objectStore('entries');
  const old = await entries.get([session, seq]);
  const high = Math.max(old?.high ?? -Infinity, row.timestamp);
  await entries.put({ ...row, seq, high });
  await noteReplaced(tx, session, seq);
  const tail = tails.get(session) ?? EMPTY;
  tails.set(session, { seq: tail.seq, high: Math.max(tail.high, high) });
  let later = await entries.openCursor(sessionRange(session, seq + 1));
  for (; later !== null && later.value.high < high; later = await later.continue()) await later.update({ ...later.value, high });
}
