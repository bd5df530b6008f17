import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import type { DBSchema } from 'idb';
import { beforeEach, describe, expect, it } from 'vitest';
import { AbortedError, ClosedError } from '../../src/base/errors.js';
import { IdbConnection, type Migration } from '../../src/browser/idb-connection.js';
import { StorageConflictError, StorageOutdatedError } from '../../src/browser/idb-errors.js';

interface Schema extends DBSchema {
  notes: { key: number; value: { id: number; text: string; words?: number }; indexes: { words: number } };
}

// Three steps, as a library's later versions add them; the last one changes what is stored.
const steps: string[] = [];
const migrations: readonly Migration<Schema>[] = [
  (db) => {
    steps.push('1');
    db.createObjectStore('notes', { keyPath: 'id' });
  },
  (_db, tx) => {
    steps.push('2');
    tx.objectStore('notes').createIndex('words', 'words');
  },
  (_db, tx) => {
    steps.push('3');
    void (async () => {
      let cursor = await tx.objectStore('notes').openCursor();
      for (; cursor !== null; cursor = await cursor.continue()) await cursor.update({ ...cursor.value, words: cursor.value.text.split(' ').length });
    })();
  },
];
const at = (version: number): IdbConnection<Schema> => new IdbConnection({ name: 'notes', migrations: migrations.slice(0, version) });

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  steps.length = 0;
});

describe('IdbConnection', () => {
  it.each([1, 2])('brings what version %i has stored to the newest version, each step once', async (version) => {
    const old = at(version);
    await old.run(['notes'], 'readwrite', {}, async (tx) => void (await tx.objectStore('notes').add({ id: 1, text: 'two words' })));
    await old.close();
    const connection = at(3);
    expect(await connection.run(['notes'], 'readonly', {}, (tx) => tx.objectStore('notes').getAll())).toEqual([{ id: 1, text: 'two words', words: 2 }]);
    expect(steps).toEqual(['1', '2', '3']);
    await connection.close();
    const again = at(3);
    await again.open();
    await again.close();
    expect(steps).toHaveLength(3);
  });

  it('says that a newer version was here', async () => {
    const newer = at(3);
    await newer.open();
    await newer.close();
    await expect(at(2).open()).rejects.toThrow(StorageOutdatedError);
  });

  it('opens once for many calls at once, and again after a failure', async () => {
    const connection = at(1);
    await Promise.all([1, 2, 3].map((id) => connection.run(['notes'], 'readwrite', {}, async (tx) => void (await tx.objectStore('notes').add({ id, text: '' })))));
    expect(steps).toEqual(['1']);
    await expect(connection.run(['notes'], 'readwrite', {}, async (tx) => void (await tx.objectStore('notes').add({ id: 1, text: '' })))).rejects.toThrow(StorageConflictError);
    expect(await connection.run(['notes'], 'readonly', {}, (tx) => tx.objectStore('notes').count())).toBe(3);
    await connection.close();
  });

  it('keeps nothing of a transaction whose body throws', async () => {
    const connection = at(1);
    const failing = connection.run(['notes'], 'readwrite', {}, async (tx) => {
      await tx.objectStore('notes').add({ id: 1, text: '' });
      throw new RangeError('the body’s own');
    });
    await expect(failing).rejects.toMatchObject({ cause: new RangeError('the body’s own') });
    expect(await connection.run(['notes'], 'readonly', {}, (tx) => tx.objectStore('notes').count())).toBe(0);
    await connection.close();
  });

  it('is not opened by a call that has been aborted, nor by one after its close', async () => {
    const connection = at(1);
    await expect(connection.run(['notes'], 'readonly', { signal: AbortSignal.abort() }, () => 1)).rejects.toThrow(AbortedError);
    expect(steps).toEqual([]);
    await connection.close();
    await connection.close();
    await expect(connection.open()).rejects.toThrow(ClosedError);
  });

  it('releases the database when it is closed while it opens', async () => {
    const connection = at(1);
    const opening = connection.open();
    await connection.close();
    await opening;
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase('notes');
      request.onsuccess = () => resolve();
      request.onblocked = () => reject(new Error('still open'));
    });
  });
});
