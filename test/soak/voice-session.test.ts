// A thousand sessions, opened, used and closed in the middle of an answer: nothing of them stays.
import { expect, it } from 'vitest';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { randomScenario } from '../../src/testing/random-scenario.js';
import { simulate } from '../../src/testing/simulator.js';
import { heapAfter } from '../audio/heap.js';
import { seed } from '../tools/scale.js';

/** Bytes that are still held after everything that can be collected was. */
async function heldBytes(): Promise<number> {
  for (let n = 0; n < 4; n++) await new Promise((resolve) => setTimeout(resolve, 20)); // what ends by itself ends
  return heapAfter();
}

async function cycle(): Promise<void> {
  const { open } = await simulate({
    format: 'sluice.scenario',
    version: 1,
    user: [{ do: 'say', text: 'Tell me about the river.' }, { do: 'leave', when: { heardWords: 3 } }],
    llm: { answers: ['The river begins in the hills. It runs to the sea. Nobody knows how long it has done so.'] },
  }, { memory: new InMemoryStore() });
  expect(open).toEqual([]);
}

// Code and feedback of the engine are on the same heap: they grow by some hundred KB while it learns what is called often,
// which takes about a thousand cycles, and no more after that.
it('1,000 cycles of start and close leave at most 1 MB, and nothing open', async () => {
  for (let n = 0; n < 1000; n++) await cycle();
  const before = await heldBytes();
  for (let n = 0; n < 1000; n++) await cycle();
  const grownBytes = (await heldBytes()) - before;
  console.log(`1,000 cycles: ${(grownBytes / 1024).toFixed(0)} KB`);
  expect(grownBytes).toBeLessThanOrEqual(1024 * 1024);
});

it('random conversations leave at most 1 MB', async () => {
  const run = async (from: number, count: number): Promise<void> => {
    for (let n = from; n < from + count; n++) await simulate(randomScenario(n, { faultRate: 0.2 }));
  };
  await run(seed, 500);
  const before = await heldBytes();
  await run(seed + 500, 500);
  const grownBytes = (await heldBytes()) - before;
  console.log(`500 random conversations: ${(grownBytes / 1024).toFixed(0)} KB`);
  expect(grownBytes).toBeLessThanOrEqual(1024 * 1024);
});
