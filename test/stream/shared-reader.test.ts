// Readers that share a channel: nothing is lost with one that leaves.
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/stream/channel.js';
import { SharedReader } from '../../src/stream/shared-reader.js';

const pair = <T>(): { channel: Channel<T>; a: ReturnType<SharedReader<T>['fork']>; b: ReturnType<SharedReader<T>['fork']> } => {
  const channel = new Channel<T>();
  const shared = new SharedReader(channel);
  return { channel, a: shared.fork(), b: shared.fork() };
};

describe('readers that share a channel', () => {
  it('get each item once, whoever reads first', async () => {
    const { channel, a, b } = pair<number>();
    for (const n of [1, 2, 3]) channel.tryWrite(n);
    channel.close();
    expect([a.tryRead(), await b.read(), a.size, a.tryRead(), await b.read(), a.ended, b.ended]).toEqual([1, 2, 1, 3, undefined, true, true]);
  });

  it('lose nothing when one leaves while it waits: the next item goes to those that stay', async () => {
    const { channel, a, b } = pair<string>();
    const leaving = a.read();
    const staying = b.read();
    a.cancel();
    a.cancel();
    channel.tryWrite('x');
    expect([await leaving, await staying, channel.closed]).toEqual([undefined, 'x', false]);
    channel.tryWrite('y');
    expect([a.tryRead(), await a.read(), a.size, a.ended, await b.read()]).toEqual([undefined, undefined, 0, true, 'y']);
  });

  it('keep an item in the channel when the only one that waits leaves', async () => {
    const { channel, a, b } = pair<string>();
    const leaving = a.read();
    a.cancel();
    channel.tryWrite('x');
    expect([await leaving, b.tryRead()]).toEqual([undefined, 'x']);
  });

  it('cancel the channel with the last of them', async () => {
    const { channel, a, b } = pair<number>();
    a.cancel();
    expect(channel.closed).toBe(false);
    const waiting = b.read();
    b.cancel();
    expect([channel.closed, await waiting, channel.tryWrite(1)]).toEqual([true, undefined, false]);
  });

  it('all get the error of the writer', async () => {
    const { channel, a, b } = pair<number>();
    const parked = a.read();
    channel.abort(new Error('x'));
    await expect(parked).rejects.toMatchObject({ code: 'STREAM_FAILED' });
    expect(() => b.tryRead()).toThrow(expect.objectContaining({ code: 'STREAM_FAILED' }));
  });

  it('iterate; leaving the loop leaves the others their items', async () => {
    const { channel, a, b } = pair<number>();
    for (const n of [1, 2, 3]) channel.tryWrite(n);
    for await (const n of a) {
      expect(n).toBe(1);
      break;
    }
    channel.close();
    const rest: number[] = [];
    for await (const n of b) rest.push(n);
    expect(rest).toEqual([2, 3]);
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
