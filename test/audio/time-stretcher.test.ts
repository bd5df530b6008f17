import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeStretcher } from '../../src/audio/time-stretcher.js';
import { audioWasm as module } from './audio-wasm.js';
import { concat, fitSine, noise, sine } from './signals.js';

function stretch(x: Float32Array, speed: number, sampleRate = 16000, block = 160): Float32Array {
  const stretcher = new TimeStretcher({ sampleRate, speed, module });
  const parts: Float32Array[] = [];
  for (let n = 0; n < x.length; n += block) parts.push(stretcher.process(x.subarray(n, n + block)).slice());
  parts.push(stretcher.flush().slice());
  return concat(parts);
}

describe('TimeStretcher', () => {
  it.each([0.5, 0.75, 0.8, 0.9, 1.1, 1.25, 1.5, 2])('at speed %f is as long as asked within 1 ms, for tones, noise and short pieces', (speed) => {
    for (const rate of [16000, 48000]) {
      for (const x of [sine(rate * 2, 220, rate), noise(rate + 77, 1), sine(rate / 20, 300, rate)]) expect(Math.abs(stretch(x, speed, rate).length - x.length / speed)).toBeLessThanOrEqual(rate / 1000);
    }
  });

  it('at speed 1 gives the input, bit for bit', () => {
    const x = noise(5000, 2);
    expect(stretch(x, 1)).toEqual(x);
  });

  it.each([0.75, 0.8, 0.9, 1.1, 1.2, 1.25])('at speed %f keeps a sine in step with one sine from beginning to end: at least 28 dB', (speed) => {
    for (const [rate, hz] of [[16000, 220], [16000, 130.7], [24000, 331.3], [48000, 220], [48000, 97.3]] as const) {
      const y = stretch(sine(rate * 3, hz, rate), speed, rate);
      // Without the first and last tenth of a second, which have a beginning and an end.
      const part = y.subarray(rate / 10, y.length - rate / 10);
      // The sine that fits best is near the one that went in; the search ends with the first that fits well enough.
      let best = -99;
      for (let off = 0; best <= 28 && off <= 0.2; off += 0.02) best = Math.max(best, fitSine(part, hz + off, rate).snrDb, fitSine(part, hz - off, rate).snrDb);
      expect(best).toBeGreaterThan(28);
    }
  });

  it('has no step at its splices', () => {
    const y = stretch(sine(32000, 180, 16000, 0.5), 1.25);
    const natural = 0.5 * 2 * Math.PI * (180 / 16000);
    for (let n = 100; n < y.length - 500; n++) expect(Math.abs(y[n]! - y[n - 1]!)).toBeLessThan(natural * 1.3);
  });

  it('gives the same bits for any partition of the input', () => {
    const x = sine(9000, 140, 16000).map((value, n) => value * Math.sin(n / 900));
    const whole = stretch(x, 1.2, 16000, 4096);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const stretcher = new TimeStretcher({ sampleRate: 16000, speed: 1.2, module });
        const parts: Float32Array[] = [];
        let at = 0;
        for (let n = 0; at < x.length; n++) {
          const size = sizes[n % sizes.length]!;
          parts.push(stretcher.process(x.subarray(at, at + size)).slice());
          at += size;
        }
        parts.push(stretcher.flush().slice());
        expect(concat(parts)).toEqual(whole);
      }),
      { numRuns: 30, seed: 6 },
    );
  });

  it('begins a new stream after flush, and follows a speed that changes', () => {
    const stretcher = new TimeStretcher({ sampleRate: 16000, speed: 1.25, module });
    const x = sine(4000, 200, 16000);
    const run = (): Float32Array => concat([stretcher.process(x).slice(), stretcher.flush().slice()]);
    expect(Math.abs(run().length - 3200)).toBeLessThan(16);
    stretcher.speed = 0.8;
    expect(Math.abs(run().length - 5000)).toBeLessThan(16);
  });

  it('refuses speeds out of range and longer blocks', () => {
    expect(() => new TimeStretcher({ sampleRate: 16000, speed: 3, module })).toThrow(/speed/);
    expect(() => new TimeStretcher({ sampleRate: 16000, maxBlock: 10, module }).process(new Float32Array(11))).toThrow(/block length/);
  });
});
