/**
 * Real FFT of a power-of-two length N: the N reals are read as N/2 complex values, transformed by an
 * iterative radix-2 FFT and unravelled into N/2 + 1 bins (Numerical Recipes §12.3). The twiddles are
 * made in `initFft` in f64.
 */
import { at, floats, put } from './arena';

let size: i32 = 0;
let half: i32 = 0;
let twiddle: usize = 0;
let order: usize = 0;
let work: usize = 0;

/** Prepares transforms of `n` reals, a power of two from 16 on. */
export function initFft(n: i32): void {
  size = n;
  half = n >> 1;
  twiddle = floats(n * 2);
  order = floats(half);
  work = floats(n + 2);
  for (let k = 0; k <= half; k++) {
    const angle = (-2 * Math.PI * <f64>k) / <f64>n;
    put(twiddle, 2 * k, <f32>Math.cos(angle));
    put(twiddle, 2 * k + 1, <f32>Math.sin(angle));
  }
  let bits = 0;
  while (1 << bits < half) bits++;
  for (let k = 0; k < half; k++) {
    let reversed = 0;
    for (let b = 0; b < bits; b++) reversed |= ((k >> b) & 1) << (bits - 1 - b);
    store<i32>(order + ((<usize>k) << 2), reversed);
  }
}

/** Transforms the reals at `x` into interleaved bins 0 … N/2 (re, im) at `bins`. */
export function transform(x: usize, bins: usize): void {
  for (let k = 0; k < half; k++) {
    const source = load<i32>(order + ((<usize>k) << 2));
    store<u64>(work + ((<usize>k) << 3), load<u64>(x + ((<usize>source) << 3)));
  }
  for (let span = 1; span < half; span <<= 1) {
    const step = size / (span << 1);
    for (let start = 0; start < half; start += span << 1) {
      for (let k = 0; k < span; k++) {
        const wr = at(twiddle, 2 * k * step);
        const wi = at(twiddle, 2 * k * step + 1);
        const low = start + k;
        const high = low + span;
        const br = at(work, 2 * high);
        const bi = at(work, 2 * high + 1);
        const tr = br * wr - bi * wi;
        const ti = br * wi + bi * wr;
        const ar = at(work, 2 * low);
        const ai = at(work, 2 * low + 1);
        put(work, 2 * low, ar + tr);
        put(work, 2 * low + 1, ai + ti);
        put(work, 2 * high, ar - tr);
        put(work, 2 * high + 1, ai - ti);
      }
    }
  }
  put(work, size, at(work, 0));
  put(work, size + 1, at(work, 1));
  for (let k = 0; k <= half; k++) {
    const other = half - k;
    const evenRe: f32 = <f32>0.5 * (at(work, 2 * k) + at(work, 2 * other));
    const evenIm: f32 = <f32>0.5 * (at(work, 2 * k + 1) - at(work, 2 * other + 1));
    const oddRe: f32 = <f32>0.5 * (at(work, 2 * k + 1) + at(work, 2 * other + 1));
    const oddIm: f32 = <f32>-0.5 * (at(work, 2 * k) - at(work, 2 * other));
    const wr = at(twiddle, 2 * k);
    const wi = at(twiddle, 2 * k + 1);
    put(bins, 2 * k, evenRe + oddRe * wr - oddIm * wi);
    put(bins, 2 * k + 1, evenIm + oddRe * wi + oddIm * wr);
  }
}
