/**
 * Recursive filters in f64: a second-order Butterworth high-pass, and the two-stage K-weighting of
 * ITU-R BS.1770-4 with the energy behind it. Both run in transposed direct form II per channel, on
 * planar blocks in the input window, in place.
 */
import { at, floats, put } from './arena';

const BIQUAD: i32 = 7; // b0 b1 b2 a1 a2 z1 z2

let sections: i32 = 0;
let channels: i32 = 1;
let stride: i32 = 0;
let block: usize = 0;
let state: usize = 0;
let energies: usize = 0;

// @ts-ignore: decorator
@inline
function section(c: i32, n: i32): usize {
  return state + ((<usize>((c * sections + n) * BIQUAD)) << 3);
}

function setSection(n: i32, b0: f64, b1: f64, b2: f64, a1: f64, a2: f64): void {
  for (let c = 0; c < channels; c++) {
    const s = section(c, n);
    store<f64>(s, b0);
    store<f64>(s, b1, 8);
    store<f64>(s, b2, 16);
    store<f64>(s, a1, 24);
    store<f64>(s, a2, 32);
  }
}

function prepare(count: i32, channelCount: i32, capacity: i32): usize {
  sections = count;
  channels = channelCount;
  stride = (capacity + 3) & ~3;
  block = floats(stride * channels);
  state = floats(count * channels * BIQUAD * 2);
  energies = floats(channels * 2);
  return block;
}

/** Second-order high-pass (bilinear transform, Q = 1/√2). Returns the input window. */
export function initHighPass(rate: f64, cutoff: f64, channelCount: i32, capacity: i32): usize {
  const window = prepare(1, channelCount, capacity);
  const k = Math.tan((Math.PI * cutoff) / rate);
  const norm = 1 / (1 + k * Math.SQRT2 + k * k);
  setSection(0, norm, -2 * norm, norm, 2 * (k * k - 1) * norm, (1 - k * Math.SQRT2 + k * k) * norm);
  return window;
}

/** K-weighting for any rate, by the bilinear transform of the analogue filters behind BS.1770's 48 kHz table. */
export function initKWeighting(rate: f64, channelCount: i32, capacity: i32): usize {
  const window = prepare(2, channelCount, capacity);
  let k = Math.tan((Math.PI * 1681.974450955533) / rate);
  let q = 0.7071752369554196;
  const high = 1.5848647011308556; // 3.99984385397 dB
  const band = 1.2587209302325582; // high ^ 0.4996667741545416
  let norm = 1 / (1 + k / q + k * k);
  setSection(0, (high + (band * k) / q + k * k) * norm, 2 * (k * k - high) * norm, (high - (band * k) / q + k * k) * norm, 2 * (k * k - 1) * norm, (1 - k / q + k * k) * norm);
  k = Math.tan((Math.PI * 38.13547087602444) / rate);
  q = 0.5003270373238773;
  norm = 1 / (1 + k / q + k * k);
  setSection(1, 1, -2, 1, 2 * (k * k - 1) * norm, (1 - k / q + k * k) * norm);
  return window;
}

/** Values between two channels of the window. */
export function filterStride(): i32 {
  return stride;
}

/** Forgets the signal. */
export function resetFilter(): void {
  for (let c = 0; c < channels; c++) {
    for (let n = 0; n < sections; n++) {
      store<f64>(section(c, n), 0, 40);
      store<f64>(section(c, n), 0, 48);
    }
    store<f64>(energies + ((<usize>c) << 3), 0);
  }
}

/** Filters `n` frames of every channel in place and adds up the energy behind the filter. */
export function runFilter(n: i32): void {
  for (let c = 0; c < channels; c++) {
    const x = block + ((<usize>(c * stride)) << 2);
    for (let m = 0; m < sections; m++) {
      const s = section(c, m);
      const b0 = load<f64>(s);
      const b1 = load<f64>(s, 8);
      const b2 = load<f64>(s, 16);
      const a1 = load<f64>(s, 24);
      const a2 = load<f64>(s, 32);
      let z1 = load<f64>(s, 40);
      let z2 = load<f64>(s, 48);
      for (let k = 0; k < n; k++) {
        const input = <f64>at(x, k);
        const output = b0 * input + z1;
        z1 = b1 * input - a1 * output + z2;
        z2 = b2 * input - a2 * output;
        put(x, k, <f32>output);
      }
      // Denormals would slow the loop a hundredfold in silence.
      store<f64>(s, Math.abs(z1) < 1e-30 ? 0 : z1, 40);
      store<f64>(s, Math.abs(z2) < 1e-30 ? 0 : z2, 48);
    }
    let sum: f64 = 0;
    for (let k = 0; k < n; k++) sum += <f64>at(x, k) * <f64>at(x, k);
    const e = energies + ((<usize>c) << 3);
    store<f64>(e, load<f64>(e) + sum);
  }
}

/** Energy of channel `c` since the last call, which begins a new sum. */
export function takeEnergy(c: i32): f64 {
  const e = energies + ((<usize>c) << 3);
  const sum = load<f64>(e);
  store<f64>(e, 0);
  return sum;
}
