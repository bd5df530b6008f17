/**
 * Voice activity of 10 ms frames at 16 kHz: 24 features of a 32 ms window, then a gated recurrent unit
 * and one logistic output. The weights come from outside (`loadVad`); test/tools/train-vad.mjs trains
 * them on features that this very file computes.
 *
 * Features: 18 mel bands over their tracked noise floors, harmonicity and pitch from the
 * autocorrelation of the magnitude spectrum below 3 kHz, energy over its floor and under its recent
 * peak, flatness, flux. The floors are the smallest smoothed energy of the last 1.6 s (minimum
 * statistics, Martin 2001, without bias correction: the classifier learns it).
 */
import { at, floats, laneSum, put } from './arena';
import { fftStride, initFft, transform } from './fft';

const HOP: i32 = 160;
const SIZE: i32 = 512;
const HALF: i32 = 256;
const BANDS: i32 = 18;
export const VAD_FEATURES: i32 = 24;
export const VAD_HIDDEN: i32 = 28;
// Eight blocks of 20 frames: 1.6 s of minima.
const BLOCKS: i32 = 8;
const BLOCK_FRAMES: i32 = 20;
// While speech is certain and as loud as the loudest of late, the floors only fall: a sentence without
// pauses would raise them to its own level within 1.6 s and be lost in it. Talk in the background is
// softer and becomes floor. After 1 s the floors follow again, whatever it is that goes on, until a frame
// is less certain. Chosen by test/tools/tune-vad-hold.mjs on scenes of its own.
const CERTAIN: f32 = 0.7;
const FOREGROUND: f32 = -0.9; // in bels: within 9 dB of the recent peak
const LONGEST_HOLD: i32 = 100;
// Until the floors know the room, whatever it sounds like stands out as little and as much as a voice: the answers of the
// first frames count for less, of frame n for n / SETTLED.
const SETTLED: i32 = 12;
// Bins below 3 kHz carry the pitch.
const PITCH_BINS: i32 = 96;
const SHORTEST_LAG: i32 = 32; // 500 Hz
const LONGEST_LAG: i32 = 228; // 70 Hz

let history: usize = 0;
let window: usize = 0;
let windowed: usize = 0;
let bins: usize = 0;
let magnitudes: usize = 0;
let correlation: usize = 0;
let bandOf: usize = 0;
let weightOf: usize = 0;
let energies: usize = 0;
let smoothed: usize = 0;
let minima: usize = 0;
let floors: usize = 0;
let previous: usize = 0;
let features: usize = 0;
let weights: usize = 0;
let hidden: usize = 0;
let gates: usize = 0;
let ranked: i32 = 0;
let frames: i32 = 0;
let block: i32 = 0;
let aged: i32 = 0; // frames since the oldest block was replaced
let held: i32 = 0; // frames for which the floors have been held
let probability: f32 = 0;
let peak: f32 = 0;
let loaded: bool = false;

function mel(frequency: f64): f64 {
  return Math.log(1 + frequency / 700);
}

/** Prepares the detector; it answers 0 until weights are loaded. */
export function initVad(): void {
  history = floats(SIZE);
  window = floats(SIZE);
  windowed = floats(SIZE);
  bins = floats(fftStride(SIZE) * 2);
  magnitudes = floats(SIZE);
  correlation = floats(fftStride(SIZE) * 2);
  bandOf = floats(HALF + 1);
  weightOf = floats(HALF + 1);
  energies = floats(BANDS + 2);
  smoothed = floats(BANDS + 1);
  minima = floats((BANDS + 1) * BLOCKS);
  floors = floats(BANDS + 1);
  previous = floats(BANDS);
  features = floats(VAD_FEATURES);
  weights = floats(vadWeightCount());
  hidden = floats(VAD_HIDDEN);
  gates = floats(VAD_HIDDEN * 4);
  initFft(SIZE);
  for (let n = 0; n < SIZE; n++) put(window, n, <f32>(0.5 - 0.5 * Math.cos((2 * Math.PI * (<f64>n + 0.5)) / SIZE)));
  // Each bin goes to the two bands whose centres it lies between.
  const low = mel(80);
  const step = (mel(7800) - low) / <f64>(BANDS + 1);
  for (let k = 0; k <= HALF; k++) {
    const place = (mel((<f64>k * 16000) / SIZE) - low) / step - 1;
    const whole = Math.floor(place);
    const inside = place > -1 && place < BANDS;
    store<i32>(bandOf + ((<usize>k) << 2), inside ? <i32>whole : -2);
    put(weightOf, k, <f32>(place - whole));
  }
  resetVad();
}

/** f32 weights: three gates of (features + hidden + 1) each, then the output's hidden + 1. */
export function vadWeightCount(): i32 {
  return 3 * VAD_HIDDEN * (VAD_FEATURES + VAD_HIDDEN + 1) + VAD_HIDDEN + 4;
}

