// Pipes that read one another: as one flow they do what each does alone, whatever waits and whoever leaves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchStreamPipe } from '../../src/stream/batch-pipe.js';
import { Channel } from '../../src/stream/channel.js';
import { StreamError } from '../../src/stream/errors.js';
import { StreamMonitor } from '../../src/stream/monitor.js';
import { StreamPipe, type StreamPipeOptions } from '../../src/stream/pipe.js';
import { WindowedStreamPipe } from '../../src/stream/windowed-pipe.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

type Source = AsyncIterable<number> | Iterable<number>;

/** Works on an item at once or later, and fails on some. */
class Work extends StreamPipe<number, number> {
  readonly #work: (item: number) => number;
  readonly #isLate: boolean;

  constructor(work: (item: number) => number, isLate: boolean, options?: StreamPipeOptions<number>) {
    super(options);
    this.#work = work;
    this.#isLate = isLate;
  }

  override processItem(item: number): number | Promise<number> {
    return this.#isLate ? Promise.resolve(item).then(this.#work) : this.#work(item);
  }
}

const plusOne = (isLate: boolean, options?: StreamPipeOptions<number>): Work => new Work((n) => n + 1, isLate, options);

async function read<T>(stream: AsyncIterable<T>): Promise<{ readonly got: readonly T[]; readonly error: unknown }> {
  const got: T[] = [];
  try {
    for await (const one of stream) got.push(one);
  } catch (error) {
    return { got, error };
  }
  return { got, error: undefined };
}

/** A source that says whether it was left, and can be made to wait. */
class Watched implements AsyncIterable<number> {
  left = 0;
  asked = 0;
  readonly #items: readonly (number | Promise<number>)[];

  constructor(items: readonly (number | Promise<number>)[]) {
    this.#items = items;
  }

  [Symbol.asyncIterator](): AsyncIterator<number, undefined> {
    let at = 0;
    return {
      next: async () => {
        this.asked++;
        return at < this.#items.length ? { done: false, value: await (this.#items[at++] as number) } : { done: true, value: undefined };
      },
      return: async () => {
        this.left++;
        return { done: true, value: undefined };
      },
    };
  }
}

const never = (): Promise<number> => new Promise<number>(() => undefined);

