// Several writers, one reader.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/stream/channel.js';
import { MergeGroup } from '../../src/stream/merge.js';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of source) got.push(one);
  return got;
}

describe('MergeGroup', () => {
  it('ends with the last writer, and with the first error', async () => {
    const channel = new Channel<number>();
    const group = new MergeGroup(channel);
    const [a, b] = [group.writer(), group.writer()];
    a.tryWrite(1);
    a.close();
    expect([a.closed, a.tryWrite(9), channel.closed]).toEqual([true, false, false]);
    b.tryWrite(2);
    b.close();
    expect(await all(channel)).toEqual([1, 2]);
    const second = new Channel<number>();
    const broken = new MergeGroup(second);
    const [c, d] = [broken.writer(), broken.writer()];
    c.abort(new Error('x'));
    expect(d.tryWrite(1)).toBe(false);
    await expect(second.read()).rejects.toMatchObject({ code: 'STREAM_FAILED' });
  });
});

describe('several writers', () => {
  it('keep each its own order, lose and double nothing, and end with the last or with the first error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 12 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3 }), fc.option(fc.nat({ max: 3 })), async (pauses, capacity, failing) => {
        const channel = new Channel<{ from: number; n: number }>({ capacity });
        const group = new MergeGroup(channel);
        const writers = pauses.map(() => group.writer());
        const sent = pauses.map(() => 0);
        const writing = pauses.map(async (list, from) => {
          const writer = writers[from];
          for (const pause of list) {
            for (let n = 0; n < pause; n++) await Promise.resolve();
            if (writer === undefined || !(await writer.write({ from, n: sent[from] ?? 0 }))) return;
            sent[from] = (sent[from] ?? 0) + 1;
          }
          if (failing === from) writer?.abort(new Error('x'));
          else writer?.close();
        });
        const got: number[][] = pauses.map(() => []);
        let failed = false;
        try {
          for await (const { from, n } of channel) got[from]?.push(n);
        } catch (error) {
          failed = true;
          expect(error).toMatchObject({ code: 'STREAM_FAILED' });
        }
        await Promise.all(writing);
        expect(failed).toBe(failing !== null && failing < pauses.length);
        got.forEach((list, from) => expect(list).toEqual(Array.from({ length: sent[from] ?? 0 }, (_, n) => n)));
        expect([channel.closed, channel.ended]).toEqual([true, true]);
        for (const writer of writers) expect([writer.closed, writer.tryWrite({ from: 0, n: 0 }), writer.credits]).toEqual([true, false, 0]);
      }),
      { numRuns: 400, seed: 20260307 },
    );
  });
});
