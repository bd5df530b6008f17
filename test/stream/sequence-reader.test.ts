// Channels read one after the other.
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/stream/channel.js';
import { SequenceReader } from '../../src/stream/sequence-reader.js';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of source) got.push(one);
  return got;
}

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
