import { describe, expect, it } from 'vitest';
import { AutoGain } from '../../src/audio/auto-gain.js';
import { HighPass } from '../../src/audio/high-pass.js';
import { audioWasm as module } from './audio-wasm.js';
import { concat, db, fitSine, noise, rms, sine } from './signals.js';

function filtered(x: Float32Array, block: number, options: ConstructorParameters<typeof HighPass>[0] = {}): Float32Array {
  const filter = new HighPass({ module, ...options });
  const parts: Float32Array[] = [];
  for (let n = 0; n < x.length; n += block) parts.push(filter.process(x.subarray(n, n + block)).slice());
  return concat(parts);
}

describe('HighPass', () => {
  it.each([
    [20, -24.1], [40, -12.3], [80, -3.01], [160, -0.26], [1000, 0],
  ])('has the Butterworth response at %i Hz: %f dB', (frequency, gainDb) => {
    const y = filtered(sine(32000, frequency, 16000), 480).subarray(16000);
    expect(db(fitSine(y, frequency, 16000).amplitude / 0.5)).toBeCloseTo(gainDb, 1);
  });

  it('takes an offset away and leaves the rest', () => {
    const y = filtered(sine(16000, 500, 16000, 0.3).map((value) => value + 0.5), 160).subarray(8000);
    expect(Math.abs(y.reduce((sum, value) => sum + value, 0) / y.length)).toBeLessThan(1e-4);
    expect(rms(y)).toBeCloseTo(0.3 / Math.SQRT2, 3);
  });

  it('gives the same bits in any partition', () => {
    const x = noise(3000, 4);
    expect(filtered(x, 37)).toEqual(filtered(x, 3000));
  });

  it('begins anew after reset, and refuses wrong options and use after close', () => {
    const filter = new HighPass({ module });
    const first = filter.process(noise(100, 1)).slice();
    filter.reset();
    expect(filter.process(noise(100, 1)).slice()).toEqual(first);
    expect(() => new HighPass({ cutoffHz: 9000, module })).toThrow(/cutoffHz/);
    expect(() => filter.process(new Float32Array(5000))).toThrow(/block length/);
    filter.close();
    expect(() => filter.reset()).toThrow(/closed/);
  });
});

describe('AutoGain', () => {
  const settle = (amplitude: number, blocks: number, options: ConstructorParameters<typeof AutoGain>[0] = {}): { y: Float32Array; gainDb: number } => {
    const agc = new AutoGain({ module, ...options });
    const x = sine(blocks * 160, 300, 16000, amplitude);
    const parts: Float32Array[] = [];
    for (let n = 0; n < x.length; n += 160) parts.push(agc.process(x.subarray(n, n + 160)).slice());
    return { y: concat(parts), gainDb: agc.gainDb };
  };

  it.each([0.02, 0.05, 0.2, 0.9])('brings speech of amplitude %f to the target', (amplitude) => {
    const { y } = settle(amplitude, 1200);
    expect(db(rms(y.subarray(y.length - 3200)))).toBeCloseTo(-20, 0);
  });

  it('never passes −1 dBFS, not even at an onset after silence with full gain', () => {
    const agc = new AutoGain({ module, maxGainDb: 40 });
    for (let n = 0; n < 800; n++) agc.process(sine(160, 300, 16000, 0.005));
    let most = 0;
    for (let n = 0; n < 50; n++) for (const value of agc.process(noise(160, n, 1))) most = Math.max(most, Math.abs(value));
    expect(most).toBeLessThanOrEqual(0.8914);
  });

  it('leaves pauses alone', () => {
    const agc = new AutoGain({ module });
    for (let n = 0; n < 500; n++) agc.process(sine(160, 300, 16000, 0.1));
    const before = agc.gainDb;
    for (let n = 0; n < 1000; n++) agc.process(noise(160, n, 0.0005));
    expect(agc.gainDb).toBeCloseTo(before, 5);
  });

  it('does not give more than its most', () => {
    expect(settle(0.004, 2000, { maxGainDb: 12, gateDb: -70 }).gainDb).toBeCloseTo(12, 1);
  });

  it('grows by at most 6 dB a second and has no step', () => {
    const { y } = settle(0.02, 200);
    const levels = [0, 50, 100, 150].map((block) => db(rms(y.subarray(block * 160, block * 160 + 1600))));
    for (let n = 1; n < levels.length; n++) expect(levels[n]! - levels[n - 1]!).toBeLessThan(3.2);
  });
});
