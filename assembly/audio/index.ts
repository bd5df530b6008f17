/**
 * audio.wasm: every audio processor, one per instance. The host calls `init(kind, …)` once, writes
 * into the input window, calls `update(n)` and reads the output window; `finish()` ends a stream and
 * `reset()` begins anew. All memory is taken in `init`. Instances of kind SCRATCH offer the
 * stateless kernels instead, from the window at `inputWindow()` into that at `outputWindow()`.
 */
import { bytes, floats } from './arena';
import { initFft, transform } from './fft';
import { lastPeak, measureLevel } from './level';
import { finishResample, initResample, resampleInput, resampleInputStride, resampleLatency, resampleOutput, resampleOutputStride, resetResample, updateResample } from './resample';
import { initVad, resetVad, vadInput, vadProbability } from './vad';

const SCRATCH: i32 = 0;
const RESAMPLER: i32 = 1;
const SPECTRUM: i32 = 2;
const VAD: i32 = 3;

let kind: i32 = -1;
let source: usize = 0;
let target: usize = 0;

/** Becomes the processor of `which`. Returns 0, or −1 when it is something already or the kind is unknown. */
export function init(which: i32, a: i32, b: i32, c: i32, d: i32, x: f64, y: f64, z: f64): i32 {
  if (kind != -1) return -1;
  if (which == SCRATCH) {
    source = bytes(a);
    target = bytes(b);
  } else if (which == RESAMPLER) {
    initResample(a, b, c, d, x, y, z);
    target = resampleOutput();
  } else if (which == SPECTRUM) {
    source = floats(a);
    target = floats(a + 2);
    initFft(a);
  } else if (which == VAD) {
    initVad();
    source = vadInput();
    target = floats(16);
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
  return kind == RESAMPLER ? resampleInputStride() : 0;
}

/** Values between two channels of the output window. */
export function outputStride(): i32 {
  return kind == RESAMPLER ? resampleOutputStride() : 0;
}

/** Consumes `n` frames of the input window; returns how many values or frames the output window holds. */
export function update(n: i32): i32 {
  if (kind == RESAMPLER) return updateResample(n);
  if (kind == VAD) {
    store<f32>(target, vadProbability());
    return 1;
  }
  if (kind == SPECTRUM) {
    transform(source, target);
    return n + 2;
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
