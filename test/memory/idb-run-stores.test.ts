import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { IndexedDBCheckpointStore, IndexedDBIdempotencyStore } from '../../src/browser/idb-run-stores.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { checkpointStoreContract, idempotencyStoreContract } from '../../src/testing/run-store-contracts.js';

const open: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(store: T): T => {
  open.push(store);
  return store;
};
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

describe('run stores in IndexedDB', () => {
  for (const { name, run } of idempotencyStoreContract(() => keep(new IndexedDBIdempotencyStore()))) it(`idempotency: ${name}`, run);
  for (const { name, run } of checkpointStoreContract(() => keep(new IndexedDBCheckpointStore()))) it(`checkpoints: ${name}`, run);

  it('delete records that no longer count when another is written', async () => {
    const clock = new ManualClock();
    const store = keep(new IndexedDBIdempotencyStore({ name: 'expiry', clock }));
    await store.set('a', { output: {}, paramsHash: 'h', expiresAtMs: clock.epochMs() + 1000 });
    await store.set('b', { output: {}, paramsHash: 'h', expiresAtMs: clock.epochMs() + 5000 });
    await clock.advance(1000);
    await store.set('c', { output: {}, paramsHash: 'h', expiresAtMs: clock.epochMs() + 1000 });
    expect([await store.get('a'), (await store.get('b'))?.paramsHash, (await store.get('c'))?.paramsHash]).toEqual([undefined, 'h', 'h']);
  });

  it('still have what was stored when they are opened again, and refuse wrong options', async () => {
    const first = new IndexedDBCheckpointStore();
    await first.save('run', { stage: 'a', data: { n: 1 }, version: null });
    await first.close();
    expect(await keep(new IndexedDBCheckpointStore()).load('run')).toEqual([{ stage: 'a', data: { n: 1 }, version: null }]);
    expect(() => new IndexedDBCheckpointStore({ name: '' })).toThrow('IndexedDBCheckpointStore.name');
  });
});