/** Forgets everything heard. */
export function resetVad(): void {
  memory.fill(history, 0, SIZE << 2);
  memory.fill(hidden, 0, VAD_HIDDEN << 2);
  memory.fill(smoothed, 0, (BANDS + 1) << 2);
  memory.fill(previous, 0, BANDS << 2);
  frames = 0;
  block = 0;
  aged = 0;
  held = 0;
  probability = 0;
  peak = -6;
}

/** Where the next frame of 160 samples goes. */
export function vadInput(): usize {
  return history + ((SIZE - HOP) << 2);
}

/** Where the weights go, before {@link loadVad}. */
export function vadWeights(): usize {
  return weights;
}

/** The weights are in place. */
export function loadVad(): void {
  loaded = true;
}

/** Features of the last frame. */
export function vadFeatures(): usize {
  return features;
}

/** log10 within 2e-4, from the exponent and a quartic in the mantissa. */
// @ts-ignore: decorator
@inline
function log10(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  const m = reinterpret<f32>((bits & 0x7fffff) | 0x3f800000) - <f32>1;
  const exponent = <f32>((bits >> 23) - 127);
  const fraction = m * (<f32>1.4389 + m * (<f32>-0.67935 + m * (<f32>0.32226 + m * <f32>-0.08205)));
  return (exponent + fraction) * <f32>0.30103;
}

function bandEnergies(): void {
  const imaginary = bins + ((<usize>fftStride(SIZE)) << 2);
  memory.fill(energies, 0, (BANDS + 2) << 2);
  for (let k: usize = 0; k <= <usize>HALF << 2; k += 4) {
    const re = load<f32>(bins + k);
    const im = load<f32>(imaginary + k);
    const power = re * re + im * im;
    store<f32>(magnitudes + k, power);
    const band = load<i32>(bandOf + k);
    if (band < -1) continue;
    const e = energies + ((<usize>(band + 1)) << 2);
    const upper = power * load<f32>(weightOf + k);
    store<f32>(e, load<f32>(e) + power - upper);
    store<f32>(e, load<f32>(e, 4) + upper, 4);
  }
}

/** Follows the smallest smoothed energy of each band, and of their sum at index BANDS. */
function trackFloor(band: i32, energy: f32): f32 {
  const s = frames == 0 ? energy : at(smoothed, band) + (energy - at(smoothed, band)) * <f32>0.25;
  put(smoothed, band, s);
  const row = minima + ((<usize>(band * BLOCKS)) << 2);
  if (frames == 0) {
    for (let n = 0; n < BLOCKS; n++) put(row, n, s);
  } else if (aged == 0) {
    put(row, block, s);
  } else if (s < at(row, block)) {
    put(row, block, s);
  }
  let least = at(row, 0);
  for (let n = 1; n < BLOCKS; n++) least = min<f32>(least, at(row, n));
  put(floors, band, least);
  return least;
}

/** Highest autocorrelation of the magnitude spectrum in the pitch range; its lag is left in `ranked`. */
function harmonicity(): f32 {
  // An even spectrum in, a real autocorrelation out: the same transform serves both ways.
  for (let k = 0; k < PITCH_BINS; k++) put(magnitudes, k, sqrt<f32>(at(magnitudes, k)));
  memory.fill(magnitudes + (PITCH_BINS << 2), 0, (SIZE - PITCH_BINS) << 2);
  put(magnitudes, 0, 0);
  put(magnitudes, 1, 0);
  for (let k = 2; k < PITCH_BINS; k++) put(magnitudes, SIZE - k, at(magnitudes, k));
  transform(magnitudes, correlation);
  const whole = at(correlation, 0) + <f32>1e-9;
  let best: f32 = 0;
  ranked = SHORTEST_LAG;
  for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG; lag++) {
    const value = at(correlation, lag);
    if (value > best && value >= at(correlation, lag - 1) && value >= at(correlation, lag + 1)) {
      best = value;
      ranked = lag;
    }
  }
  return best / whole;
}

/** Moves on to the next block of minima, unless speech holds them. */
function holdFloors(): void {
  held = probability > CERTAIN && at(features, BANDS + 3) > FOREGROUND ? held + 1 : 0;
  if (held > 0 && held < LONGEST_HOLD && aged > 0) return;
  aged++;
  if (aged <= BLOCK_FRAMES && frames > 0) return;
  aged = 0;
  if (frames > 0) block = (block + 1) % BLOCKS;
}

