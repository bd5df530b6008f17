/**
 * Real FFT of a power-of-two length N ≥ 32. The reals are read as N/2 complex values, transformed by a
 * Stockham autosort FFT (radix 4, one last radix-2 pass where the exponent is odd) on separate real
 * and imaginary arrays, four butterflies at a time, and unravelled into N/2 + 1 bins (Van Loan,
 * Computational Frameworks for the FFT, §1.7 and §4.2). No bit reversal is needed. Twiddles are made
 * in f64.
 *
 * Output: N/2 + 1 real parts at `bins`, then from `bins + 4·(N/2 + 4)` as many imaginary parts.
 */
import { floats, put } from './arena';

let half: i32 = 0;
let firstTwiddle: usize = 0;
let twiddle: usize = 0;
let split: usize = 0;
let re0: usize = 0;
let im0: usize = 0;
let re1: usize = 0;
let im1: usize = 0;

/** Values between the real and the imaginary parts of the output. */
export function fftStride(n: i32): i32 {
  return (n >> 1) + 4;
}

/** Prepares transforms of `n` reals, a power of two from 32 on. */
export function initFft(n: i32): void {
  half = n >> 1;
  re0 = floats(half + 8);
  im0 = floats(half + 8);
  re1 = floats(half + 8);
  im1 = floats(half + 8);
  // First pass: four different p per vector, so the three twiddles are stored by vectors.
  const quarter = half >> 2;
  firstTwiddle = floats(quarter * 6);
  for (let p = 0; p < quarter; p++) {
    for (let power = 1; power < 4; power++) {
      const angle = (-2 * Math.PI * <f64>(p * power)) / <f64>half;
      const base = firstTwiddle + ((<usize>((p >> 2) * 24 + (power - 1) * 8 + (p & 3))) << 2);
      store<f32>(base, <f32>Math.cos(angle));
      store<f32>(base, <f32>Math.sin(angle), 16);
    }
  }
  // Later passes: one p per vector.
  twiddle = floats(half * 2);
  let at = twiddle;
  for (let count = half >> 2; count >= 4; count >>= 2) {
    for (let p = 0; p < count >> 2; p++) {
      for (let power = 1; power < 4; power++) {
        const angle = (-2 * Math.PI * <f64>(p * power)) / <f64>count;
        store<f32>(at, <f32>Math.cos(angle));
        store<f32>(at, <f32>Math.sin(angle), 4);
        at += 8;
      }
    }
  }
  // Up to a vector past the middle, where the two halves of the unravelling overlap.
  split = floats(half + 8);
  for (let k = 0; k < (half >> 1) + 4; k++) {
    const angle = (-Math.PI * <f64>k) / <f64>half;
    put(split, k, <f32>Math.cos(angle));
    store<f32>(split + ((<usize>((half >> 1) + 4 + k)) << 2), <f32>Math.sin(angle));
  }
}

