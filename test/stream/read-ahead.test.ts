// Reading ahead: never further than the bound, in order, and nothing is left open.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadAhead } from '../../src/stream/read-ahead.js';

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await Promise.resolve();
};

describe('reading ahead', () => {
  it('gives every item in order, is never further ahead than its bound, and pauses from its threshold until half of that is used', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.array(fc.nat({ max: 12 }), { maxLength: 45 }), async (count, maxBufferSize, throttleThreshold, isAsync, pauses) => {
        let given = 0;
        let taken = 0;
        let most = 0;
        const fills: number[] = [];
        const list = function* (): Generator<number> { while (given < count) yield given++; };
        const stream = async function* (): AsyncGenerator<number> { while (given < count) yield given++; };
        const ahead = new ReadAhead(isAsync ? stream() : list(), { maxBufferSize, throttleThreshold, onFill: (size) => fills.push(size) });
        expect(given).toBe(0);
        const got: number[] = [];
        for await (const item of ahead) {
          got.push(item);
          taken++;
          await turns(pauses[taken % Math.max(1, pauses.length)] ?? 0);
          most = Math.max(most, given - taken);
        }
        const pauseAt = Math.max(1, Math.min(maxBufferSize, Math.ceil(maxBufferSize * throttleThreshold)));
        expect(got).toEqual(Array.from({ length: count }, (_, n) => n));
        expect(most).toBeLessThanOrEqual(pauseAt);
        for (const fill of fills) expect(fill).toBeLessThanOrEqual(pauseAt);
      }),
      { numRuns: 400, seed: 20260308 },
    );
  });

  it('leaves a source that gives nothing at once, and reads no more', async () => {
    let left = 0;
    let asked = 0;
    const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => (asked++ === 0 ? Promise.resolve({ done: false as const, value: 1 }) : new Promise(() => undefined)), return: async () => (left++, { done: true as const, value: undefined }) }) };
    const reading = new ReadAhead(source, { maxBufferSize: 4, throttleThreshold: 1 })[Symbol.asyncIterator]();
    expect(await reading.next()).toEqual({ done: false, value: 1 });
    const waiting = reading.next();
    await reading.return?.();
    expect([await waiting, left, asked, await reading.next()]).toEqual([{ done: true, value: undefined }, 1, 2, { done: true, value: undefined }]);
  });

  it('gives the error of its source after what was read before it', async () => {
    const source = async function* (): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw new TypeError('source');
    };
    const got: number[] = [];
    const reading = (async () => { for await (const item of new ReadAhead(source(), { maxBufferSize: 8, throttleThreshold: 1 })) { got.push(item); await turns(20); } })();
    await expect(reading).rejects.toMatchObject({ code: 'STREAM_FAILED', cause: expect.any(TypeError) });
    expect(got).toEqual([1, 2]);
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const reading = new ReadAhead((async function* () { yield 1; await new Promise(() => undefined); })(), { maxBufferSize: 2, throttleThreshold: 1, signal: controller.signal })[Symbol.asyncIterator]();
    await reading.next();
    const waiting = reading.next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
