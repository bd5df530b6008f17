// Web Streams at the rim: pace, errors and leaving go over.
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/stream/channel.js';
import { fromReadable, toReadable, toWritable } from '../../src/stream/web-streams.js';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of source) got.push(one);
  return got;
}

describe('web streams', () => {
  it('give what a channel gives, and take what a stream gives', async () => {
    const channel = new Channel<number>({ capacity: 4 });
    [1, 2, 3].forEach((n) => channel.tryWrite(n));
    channel.close();
    expect(await all(fromReadable(toReadable(channel)))).toEqual([1, 2, 3]);
    expect(await all(toReadable([4, 5]))).toEqual([4, 5]);
  });

  it('read nothing before it is asked for', async () => {
    let read = 0;
    const stream = toReadable({ [Symbol.iterator]: () => ({ next: () => ({ done: false as const, value: ++read }) }) });
    await Promise.resolve();
    expect(read).toBe(0);
    const reader = stream.getReader();
    await reader.read();
    expect(read).toBe(1);
  });

  it('carry an error over as the cause', async () => {
    const cause = new TypeError('x');
    const broken = new ReadableStream<number>({ start: (controller) => controller.error(cause) });
    await expect(fromReadable(broken).read()).rejects.toMatchObject({ code: 'STREAM_FAILED', cause });
  });

  it('cancel the stream when the channel is canceled, also while a read waits', async () => {
    let canceled = false;
    const stream = new ReadableStream<number>({ pull: () => new Promise(() => undefined), cancel: () => void (canceled = true) });
    const reader = fromReadable(stream);
    const reading = reader.read();
    reader.cancel();
    expect(await reading).toBeUndefined();
    await Promise.resolve();
    expect(canceled).toBe(true);
  });

  it('write into a channel and wait for its credit', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    const writer = toWritable(channel).getWriter();
    void writer.write(1);
    void writer.write(2);
    const closing = writer.close();
    expect(await all(channel)).toEqual([1, 2]);
    await closing;
  });
});
