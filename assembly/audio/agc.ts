/**
 * Automatic gain for speech: brings the level of what stands above the gate towards a target, slowly
 * enough not to pump, and never lets a peak pass the ceiling. Works block by block (10 ms is right),
 * in place, with the gain running linearly through each block.
 */
import { at, floats, put } from './arena';
import { measureLevel, lastPeak } from './level';

// Loudness changes of speech within a word are kept: the estimate follows in about 0.3 s upwards and 1.5 s downwards.
const RISE: f32 = 0.035;
const FALL: f32 = 0.007;
// The gain may grow by 6 dB/s and fall by 60 dB/s at 10 ms per block.
const GROW: f32 = 1.0069;
const SHRINK: f32 = 0.933;

let window: usize = 0;
let target: f32 = 0;
let limit: f32 = 0;
let most: f32 = 0;
let gate: f32 = 0;
let level: f32 = 0;
let gain: f32 = 1;

/** Prepares the control; all values are amplitudes. Returns the input window. */
export function initAgc(capacity: i32, targetRms: f64, maxGain: f64, gateRms: f64): usize {
  window = floats(capacity + 4);
  target = <f32>targetRms;
  most = <f32>maxGain;
  gate = <f32>gateRms;
  limit = 0.891; // −1 dBFS
  resetAgc();
  return window;
}

/** Forgets the level heard. */
export function resetAgc(): void {
  level = 0;
  gain = 1;
}

/** Gain at the end of the last block. */
export function agcGain(): f32 {
  return gain;
}

/** Adapts to and scales `n` samples. */
export function runAgc(n: i32): void {
  const rms = measureLevel(window, n);
  const peak = lastPeak();
  let wanted = gain;
  if (rms > gate) {
    level = level == 0 ? rms : level + (rms - level) * (rms > level ? RISE : FALL);
    wanted = min<f32>(most, target / max<f32>(level, rms * 0.25));
  }
  let next = wanted > gain ? min<f32>(wanted, gain * GROW) : max<f32>(wanted, gain * SHRINK);
  if (peak * next > limit) next = limit / peak;
  const start = peak * gain > limit ? next : gain;
  const step: f32 = n > 0 ? (next - start) / <f32>n : 0;
  for (let k = 0; k < n; k++) put(window, k, at(window, k) * (start + step * <f32>(k + 1)));
  gain = next;
}
