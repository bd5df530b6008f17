// @realm node
// Conversations by chance: whatever is said, cut, broken or late, a session keeps the laws of conversation-laws.ts.
import { describe, expect, it } from 'vitest';
import { randomScenario } from '../../src/testing/random-scenario.js';
import { simulate } from '../../src/testing/simulator.js';
import { scale, seed } from '../tools/scale.js';
import { flawsOf } from './conversation-laws.js';

const COUNT = scale(12, 2000);

async function broken(from: number, count: number, faultRate: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let n = from; n < from + count; n++) {
    const result = await simulate(randomScenario(n, { faultRate }));
    const flaws = flawsOf(result);
    if (flaws.length > 0) found.push(`randomScenario(${n}, { faultRate: ${faultRate} }): ${flaws.join('; ')}`);
  }
  return found;
}

describe('a random conversation', () => {
  it('keeps the laws while everything works', async () => {
    expect(await broken(seed * 10_000, COUNT, 0)).toEqual([]);
  });

  it('keeps the laws while providers fail, hang and come late', async () => {
    expect(await broken(seed * 20_000, COUNT, 0.25)).toEqual([]);
  });
});
