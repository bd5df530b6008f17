/** What every idempotency and checkpoint store must do, as lists of cases that any test runner can run. Keys are new in every case. */
import type { Data } from '../base/data.js';
import { randomId } from '../base/id.js';
import type { Checkpoint, CheckpointStore } from '../pipeline/checkpoint.js';
import type { IdempotencyRecord, IdempotencyStore } from '../pipeline/idempotency.js';
import { contractCase, equal, truthy, type ContractCase } from './contract.js';

// Far enough away for no store to take it for expired.
const FAR = 32503680000000; // the year 3000

const record = (output: Data): IdempotencyRecord => ({ output, paramsHash: 'hash', expiresAtMs: FAR });

/** The cases for idempotency stores that `open` makes. */
export function idempotencyStoreContract(open: () => IdempotencyStore | Promise<IdempotencyStore>): readonly ContractCase[] {
  const cases: readonly (readonly [string, (store: IdempotencyStore, key: string) => Promise<void>])[] = [
    ['gives nothing for a key it does not know', async (store, key) => truthy((await store.get(key)) === undefined, 'an unknown key gives undefined')],
    [
      'gives a record back as it was set',
      async (store, key) => {
        await store.set(key, record({ status: 'ok', data: { list: [1, null, { deep: 'x' }] } }));
        equal(await store.get(key), record({ status: 'ok', data: { list: [1, null, { deep: 'x' }] } }));
      },
    ],
    [
      'replaces a record',
      async (store, key) => {
        await store.set(key, record({ n: 1 }));
        await store.set(key, record({ n: 2 }));
        equal((await store.get(key))?.output, { n: 2 });
      },
    ],
    [
      'deletes a record and no other',
      async (store, key) => {
        await store.set(key, record({ n: 1 }));
        await store.set(`${key}:more`, record({ n: 2 }));
        await store.delete(key);
        await store.delete(key);
        truthy((await store.get(key)) === undefined, 'a deleted key gives undefined');
        equal((await store.get(`${key}:more`))?.output, { n: 2 });
      },
    ],
  ];
  return cases.map(([name, run]) => contractCase(name, async () => run(await open(), `stage:${randomId()}`)));
}

/** The cases for checkpoint stores that `open` makes. */
export function checkpointStoreContract(open: () => CheckpointStore | Promise<CheckpointStore>): readonly ContractCase[] {
  const saved = async (store: CheckpointStore, run: string): Promise<Record<string, unknown>> => Object.fromEntries((await store.load(run)).map(({ stage, data }) => [stage, data]).sort());
  const checkpoint = (stage: string, data: Data, version: string | null = null): Checkpoint => ({ stage, data, version });
  const cases: readonly (readonly [string, (store: CheckpointStore, run: string) => Promise<void>])[] = [
    ['gives nothing for a run it does not know', async (store, run) => equal(await store.load(run), [])],
    [
      'gives checkpoints back as they were saved, bytes and dates included',
      async (store, run) => {
        await store.save(run, checkpoint('a', { text: 'x', bytes: new Uint8Array([1, 2, 3]), when: new Date(5) }, 'v1'));
        const [found] = await store.load(run);
        equal([found?.stage, found?.version, found?.data['text']], ['a', 'v1', 'x']);
        const { bytes, when } = found?.data ?? {};
        truthy(bytes instanceof Uint8Array && bytes.length === 3 && bytes[2] === 3, 'bytes come back as bytes');
        truthy(when instanceof Date && when.getTime() === 5, 'dates come back as dates');
      },
    ],
    [
      'replaces the checkpoint of a stage and keeps the others',
      async (store, run) => {
        await store.save(run, checkpoint('a', { n: 1 }));
        await store.save(run, checkpoint('b', { n: 2 }));
        await store.save(run, checkpoint('a', { n: 3 }));
        equal(await saved(store, run), { a: { n: 3 }, b: { n: 2 } });
      },
    ],
    [
      'keeps runs apart, also when one’s name begins another’s',
      async (store, run) => {
        await store.save(run, checkpoint('b:c', { n: 1 }));
        await store.save(`${run}:b`, checkpoint('c', { n: 2 }));
        equal(await saved(store, run), { 'b:c': { n: 1 } });
        equal(await saved(store, `${run}:b`), { c: { n: 2 } });
        await store.clear(run);
        equal(await store.load(run), []);
        equal(await saved(store, `${run}:b`), { c: { n: 2 } });
      },
    ],
  ];
  return cases.map(([name, run]) => contractCase(name, async () => run(await open(), randomId())));
}