// @ts-ignore: decorator
@inline
function transposed(y: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const cd = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const ab2 = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const cd2 = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(y, i8x16.shuffle(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(y, i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 16);
  v128.store(y, i8x16.shuffle(ab2, cd2, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), 32);
  v128.store(y, i8x16.shuffle(ab2, cd2, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 48);
}

// @ts-ignore: decorator
@inline
function evens(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

// @ts-ignore: decorator
@inline
function odds(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/** First pass: reads interleaved values, writes separate arrays. */
function firstPass(x: usize): void {
  const quarter = (<usize>half) << 1; // bytes of half/4 interleaved values
  let w = firstTwiddle;
  let yr = re0;
  let yi = im0;
  const end = x + quarter;
  while (x < end) {
    const a0 = v128.load(x);
    const a1 = v128.load(x, 16);
    const b0 = v128.load(x + quarter);
    const b1 = v128.load(x + quarter, 16);
    const c0 = v128.load(x + quarter * 2);
    const c1 = v128.load(x + quarter * 2, 16);
    const d0 = v128.load(x + quarter * 3);
    const d1 = v128.load(x + quarter * 3, 16);
    const ar = evens(a0, a1);
    const ai = odds(a0, a1);
    const br = evens(b0, b1);
    const bi = odds(b0, b1);
    const cr = evens(c0, c1);
    const ci = odds(c0, c1);
    const dr = evens(d0, d1);
    const di = odds(d0, d1);
    const sumR = f32x4.add(ar, cr);
    const sumI = f32x4.add(ai, ci);
    const difR = f32x4.sub(ar, cr);
    const difI = f32x4.sub(ai, ci);
    const bdR = f32x4.add(br, dr);
    const bdI = f32x4.add(bi, di);
    const jR = f32x4.sub(bi, di); // −j · (b − d)
    const jI = f32x4.sub(dr, br);
    const w1r = v128.load(w);
    const w1i = v128.load(w, 16);
    const w2r = v128.load(w, 32);
    const w2i = v128.load(w, 48);
    const w3r = v128.load(w, 64);
    const w3i = v128.load(w, 80);
    const r1 = f32x4.add(difR, jR);
    const i1 = f32x4.add(difI, jI);
    const r2 = f32x4.sub(sumR, bdR);
    const i2 = f32x4.sub(sumI, bdI);
    const r3 = f32x4.sub(difR, jR);
    const i3 = f32x4.sub(difI, jI);
    transposed(yr, f32x4.add(sumR, bdR), f32x4.sub(f32x4.mul(r1, w1r), f32x4.mul(i1, w1i)), f32x4.sub(f32x4.mul(r2, w2r), f32x4.mul(i2, w2i)), f32x4.sub(f32x4.mul(r3, w3r), f32x4.mul(i3, w3i)));
    transposed(yi, f32x4.add(sumI, bdI), f32x4.add(f32x4.mul(r1, w1i), f32x4.mul(i1, w1r)), f32x4.add(f32x4.mul(r2, w2i), f32x4.mul(i2, w2r)), f32x4.add(f32x4.mul(r3, w3i), f32x4.mul(i3, w3r)));
    x += 32;
    w += 96;
    yr += 64;
    yi += 64;
  }
}

/** One radix-4 pass of `count`-point transforms at stride `s` (a multiple of 4). Returns the next twiddles. */
function pass4(xr: usize, xi: usize, yr: usize, yi: usize, count: i32, s: i32, w: usize): usize {
  const sBytes = (<usize>s) << 2;
  const quarter = (<usize>(count >> 2)) * sBytes;
  for (let p = 0; p < count >> 2; p++) {
    const w1r = v128.load32_splat(w);
    const w1i = v128.load32_splat(w, 4);
    const w2r = v128.load32_splat(w, 8);
    const w2i = v128.load32_splat(w, 12);
    const w3r = v128.load32_splat(w, 16);
    const w3i = v128.load32_splat(w, 20);
    w += 24;
    const end = xr + sBytes;
    while (xr < end) {
      const ar = v128.load(xr);
      const ai = v128.load(xi);
      const cr = v128.load(xr + quarter * 2);
      const ci = v128.load(xi + quarter * 2);
      const sumR = f32x4.add(ar, cr);
      const sumI = f32x4.add(ai, ci);
      const difR = f32x4.sub(ar, cr);
      const difI = f32x4.sub(ai, ci);
      const br = v128.load(xr + quarter);
      const bi = v128.load(xi + quarter);
      const dr = v128.load(xr + quarter * 3);
      const di = v128.load(xi + quarter * 3);
      const bdR = f32x4.add(br, dr);
      const bdI = f32x4.add(bi, di);
      const jR = f32x4.sub(bi, di);
      const jI = f32x4.sub(dr, br);
      v128.store(yr, f32x4.add(sumR, bdR));
      v128.store(yi, f32x4.add(sumI, bdI));
      const r1 = f32x4.add(difR, jR);
      const i1 = f32x4.add(difI, jI);
      v128.store(yr + sBytes, f32x4.sub(f32x4.mul(r1, w1r), f32x4.mul(i1, w1i)));
      v128.store(yi + sBytes, f32x4.add(f32x4.mul(r1, w1i), f32x4.mul(i1, w1r)));
      const r2 = f32x4.sub(sumR, bdR);
      const i2 = f32x4.sub(sumI, bdI);
      v128.store(yr + sBytes * 2, f32x4.sub(f32x4.mul(r2, w2r), f32x4.mul(i2, w2i)));
      v128.store(yi + sBytes * 2, f32x4.add(f32x4.mul(r2, w2i), f32x4.mul(i2, w2r)));
      const r3 = f32x4.sub(difR, jR);
      const i3 = f32x4.sub(difI, jI);
      v128.store(yr + sBytes * 3, f32x4.sub(f32x4.mul(r3, w3r), f32x4.mul(i3, w3i)));
      v128.store(yi + sBytes * 3, f32x4.add(f32x4.mul(r3, w3i), f32x4.mul(i3, w3r)));
      xr += 16;
      xi += 16;
      yr += 16;
      yi += 16;
    }
    yr += sBytes * 3;
    yi += sBytes * 3;
  }
  return w;
}

/** The last pass where the exponent is odd: two-point transforms. */
function pass2(xr: usize, xi: usize, yr: usize, yi: usize): void {
  const s = (<usize>half) << 1; // bytes of half/2 values
  const end = xr + s;
  while (xr < end) {
    const ar = v128.load(xr);
    const ai = v128.load(xi);
    const br = v128.load(xr + s);
    const bi = v128.load(xi + s);
    v128.store(yr, f32x4.add(ar, br));
    v128.store(yi, f32x4.add(ai, bi));
    v128.store(yr + s, f32x4.sub(ar, br));
    v128.store(yi + s, f32x4.sub(ai, bi));
    xr += 16;
    xi += 16;
    yr += 16;
    yi += 16;
  }
}

// @ts-ignore: decorator
@inline
function reversed(v: v128): v128 {
  return i8x16.shuffle(v, v, 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
}

/** Unravels N/2 complex bins of the even and odd samples into the N/2 + 1 bins of the reals. */
function unravel(zr: usize, zi: usize, outR: usize, outI: usize): void {
  // One value past the end repeats the first, so that bin N/2 needs no special case.
  store<f32>(zr + ((<usize>half) << 2), load<f32>(zr));
  store<f32>(zi + ((<usize>half) << 2), load<f32>(zi));
  const point = f32x4.splat(0.5);
  const sines = ((<usize>((half >> 1) + 4)) << 2);
  for (let k = 0; k <= half >> 1; k += 4) {
    const low = (<usize>k) << 2;
    const high = (<usize>(half - k - 3)) << 2;
    const ar = v128.load(zr + low);
    const ai = v128.load(zi + low);
    const br = reversed(v128.load(zr + high));
    const bi = reversed(v128.load(zi + high));
    const evenR = f32x4.mul(f32x4.add(ar, br), point);
    const evenI = f32x4.mul(f32x4.sub(ai, bi), point);
    const oddR = f32x4.mul(f32x4.add(ai, bi), point);
    const oddI = f32x4.mul(f32x4.sub(br, ar), point);
    const wr = v128.load(split + low);
    const wi = v128.load(split + sines + low);
    const tr = f32x4.sub(f32x4.mul(oddR, wr), f32x4.mul(oddI, wi));
    const ti = f32x4.add(f32x4.mul(oddR, wi), f32x4.mul(oddI, wr));
    v128.store(outR + low, f32x4.add(evenR, tr));
    v128.store(outI + low, f32x4.add(evenI, ti));
    // The mirrored bins last: where the two ranges meet they agree.
    v128.store(outR + high, reversed(f32x4.sub(evenR, tr)));
    v128.store(outI + high, reversed(f32x4.sub(ti, evenI)));
  }
}

/** Transforms the N reals at `x`; see the top of the file for the layout of `bins`. `x` is only read. */
export function transform(x: usize, bins: usize): void {
  firstPass(x);
  let xr = re0;
  let xi = im0;
  let yr = re1;
  let yi = im1;
  let w = twiddle;
  let s = 4;
  let count = half >> 2;
  while (count >= 4) {
    w = pass4(xr, xi, yr, yi, count, s, w);
    const hr = xr;
    const hi = xi;
    xr = yr;
    xi = yi;
    yr = hr;
    yi = hi;
    s <<= 2;
    count >>= 2;
  }
  if (count == 2) {
    pass2(xr, xi, yr, yi);
    xr = yr;
    xi = yi;
  }
  unravel(xr, xi, bins, bins + ((<usize>((half) + 4)) << 2));
}
