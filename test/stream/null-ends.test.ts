// What a stage without live edges reads and writes.
import { describe, expect, it } from 'vitest';
import { closedReader, swallowingWriter } from '../../src/stream/null-ends.js';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of source) got.push(one);
  return got;
}

describe('the ends of stages without live edges', () => {
  it('are empty, and swallow', async () => {
    expect([closedReader.tryRead(), await closedReader.read(), closedReader.ended, closedReader.size]).toEqual([undefined, undefined, true, 0]);
    expect(await all(closedReader)).toEqual([]);
    expect([swallowingWriter.tryWrite(1), await swallowingWriter.write(1), swallowingWriter.closed]).toEqual([true, true, false]);
  });
});
