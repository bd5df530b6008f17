/**
 * Band-limited sample-rate conversion: a polyphase FIR whose prototype is a sinc under a Kaiser
 * window (Oppenheim & Schafer, Discrete-Time Signal Processing, §7.6). For a ratio L/M in lowest
 * terms every output has one of L phases; while L rows fit into the table each phase has its own
 * coefficients, otherwise two neighbouring rows of a fixed table are mixed linearly.
 *
 * Output k stands for input time k·M/L exactly: the first output is emitted when the half filter
 * that lies in its future has arrived, and `finish` feeds zeros for the rest, so that n inputs give
 * ceil(n·L/M) outputs. Each output is summed in the same order whatever the block sizes, therefore
 * any partition of the input gives identical bits.
 */
import { at, floats, laneSum, put } from './arena';

// Largest coefficient table: 1 MB. 44.1→16 kHz at the best preset has 160 × 724 values.
const TABLE_LIMIT: i32 = 262144;
// Rows per input sample of the mixed table; the error of linear mixing is below (π/1024)²/8 = −118 dB.
const MIXED_ROWS: i32 = 1024;

let channels: i32 = 1;
let taps: i32 = 0;
let up: i32 = 1;
let down: i32 = 1;
let rows: i32 = 0;
let mixed: bool = false;
let table: usize = 0;
let buffer: usize = 0;
let stride: i32 = 0;
let outStride: i32 = 0;
let maxBlock: i32 = 0;
let out: usize = 0;
let filled: i32 = 0;
let next: i32 = 0;
let phase: i32 = 0;
let received: f64 = 0;
let produced: f64 = 0;

function bessel0(x: f64): f64 {
  let term: f64 = 1;
  let sum: f64 = 1;
  const quarter = x * x * 0.25;
  for (let n: f64 = 1; term > sum * 1e-17; n += 1) {
    term *= quarter / (n * n);
    sum += term;
  }
  return sum;
}

function gcd(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** Fills one row: the taps for outputs that lie `fraction` of an input sample after the centre. */
function fillRow(row: usize, fraction: f64, cutoff: f64, beta: f64): void {
  const half = <f64>taps * 0.5;
  const scale = 1 / bessel0(beta);
  let sum: f64 = 0;
  for (let n = 0; n < taps; n++) {
    const t = fraction + half - 1 - <f64>n;
    const u = t / half;
    let value: f64 = 0;
    if (u > -1 && u < 1) {
      const angle = Math.PI * cutoff * t;
      const sinc = angle == 0 ? 1 : Math.sin(angle) / angle;
      value = cutoff * sinc * bessel0(beta * Math.sqrt(1 - u * u)) * scale;
    }
    sum += value;
    put(row, n, <f32>value);
  }
  // Every row passes a constant unchanged; without this the rows differ by 1e-6 and leave a tone.
  const norm = 1 / sum;
  for (let n = 0; n < taps; n++) put(row, n, <f32>(<f64>at(row, n) * norm));
}

/**
 * Prepares the conversion. `span` is the filter length in periods of the lower rate, `cutoff` the
 * −6 dB point as a part of the lower Nyquist frequency, `beta` the Kaiser parameter.
 */
export function initResample(from: i32, to: i32, channelCount: i32, block: i32, span: f64, cutoff: f64, beta: f64): void {
  const common = gcd(from, to);
  up = to / common;
  down = from / common;
  channels = channelCount;
  maxBlock = block;
  const shrink: f64 = from > to ? <f64>to / <f64>from : 1;
  taps = (<i32>Math.ceil(span / shrink) + 7) & ~7;
  mixed = <i64>up * <i64>taps > <i64>TABLE_LIMIT;
  rows = mixed ? MIXED_ROWS + 1 : up;
  table = floats(rows * taps);
  const step: f64 = 1 / <f64>(mixed ? MIXED_ROWS : up);
  for (let row = 0; row < rows; row++) {
    fillRow(table + ((<usize>(row * taps)) << 2), <f64>row * step, cutoff * shrink, beta);
  }
  stride = (taps * 2 + maxBlock + down / up + 8 + 3) & ~3;
  buffer = floats(stride * channels);
  outStride = (<i32>Math.ceil((<f64>(maxBlock + taps) * <f64>up) / <f64>down) + 8 + 3) & ~3;
  out = floats(outStride * channels);
  resetResample();
}

/** Forgets all input; the next block begins a new stream. */
export function resetResample(): void {
  memory.fill(buffer, 0, (<usize>(stride * channels)) << 2);
  filled = (taps >> 1) - 1;
  next = 0;
  phase = 0;
  received = 0;
  produced = 0;
}

/**
 * Right after the start: the first `n` frames of input stand for the time before 0. A stage in front
 * has them, because its filter begins to answer before the signal does.
 */
export function primeResample(n: i32): void {
  filled -= n;
  received -= n;
}

/** Where channel 0 of the next block goes; channel c follows `inputStride` values later. */
export function resampleInput(): usize {
  return buffer + ((<usize>filled) << 2);
}

/** Values between two channels of the input. */
export function resampleInputStride(): i32 {
  return stride;
}

/** Where channel 0 of the output lies. */
export function resampleOutput(): usize {
  return out;
}

/** Values between two channels of the output. */
export function resampleOutputStride(): i32 {
  return outStride;
}

/** Half the filter, in input samples: how far the output lags behind the input. */
export function resampleLatency(): f64 {
  return <f64>taps * 0.5;
}

// @ts-ignore: decorator
@inline
function dot(x: usize, h: usize): f32 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  const end = h + ((<usize>taps) << 2);
  while (h < end) {
    even = f32x4.add(even, f32x4.mul(v128.load(x), v128.load(h)));
    odd = f32x4.add(odd, f32x4.mul(v128.load(x, 16), v128.load(h, 16)));
    x += 32;
    h += 32;
  }
  return laneSum(f32x4.add(even, odd));
}

