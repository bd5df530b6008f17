// The stores of runs on a real IndexedDB; test/memory/idb-run-stores.test.ts has them on one in memory.
import { afterEach, describe, it } from 'vitest';
import { IndexedDBCheckpointStore, IndexedDBIdempotencyStore } from '../../src/browser/idb-run-stores.js';
import { checkpointStoreContract, idempotencyStoreContract } from '../../src/testing/run-store-contracts.js';

const open: { close(): Promise<void> }[] = [];
function kept<T extends { close(): Promise<void> }>(store: T): T {
  open.push(store);
  return store;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
});

describe('run stores in a browser', () => {
  for (const { name, run } of idempotencyStoreContract(() => kept(new IndexedDBIdempotencyStore({ name: 'runs-in-a-browser' })))) it(`idempotency: ${name}`, run);
  for (const { name, run } of checkpointStoreContract(() => kept(new IndexedDBCheckpointStore({ name: 'runs-in-a-browser' })))) it(`checkpoints: ${name}`, run);
});
