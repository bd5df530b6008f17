import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { BackpressureConfig } from '../../src/stream/backpressure-config.js';
import { BatchStreamPipe } from '../../src/stream/batch-pipe.js';
import { StreamError } from '../../src/stream/errors.js';
import { StreamMonitor } from '../../src/stream/monitor.js';
import { StreamPipe, type StreamPipeOptions } from '../../src/stream/pipe.js';
import { WindowedStreamPipe } from '../../src/stream/windowed-pipe.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

class Doubling extends StreamPipe<number, number> {
  override processItem(item: number): number {
    if (item < 0) throw new RangeError('negative');
    return item * 2;
  }
}

async function* numbers(count: number, seen?: number[]): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) {
    seen?.push(n);
    yield n;
  }
}

describe('StreamPipe', () => {
  it('transforms lists and streams lazily and in order; the base class passes items on', async () => {
    expect(await collect(new Doubling().stream([1, 2, 3]))).toEqual([2, 4, 6]);
    expect(await collect(new StreamPipe<number>().stream(numbers(3)))).toEqual([0, 1, 2]);
    const seen: number[] = [];
    const stream = new Doubling().stream(numbers(10, seen));
    expect(seen).toEqual([]);
    await stream.next();
    expect(seen).toEqual([0]);
  });

  it('ends with the item’s error and its place by default', async () => {
    const got: number[] = [];
    const error: unknown = await (async () => {
      for await (const one of new Doubling().stream([1, -2, 3])) got.push(one);
    })().catch((thrown: unknown) => thrown);
    expect(got).toEqual([2]);
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ code: 'STREAM_ITEM_FAILED', index: 1 });
    expect((error as StreamError).cause).toBeInstanceOf(RangeError);
    expect((error as StreamError).message).not.toContain('negative');
  });

  it('goes on without a failed item, or hands it on, where the policy says so', async () => {
    expect(await collect(new Doubling({ onError: 'skip' }).stream([1, -2, 3]))).toEqual([2, 6]);
    const dead: [number, number | null][] = [];
    const pipe = new Doubling({ onError: { deadLetter: (item, error) => void dead.push([item, error.index]) } });
    expect(await collect(pipe.stream([-5, 1]))).toEqual([2]);
    expect(dead).toEqual([[-5, 0]]);
  });

  it('tries again, with a growing wait that does not count as processing', async () => {
    const clock = new ManualClock();
    const monitor = new StreamMonitor({ clock });
    let tries = 0;
    class Flaky extends StreamPipe<number, number> {
      override processItem(item: number): number {
        if (++tries < 3) throw new Error('flaky');
        return item;
      }
    }
    const all = collect(new Flaky({ clock, monitor, maxAttempts: 3, retryDelay: { ms: 100 } }).stream([7]));
    await clock.advance(300);
    expect([await all, tries, monitor.getMetrics().processingTimeMs.max]).toEqual([[7], 3, 0]);
  });

  it('ends an item that takes too long, aborts its signal and ignores its late outcome', async () => {
    const clock = new ManualClock();
    let aborted = false;
    class Slow extends StreamPipe<number, number> {
      override processItem(item: number, signal?: AbortSignal): Promise<number> {
        signal?.addEventListener('abort', () => (aborted = true));
        return item === 1 ? new Promise(() => undefined) : Promise.resolve(item);
      }
    }
    const all = collect(new Slow({ clock, timeout: 1, onError: 'skip' }).stream([1, 2]));
    await clock.advance(1000);
    expect([await all, aborted, clock.pending]).toEqual([[2], true, 0]);
  });

  it('is never further ahead of its consumer than the buffer, pauses from the threshold on, and paces', async () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    const monitor = new StreamMonitor({ clock });
    const pipe = new Doubling({ clock, monitor, config: new BackpressureConfig({ maxBufferSize: 10, throttleThreshold: 0.5, minProcessingTime: { ms: 50 } }) });
    const stream = pipe.stream(numbers(100, seen));
    const first = stream.next();
    await clock.advance(0);
    expect(seen.length).toBeLessThanOrEqual(6);
    await clock.advance(49);
    let done = false;
    void first.then(() => (done = true));
    await clock.advance(0);
    expect(done).toBe(false);
    await clock.advance(1);
    expect((await first).value).toBe(0);
    for (let n = 1; n < 20; n++) {
      const next = stream.next();
      await clock.advance(50);
      await next;
      expect(seen.length - n).toBeLessThanOrEqual(11);
    }
    expect(monitor.getMetrics().backpressure).toBeGreaterThan(0);
    await stream.return(undefined);
  });

  it('leaves its source when the loop is left, and ends with the signal', async () => {
    let left = false;
    const source = async function* (): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        left = true;
      }
    };
    for await (const one of new Doubling().stream(source())) if (one > 4) break;
    expect(left).toBe(true);
    const controller = new AbortController();
    const stream = new Doubling().stream(numbers(5), { signal: controller.signal });
    await stream.next();
    controller.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it.each([[{ config: { maxBufferSize: 0 } }], [{ onError: 'ignore' }], [{ maxAttempts: 0 }], [{ timeout: -1 }], [{ buffer: 1 }], [{ onError: { deadLetter: 1 } }]])('refuses %o', (options) => {
    expect(() => new StreamPipe(options as StreamPipeOptions)).toThrow(InvalidOptionError);
  });

  it.each([[null], [undefined], [5], [{}]])('refuses the source %s', async (source) => {
    await expect(new StreamPipe().stream(source as never).next()).rejects.toThrow(InvalidOptionError);
  });
});

