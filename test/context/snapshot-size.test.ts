// @realm node chromium (workerd's clock stands still while code runs)
import { expect, it } from 'vitest';
import type { Data } from '../../src/base/data.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';

it('a snapshot takes 10 MB there and back in time proportional to the size', () => {
  const trip = (count: number): number => {
    const messages = Array.from({ length: count }, (_, n) => ({ role: n % 2 === 0 ? ('user' as const) : ('assistant' as const), content: 'x'.repeat(1000), metadata: { n } }));
    const start = performance.now();
    const restored = ContextSnapshot.fromDict(JSON.parse(JSON.stringify(new ContextSnapshot({ conversation: { messages } }).toDict({ flat: false }))) as Data);
    expect(restored.messages.length).toBe(count);
    return performance.now() - start;
  };
  const best = { small: Infinity, large: Infinity };
  // The fastest of a few rounds each; of more where the machine was busy in all of them.
  for (let round = 0; round < 5 || (round < 20 && best.large / best.small >= 50); round++) {
    best.small = Math.min(best.small, trip(1000), trip(1000)); // 1 MB
    best.large = Math.min(best.large, trip(10000)); // 10 MB
  }
  expect(best.large / best.small).toBeLessThan(50); // linear is 10, a square law 100; the rest is for a busy machine
});
