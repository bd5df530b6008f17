/** Weights of the voice activity detector, unpacked once per realm from their generated int8 form. */
import { decodeBase64 } from '../base/base64.js';
import { vadCodes, vadScales } from './vad-weights.generated.js';

const FEATURES = 24;
const HIDDEN = 28;
const GATES = 3;
/** Values of one gate: biases, then a column per feature and per hidden value. */
const GATE = HIDDEN * (FEATURES + HIDDEN + 1);
// The output's bias stands in a vector of its own, so that its weights are aligned.
const OUTPUT = GATES * GATE;
const PADDING = 4;

let unpacked: Float32Array | undefined;

/** The weights in the order of assembly/audio/vad.ts. Shared; do not change. */
export function vadWeights(): Float32Array {
  unpacked ??= unpack();
  return unpacked;
}

function unpack(): Float32Array {
  const bytes = decodeBase64(vadCodes);
  const codes = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const weights = new Float32Array(OUTPUT + PADDING + HIDDEN);
  let next = 0;
  let scale = 0;
  const block = (start: number, count: number): void => {
    for (let n = start; n < start + count; n++) weights[n] = (codes[next++] ?? 0) * (vadScales[scale] ?? 0);
    scale++;
  };
  for (let gate = 0; gate < GATES; gate++) {
    block(gate * GATE, HIDDEN);
    block(gate * GATE + HIDDEN, HIDDEN * FEATURES);
    block(gate * GATE + HIDDEN * (FEATURES + 1), HIDDEN * HIDDEN);
  }
  block(OUTPUT, 1);
  block(OUTPUT + PADDING, HIDDEN);
  return weights;
}
