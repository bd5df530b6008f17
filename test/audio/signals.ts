/** Test signals and measurements: tones, noise from a seed, energy of a frequency in a block. */
import { seededRandom } from '../../src/base/random.js';

/** A sine of `length` samples. */
export function sine(length: number, frequency: number, sampleRate: number, amplitude = 0.5, phase = 0): Float32Array {
  return Float32Array.from({ length }, (_, n) => amplitude * Math.sin((2 * Math.PI * frequency * n) / sampleRate + phase));
}

/** White noise in ±amplitude. */
export function noise(length: number, seed: number, amplitude = 0.5): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => amplitude * (2 * random() - 1));
}

/** Root mean square. */
export function rms(x: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < x.length; n++) sum += x[n]! * x[n]!; // n < length
  return Math.sqrt(sum / Math.max(1, x.length));
}

/** Decibels of an amplitude ratio. */
export function db(ratio: number): number {
  return 20 * Math.log10(Math.max(ratio, 1e-12));
}

/** Amplitude and residual of the least-squares sine of a known frequency. */
export function fitSine(x: ArrayLike<number>, frequency: number, sampleRate: number): { amplitude: number; snrDb: number } {
  let ss = 0, sc = 0, cc = 0, xs = 0, xc = 0;
  const w = (2 * Math.PI * frequency) / sampleRate;
  for (let n = 0; n < x.length; n++) {
    const s = Math.sin(w * n), c = Math.cos(w * n);
    ss += s * s; sc += s * c; cc += c * c; xs += x[n]! * s; xc += x[n]! * c; // n < length
  }
  const det = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / det, b = (xc * ss - xs * sc) / det;
  let residual = 0;
  for (let n = 0; n < x.length; n++) residual += (x[n]! - a * Math.sin(w * n) - b * Math.cos(w * n)) ** 2; // n < length
  const amplitude = Math.hypot(a, b);
  return { amplitude, snrDb: db(amplitude / Math.SQRT2 / Math.sqrt(residual / x.length)) };
}

/** All blocks one after the other. */
export function concat(blocks: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(blocks.reduce((sum, b) => sum + b.length, 0));
  let start = 0;
  for (const block of blocks) { whole.set(block, start); start += block.length; }
  return whole;
}
