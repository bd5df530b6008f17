import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { BackpressureMonitor } from '../../src/stream/backpressure.js';
import { ChunkQueue, QueueEmptyError } from '../../src/stream/chunk-queue.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('ChunkQueue', () => {
  it('gives back what was put, in order, and null once closed and empty', async () => {
    const queue = new ChunkQueue<number>({ maxSize: 3 });
    expect([await queue.put(1), await queue.put(2), queue.size(), queue.length]).toEqual([true, true, 2, 2]);
    await queue.close();
    expect([await queue.get(), await queue.get(), await queue.get(), await queue.put(3), queue.isClosed]).toEqual([1, 2, null, false, true]);
  });

  it('waits while it is full, and resolves to true once there is room', async () => {
    const queue = new ChunkQueue<number>(1);
    await queue.put(1);
    let taken: boolean | undefined;
    const waiting = queue.put(2).then((result) => (taken = result));
    await Promise.resolve();
    expect(taken).toBeUndefined();
    expect(await queue.get()).toBe(1);
    await waiting;
    expect([taken, await queue.get()]).toEqual([true, 2]);
  });

  it('drops the oldest when told to, and reports it', async () => {
    const events: [string, unknown][] = [];
    const queue = new ChunkQueue<number>({ maxSize: 10, dropOnOverflow: true, eventEmitter: (type, data) => events.push([type, data]) });
    for (let n = 0; n < 15; n++) expect(await queue.put(n)).toBe(true);
    expect([queue.monitor.stats.droppedItems, queue.length, await queue.get()]).toEqual([5, 10, 5]);
    expect(events.filter(([type]) => type === 'stream.chunk_dropped')[0]).toEqual(['stream.chunk_dropped', { queue_size: 9, max_size: 10, reason: 'overflow' }]);
  });

  it.each(['deadline', 'signal', 'close'])('ends the wait of a put with false by %s', async (how) => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const queue = new ChunkQueue<number>({ maxSize: 1, clock });
    await queue.put(1);
    const waiting = queue.put(2, how === 'deadline' ? { timeoutMs: 100 } : how === 'signal' ? { signal: controller.signal } : {});
    if (how === 'deadline') await clock.advance(100);
    if (how === 'signal') controller.abort();
    if (how === 'close') await queue.close();
    expect([await waiting, queue.size(), clock.pending]).toEqual([false, 1, 0]);
    expect(queue.monitor.stats.blockedPuts).toBe(1);
  });

  it.each(['deadline', 'signal', 'close'])('ends the wait of a get with null by %s, and loses nothing put later', async (how) => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const queue = new ChunkQueue<number>({ clock });
    const waiting = queue.get(how === 'deadline' ? { timeoutMs: 100 } : how === 'signal' ? { signal: controller.signal } : {});
    if (how === 'deadline') await clock.advance(100);
    if (how === 'signal') controller.abort();
    if (how === 'close') await queue.close();
    expect(await waiting).toBeNull();
    if (how !== 'close') {
      expect(queue.tryPut(7)).toBe(true);
      expect(await queue.get()).toBe(7);
    }
  });

  it('settles every consumer and producer that waits when it closes', async () => {
    const empty = new ChunkQueue<number>();
    const gets = [empty.get(), empty.get()];
    const full = new ChunkQueue<number>(1);
    await full.put(1);
    const puts = [full.put(2), full.put(3)];
    await Promise.all([empty.close(), full.close(), full.close()]);
    expect([await Promise.all(gets), await Promise.all(puts)]).toEqual([[null, null], [false, false]]);
  });

  it('tells a full queue from an open one without waiting', () => {
    const events: string[] = [];
    const queue = new ChunkQueue<number>({ maxSize: 1, eventEmitter: (type) => events.push(type) });
    expect([queue.tryPut(1), queue.tryPut(2), queue.putNowait(3), queue.getNowait()]).toEqual([true, false, false, 1]);
    expect(() => queue.getNowait()).toThrow(QueueEmptyError);
    expect(events).toContain('stream.chunk_dropped');
  });

  it('never drops without dropOnOverflow, and a throttled producer wakes up after a full drain', async () => {
    const queue = new ChunkQueue<number>({ maxSize: 10 });
    for (let n = 0; n < 9; n++) await queue.put(n);
    expect(queue.monitor.shouldThrottle()).toBe(true);
    for (let n = 0; n < 9; n++) queue.getNowait();
    expect(queue.monitor.shouldThrottle()).toBe(false);
  });

  it('iterates; leaving the loop leaves it open', async () => {
    const queue = new ChunkQueue<number>();
    for (const n of [1, 2, 3]) await queue.put(n);
    for await (const n of queue) if (n === 2) break;
    expect([queue.isClosed, queue.length]).toEqual([false, 1]);
    await queue.close();
    const rest: number[] = [];
    for await (const n of queue) rest.push(n);
    expect(rest).toEqual([3]);
  });

  it('reports its five counters when it closes, and its stats in wire form', async () => {
    const events: [string, unknown][] = [];
    const clock = new ManualClock();
    const queue = new ChunkQueue<number>({ maxSize: 1, clock, eventEmitter: (type, data) => events.push([type, data]) });
    await queue.put(1);
    const waiting = queue.put(2);
    await clock.advance(40);
    queue.getNowait();
    await waiting;
    await queue.close();
    expect(events.find(([type]) => type === 'stream.producer_blocked')?.[1]).toEqual({ blocked_ms: 40, queue_size: 1 });
    expect(events.at(-1)).toEqual(['stream.queue_closed', { total_items: 2, dropped_items: 0, blocked_puts: 1, max_queue_size: 1, total_blocked_ms: 40 }]);
    expect(queue.monitor.stats.toDict()).toMatchObject({ drop_rate: 0 });
  });

  it('swallows what the emitter throws', async () => {
    const queue = new ChunkQueue<number>({ maxSize: 1, eventEmitter: () => { throw new Error('sink'); } });
    await queue.put(1);
    expect(queue.putNowait(2)).toBe(false);
    await queue.close();
  });

  it.each([[{ maxSize: 0 }], [{ maxSize: '3' }], [{ max_size: 3 }], [{ dropOnOverflow: 1 }]])('refuses %o', (options) => {
    expect(() => new ChunkQueue(options as never)).toThrow(InvalidOptionError);
  });

  it.each([[undefined], [null]])('refuses to put %s', (chunk) => {
    expect(() => new ChunkQueue().tryPut(chunk)).toThrow(InvalidOptionError);
  });

  // A queue that moved what it holds would need minutes here; the suite's time-out would end it.
  it('costs the same however full it is', () => {
    const fill = 500_000;
    const queue = new ChunkQueue<number>(fill + 2);
    for (let n = 0; n < fill; n++) queue.tryPut(n);
    for (let n = 0; n < 200_000; n++) {
      queue.tryPut(fill + n);
      if (queue.tryGet() !== n) throw new Error(`out of order at ${n}`);
    }
    expect(queue.size()).toBe(fill);
  });
});

