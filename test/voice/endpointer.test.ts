import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Endpointer } from '../../src/voice/endpointer.js';

describe('Endpointer', () => {
  it.each([
    ['nothing is known', undefined, 500],
    ['the words say nothing', 0.5, 500],
    ['the words are complete', 1, 300],
    ['the words are nearly complete', 0.75, 400],
    ['the words are open', 0, 2500],
    ['the words are rather open', 0.25, 1500],
    ['a detector goes beyond its range', 7, 300],
  ])('waits by the table of its head when %s', (_what, probability, delayMs) => {
    expect(new Endpointer().delayMs(probability)).toBe(delayMs);
  });

  it('waits longer for a user who makes long pauses, and less long for one who makes short ones', () => {
    const slow = new Endpointer();
    const quick = new Endpointer();
    for (let n = 0; n < 50; n++) {
      slow.learn(1000);
      quick.learn(150);
    }
    expect(slow.usualDelayMs).toBeCloseTo(1250, -1);
    expect(quick.usualDelayMs).toBe(300);
  });

  it('gives a single pause a tenth of the weight', () => {
    const endpointer = new Endpointer();
    endpointer.learn(2400);
    expect(endpointer.usualDelayMs).toBeCloseTo((400 * 0.9 + 2400 * 0.1) * 1.25, 6);
  });

  it('learns nothing when it is told not to', () => {
    const endpointer = new Endpointer({ adaptive: false });
    endpointer.learn(2000);
    expect(endpointer.usualDelayMs).toBe(500);
  });

  it('never leaves its bounds, whatever it has learnt, and never waits longer for surer words', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -10, max: 1e5, noNaN: true })), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (pauses, one, other) => {
      const endpointer = new Endpointer({ minDelayMs: 250, maxDelayMs: 2000 });
      for (const pause of pauses) endpointer.learn(pause);
      const delays = [Math.max(one, other), Math.min(one, other)].map((probability) => endpointer.delayMs(probability));
      for (const delay of delays) expect(delay >= 250 - 1e-9 && delay <= 2000 + 1e-9).toBe(true);
      expect(delays[0]).toBeLessThanOrEqual((delays[1] as number) + 1e-9);
    }));
  });

  it.each([{ minDelayMs: -1 }, { minDelayMs: 800, maxDelayMs: 700 }, { usualDelayMs: 100 }, { adaptive: 1 }, { delay: 3 }])('refuses %j', (options) => {
    expect(() => new Endpointer(options as never)).toThrow(/Endpointer/);
  });
});
