// Ends of channels: web streams, merges, broadcasts, shared and ordered readers.
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../src/stream/broadcast.js';
import { Channel } from '../../src/stream/channel.js';
import { element, endOfStreamElement, interruptElement, Priority, textElement, type StreamElement } from '../../src/stream/element.js';
import { MergeGroup } from '../../src/stream/merge.js';
import { closedReader, swallowingWriter } from '../../src/stream/null-ends.js';
import { PriorityChannel } from '../../src/stream/priority-channel.js';
import { SequenceReader } from '../../src/stream/sequence-reader.js';
import { SharedReader } from '../../src/stream/shared-reader.js';
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

describe('SharedReader', () => {
  it('gives each item to one reader, and cancels with the last', async () => {
    const channel = new Channel<number>({ capacity: 4 });
    const shared = new SharedReader(channel);
    const [a, b] = [shared.fork(), shared.fork()];
    [1, 2, 3].forEach((n) => channel.tryWrite(n));
    expect([a.tryRead(), b.tryRead(), a.size]).toEqual([1, 2, 1]);
    a.cancel();
    expect([a.tryRead(), a.ended, channel.closed, b.tryRead()]).toEqual([undefined, true, false, 3]);
    b.cancel();
    expect(channel.closed).toBe(true);
  });
});

describe('SequenceReader', () => {
  it('gives all of the first, then all of the second', async () => {
    const [a, b] = [new Channel<number>(), new Channel<number>()];
    const reader = new SequenceReader([a, b]);
    b.tryWrite(10);
    b.close();
    const reading = reader.read();
    a.tryWrite(1);
    expect(await reading).toBe(1);
    a.close();
    expect([await reader.read(), await reader.read(), reader.ended]).toEqual([10, undefined, true]);
  });

  it('gives the error of the one whose turn it is', async () => {
    const [a, b] = [new Channel<number>(), new Channel<number>()];
    const reader = new SequenceReader([a, b]);
    a.abort(new Error('x'));
    await expect(reader.read()).rejects.toMatchObject({ code: 'STREAM_FAILED' });
    reader.cancel();
    expect([a.closed, b.closed]).toEqual([true, true]);
  });
});

describe('PriorityChannel', () => {
  it('orders elements by priority and keeps the end of the stream last', () => {
    const channel = new PriorityChannel({ capacity: 8 });
    const elements: StreamElement[] = [textElement('low', { priority: Priority.LOW }), endOfStreamElement(), textElement('normal'), interruptElement('x')];
    for (const one of elements) channel.tryWrite(one);
    const order: string[] = [];
    for (let one = channel.tryRead(); one !== undefined; one = channel.tryRead()) order.push(one.type === 'text' ? one.text : one.type);
    expect(order).toEqual(['interrupt', 'normal', 'low', 'endOfStream']);
  });

  it('does not starve the low lane', () => {
    const channel = new PriorityChannel({ capacity: 1000 });
    channel.tryWrite(textElement('low', { priority: Priority.LOW }));
    let reads = 0;
    for (let n = 0; n < 900; n++) {
      channel.tryWrite(element({ type: 'value', value: n }, { priority: Priority.HIGH }));
      const one = channel.tryRead();
      reads++;
      if (one?.type === 'text') break;
    }
    expect(reads).toBeLessThan(100);
  });
});

describe('the ends of stages without live edges', () => {
  it('are empty, and swallow', async () => {
    expect([closedReader.tryRead(), await closedReader.read(), closedReader.ended, closedReader.size]).toEqual([undefined, undefined, true, 0]);
    expect(await all(closedReader)).toEqual([]);
    expect([swallowingWriter.tryWrite(1), await swallowingWriter.write(1), swallowingWriter.closed]).toEqual([true, true, false]);
  });
});