describe('BackpressureMonitor', () => {
  it('checks a share of the fill without keeping state', () => {
    const monitor = new BackpressureMonitor(0.8);
    expect([monitor.checkPressure(79, 100), monitor.checkPressure(80, 100), monitor.checkPressure(1, 0), monitor.shouldThrottle()]).toEqual([false, true, true, false]);
  });

  it('throttles from the high-water mark until the low-water mark, following puts and gets', () => {
    const events: string[] = [];
    const monitor = new BackpressureMonitor({ highWaterMark: 80, lowWaterMark: 20, eventEmitter: (type) => events.push(type) });
    const states = [[79, 'put'], [80, 'put'], [50, 'get'], [21, 'get'], [20, 'get'], [79, 'put']].map(([size, how]) => {
      if (how === 'put') monitor.recordPut(size as number);
      else monitor.recordGet(size as number);
      return monitor.shouldThrottle();
    });
    expect(states).toEqual([false, true, true, true, false, false]);
    expect(events).toEqual(['stream.throttle_started', 'stream.throttle_ended']);
    expect([monitor.fillPercentage, monitor.stats.totalItems, monitor.stats.maxQueueSize]).toEqual([79, 3, 80]);
  });

  it('takes a threshold or marks; the low mark is at most half of the high one by default', () => {
    expect([new BackpressureMonitor({ threshold: 0.3 }).lowWaterMark, new BackpressureMonitor().highWaterMark, new BackpressureMonitor().lowWaterMark, new BackpressureMonitor().threshold]).toEqual([15, 80, 20, 0.8]);
    expect(() => new BackpressureMonitor({ highWaterMark: 10, lowWaterMark: 20 })).toThrow(InvalidOptionError);
    expect(() => new BackpressureMonitor({ threshold: 1.1 })).toThrow(InvalidOptionError);
  });
});
