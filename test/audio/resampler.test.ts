import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler, type ResamplerQuality } from '../../src/audio/resampler.js';
import { scale } from '../tools/scale.js';
import { resampleDirectly } from '../reference/audio-resample.js';
import { audioWasm as module } from './audio-wasm.js';
import { concat, db, fitSine, noise, rms, sine } from './signals.js';

function convert(x: Float32Array, from: number, to: number, quality: ResamplerQuality, block = 128): Float32Array {
  const resampler = new Resampler({ from, to, quality, module });
  const parts: Float32Array[] = [];
  for (let n = 0; n < x.length; n += block) parts.push(resampler.process(x.subarray(n, n + block)).slice());
  parts.push(resampler.flush().slice());
  return concat(parts);
}

/** The middle of a converted tone, clear of its ends. */
function tone(from: number, to: number, quality: ResamplerQuality, frequency: number): Float32Array {
  const y = convert(sine(Math.round(from * 0.5), frequency, from), from, to, quality, 4096);
  return y.subarray(Math.round(y.length * 0.3), Math.round(y.length * 0.7));
}

const pairs = [[48000, 16000], [44100, 16000], [16000, 48000], [16000, 24000], [24000, 48000], [16000, 8000], [22050, 16000], [8000, 192000], [192000, 8000], [44100, 16001], [11025, 44100]] as const;
const rates = fc.constantFrom(...pairs);

