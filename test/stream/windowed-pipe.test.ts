// Items by time.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { Channel } from '../../src/stream/channel.js';
import { WindowedStreamPipe } from '../../src/stream/windowed-pipe.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

describe('WindowedStreamPipe', () => {
  it('closes a window when its time is over, whether or not another item comes', async () => {
    const clock = new ManualClock();
    const emit: ((n: number | undefined) => void)[] = [];
    const source = async function* (): AsyncGenerator<number> {
      for (;;) {
        const n = await new Promise<number | undefined>((resolve) => emit.push(resolve));
        if (n === undefined) return;
        yield n;
      }
    };
    const windows: (readonly number[])[] = [];
    const done = (async () => {
      for await (const window of new WindowedStreamPipe<number>(1, { clock }).stream(source())) windows.push(window);
    })();
    const send = async (n: number | undefined): Promise<void> => {
      await clock.advance(0);
      emit.shift()?.(n);
      await clock.advance(0);
    };
    await send(1);
    await clock.advance(400);
    await send(2);
    await clock.advance(600);
    expect(windows).toEqual([[1, 2]]);
    await clock.advance(5000);
    expect(windows).toEqual([[1, 2]]);
    await send(3);
    await clock.advance(500);
    await send(undefined);
    await done;
    expect([windows, clock.pending]).toEqual([[[1, 2], [3]], 0]);
  });

  it('takes seconds or { ms }, and refuses what is not positive', () => {
    expect([new WindowedStreamPipe(2).windowSize, new WindowedStreamPipe({ ms: 500 }).windowSize]).toEqual([2, 0.5]);
    for (const size of [0, -1, Number.NaN]) expect(() => new WindowedStreamPipe(size)).toThrow(InvalidOptionError);
  });

  it('gives the last window at the end of the stream', async () => {
    class Counts extends WindowedStreamPipe<number, number> {
      override processWindow(window: readonly number[]): number {
        return window.length;
      }
    }
    expect(await collect(new Counts(60).stream([1, 2, 3]))).toEqual([3]);
  });
});

describe('windows', () => {
  it('hold what came in their time, however late they are read', async () => {
    const clock = new ManualClock();
    const channel = new Channel<number>({ capacity: 8 });
    const stream = new WindowedStreamPipe<number>(1, { clock }).stream(channel);
    const first = stream.next();
    channel.tryWrite(1);
    await clock.advance(1000);
    expect((await first).value).toEqual([1]);
    await clock.advance(900);
    channel.tryWrite(2); // at 1.9 s: the second window, although nobody asks for it before 2.5 s
    await clock.advance(300);
    channel.tryWrite(3); // at 2.2 s
    await clock.advance(300);
    channel.close();
    expect([(await stream.next()).value, (await stream.next()).value, (await stream.next()).done]).toEqual([[2], [3], true]);
    expect(clock.pending).toBe(0);
  });

  it('read no further than one complete window while nobody asks', async () => {
    const clock = new ManualClock();
    let given = 0;
    const source = async function* (): AsyncGenerator<number> {
      for (;;) {
        await new Promise<void>((resolve) => void clock.after(600, resolve));
        yield given++;
      }
    };
    const stream = new WindowedStreamPipe<number>(1, { clock }).stream(source());
    const first = stream.next();
    await clock.advance(1000);
    await first;
    for (let n = 0; n < 20; n++) await clock.advance(600);
    expect(given).toBeLessThanOrEqual(8);
    await stream.return(undefined);
  });
});