describe('pipes that read one another', () => {
  // What is asked of each pipe, and what a loop that knows nothing of pipes would make of it.
  interface Asked {
    readonly fails: number;
    readonly policy: 'stop' | 'skip' | 'dead';
    readonly isLate: boolean;
    readonly batch: number;
    readonly isMeasured: boolean;
    readonly ahead: number;
  }

  const reference = (items: readonly number[], pipes: readonly Asked[]): { got: readonly number[]; failed: boolean; dead: readonly number[] } => {
    const dead: number[] = [];
    const feed = (item: number, at: number, queues: number[][], got: number[]): void => {
      const pipe = pipes[at];
      if (pipe === undefined) return void got.push(item);
      const queue = queues[at] as number[];
      queue.push(item);
      if (queue.length < pipe.batch) return;
      flush(at, queues, got);
    };
    const flush = (at: number, queues: number[][], got: number[]): void => {
      const pipe = pipes[at] as Asked;
      const queue = (queues[at] as number[]).splice(0);
      if (queue.length === 0) return;
      const sum = queue.reduce((a, b) => a + b, 0);
      if (pipe.fails > 0 && sum % pipe.fails === 0) {
        if (pipe.policy === 'stop') throw new Error('stop');
        if (pipe.policy === 'dead') dead.push(...queue);
        return;
      }
      feed(sum + 1, at + 1, queues, got);
    };
    const queues = pipes.map((): number[] => []);
    const got: number[] = [];
    try {
      for (const item of items) feed(item, 0, queues, got);
      for (let at = 0; at < pipes.length; at++) flush(at, queues, got);
    } catch {
      return { got, failed: true, dead };
    }
    return { got, failed: false, dead };
  };

  const make = (asked: Asked, dead: number[]): StreamPipe<number, number> => {
    const work = (items: readonly number[]): number => {
      const sum = items.reduce((a, b) => a + b, 0);
      if (asked.fails > 0 && sum % asked.fails === 0) throw new RangeError('failed');
      return sum + 1;
    };
    const options: StreamPipeOptions<number> = {
      onError: asked.policy === 'dead' ? { deadLetter: (item) => void dead.push(item) } : asked.policy,
      ...(asked.isMeasured ? { monitor: new StreamMonitor() } : {}),
      ...(asked.ahead > 0 ? { config: { maxBufferSize: asked.ahead } } : {}),
    };
    if (asked.batch === 1) return new Work((n) => work([n]), asked.isLate, options);
    return new (class extends BatchStreamPipe<number, number> {
      override processBatch(batch: readonly number[]): number | Promise<number> {
        return asked.isLate ? Promise.resolve(batch).then(work) : work(batch);
      }
    })(asked.batch, options);
  };

  const asked = fc.record<Asked>({
    fails: fc.integer({ min: 0, max: 7 }),
    policy: fc.constantFrom('stop' as const, 'skip' as const, 'dead' as const),
    isLate: fc.boolean(),
    batch: fc.constantFrom(1, 1, 2, 3),
    isMeasured: fc.boolean(),
    ahead: fc.constantFrom(0, 0, 1, 4),
  });

  it('give what the same work done in plain loops gives: same items, same order, same failures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }), fc.array(asked, { minLength: 1, maxLength: 5 }), fc.constantFrom('list', 'promises', 'stream', 'channel'), async (items, pipes, how) => {
        const expected = reference(items, pipes);
        const dead: number[] = [];
        let left = 0;
        const stream = async function* (): AsyncGenerator<number> {
          try {
            yield* items;
          } finally {
            left++;
          }
        };
        const channel = new Channel<number>({ capacity: 64 });
        for (const item of items) channel.tryWrite(item);
        channel.close();
        let source: Source = how === 'list' ? items : how === 'promises' ? (items.map((item) => Promise.resolve(item)) as unknown as Iterable<number>) : how === 'stream' ? stream() : channel;
        for (const one of pipes) source = make(one, dead).stream(source);
        const { got, error } = await read(source as AsyncIterable<number>);
        expect({ got, failed: error !== undefined }).toEqual({ got: expected.got, failed: expected.failed });
        // Reading ahead runs its part of the chain before the rest: only the order between dead letters of different pipes may differ.
        const sorted = (list: readonly number[]): readonly number[] => [...list].sort((a, b) => a - b);
        if (!expected.failed) expect(sorted(dead)).toEqual(sorted(expected.dead));
        if (error !== undefined) expect(error).toMatchObject({ code: 'STREAM_ITEM_FAILED' });
        if (how === 'stream' && pipes.every((one) => one.ahead === 0)) expect(left).toBe(1);
      }),
      { numRuns: 300, seed: 20260301 },
    );
  });

  it.each([[false], [true]])('count items by the place they have in each pipe (late: %s)', async (isLate) => {
    const odd = new Work((n) => { if (n % 2 === 0) throw new Error('even'); return n; }, isLate, { onError: 'skip' });
    const failing = new Work((n) => { if (n === 7) throw new Error('seven'); return n; }, isLate);
    const { got, error } = await read(failing.stream(odd.stream([1, 2, 3, 4, 5, 6, 7, 8])));
    expect([got, (error as StreamError).index]).toEqual([[1, 3, 5], 3]);
  });

  it('try an item again in the pipe that failed only', async () => {
    const tried: string[] = [];
    const first = new Work((n) => { tried.push(`a${n}`); return n; }, true);
    let left = 2;
    const second = new Work((n) => { tried.push(`b${n}`); if (n === 1 && left-- > 0) throw new Error('not yet'); return n; }, false, { maxAttempts: 3 });
    expect((await read(second.stream(first.stream([1, 2])))).got).toEqual([1, 2]);
    expect(tried).toEqual(['a1', 'b1', 'b1', 'b1', 'a2', 'b2']);
  });

  it('measure each its own items, from when the monitor is set', async () => {
    const monitor = new StreamMonitor();
    const pipe = plusOne(false);
    const stream = plusOne(true).stream(pipe.stream([1, 2, 3, 4]));
    await stream.next();
    pipe.setMonitor(monitor);
    await read(stream);
    expect(monitor.getMetrics()).toMatchObject({ items: 3, errors: 0 });
  });

  it('answer calls that do not wait for one another in turn, then with the end', async () => {
    const stream = plusOne(true).stream(plusOne(true).stream(new Watched([1, 2, 3])));
    const all = await Promise.all(Array.from({ length: 5 }, () => stream.next()));
    expect(all.map(({ value }) => value)).toEqual([3, 4, 5, undefined, undefined]);
    expect(all.map(({ done }) => done)).toEqual([false, false, false, true, true]);
  });

  it('await what an item promises before the next pipe sees it, thenables of other realms too', async () => {
    class Foreign extends StreamPipe<number, number> {
      override processItem(item: number): Promise<number> {
        return { then: (resolve: (value: number) => void) => resolve(item * 10) } as unknown as Promise<number>;
      }
    }
    expect((await read(plusOne(false).stream(new Foreign().stream([1, 2])))).got).toEqual([11, 21]);
  });

  it('let a stream be read by hand before a pipe takes it over, and refuse a second reader after', async () => {
    const inner = plusOne(false).stream([1, 2, 3]);
    expect((await inner.next()).value).toBe(2);
    expect((await read(plusOne(true).stream(inner))).got).toEqual([4, 5]);
    const taken = plusOne(false).stream([1, 2, 3]);
    const outer = plusOne(false).stream(taken);
    expect((await outer.next()).value).toBe(3);
    await expect(taken.next()).rejects.toMatchObject({ code: 'STREAM_TAKEN' });
    expect((await read(outer)).got).toEqual([4, 5]);
  });

  it('open nothing before they are asked, and nothing at all when they are left before', async () => {
    const source = new Watched([1]);
    const stream = plusOne(false).stream(plusOne(false).stream(source));
    await stream.return(undefined);
    expect([await stream.next(), source.asked, source.left]).toEqual([{ done: true, value: undefined }, 0, 0]);
  });

  it('work through an overridden processStream, above, below and around its own', async () => {
    class Doubled extends StreamPipe<number, number> {
      override async *processStream(stream: AsyncIterable<number> | Iterable<number>, signal?: AbortSignal): AsyncIterable<number> {
        for await (const item of super.processStream(stream, signal)) {
          yield item;
          yield item;
        }
      }
    }
    expect((await read(plusOne(true).stream(new Doubled().stream(plusOne(false).stream([1, 2]))))).got).toEqual([3, 3, 4, 4]);
  });
});

