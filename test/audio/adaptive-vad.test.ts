import { describe, expect, it } from 'vitest';
import { AdaptiveVad } from '../../src/audio/adaptive-vad.js';

const tone = (rms: number): Float32Array => Float32Array.from({ length: 160 }, (_unused, n) => rms * Math.SQRT2 * Math.sin((2 * Math.PI * 200 * n) / 16000));
const run = (vad: AdaptiveVad, rms: number, frames: number): number => {
  let probability = 0;
  for (let n = 0; n < frames; n++) probability = vad.process(tone(rms));
  return probability;
};

describe('AdaptiveVad', () => {
  it('hears a voice over silence, and its end', () => {
    const vad = new AdaptiveVad();
    expect(run(vad, 0.0002, 50)).toBeLessThan(0.1);
    expect(run(vad, 0.1, 5)).toBeGreaterThan(0.9);
    expect(run(vad, 0.0002, 30)).toBeLessThan(0.1);
  });

  it('hears a quiet voice of 0.04', () => {
    expect(run(new AdaptiveVad(), 0.04, 5)).toBeGreaterThan(0.5);
  });

  it('gets used to a noise, so that it is no speech, and hears a voice over it', () => {
    const vad = new AdaptiveVad();
    run(vad, 0.008, 200);
    expect(run(vad, 0.012, 50)).toBeLessThan(0.5);
    expect(run(vad, 0.1, 5)).toBeGreaterThan(0.5);
  });

  it('does not raise its floor during a long sentence', () => {
    const vad = new AdaptiveVad();
    run(vad, 0.1, 3000);
    expect(run(vad, 0.05, 10)).toBeGreaterThan(0.5);
  });

  it('gives probabilities only, for any level, and forgets on reset', () => {
    const vad = new AdaptiveVad();
    for (const level of [0, 1e-9, 0.5, 1, 100]) {
      const probability = run(vad, level, 3);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
    vad.reset();
    expect(vad.process(new Float32Array(160))).toBe(0);
    expect(vad.process(new Float32Array(0))).toBe(0);
  });
});
