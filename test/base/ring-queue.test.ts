import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { RingQueue } from '../../src/base/ring-queue.js';

describe('RingQueue', () => {
  it('behaves as an array used as a queue, for any sequence of operations', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('push', 'unshift', 'shift', 'clear', 'clearOdd')), (operations) => {
        const queue = new RingQueue<number>(2);
        let model: number[] = [];
        let next = 0;
        for (const operation of operations) {
          if (operation === 'push') { queue.push(next); model.push(next); next++; }
          if (operation === 'unshift') { queue.unshift(next); model.unshift(next); next++; }
          if (operation === 'shift') expect(queue.shift()).toBe(model.shift());
          if (operation === 'clear') { expect(queue.clear()).toBe(model.length); model = []; }
          if (operation === 'clearOdd') {
            const kept = model.filter((n) => n % 2 === 0);
            expect(queue.clear((n) => n % 2 === 0)).toBe(model.length - kept.length);
            model = kept;
          }
          expect(queue.size).toBe(model.length);
          expect(queue.peek()).toBe(model[0]);
        }
      }),
    );
  });
});