function computeFeatures(): void {
  for (let n: usize = 0; n < <usize>SIZE << 2; n += 16) v128.store(windowed + n, f32x4.mul(v128.load(history + n), v128.load(window + n)));
  memory.copy(history, history + (HOP << 2), (SIZE - HOP) << 2);
  transform(windowed, bins);
  bandEnergies();
  holdFloors();
  let total: f32 = 0;
  let logs: f32 = 0;
  let flux: f32 = 0;
  for (let band = 0; band < BANDS; band++) {
    // −90 dBFS of noise in a band is silence: dither and denormals must not look like structure.
    const energy = at(energies, band + 1) + <f32>1e-5;
    total += energy;
    const level = log10(energy);
    logs += level;
    const above = level - log10(trackFloor(band, energy));
    put(features, band, max<f32>(-1, min<f32>(4, above)));
    flux += abs<f32>(level - at(previous, band));
    put(previous, band, level);
  }
  const loudness = log10(total);
  const floor = log10(trackFloor(BANDS, total));
  peak = max<f32>(loudness, peak - <f32>0.004);
  const harmonic = harmonicity();
  put(features, BANDS, harmonic * 2);
  put(features, BANDS + 1, harmonic * (log10(<f32>ranked) - <f32>1.93) * 4);
  put(features, BANDS + 2, min<f32>(4, loudness - floor));
  put(features, BANDS + 3, max<f32>(-4, loudness - peak));
  put(features, BANDS + 4, logs / <f32>BANDS - loudness + <f32>1.2);
  put(features, BANDS + 5, frames == 0 ? 0 : min<f32>(2, (flux * 2) / <f32>BANDS));
  frames++;
}

// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  // Rational approximation, exact at ±3, where it is clamped; training uses the same one.
  const c = f32x4.pmax(f32x4.splat(-3), f32x4.pmin(f32x4.splat(3), x));
  const s = f32x4.mul(c, c);
  return f32x4.div(f32x4.mul(c, f32x4.add(f32x4.splat(27), s)), f32x4.add(f32x4.splat(27), f32x4.mul(s, f32x4.splat(9))));
}

/** Adds matrix · vector to `sums`; the matrix is stored by columns, so that four rows run in one vector. */
function accumulate(matrix: usize, vector: usize, columns: i32, sums: usize): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let s2 = v128.load(sums, 32);
  let s3 = v128.load(sums, 48);
  let s4 = v128.load(sums, 64);
  let s5 = v128.load(sums, 80);
  let s6 = v128.load(sums, 96);
  for (let c = 0; c < columns; c++) {
    const x = v128.load32_splat(vector);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(matrix)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(matrix, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(matrix, 32)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(matrix, 48)));
    s4 = f32x4.add(s4, f32x4.mul(x, v128.load(matrix, 64)));
    s5 = f32x4.add(s5, f32x4.mul(x, v128.load(matrix, 80)));
    s6 = f32x4.add(s6, f32x4.mul(x, v128.load(matrix, 96)));
    vector += 4;
    matrix += VAD_HIDDEN << 2;
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
  v128.store(sums, s4, 64);
  v128.store(sums, s5, 80);
  v128.store(sums, s6, 96);
}

/** One step of the recurrent unit (Cho et al. 2014) and the output's logistic. */
function classify(): f32 {
  const row: usize = VAD_HIDDEN << 2;
  const perGate: usize = row * (VAD_FEATURES + VAD_HIDDEN + 1);
  const gated = gates + row * 3;
  const half = f32x4.splat(0.5);
  for (let g: usize = 0; g < 3; g++) {
    const w = weights + g * perGate;
    const sums = gates + g * row;
    memory.copy(sums, w, row); // biases first
    accumulate(w + row, features, VAD_FEATURES, sums);
    accumulate(w + row * (VAD_FEATURES + 1), g < 2 ? hidden : gated, VAD_HIDDEN, sums);
    for (let n: usize = 0; n < row; n += 16) {
      const x = v128.load(sums + n);
      // σ(x) = (1 + tanh(x / 2)) / 2
      const y = g < 2 ? f32x4.add(half, f32x4.mul(half, tanh4(f32x4.mul(x, half)))) : tanh4(x);
      v128.store(sums + n, y);
      if (g == 1) v128.store(gated + n, f32x4.mul(y, v128.load(hidden + n)));
    }
  }
  const out = weights + perGate * 3;
  let sum = f32x4.splat(0);
  for (let n: usize = 0; n < row; n += 16) {
    const update = v128.load(gates + n);
    const old = v128.load(hidden + n);
    const fresh = f32x4.add(old, f32x4.mul(update, f32x4.sub(v128.load(gates + row * 2 + n), old)));
    v128.store(hidden + n, fresh);
    sum = f32x4.add(sum, f32x4.mul(fresh, v128.load(out + 16 + n)));
  }
  return <f32>(1 / (1 + Math.exp(-<f64>(laneSum(sum) + load<f32>(out)))));
}

/** Probability of speech in the frame. */
export function vadProbability(): f32 {
  computeFeatures();
  probability = loaded ? classify() : 0;
  if (frames < SETTLED) probability *= <f32>frames / <f32>SETTLED;
  return probability;
}