/** Takes `n` frames that were written to the input; returns how many frames lie in the output. */
export function updateResample(n: i32): i32 {
  filled += n;
  received += n;
  return run(i32.MAX_VALUE);
}

/** Ends the stream; returns the frames that complete ceil(received·L/M). The next block begins a new stream. */
export function finishResample(): i32 {
  const total = Math.ceil((received * <f64>up) / <f64>down);
  const missing = <i32>(total - produced);
  for (let c = 0; c < channels; c++) {
    memory.fill(buffer + ((<usize>(c * stride + filled)) << 2), 0, (<usize>taps) << 2);
  }
  filled += taps;
  const made = missing > 0 ? run(missing) : 0;
  resetResample();
  return made;
}

// @ts-ignore: decorator
@inline
function channel(c: i32, position: i32): usize {
  return buffer + ((<usize>(c * stride + position)) << 2);
}

/** Outputs that the input held allows, at most `limit`. */
function ready(limit: i32): i32 {
  const inputs = filled - taps - next + 1;
  if (inputs <= 0) return 0;
  const count = (<i64>inputs * up - phase + down - 1) / down;
  return count < limit ? <i32>count : limit;
}

/** Four outputs of one phase, whose inputs lie `step` bytes apart: each coefficient is loaded once. */
function dotFour(x: usize, step: usize, h: usize, o: usize, outStep: usize): void {
  let even0 = f32x4.splat(0);
  let odd0 = even0;
  let even1 = even0;
  let odd1 = even0;
  let even2 = even0;
  let odd2 = even0;
  let even3 = even0;
  let odd3 = even0;
  const end = h + ((<usize>taps) << 2);
  const step2 = step * 2;
  const step3 = step * 3;
  while (h < end) {
    const low = v128.load(h);
    const high = v128.load(h, 16);
    even0 = f32x4.add(even0, f32x4.mul(v128.load(x), low));
    odd0 = f32x4.add(odd0, f32x4.mul(v128.load(x, 16), high));
    even1 = f32x4.add(even1, f32x4.mul(v128.load(x + step), low));
    odd1 = f32x4.add(odd1, f32x4.mul(v128.load(x + step, 16), high));
    even2 = f32x4.add(even2, f32x4.mul(v128.load(x + step2), low));
    odd2 = f32x4.add(odd2, f32x4.mul(v128.load(x + step2, 16), high));
    even3 = f32x4.add(even3, f32x4.mul(v128.load(x + step3), low));
    odd3 = f32x4.add(odd3, f32x4.mul(v128.load(x + step3, 16), high));
    x += 32;
    h += 32;
  }
  store<f32>(o, laneSum(f32x4.add(even0, odd0)));
  store<f32>(o + outStep, laneSum(f32x4.add(even1, odd1)));
  store<f32>(o + outStep * 2, laneSum(f32x4.add(even2, odd2)));
  store<f32>(o + outStep * 3, laneSum(f32x4.add(even3, odd3)));
}

/** All outputs, phase by phase: with few phases four outputs share a row. */
function byPhase(c: i32, count: i32): void {
  const rowBytes = (<usize>taps) << 2;
  const stepBytes = (<usize>down) << 2;
  const outBytes = (<usize>up) << 2;
  for (let first = 0; first < up; first++) {
    const start = phase + first * down;
    const row = table + <usize>(start % up) * rowBytes;
    let x = channel(c, next + start / up);
    let o = out + ((<usize>(c * outStride + first)) << 2);
    let n = first;
    for (; n + 3 * up < count; n += 4 * up) {
      dotFour(x, stepBytes, row, o, outBytes);
      x += stepBytes * 4;
      o += outBytes * 4;
    }
    for (; n < count; n += up) {
      store<f32>(o, dot(x, row));
      x += stepBytes;
      o += outBytes;
    }
  }
}

/** All outputs in order, each with its own row. */
function inOrder(c: i32, count: i32): void {
  const rowBytes = (<usize>taps) << 2;
  const whole = down / up;
  const rest = down % up;
  let position = next;
  let index = phase;
  for (let n = 0; n < count; n++) {
    const x = channel(c, position);
    if (mixed) {
      const scaled = <i64>index * MIXED_ROWS;
      const row = table + <usize>(scaled / up) * rowBytes;
      const weight = <f32>(<f64>(scaled % up) / <f64>up);
      const low = dot(x, row);
      put(out, c * outStride + n, low + weight * (dot(x, row + rowBytes) - low));
    } else {
      put(out, c * outStride + n, dot(x, table + <usize>index * rowBytes));
    }
    position += whole;
    index += rest;
    if (index >= up) {
      index -= up;
      position++;
    }
  }
}

function run(limit: i32): i32 {
  const count = ready(limit);
  for (let c = 0; c < channels; c++) {
    if (!mixed && up * 4 <= count) byPhase(c, count);
    else inOrder(c, count);
  }
  const moved = <i64>phase + <i64>count * down;
  const position = next + <i32>(moved / up);
  phase = <i32>(moved % up);
  produced += count;
  // Drop what no later output needs, so that the next block always fits behind the filter's past.
  const gone = position < filled ? position : filled;
  const kept = filled - gone;
  for (let c = 0; c < channels; c++) memory.copy(channel(c, 0), channel(c, gone), (<usize>kept) << 2);
  filled = kept;
  next = position - gone;
  return count;
}
