import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { Channel } from '../../src/stream/channel.js';
import { Priority } from '../../src/stream/element.js';
import { StreamError } from '../../src/stream/errors.js';

interface Item {
  readonly n: number;
  readonly lane: Priority;
}
const item = (n: number, lane: Priority = Priority.NORMAL): Item => ({ n, lane });
const laned = (options = {}): Channel<Item> => new Channel<Item>({ priorityOf: ({ lane }) => lane, ...options });
const drain = (channel: Channel<Item>): number[] => {
  const all: number[] = [];
  for (let one = channel.tryRead(); one !== undefined; one = channel.tryRead()) all.push(one.n);
  return all;
};

describe('Channel', () => {
  it('gives items in the order in which they were written', async () => {
    const channel = new Channel<number>();
    expect([channel.tryWrite(1), channel.tryWrite(2)]).toEqual([true, true]);
    expect([channel.tryRead(), await channel.read(), channel.tryRead()]).toEqual([1, 2, undefined]);
  });

  it('refuses a write without credit, and counts credits', () => {
    const channel = new Channel<number>({ capacity: 2 });
    expect([channel.credits, channel.tryWrite(1), channel.credits, channel.tryWrite(2), channel.credits, channel.tryWrite(3)]).toEqual([2, true, 1, true, 0, false]);
    channel.tryRead();
    expect(channel.credits).toBe(1);
  });

  it('parks a writer until there is room, in the order in which they came', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    const order: string[] = [];
    expect(channel.write(1)).toBe(true);
    const second = Promise.resolve(channel.write(2)).then(() => order.push('second'));
    const third = Promise.resolve(channel.write(3)).then(() => order.push('third'));
    expect([await channel.read(), await channel.read(), await channel.read()]).toEqual([1, 2, 3]);
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
  });

  it('hands an item to a parked reader directly', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    const reading = channel.read();
    expect([channel.tryWrite(1), channel.size]).toEqual([true, 0]);
    expect(await reading).toBe(1);
  });

  it('lets higher lanes overtake and keeps the order within a lane', () => {
    const channel = laned({ capacity: 8 });
    for (const one of [item(1, 0), item(2), item(3, 2), item(4), item(5, 3), item(6, 2), item(7, 0), item(8, 3)]) expect(channel.tryWrite(one)).toBe(true);
    expect(drain(channel)).toEqual([5, 8, 3, 6, 2, 4, 1, 7]);
  });

  it('gives the critical lane credits of its own, as many as the others have', () => {
    const channel = laned({ capacity: 2 });
    const taken = [item(1), item(2), item(3), item(4, 3), item(5, 3), item(6, 3)].map((one) => channel.tryWrite(one));
    expect(taken).toEqual([true, true, false, true, true, false]);
    expect(drain(channel)).toEqual([4, 5, 1, 2]);
  });

  it('parks critical writers apart from the others', async () => {
    const channel = laned({ capacity: 1 });
    channel.tryWrite(item(1));
    channel.tryWrite(item(2, 3));
    const normal = Promise.resolve(channel.write(item(3)));
    const critical = Promise.resolve(channel.write(item(4, 3)));
    expect(channel.tryRead()?.n).toBe(2);
    expect(await critical).toBe(true);
    expect([channel.tryRead()?.n, channel.tryRead()?.n]).toEqual([4, 1]);
    expect(await normal).toBe(true);
  });

  it('reads a waiting lower lane now and then when it is fair', () => {
    const channel = laned({ capacity: 100, fairness: 3 });
    channel.tryWrite(item(0, 0));
    for (let n = 1; n <= 9; n++) channel.tryWrite(item(n, 2));
    expect(drain(channel).indexOf(0)).toBe(3);
  });

  it('drops by policy, tells of it and counts it', () => {
    for (const [overflow, kept, lost] of [['dropNewest', [1, 2], [3, 4]], ['dropOldest', [3, 4], [1, 2]]] as const) {
      const dropped: number[] = [];
      const channel = new Channel<number>({ capacity: 2, overflow, onDrop: (one) => dropped.push(one) });
      expect([1, 2, 3, 4].map((one) => channel.tryWrite(one))).toEqual([true, true, true, true]);
      expect([channel.tryRead(), channel.tryRead(), channel.tryRead()]).toEqual([...kept, undefined]);
      expect([dropped, channel.dropped]).toEqual([lost, 2]);
    }
  });

  it('drops the oldest of the lowest lane', () => {
    const dropped: number[] = [];
    const channel = laned({ capacity: 3, overflow: 'dropOldest', onDrop: ({ n }: Item) => dropped.push(n) });
    for (const one of [item(1, 2), item(2, 0), item(3), item(4), item(5)]) channel.tryWrite(one);
    expect(dropped).toEqual([2, 3]);
  });

  it('throws STREAM_OVERFLOW where the policy says so', () => {
    const channel = new Channel<number>({ capacity: 1, overflow: 'error' });
    channel.tryWrite(1);
    expect(() => channel.tryWrite(2)).toThrow(expect.objectContaining({ code: 'STREAM_OVERFLOW' }));
  });

  it.each(['parked', 'unparked'])('gives a %s reader what is queued, then the end', async (how) => {
    const channel = new Channel<number>();
    const reads = how === 'parked' ? [channel.read(), channel.read()] : [];
    channel.tryWrite(1);
    channel.close();
    expect(await (reads[0] ?? channel.read())).toBe(1);
    expect(await (reads[1] ?? channel.read())).toBeUndefined();
    expect([channel.ended, channel.closed, channel.tryWrite(2), await channel.write(2)]).toEqual([true, true, false, false]);
  });

  it.each(['parked', 'unparked'])('gives a %s reader what is queued, then the error with its cause', async (how) => {
    const cause = new TypeError('x');
    const channel = new Channel<number>();
    const reads = how === 'parked' ? [channel.read(), channel.read()] : [];
    channel.tryWrite(1);
    channel.abort(cause);
    expect(await (reads[0] ?? channel.read())).toBe(1);
    const error: unknown = await (reads[1] ?? channel.read()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StreamError);
    expect((error as StreamError).cause).toBe(cause);
    expect(() => channel.tryRead()).toThrow(StreamError);
  });

  it('delivers what parked writers hold after a close', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    channel.tryWrite(1);
    const parked = Promise.resolve(channel.write(2));
    channel.close();
    expect(channel.ended).toBe(false);
    expect([await channel.read(), await channel.read(), await channel.read()]).toEqual([1, 2, undefined]);
    expect(await parked).toBe(true);
  });

  it('turns writes to false once the reader has canceled, parked ones too, and gives no more', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    channel.tryWrite(1);
    const parked = Promise.resolve(channel.write(2));
    channel.cancel();
    expect([await parked, channel.tryWrite(3), channel.tryRead(), await channel.read(), channel.ended]).toEqual([false, false, undefined, undefined, true]);
  });

  it('cancels when its signal aborts and leaves no listener on it otherwise', async () => {
    const controller = new AbortController();
    let canceled = 0;
    const channel = new Channel<number>({ signal: controller.signal, onCancel: () => canceled++ });
    const reading = channel.read();
    controller.abort();
    expect([await reading, channel.closed, canceled]).toEqual([undefined, true, 1]);
    expect(new Channel({ signal: controller.signal }).closed).toBe(true);
  });

  it('clears what is stale, parked writes too, and admits what waits', async () => {
    const channel = new Channel<number>({ capacity: 2 });
    channel.tryWrite(1);
    channel.tryWrite(2);
    const third = Promise.resolve(channel.write(3));
    const fourth = Promise.resolve(channel.write(4));
    expect(channel.clear((n) => n % 2 === 0)).toBe(2);
    expect(await Promise.all([third, fourth])).toEqual([true, true]);
    expect([channel.tryRead(), channel.tryRead(), channel.tryRead()]).toEqual([2, 4, undefined]);
    channel.tryWrite(5);
    channel.close();
    const reading = [channel.read(), channel.read()];
    expect([await reading[0], await reading[1]]).toEqual([5, undefined]);
    expect(channel.clear()).toBe(0);
  });

  it('wakes a reader parked on a channel that a clear has emptied after its close', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    channel.tryWrite(1);
    channel.close();
    channel.clear();
    expect(await channel.read()).toBeUndefined();
  });

  it('iterates to the end; leaving the loop cancels', async () => {
    const channel = new Channel<number>({ capacity: 8 });
    [1, 2, 3].forEach((n) => channel.tryWrite(n));
    for await (const n of channel) if (n === 2) break;
    expect([channel.closed, channel.tryWrite(4)]).toEqual([true, false]);
  });

  it.each([[{ capacity: 0 }], [{ capacity: 1.5 }], [{ overflow: 'drop' }], [{ priorityOf: 3 }], [{ size: 3 }], [{ fairness: -1 }]])('refuses %o', (options) => {
    expect(() => new Channel(options as never)).toThrow(InvalidOptionError);
  });

  it('refuses to write undefined, which means none', () => {
    expect(() => new Channel().tryWrite(undefined)).toThrow(InvalidOptionError);
  });

  it('loses and doubles nothing, whatever the order of reads and writes', async () => {
    const action = fc.oneof(fc.record({ kind: fc.constant('write' as const), lane: fc.constantFrom(0, 1, 2, 3) }), fc.record({ kind: fc.constant('read' as const) }));
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (actions, capacity) => {
        const channel = laned({ capacity });
        const reads: Promise<Item | undefined>[] = [];
        const writes: Promise<boolean>[] = [];
        let n = 0;
        for (const one of actions) {
          if (one.kind === 'read') reads.push(channel.read());
          else writes.push(Promise.resolve(channel.write(item(n++, one.lane as Priority))));
        }
        channel.close();
        const early = (await Promise.all(reads)).flatMap((one) => (one === undefined ? [] : [one]));
        const rest: Item[] = [];
        for await (const one of channel) rest.push(one);
        expect(await Promise.all(writes)).toEqual(writes.map(() => true));
        expect([...early, ...rest].map((one) => one.n).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
        for (const lane of [0, 1, 2, 3]) {
          const order = [...early, ...rest].filter((one) => one.lane === lane).map((one) => one.n);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }),
      { numRuns: 300, seed: 20260201 },
    );
  });
});
