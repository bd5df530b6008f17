import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matcher } from '../../src/audio/matcher.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, sine } from './signals.js';

/** Normalised correlation of two pieces of a signal, as the definition has it. */
function likeness(x: Float32Array, a: number, b: number, length: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let n = 0; n < length; n++) {
    ab += x[a + n]! * x[b + n]!;
    aa += x[a + n]! ** 2;
    bb += x[b + n]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('Matcher', () => {
  it('finds the place with the largest likeness, for any signal, at a rate that it searches sample by sample', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 8, max: 90 }), (seed, length) => {
        const x = noise(400, seed, 0.5);
        const matcher = new Matcher(400, 8000, module);
        matcher.window.set(x);
        const found = matcher.find(200, length, 10, 180);
        const best = Math.max(...Array.from({ length: 171 }, (_, n) => likeness(x, 200, 10 + n, length)));
        expect(likeness(x, 200, found, length)).toBeCloseTo(best, 4);
        expect(matcher.score).toBeCloseTo(best, 4);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it.each([16000, 24000, 44100, 48000])('finds a whole period of a tone at %i Hz to the sample, and how far beside it the true one lies', (rate) => {
    for (const hz of [97, 131.3, 220, 333.3]) {
      const period = rate / hz;
      const capacity = Math.round(rate * 0.05);
      const matcher = new Matcher(capacity, rate, module);
      matcher.window.set(sine(capacity, hz, rate, 0.5));
      const template = Math.round(rate * 0.02);
      const found = matcher.find(template, Math.round(rate * 0.016), template - Math.round(1.4 * period), template - Math.round(0.6 * period));
      expect(found).toBe(Math.round(template - period));
      expect(matcher.score).toBeGreaterThan(0.99);
      expect(Math.abs(matcher.offset - (template - period - found))).toBeLessThan(0.08);
    }
  });

  it('says nothing of a place beside it at the ends of its range', () => {
    const matcher = new Matcher(400, 8000, module);
    matcher.window.set(sine(400, 100, 8000));
    // The likeness still rises at either end of this range.
    expect(matcher.find(200, 80, 210, 240)).toBe(210);
    expect(matcher.offset).toBe(0);
    expect(matcher.find(200, 80, 250, 275)).toBe(275);
    expect(matcher.offset).toBe(0);
  });

  it('answers silence and equal samples without a number that is none', () => {
    const matcher = new Matcher(300, 16000, module);
    for (const value of [0, 0.25]) {
      matcher.window.fill(value);
      const found = matcher.find(150, 60, 20, 120);
      expect(found).toBeGreaterThanOrEqual(20);
      expect(found).toBeLessThanOrEqual(120);
      expect(Number.isFinite(matcher.score)).toBe(true);
      expect(Math.abs(matcher.offset)).toBeLessThanOrEqual(0.5);
    }
  });
});
