// Who stops waiting is forgotten, in whatever order they come and go.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkQueue } from '../../src/stream/chunk-queue.js';
import { WaitingLine } from '../../src/stream/waiting-line.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('WaitingLine', () => {
  it('serves in order those who still wait, and never holds more who have left than who wait', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('push' as const), fc.constant('shift' as const), fc.nat({ max: 30 })), { maxLength: 200 }), (steps) => {
        const line = new WaitingLine<{ n: number; over: boolean }>();
        let waiting: { n: number; over: boolean }[] = [];
        let n = 0;
        for (const step of steps) {
          if (step === 'push') {
            const one = { n: n++, over: false };
            waiting.push(one);
            line.push(one);
          } else if (step === 'shift') {
            expect(line.shift()?.n).toBe(waiting.shift()?.n);
          } else {
            const leaving = waiting[step];
            if (leaving === undefined) continue;
            leaving.over = true;
            line.left();
            waiting = waiting.filter((one) => one !== leaving);
          }
          expect(line.size).toBe(waiting.length);
          expect(line.held - line.size).toBeLessThanOrEqual(Math.max(1, line.size));
        }
      }),
      { numRuns: 500, seed: 20260303 },
    );
  });
});

describe('a queue that is asked again and again with a limit', () => {
  it('keeps none of the waits that ended, and loses nothing put later', async () => {
    const clock = new ManualClock();
    const queue = new ChunkQueue<string>({ clock, maxSize: 1 });
    for (let n = 0; n < 50; n++) {
      const got = queue.get({ timeoutMs: 10 });
      await clock.advance(10);
      expect(await got).toBeNull();
    }
    await queue.put('a');
    for (let n = 0; n < 50; n++) {
      const put = queue.put('late', { timeoutMs: 10 });
      await clock.advance(10);
      expect(await put).toBe(false);
    }
    expect([await queue.get(), queue.size(), clock.pending]).toEqual(['a', 0, 0]);
  });
});
