import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler, type ResamplerQuality } from '../../src/audio/resampler.js';
import { audioWasm as module } from './audio-wasm.js';
import { concat, db, fitSine, noise, sine } from './signals.js';

function convert(x: Float32Array, from: number, to: number, quality: ResamplerQuality, block = 128): Float32Array {
  const resampler = new Resampler({ from, to, quality, module });
  const parts: Float32Array[] = [];
  for (let n = 0; n < x.length; n += block) parts.push(resampler.process(x.subarray(n, n + block)).slice());
  parts.push(resampler.flush().slice());
  return concat(parts);
}

describe('Resampler', () => {
  const pairs = [[48000, 16000], [44100, 16000], [16000, 48000], [16000, 24000], [24000, 48000], [16000, 8000], [22050, 16000], [8000, 192000], [192000, 8000], [44100, 16001]] as const;

  it.each(pairs)('gives exactly ceil(n·to/from) frames from %i to %i Hz', (from, to) => {
    for (const n of [0, 1, 2, 127, 1000, 4801]) expect(convert(noise(n, 1), from, to, 'voice').length).toBe(Math.ceil((n * to) / from));
  });

  it.each(pairs)('passes a tone at its amplitude and in place from %i to %i Hz', (from, to) => {
    const x = sine(from / 2, 997, from);
    const y = convert(x, from, to, 'std');
    const middle = y.subarray(Math.round(to / 10), Math.round(to * 0.4));
    const { amplitude, snrDb } = fitSine(middle, 997, to);
    expect(Math.abs(db(amplitude / 0.5))).toBeLessThan(0.01);
    expect(snrDb).toBeGreaterThan(95);
    const index = Math.round(to / 4);
    expect(y[index]).toBeCloseTo(0.5 * Math.sin((2 * Math.PI * 997 * index) / to), 3);
  });

  it('gives the same bits for any partition of the input', () => {
    const x = noise(5000, 7);
    for (const [from, to] of pairs) {
      const whole = convert(x, from, to, 'std', 5000);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 20 }), (sizes) => {
          const resampler = new Resampler({ from, to, module });
          const parts: Float32Array[] = [];
          let start = 0;
          for (const size of sizes) { parts.push(resampler.process(x.subarray(start, start + size)).slice()); start = Math.min(x.length, start + size); }
          parts.push(resampler.process(x.subarray(start)).slice(), resampler.flush().slice());
          expect(Buffer.from(concat(parts).buffer).equals(Buffer.from(whole.buffer))).toBe(true);
        }),
        { numRuns: 8, seed: 42 },
      );
    }
  });
});
