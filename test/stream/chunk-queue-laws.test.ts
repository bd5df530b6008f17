// Whatever is put and got in whatever order: nothing is lost or doubled, order holds, the bound holds, everybody is answered.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkQueue } from '../../src/stream/chunk-queue.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const step = fc.oneof(
  { arbitrary: fc.record({ does: fc.constant('put' as const), limit: fc.constantFrom(undefined, 5, 20) }), weight: 6 },
  { arbitrary: fc.record({ does: fc.constant('get' as const), limit: fc.constantFrom(undefined, 5, 20) }), weight: 6 },
  { arbitrary: fc.record({ does: fc.constantFrom('tryPut' as const, 'putNowait' as const, 'tryGet' as const, 'wait' as const) }), weight: 6 },
  { arbitrary: fc.record({ does: fc.constantFrom('abort' as const, 'close' as const) }), weight: 1 },
);

describe('a chunk queue', () => {
  it('keeps its laws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), async (steps, maxSize, dropOnOverflow) => {
        const clock = new ManualClock();
        const events: Record<string, number> = {};
        const queue = new ChunkQueue<{ n: number }>({ maxSize, dropOnOverflow, clock, eventEmitter: (type) => (events[type] = (events[type] ?? 0) + 1) });
        const controller = new AbortController();
        const { signal } = controller;
        const puts: Promise<[number, boolean]>[] = [];
        const gets: Promise<{ n: number } | null>[] = [];
        const direct: { n: number }[] = [];
        let n = 0;
        let notNow = 0; // tryPut that found no room
        const refuse: number[] = [];
        for (const one of steps) {
          const options = 'limit' in one ? { signal, ...(one.limit === undefined ? {} : { timeoutMs: one.limit }) } : {};
          const chunk = { n };
          switch (one.does) {
            case 'put': puts.push(queue.put(chunk, options).then((went) => [chunk.n, went])); n++; break;
            case 'get': gets.push(queue.get(options)); break;
            case 'tryPut': n++; if (!queue.tryPut(chunk)) refuse.push(chunk.n); break;
            case 'putNowait': n++; if (!queue.putNowait(chunk)) { refuse.push(chunk.n); if (!queue.isClosed) notNow++; } break;
            case 'tryGet': { const got = queue.tryGet(); if (got !== undefined) direct.push(got); break; }
            case 'wait': await clock.advance(7); break;
            case 'abort': controller.abort(); break;
            case 'close': void queue.close(); break;
          }
          expect(queue.length).toBeLessThanOrEqual(maxSize);
          expect(queue.monitor.fillPercentage).toBe((queue.size() / maxSize) * 100);
          await clock.advance(0);
        }
        await queue.close();
        const given = await Promise.all(gets); // everybody is answered
        const taken = await Promise.all(puts);
        const rest: { n: number }[] = [];
        for await (const chunk of queue) rest.push(chunk);
        const refused = [...refuse, ...taken.filter(([, went]) => !went).map(([at]) => at)];
        const got = [...given.flatMap((chunk) => (chunk === null ? [] : [chunk.n])), ...direct.map((chunk) => chunk.n), ...rest.map((chunk) => chunk.n)];
        const dropped = queue.monitor.stats.droppedItems - notNow;
        expect(new Set(got).size).toBe(got.length);
        expect(got.some((at) => refused.includes(at))).toBe(false);
        expect(got.length + refused.length + dropped).toBe(n);
        expect(queue.monitor.stats.totalItems).toBe(got.length + dropped);
        expect(queue.monitor.stats.maxQueueSize).toBeLessThanOrEqual(maxSize);
        expect(events['stream.chunk_dropped'] ?? 0).toBe(queue.monitor.stats.droppedItems);
        expect((events['stream.throttle_started'] ?? 0) - (events['stream.throttle_ended'] ?? 0)).toBe(queue.monitor.shouldThrottle() ? 1 : 0);
        expect([events['stream.queue_closed'], clock.pending]).toEqual([1, 0]);
        for (const list of [given.flatMap((chunk) => (chunk === null ? [] : [chunk.n])), direct.map((chunk) => chunk.n), rest.map((chunk) => chunk.n)]) {
          // Chunks that had to wait come after those put at once while they waited: the order is that of admission, so it is checked where nobody waits.
          if (dropOnOverflow) expect(list).toEqual([...list].sort((a, b) => a - b));
        }
      }),
      { numRuns: 800, seed: 20260304 },
    );
  });

  it('gives chunks in the order in which their puts were made, waiting ones too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (steps, maxSize) => {
        const queue = new ChunkQueue<{ n: number }>({ maxSize });
        const gets: Promise<{ n: number } | null>[] = [];
        let n = 0;
        for (const isPut of steps) {
          if (isPut) void queue.put({ n: n++ });
          else gets.push(queue.get());
        }
        while (queue.size() > 0) gets.push(queue.get());
        await queue.close();
        const got = (await Promise.all(gets)).flatMap((chunk) => (chunk === null ? [] : [chunk.n]));
        expect(got).toEqual(Array.from({ length: got.length }, (_, at) => at));
        expect(got.length).toBe(Math.min(n, gets.length));
      }),
      { numRuns: 300, seed: 20260305 },
    );
  });
});