describe('leaving', () => {
  const chains: readonly [string, (source: AsyncIterable<number>, clock: ManualClock, signal?: AbortSignal) => AsyncGenerator<unknown, undefined>][] = [
    ['items', (source, clock, signal) => plusOne(false, { clock }).stream(plusOne(true).stream(source), signal === undefined ? {} : { signal })],
    ['an inner pipe’s signal', (source, clock, signal) => plusOne(false, { clock }).stream(plusOne(true).stream(source, signal === undefined ? {} : { signal }))],
    ['batches', (source, clock, signal) => new BatchStreamPipe<number>(1, { clock }).stream(plusOne(true).stream(source), signal === undefined ? {} : { signal })],
    ['windows', (source, clock, signal) => new WindowedStreamPipe<number>({ ms: 1 }, { clock }).stream(plusOne(true).stream(source), signal === undefined ? {} : { signal })],
    ['reading ahead', (source, clock, signal) => plusOne(true, { clock, config: { maxBufferSize: 4 } }).stream(plusOne(true).stream(source), signal === undefined ? {} : { signal })],
  ];

  it.each(chains)('a chain of %s leaves the source once, and gives nothing after', async (_, chain) => {
    const clock = new ManualClock();
    const source = new Watched([1, never()]);
    const stream = chain(source, clock);
    const first = stream.next();
    await clock.advance(10);
    expect((await first).done).toBe(false);
    await stream.return(undefined);
    expect([source.left, await stream.next(), clock.pending]).toEqual([1, { done: true, value: undefined }, 0]);
  });

  it.each(chains)('a chain of %s ends at once when its signal aborts while its source gives nothing, and leaves no listener', async (_, chain) => {
    const clock = new ManualClock();
    const source = new Watched([1, never()]);
    const controller = new AbortController();
    const added = { count: 0 };
    const { signal } = controller;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => (added.count++, addEventListener.apply(signal, args));
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => (added.count--, removeEventListener.apply(signal, args));
    const stream = chain(source, clock, signal);
    const first = stream.next();
    await clock.advance(10);
    await first;
    const waiting = stream.next();
    await clock.advance(0);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    expect([source.left, await stream.next(), clock.pending]).toEqual([1, { done: true, value: undefined }, 0]);
    expect(added.count).toBeLessThanOrEqual(1); // the listener that fired takes itself away
  });

  it.each(chains)('a chain of %s leaves no listener behind when it has ended', async (_, chain) => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const listening = new Set<unknown>();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => (listening.add(args[1]), addEventListener.apply(signal, args));
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => (listening.delete(args[1]), removeEventListener.apply(signal, args));
    const done = read(chain(new Watched([1, 2, 3]), clock, signal));
    await clock.advance(10);
    expect([(await done).error, listening.size]).toEqual([undefined, 0]);
  });

  it('at any moment, by return or by a signal, leaves the source once, works on nothing more, and leaves nobody waiting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ kind: fc.constantFrom('item', 'late', 'batch', 'ahead', 'generator'), fails: fc.boolean() }), { minLength: 1, maxLength: 4 }), fc.nat({ max: 60 }), fc.nat({ max: 6 }), fc.constantFrom('return', 'signal'), async (pipes, ticks, reads, how) => {
        const source = new Watched(Array.from({ length: 12 }, (_, n) => n));
        const controller = new AbortController();
        let worked = 0;
        const work = (item: number, fails: boolean): number => {
          worked++;
          if (fails && item === 5) throw new Error('five');
          return item;
        };
        let stream: AsyncIterable<number> = source;
        for (const { kind, fails } of pipes) {
          const from = stream;
          const options = { signal: controller.signal };
          if (kind === 'generator') {
            class Through extends StreamPipe<number, number> {
              override async *processStream(items: AsyncIterable<number> | Iterable<number>): AsyncIterable<number> {
                for await (const item of items) yield work(item, fails);
              }
            }
            stream = new Through().stream(from, options);
          } else if (kind === 'batch') {
            class Firsts extends BatchStreamPipe<number, number> {
              override processBatch(batch: readonly number[]): number {
                return work(batch[0] as number, fails);
              }
            }
            stream = new Firsts(2).stream(from, options);
          } else stream = new Work((item) => work(item, fails), kind === 'late', kind === 'ahead' ? { config: { maxBufferSize: 3 } } : {}).stream(from, options);
        }
        const outer = stream as AsyncGenerator<number, undefined>;
        const waiting = Array.from({ length: reads }, () => outer.next().then(() => 'answered', () => 'refused'));
        for (let n = 0; n < ticks; n++) await Promise.resolve();
        const before = worked;
        if (how === 'return') await outer.return(undefined);
        else controller.abort();
        for (let n = 0; n < 200; n++) await Promise.resolve();
        const rested = worked;
        expect(await Promise.all(waiting)).toHaveLength(reads);
        const next = await outer.next().then(({ done }) => done, () => 'refused');
        if (reads > 0) expect(next === true || next === 'refused').toBe(true);
        // A loop of the language goes on to the item it is waiting for; nothing is asked for any more.
        expect(worked - before).toBeLessThanOrEqual(pipes.length * 2 ** pipes.filter(({ kind }) => kind === 'batch').length);
        for (let n = 0; n < 200; n++) await Promise.resolve();
        expect(worked).toBe(rested);
        if (source.asked > 0 && source.asked <= 12) expect(source.left).toBe(1);
      }),
      { numRuns: 400, seed: 20260309 },
    );
  });

  it('does not go on with an item whose work is underway', async () => {
    let release: (n: number) => void = () => undefined;
    const seen: number[] = [];
    class Slow extends StreamPipe<number, number> {
      override processItem(): Promise<number> {
        return new Promise((resolve) => (release = resolve));
      }
    }
    const controller = new AbortController();
    const stream = new Work((n) => { seen.push(n); return n; }, false).stream(new Slow().stream([1, 2]), { signal: controller.signal });
    const waiting = stream.next();
    await Promise.resolve();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    release(1);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    expect(seen).toEqual([]);
  });

  it('by an error of an item leaves the source once before the reader is told, and its own failure in leaving changes nothing', async () => {
    const order: string[] = [];
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: 1 }),
        return: async (): Promise<never> => {
          order.push('left');
          throw new Error('leaving failed');
        },
      }),
    };
    const { error } = await read(plusOne(true).stream(new Work(() => { throw new Error('boom'); }, true).stream(source)));
    order.push('told');
    expect([order, (error as StreamError).code]).toEqual([['left', 'told'], 'STREAM_ITEM_FAILED']);
  });

  it('is not asked of a source that has failed itself; what is no error of ours becomes the cause of a StreamError', async () => {
    let left = 0;
    const source = { [Symbol.asyncIterator]: () => ({ next: async (): Promise<never> => { throw new TypeError('source'); }, return: async () => (left++, { done: true as const, value: undefined }) }) };
    const { error } = await read(plusOne(true).stream(plusOne(true).stream(source)));
    expect([(error as StreamError).code, (error as StreamError).cause, left]).toEqual(['STREAM_FAILED', expect.any(TypeError), 0]);
  });
});