describe('Resampler', () => {
  it.each(pairs)('gives exactly ceil(n·to/from) frames from %i to %i Hz', (from, to) => {
    for (const n of [0, 1, 2, 127, 1000, 4801]) expect(convert(noise(n, 1), from, to, 'voice').length).toBe(Math.ceil((n * to) / from));
  });

  it.each(pairs)('passes a tone at its amplitude and in place from %i to %i Hz', (from, to) => {
    const y = convert(sine(from / 2, 997, from), from, to, 'std');
    const { amplitude, snrDb } = fitSine(y.subarray(Math.round(to / 10), Math.round(to * 0.4)), 997, to);
    expect(Math.abs(db(amplitude / 0.5))).toBeLessThan(0.01);
    expect(snrDb).toBeGreaterThan(95);
    const index = Math.round(to / 4);
    expect(y[index]).toBeCloseTo(0.5 * Math.sin((2 * Math.PI * 997 * index) / to), 3);
  });

  it('gives the same bits for any partition of the input', () => {
    const x = noise(5000, 7);
    fc.assert(
      fc.property(rates, fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 20 }), ([from, to], sizes) => {
        const whole = convert(x, from, to, 'std', 5000);
        const resampler = new Resampler({ from, to, module });
        const parts: Float32Array[] = [];
        let start = 0;
        for (const size of sizes) {
          parts.push(resampler.process(x.subarray(start, start + size)).slice());
          start = Math.min(x.length, start + size);
        }
        parts.push(resampler.process(x.subarray(start)).slice(), resampler.flush().slice());
        expect(Buffer.from(concat(parts).buffer).equals(Buffer.from(whole.buffer))).toBe(true);
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  it('gives the exact length and the same bits for any partition, for any pair of rates, channels and quality', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8000, max: 192000 }), fc.integer({ min: 8000, max: 192000 }), fc.integer({ min: 1, max: 3 }), fc.constantFrom<ResamplerQuality>('fast', 'voice'),
        fc.integer({ min: 0, max: 900 }), fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 }),
        (from, to, channels, quality, frames, sizes) => {
          const x = noise(frames * channels, from % 1000);
          const run = (parts: readonly Float32Array[]): Float32Array => {
            const resampler = new Resampler({ from, to, channels, quality, module });
            return concat([...parts.map((part) => resampler.process(part).slice()), resampler.flush().slice()]);
          };
          const whole = run([x]);
          expect(whole.length).toBe(Math.ceil((frames * to) / from) * channels);
          const parts: Float32Array[] = [];
          let at = 0;
          for (const size of sizes) {
            parts.push(x.subarray(at * channels, (at + size) * channels));
            at = Math.min(frames, at + size);
          }
          parts.push(x.subarray(at * channels));
          expect(run(parts)).toEqual(whole);
          expect(whole.every((value) => Number.isFinite(value) && Math.abs(value) < 4)).toBe(true);
        },
      ),
      { numRuns: scale(8, 300), seed: 19 },
    );
  });

  it.each([[48000, 16000], [16000, 48000], [44100, 16000], [44100, 16001]] as const)('agrees with the sum of the definition from %i to %i Hz', (from, to) => {
    const x = noise(700, 3);
    const y = convert(x, from, to, 'std');
    const reference = resampleDirectly(x, from, to, { span: 101.33, cutoff: 0.955, beta: 10.35, multiple: from > to ? 16 : 8 });
    expect(y.length).toBe(reference.length);
    let worst = 0;
    for (let n = 0; n < y.length; n++) worst = Math.max(worst, Math.abs(y[n]! - reference[n]!)); // same length
    // Two stages (from > 2.6 · to) are as near as their stop-bands, −110 dB of full scale; one stage is as near as f32.
    expect(worst).toBeLessThan(from > to ? 1e-5 : 1.5e-6);
  });

  describe('quality', () => {
    const bars = [
      { quality: 'std', ripple: 0.01, at90: -0.1, snr: 110, alias: -100 },
      { quality: 'best', ripple: 0.01, at90: -0.1, snr: 135, alias: -120 },
    ] as const;
    for (const { quality, ripple, at90, snr, alias } of bars) {
      it.each([[48000, 16000], [44100, 16000], [16000, 48000], [16000, 24000], [24000, 48000], [16000, 8000]] as const)(`'${quality}' is flat to 80 % and ${alias} dB clean from %i to %i Hz`, (from, to) => {
        const nyquist = Math.min(from, to) / 2;
        const gains = [0.02, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8].map((part) => db(fitSine(tone(from, to, quality, part * nyquist), part * nyquist, to).amplitude / 0.5));
        expect(Math.max(...gains) - Math.min(...gains)).toBeLessThan(ripple);
        expect(db(fitSine(tone(from, to, quality, 0.9 * nyquist), 0.9 * nyquist, to).amplitude / 0.5)).toBeGreaterThan(at90);
        expect(fitSine(tone(from, to, quality, 997), 997, to).snrDb).toBeGreaterThan(snr);
        if (from > to) for (const part of [1.021, 1.05, 1.15, 1.5, 1.9]) if (part * nyquist < from / 2) expect(db(rms(tone(from, to, quality, part * nyquist)) / (0.5 / Math.SQRT2))).toBeLessThan(alias);
      });
    }

    it.each([['fast', -60, 0.85], ['voice', -85, 1.7], ['std', -100, 3.7], ['best', -120, 7.3]] as const)("'%s' suppresses aliases beyond 1.15 Nyquist by %i dB at a delay of %f ms", (quality, alias, latencyMs) => {
      for (const part of [1.16, 1.4, 1.8]) expect(db(rms(tone(48000, 16000, quality, part * 8000)) / (0.5 / Math.SQRT2))).toBeLessThan(alias);
      expect(new Resampler({ from: 48000, to: 16000, quality, module }).latencyMs).toBeLessThan(latencyMs);
    });

    it('has a symmetric impulse response: all frequencies are delayed alike', () => {
      const x = new Float32Array(2001);
      x[1000] = 1;
      const y = convert(x, 16000, 48000, 'std');
      for (let n = 1; n < 300; n++) expect(Math.abs(y[3000 + n]! - y[3000 - n]!)).toBeLessThan(1e-6); // inside
    });

    it('leaves no click at the seams of blocks in a sweep', () => {
      const x = Float32Array.from({ length: 48000 }, (_, n) => 0.5 * Math.sin(2 * Math.PI * (50 + (n / 48000) * 1500) * (n / 48000)));
      const y = convert(x, 48000, 16000, 'voice', 113);
      for (let n = 60; n < y.length - 60; n++) expect(Math.abs(y[n + 1]! - 2 * y[n]! + y[n - 1]!)).toBeLessThan(0.75);
    });
  });

  it('converts interleaved channels each by itself', () => {
    const left = noise(999, 1);
    const right = noise(999, 2);
    const both = Float32Array.from({ length: 1998 }, (_, n) => (n % 2 === 0 ? left[n >> 1]! : right[n >> 1]!));
    const resampler = new Resampler({ from: 48000, to: 16000, channels: 2, module });
    const y = concat([resampler.process(both.subarray(0, 500)).slice(), resampler.process(both.subarray(500)).slice(), resampler.flush().slice()]);
    const [a, b] = [convert(left, 48000, 16000, 'std'), convert(right, 48000, 16000, 'std')];
    expect(y.length).toBe(2 * a.length);
    for (let n = 0; n < a.length; n++) expect([y[2 * n], y[2 * n + 1]]).toEqual([a[n], b[n]]);
  });

  it('takes blocks longer than maxBlock', () => {
    const x = noise(10000, 5);
    const resampler = new Resampler({ from: 44100, to: 16000, maxBlock: 512, module });
    expect(concat([resampler.process(x).slice(), resampler.flush().slice()])).toEqual(convert(x, 44100, 16000, 'std'));
  });

  it('begins a new stream after flush and after reset', () => {
    const x = noise(1000, 9);
    const resampler = new Resampler({ from: 48000, to: 16000, module });
    const run = (): Float32Array => concat([resampler.process(x).slice(), resampler.flush().slice()]);
    const first = run();
    expect(run()).toEqual(first);
    resampler.process(noise(333, 2));
    resampler.reset();
    expect(run()).toEqual(first);
  });

  it('is the identity at equal rates up to the pass band', () => {
    const x = sine(4000, 1000, 16000);
    const y = convert(x, 16000, 16000, 'best');
    for (let n = 200; n < 3800; n++) expect(Math.abs(y[n]! - x[n]!)).toBeLessThan(1e-6); // same length
  });

  it.each([{ from: 7999, to: 16000 }, { from: 16000, to: 192001 }, { from: 16000.5, to: 8000 }, { from: 16000, to: 8000, channels: 0 }, { from: 16000, to: 8000, quality: 'good' as never }, { from: 16000, to: 8000, maxBlock: 0 }])('refuses %o', (options) => {
    expect(() => new Resampler({ ...options, module })).toThrow(/Option Resampler\./);
  });

  it('refuses torn frames and use after close', () => {
    const resampler = new Resampler({ from: 48000, to: 16000, channels: 2, module });
    expect(() => resampler.process(new Float32Array(3))).toThrow(/Resampler\.process/);
    resampler.close();
    expect(() => resampler.process(new Float32Array(2))).toThrow(/closed/);
  });
});
