import { describe, expect, it } from 'vitest';
import { RealFft } from '../../src/audio/real-fft.js';
import { Spectrum } from '../../src/audio/spectrum.js';
import { dft } from '../reference/audio-dft.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, sine } from './signals.js';

describe('RealFft', () => {
  it.each([32, 64, 128, 256, 512, 1024, 2048, 4096])('agrees with the definition at %i samples', (size) => {
    const fft = new RealFft(size, module);
    const x = noise(size, size, 1);
    fft.input.set(x);
    fft.transform();
    const { re, im } = dft(x);
    const scale = Math.sqrt(size);
    for (let k = 0; k <= size / 2; k++) expect(Math.hypot(fft.re[k]! - re[k]!, fft.im[k]! - im[k]!) / scale).toBeLessThan(1e-6);
    expect([...fft.input]).toEqual([...x]);
  });

  it('is linear, keeps energy and gives real ends', () => {
    const fft = new RealFft(512, module);
    const x = noise(512, 1, 1);
    fft.input.set(x);
    fft.transform();
    let power = fft.re[0]! ** 2 + fft.re[256]! ** 2;
    for (let k = 1; k < 256; k++) power += 2 * (fft.re[k]! ** 2 + fft.im[k]! ** 2);
    expect(power / 512).toBeCloseTo(x.reduce((sum, value) => sum + value * value, 0), 3);
    expect([fft.im[0], fft.im[256]].map((value) => Math.abs(value!))).toEqual([0, 0]);
  });

  it('refuses use after close', () => {
    const fft = new RealFft(64, module);
    fft.close();
    expect(() => fft.transform()).toThrow(/closed/);
  });

  it.each([16, 31, 100, 131072, NaN])('refuses %s samples', (size) => {
    expect(() => new RealFft(size, module)).toThrow(/RealFft\.size/);
  });
});

describe('Spectrum', () => {
  it('shows a full-scale sine as 0 dB at its bin, in any block partition', () => {
    const spectrum = new Spectrum({ size: 512, module });
    const x = sine(2000, 1000, 16000, 1);
    for (let n = 0; n < x.length; n += 77) spectrum.push(x.subarray(n, n + 77));
    const bins = spectrum.read(new Float32Array(256));
    expect(bins.indexOf(Math.max(...bins))).toBe(32);
    expect(bins[32]).toBeCloseTo(0, 1);
    expect(bins[100]).toBeLessThan(-80);
  });

  it('gives the floor for silence and shows only what was pushed last', () => {
    const spectrum = new Spectrum({ size: 64, floorDb: -90, module });
    spectrum.push(sine(64, 1000, 16000));
    spectrum.push(new Float32Array(1000));
    expect([...spectrum.read(new Float32Array(32))]).toEqual(Array<number>(32).fill(-90));
  });

  it('refuses wrong sizes, wrong arrays and use after close', () => {
    expect(() => new Spectrum({ size: 500, module })).toThrow(/power of two/);
    const spectrum = new Spectrum({ module });
    expect(() => spectrum.read(new Float32Array(10))).toThrow(/256 values/);
    spectrum.close();
    expect(() => spectrum.read(new Float32Array(256))).toThrow(/closed/);
  });
});
