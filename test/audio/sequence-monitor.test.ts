import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceMonitor } from '../../src/audio/sequence-monitor.js';

const judge = (...numbers: number[]): string[] => {
  const monitor = new SequenceMonitor();
  return numbers.map((number) => monitor.observe(number));
};

describe('SequenceMonitor', () => {
  it.each([
    ['a numbered stream', [0, 1, 2, 3], ['inOrder', 'inOrder', 'inOrder', 'inOrder']],
    ['a stream that begins later', [7, 8, 9], ['inOrder', 'inOrder', 'inOrder']],
    ['a stream without numbers', [0, 0, 0], ['inOrder', 'inOrder', 'inOrder']],
    ['a gap', [1, 2, 5, 6], ['inOrder', 'inOrder', 'gap', 'inOrder']],
    ['a double', [1, 2, 2, 3], ['inOrder', 'inOrder', 'duplicate', 'inOrder']],
    ['a swap', [1, 3, 2, 4], ['inOrder', 'gap', 'late', 'inOrder']],
    ['a late chunk that comes twice', [1, 3, 2, 2], ['inOrder', 'gap', 'late', 'duplicate']],
    ['a new start', [4, 5, 0, 1], ['inOrder', 'inOrder', 'restart', 'inOrder']],
    ['a far jump and something older than the window', [1, 5000, 2], ['inOrder', 'gap', 'duplicate']],
  ])('judges %s', (_, numbers, verdicts) => {
    expect(judge(...numbers)).toEqual(verdicts);
  });

  it('counts what never came, for any order within its window', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 300 }), { maxLength: 200 }), (numbers) => {
        const monitor = new SequenceMonitor();
        monitor.observe(1);
        for (const number of numbers) monitor.observe(number);
        const highest = Math.max(1, ...numbers);
        expect(monitor.missing).toBe(highest - 1 - numbers.length);
        expect(monitor.duplicates).toBe(0);
        expect(monitor.expected).toBe(highest + 1);
      }),
      { seed: 4 },
    );
  });
});