describe('BatchStreamPipe', () => {
  class Sums extends BatchStreamPipe<number, number> {
    override processBatch(batch: readonly number[]): number {
      if (batch.includes(13)) throw new Error('unlucky');
      return batch.reduce((sum, n) => sum + n, 0);
    }
  }

  it.each(['list', 'stream'])('gives batches and the remainder of a %s', async (how) => {
    expect(await collect(new Sums(2).stream(how === 'list' ? [0, 1, 2, 3, 4] : numbers(5)))).toEqual([1, 5, 4]);
  });

  it('gives nothing for nothing, and the base class gives the batches themselves', async () => {
    expect(await collect(new Sums(3).stream([]))).toEqual([]);
    expect(await collect(new BatchStreamPipe<number>(2).stream([1, 2, 3]))).toEqual([[1, 2], [3]]);
  });

  it('tries a failed batch again, and hands each of its items to the dead letters', async () => {
    const dead: number[] = [];
    const pipe = new Sums(2, { maxAttempts: 2, onError: { deadLetter: (item) => void dead.push(item) } });
    expect(await collect(pipe.stream([1, 2, 13, 4, 5]))).toEqual([3, 5]);
    expect(dead).toEqual([13, 4]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a batch of %s', (size) => {
    expect(() => new BatchStreamPipe(size)).toThrow(InvalidOptionError);
  });
});

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

describe('StreamMonitor', () => {
  it('gives throughput, errors and times over its window only', () => {
    const clock = new ManualClock();
    const monitor = new StreamMonitor({ clock, windowSeconds: 10 });
    expect(monitor.getMetrics()).toMatchObject({ throughput: 0, items: 0, errorRate: 0, processingTimeMs: { average: 0, min: 0, max: 0 } });
    for (let n = 0; n < 10; n++) {
      monitor.recordItem(n);
      clock.advanceSync(500);
    }
    monitor.recordError();
    expect(monitor.getMetrics()).toMatchObject({ items: 11, errors: 1, throughput: 11 / 5, processingTimeMs: { average: 4.5, min: 0, max: 9 } });
    clock.advanceSync(60_000);
    expect(monitor.getMetrics().items).toBe(0);
    monitor.recordBuffer(3, 4);
    expect(monitor.toDict()).toMatchObject({ backpressure: 0.75, error_rate: 0 });
    monitor.reset();
    expect(monitor.getMetrics().backpressure).toBe(0);
  });
});
