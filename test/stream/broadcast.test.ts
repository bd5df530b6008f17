// One writer, several readers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../src/stream/broadcast.js';
import { Channel } from '../../src/stream/channel.js';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of source) got.push(one);
  return got;
}

describe('Broadcast', () => {
  it('gives everybody everything they accept, at the pace of the slowest', async () => {
    const fast = new Channel<number>({ capacity: 8 });
    const slow = new Channel<number>({ capacity: 1 });
    const writer = new Broadcast<number>([{ writer: fast }, { writer: slow, accepts: (n) => n % 2 === 0, map: (n) => n * 10 }]);
    expect([writer.tryWrite(1), writer.tryWrite(2), writer.tryWrite(3), writer.tryWrite(4), writer.credits]).toEqual([true, true, true, false, 0]);
    const waiting = writer.write(4);
    expect(slow.tryRead()).toBe(20);
    expect(await waiting).toBe(true);
    writer.close();
    expect([await all(fast), await all(slow)]).toEqual([[1, 2, 3, 4], [40]]);
  });

  it('no longer counts who has left, and is closed when all have', async () => {
    const a = new Channel<number>({ capacity: 1 });
    const b = new Channel<number>({ capacity: 1 });
    const writer = new Broadcast<number>([{ writer: a }, { writer: b }]);
    writer.tryWrite(1);
    a.cancel();
    b.tryRead();
    expect([writer.tryWrite(2), writer.closed]).toEqual([true, false]);
    b.cancel();
    expect([writer.tryWrite(3), await writer.write(3), writer.closed]).toEqual([false, false, true]);
  });
});

describe('a broadcast to readers that come and go', () => {
  const step = fc.oneof(
    { arbitrary: fc.constant({ does: 'write' as const, at: 0 }), weight: 6 },
    { arbitrary: fc.record({ does: fc.constant('read' as const), at: fc.nat({ max: 3 }) }), weight: 8 },
    { arbitrary: fc.record({ does: fc.constant('leave' as const), at: fc.nat({ max: 3 }) }), weight: 1 },
  );

  it('gives each what it accepts, in order, once; runs ahead of none by more than its capacity; tells the writer when all have left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.array(fc.record({ capacity: fc.integer({ min: 1, max: 3 }), modulo: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 4 }), async (steps, wanted) => {
        const channels = wanted.map(({ capacity }) => new Channel<number>({ capacity }));
        const writer = new Broadcast<number>(channels.map((channel, n) => ({ writer: channel, accepts: (value) => value % (wanted[n]?.modulo ?? 1) === 0 })));
        const got: number[][] = channels.map(() => []);
        const gone = channels.map(() => false);
        let next = 0;
        let waiting: Promise<boolean> | undefined;
        for (const { does, at } of steps) {
          const channel = channels[at];
          if (does === 'write') {
            if (waiting !== undefined) continue; // one writer, which waits for its answer
            const written = writer.write(next);
            if (written === false) expect(gone.every(Boolean)).toBe(true);
            else next++;
            if (written instanceof Promise) waiting = written.finally(() => (waiting = undefined));
          } else if (channel !== undefined && does === 'read') {
            const value = channel.tryRead();
            if (value !== undefined) got[at]?.push(value);
          } else if (channel !== undefined) {
            channel.cancel();
            gone[at] = true;
          }
          for (let n = 0; n < 6; n++) await Promise.resolve();
          channels.forEach((one, n) => expect(one.size).toBeLessThanOrEqual(wanted[n]?.capacity ?? 0));
          const parked = waiting === undefined ? 0 : 1;
          channels.forEach((one, n) => {
            if (gone[n] === true) return;
            const due = Array.from({ length: next }, (_, value) => value).filter((value) => value % (wanted[n]?.modulo ?? 1) === 0);
            expect(due.length - (got[n]?.length ?? 0) - one.size).toBeLessThanOrEqual(parked);
          });
        }
        writer.close();
        await Promise.all(channels.map(async (channel, n) => { for await (const value of channel) got[n]?.push(value); }));
        channels.forEach((_, n) => {
          const due = Array.from({ length: next }, (__, value) => value).filter((value) => value % (wanted[n]?.modulo ?? 1) === 0);
          expect(got[n]).toEqual(gone[n] === true ? due.slice(0, got[n]?.length) : due);
        });
        expect(writer.closed).toBe(true);
      }),
      { numRuns: 500, seed: 20260306 },
    );
  });

  it('gives the error to all, parked and unparked', async () => {
    const [a, b] = [new Channel<number>(), new Channel<number>()];
    const writer = new Broadcast<number>([{ writer: a }, { writer: b }]);
    writer.tryWrite(1);
    await a.read();
    const parked = a.read();
    writer.abort(new Error('x'));
    await expect(parked).rejects.toMatchObject({ code: 'STREAM_FAILED' });
    expect(b.tryRead()).toBe(1);
    await expect(b.read()).rejects.toMatchObject({ code: 'STREAM_FAILED' });
  });
});
