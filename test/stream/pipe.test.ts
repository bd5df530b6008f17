// A pipe by itself: order, errors, tries, deadlines, pacing, leaving.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { BackpressureConfig } from '../../src/stream/backpressure-config.js';
import { StreamError } from '../../src/stream/errors.js';
import { StreamMonitor } from '../../src/stream/monitor.js';
import { StreamPipe, type StreamPipeOptions } from '../../src/stream/pipe.js';
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
