import { describe, expect, it } from 'vitest';
import { InMemoryCheckpointStore } from '../../src/pipeline/checkpoint.js';
import { InMemoryIdempotencyStore } from '../../src/pipeline/idempotency.js';
import { ContractError } from '../../src/testing/contract.js';
import { checkpointStoreContract, idempotencyStoreContract } from '../../src/testing/run-store-contracts.js';

describe('the contracts of run stores', () => {
  for (const { name, run } of idempotencyStoreContract(() => new InMemoryIdempotencyStore())) it(`idempotency: ${name}`, run);
  for (const { name, run } of checkpointStoreContract(() => new InMemoryCheckpointStore())) it(`checkpoints: ${name}`, run);

  it('fail for stores that lose what they were given', async () => {
    const lossy = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };
    const outcomes = await Promise.allSettled(idempotencyStoreContract(() => lossy).map(({ run }) => run()));
    expect(outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason instanceof ContractError)).toHaveLength(3);
    const forgetful = { save: async () => undefined, load: async () => [], clear: async () => undefined };
    const others = await Promise.allSettled(checkpointStoreContract(() => forgetful).map(({ run }) => run()));
    expect(others.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  });
});
