/**
 * audio.wasm: every audio processor, one per instance. The host calls `init(kind, …)` once, writes
 * into the input window, calls `update(n)` and reads the output window; `finish()` ends a stream and
 * `reset()` begins anew. All memory is taken in `init`. Instances of kind SCRATCH offer the
 * stateless kernels instead, from the window at `inputWindow()` into that at `outputWindow()`.
 */
import { agcGain, initAgc, resetAgc, runAgc } from './agc';
import { bytes, floats } from './arena';
import { fftStride, initFft, transform } from './fft';
import { filterStride, initHighPass, initKWeighting, resetFilter, runFilter, takeEnergy } from './filter';
import { bestMatch, initMatch, matchOffset, matchScore } from './match';
import { applyGain, mixInto } from './mix';
import { decode16, decode24, decode32, decodeA, decodeMu, encode16, encode24, encode32, encodeA, encodeMu } from './pcm';
import { lastPeak, measureLevel } from './level';
import { finishResample, initResample, primeResample, resampleInput, resampleInputStride, resampleLatency, resampleOutput, resampleOutputStride, resetResample, updateResample } from './resample';
import { initVad, loadVad, resetVad, VAD_FEATURES, vadFeatures, vadInput, vadProbability, vadWeightCount, vadWeights } from './vad';

const SCRATCH: i32 = 0;
const RESAMPLER: i32 = 1;
const SPECTRUM: i32 = 2;
const VAD: i32 = 3;
const MATCH: i32 = 4;
const HIGH_PASS: i32 = 5;
const LOUDNESS: i32 = 6;
const AGC: i32 = 7;

// Between the windows: where addresses agree in their last 12 bits, processors take a load for one that must wait for the
// store before it.
const APART: i32 = 2048;

let kind: i32 = -1;
let source: usize = 0;
let target: usize = 0;
let spectrumStride: i32 = 0;

/** Becomes the processor of `which`. Returns 0, or −1 when it is something already or the kind is unknown. */
export function init(which: i32, a: i32, b: i32, c: i32, d: i32, x: f64, y: f64, z: f64): i32 {
  if (kind != -1) return -1;
  if (which == SCRATCH) {
    source = bytes(a);
    bytes(APART);
    target = bytes(b);
  } else if (which == RESAMPLER) {
    initResample(a, b, c, d, x, y, z);
    target = resampleOutput();
  } else if (which == SPECTRUM) {
    source = floats(a);
    target = floats(fftStride(a) * 2);
    initFft(a);
    spectrumStride = fftStride(a);
  } else if (which == VAD) {
    initVad();
    source = vadInput();
    target = floats(4);
  } else if (which == MATCH) {
    source = initMatch(a);
  } else if (which == HIGH_PASS) {
    source = target = initHighPass(x, y, a, b);
  } else if (which == LOUDNESS) {
    source = target = initKWeighting(x, a, b);
  } else if (which == AGC) {
    source = target = initAgc(a, x, y, z);
  } else {
    return -1;
  }
  kind = which;
  return 0;
}

/** Address of what the next `update` reads. Ask again before each write: a resampler's moves. */
export function inputWindow(): usize {
  return kind == RESAMPLER ? resampleInput() : source;
}

/** Address of what the last `update` wrote. */
export function outputWindow(): usize {
  return target;
}

/** Values between two channels of the input window. */
export function inputStride(): i32 {
  return kind == RESAMPLER ? resampleInputStride() : kind == HIGH_PASS || kind == LOUDNESS ? filterStride() : 0;
}

/** Values between two channels of the output window. */
export function outputStride(): i32 {
  return kind == RESAMPLER ? resampleOutputStride() : kind == SPECTRUM ? spectrumStride : 0;
}

/** Consumes `n` frames of the input window; returns how many values or frames the output window holds. */
export function update(n: i32): i32 {
  if (kind == RESAMPLER) return updateResample(n);
  if (kind == VAD) {
    store<f32>(target, vadProbability());
    return 1;
  }
  if (kind == HIGH_PASS || kind == LOUDNESS) {
    runFilter(n);
    return n;
  }
  if (kind == AGC) {
    runAgc(n);
    return n;
  }
  if (kind == SPECTRUM) {
    transform(source, target);
    return (n >> 1) + 1;
  }
  return 0;
}

/** Ends the stream; returns how many frames the output window holds. */
export function finish(): i32 {
  return kind == RESAMPLER ? finishResample() : 0;
}

/** Begins anew, as after `init`. */
export function reset(): void {
  if (kind == RESAMPLER) resetResample();
  else if (kind == VAD) resetVad();
  else if (kind == HIGH_PASS || kind == LOUDNESS) resetFilter();
  else if (kind == AGC) resetAgc();
}

/** RESAMPLER, right after `init` or `reset`: the first `n` frames of input stand for the time before 0. */
export function prime(n: i32): void {
  primeResample(n);
}

/** How far the output lags behind the input, in input frames. */
export function latency(): f64 {
  return kind == RESAMPLER ? resampleLatency() : 0;
}

/** SCRATCH: root mean square of the first `n` f32 of the input window. */
export function level(n: i32): f32 {
  return measureLevel(source, n);
}

/** SCRATCH: peak of the block that `level` measured last. */
export function levelPeak(): f32 {
  return lastPeak();
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function from16(n: i32): void {
  decode16(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function to16(n: i32): void {
  encode16(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function from24(n: i32): void {
  decode24(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function to24(n: i32): void {
  encode24(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function from32(n: i32): void {
  decode32(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function to32(n: i32): void {
  encode32(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function fromMu(n: i32): void {
  decodeMu(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function toMu(n: i32): void {
  encodeMu(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function fromA(n: i32): void {
  decodeA(source, target, n);
}

/** SCRATCH: see pcm.ts; `n` values from the input window to the output window. */
export function toA(n: i32): void {
  encodeA(source, target, n);
}

/** SCRATCH: output = input · gain running from `from` to `to` over `n` values. */
export function gain(n: i32, from: f32, to: f32): void {
  applyGain(source, target, n, from, to);
}

/** SCRATCH: output += input · gain running from `from` to `to` over `n` values. */
export function mix(n: i32, from: f32, to: f32): void {
  mixInto(source, target, n, from, to);
}

/** MATCH: index in the input window of what looks most like the `length` samples at `template`; see match.ts. */
export function match(template: i32, length: i32, from: i32, to: i32, group: i32): i32 {
  return bestMatch(template, length, from, to, group);
}

/** MATCH: correlation of the last match, and for 1 how far the true place lies behind it. LOUDNESS: energy of channel `c` since the last call. AGC: present gain. */
export function result(c: i32): f64 {
  return kind == MATCH ? <f64>(c == 0 ? matchScore() : matchOffset()) : kind == LOUDNESS ? takeEnergy(c) : kind == AGC ? <f64>agcGain() : 0;
}

/** VAD: address of the weights, which the host fills before `seal`. */
export function table(): usize {
  return vadWeights();
}

/** VAD: how many f32 weights there are. */
export function tableLength(): i32 {
  return vadWeightCount();
}

/** VAD: the weights are in place. */
export function seal(): void {
  loadVad();
}

/** VAD: address of the features of the last frame. */
export function featureWindow(): usize {
  return vadFeatures();
}

/** VAD: how many features there are. */
export function featureCount(): i32 {
  return VAD_FEATURES;
}
