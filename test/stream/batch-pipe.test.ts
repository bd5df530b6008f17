// Items by number.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { BatchStreamPipe } from '../../src/stream/batch-pipe.js';

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

async function* numbers(count: number, seen?: number[]): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) {
    seen?.push(n);
    yield n;
  }
}

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
