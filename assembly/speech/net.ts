/**
 * The acoustic model: a small feed-forward network that gives, for each frame of cepstra with its
 * neighbours, the log likelihood (up to a constant) of every phone state.
 *
 * Weights travel as int8 with one scale per row and are widened once; rows are padded to a multiple
 * of four so that the inner loop is plain four-lane multiply-add. The context of a frame is
 * contiguous in memory (rows of cepstra lie one after another), so no gathering is needed.
 *
 * Table (little-endian): i32 layers, i32 context frames each side, i32 inputs per frame; then per
 * layer i32 inputs, i32 outputs, outputs × f32 scale, outputs × f32 bias, outputs × inputs int8;
 * each block starts at a multiple of four bytes. The last bias already has the log prior taken off.
 */

const MAX_LAYERS: i32 = 4;
let layers: i32 = 0;
let context: i32 = 0;
let perFrame: i32 = 0;
const sizeIn = memory.data(16);
const sizeOut = memory.data(16);
const weightsOf = memory.data(16);
const biasOf = memory.data(16);
let bufferA: usize = 0;
let bufferB: usize = 0;

/** Frames of context that the input must have before the first and after the last frame. */
export function netContext(): i32 {
  return context;
}

/** Reads the table of `length` bytes; returns the number of outputs, or −1 if the table is damaged. */
export function loadNet(table: usize, length: i32): i32 {
  if (length < 12) return -1;
  layers = load<i32>(table);
  context = load<i32>(table + 4);
  perFrame = load<i32>(table + 8);
  if (layers < 1 || layers > MAX_LAYERS || context < 0 || context > 20 || perFrame < 1 || perFrame > 64) return -1;
  let at: i32 = 12;
  let widest = 0;
  let expected = perFrame * (2 * context + 1);
  for (let layer = 0; layer < layers; layer++) {
    if (at + 8 > length) return -1;
    const inputs = load<i32>(table + at);
    const outputs = load<i32>(table + at + 4);
    at += 8;
    if (inputs != expected || inputs % 4 != 0 || outputs < 1 || outputs > 1024 || outputs % 4 != 0) return -1;
    const end = at + outputs * 8 + outputs * inputs;
    if (end > length) return -1;
    const weights = heap.alloc((inputs * outputs) << 2);
    const bias = heap.alloc(outputs << 2);
    for (let row = 0; row < outputs; row++) {
      const scale = load<f32>(table + at + (row << 2));
      store<f32>(bias + (row << 2), load<f32>(table + at + ((outputs + row) << 2)));
      for (let column = 0; column < inputs; column++) {
        const cell = row * inputs + column;
        store<f32>(weights + (cell << 2), scale * <f32>load<i8>(table + at + outputs * 8 + cell));
      }
    }
    store<i32>(sizeIn + (layer << 2), inputs);
    store<i32>(sizeOut + (layer << 2), outputs);
    store<usize>(weightsOf + (layer << 2), weights);
    store<usize>(biasOf + (layer << 2), bias);
    widest = max(widest, outputs);
    expected = outputs;
    at = end;
  }
  bufferA = heap.alloc(widest << 2);
  bufferB = heap.alloc(widest << 2);
  return expected;
}

/** Scores `frames` frames; `input` points at the first row of context before the first frame. */
export function runNet(input: usize, frames: i32, output: usize): void {
  const outputs = load<i32>(sizeOut + ((layers - 1) << 2));
  for (let t = 0; t < frames; t++) {
    let from = input + ((t * perFrame) << 2);
    for (let layer = 0; layer < layers; layer++) {
      const last = layer == layers - 1;
      const to = last ? output + ((t * outputs) << 2) : layer & 1 ? bufferB : bufferA;
      dense(from, layer, to, !last);
      from = to;
    }
    logSoftmax(from, outputs);
  }
}

function dense(from: usize, layer: i32, to: usize, rectify: bool): void {
  const inputs = load<i32>(sizeIn + (layer << 2));
  const outputs = load<i32>(sizeOut + (layer << 2));
  let weight = load<usize>(weightsOf + (layer << 2));
  const bias = load<usize>(biasOf + (layer << 2));
  for (let row = 0; row < outputs; row++) {
    let sum = f32x4.splat(0);
    for (let column = 0; column < inputs; column += 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(weight), v128.load(from + (column << 2))));
      weight += 16;
    }
    const value = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3) + load<f32>(bias + (row << 2));
    store<f32>(to + (row << 2), rectify ? max(value, <f32>0) : value);
  }
}

// The prior is in the bias, so this normalises likelihoods instead of posteriors; a constant per frame cancels in every comparison.
function logSoftmax(row: usize, count: i32): void {
  let top: f32 = -1e30;
  for (let n = 0; n < count; n++) top = max(top, load<f32>(row + (n << 2)));
  let sum: f64 = 0;
  for (let n = 0; n < count; n++) sum += Math.exp(<f64>(load<f32>(row + (n << 2)) - top));
  const shift = top + <f32>Math.log(sum);
  for (let n = 0; n < count; n++) store<f32>(row + (n << 2), load<f32>(row + (n << 2)) - shift);
}
