import { describe, expect, it } from 'vitest';
import { Concealer } from '../../src/audio/concealer.js';
import { Matcher } from '../../src/audio/matcher.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, rms, sine } from './signals.js';

/** A voice-like signal: harmonics of a fundamental with a slowly moving pitch. */
function voice(length: number, pitch: number, rate: number, glide = 0): Float32Array {
  let phase = 0;
  return Float32Array.from({ length }, (_, n) => {
    phase += (2 * Math.PI * pitch * (1 + (glide * n) / rate)) / rate;
    let sum = 0;
    for (let h = 1; h <= 8; h++) sum += Math.sin(h * phase + h * h) / h;
    return 0.2 * sum;
  });
}

const likeness = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, n) => sum + value * b[n]!, 0) / Math.sqrt(a.reduce((s, v) => s + v * v, 0) * b.reduce((s, v) => s + v * v, 0));

describe('Matcher', () => {
  it.each([[8000, 70], [16000, 100], [16000, 311], [44100, 90], [48000, 240]])('finds the period of a voice at %i Hz and %i Hz pitch to a sample', (rate, pitch) => {
    const matcher = new Matcher(4096, rate, module);
    const x = voice(4096, pitch, rate);
    matcher.window.set(x);
    const template = 3000;
    const length = Math.round(rate / 100);
    const period = template - matcher.find(template, length, template - Math.round(rate / 65), template - Math.round(rate / 380));
    const cycles = (period * pitch) / rate;
    expect(Math.abs(cycles - Math.round(cycles)) * (rate / pitch)).toBeLessThan(1.01);
    expect(matcher.score).toBeGreaterThan(0.9);
  });

  it('agrees with an exhaustive search when the search is not coarse', () => {
    const matcher = new Matcher(1024, 8000, module);
    const x = noise(1024, 3);
    matcher.window.set(x);
    const correlation = (start: number): number => likeness(x.slice(700, 780), x.slice(start, start + 80));
    let best = 100;
    for (let start = 100; start <= 600; start++) if (correlation(start) > correlation(best)) best = start;
    expect(matcher.find(700, 80, 100, 600)).toBe(best);
    expect(matcher.score).toBeCloseTo(correlation(best), 4);
  });
});

describe('Concealer', () => {
  it.each([[16000, 80], [16000, 210], [48000, 130]])('continues a voice at %i Hz with %i Hz pitch in phase', (rate, pitch) => {
    const concealer = new Concealer(rate, rate / 10, module);
    const x = voice(rate / 5, pitch, rate);
    const from = rate / 10;
    const out = new Float32Array(rate / 50);
    concealer.extend(x, from, out, out.length);
    expect(likeness(out, x.slice(from, from + out.length))).toBeGreaterThan(0.9);
  });

  it('begins without a step and fades by 20 dB in 100 ms', () => {
    const concealer = new Concealer(16000, 1600, module);
    const x = voice(4000, 120, 16000);
    const out = new Float32Array(1600);
    concealer.extend(x, 4000, out, 1600);
    const natural = x.reduce((most, value, n) => (n === 0 ? 0 : Math.max(most, Math.abs(value - x[n - 1]!))), 0);
    expect(Math.abs(out[0]! - x[3999]!)).toBeLessThan(natural * 1.5);
    expect(20 * Math.log10(rms(out.subarray(1440)) / rms(out.subarray(0, 160)))).toBeCloseTo(-18, -1);
  });

  it('bridges a gap better than it extends, where the pitch moves', () => {
    const concealer = new Concealer(16000, 1600, module);
    const x = voice(8000, 110, 16000, 0.8);
    const envelope = x.map((value, n) => value * (0.2 + (0.8 * n) / 8000));
    const errors = (fill: (out: Float32Array) => void): number => {
      const out = new Float32Array(640);
      fill(out);
      return Math.abs(Math.log(rms(out.subarray(480)) / rms(envelope.subarray(4480, 4640))));
    };
    const extended = errors((out) => concealer.extend(envelope, 4000, out, 640));
    const bridged = errors((out) => concealer.bridge(envelope, 4000, envelope, 4640, 320, out, 640));
    expect(bridged).toBeLessThan(extended / 2);
  });

  it('joins both sides of a bridge without a step', () => {
    const concealer = new Concealer(16000, 1600, module);
    const x = sine(4000, 150, 16000);
    const out = new Float32Array(320);
    concealer.bridge(x, 2000, x, 2320, 320, out, 320);
    expect(Math.abs(out[0]! - x[2000]!)).toBeLessThan(0.03);
    expect(Math.abs(out[319]! - x[2319]!)).toBeLessThan(0.03);
  });

  it.each([0, 1, 7, 40])('gives silence or something finite from %i samples of context', (held) => {
    const concealer = new Concealer(16000, 1600, module);
    const out = new Float32Array(320).fill(NaN);
    concealer.extend(noise(100, 1), held, out, 320);
    expect(out.every((value) => Number.isFinite(value) && Math.abs(value) < 2)).toBe(true);
  });

  it('keeps silence silent', () => {
    const out = new Float32Array(320).fill(1);
    new Concealer(16000, 1600, module).extend(new Float32Array(1000), 1000, out, 320);
    expect(out.every((value) => value === 0)).toBe(true);
  });
});
