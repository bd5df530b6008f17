/**
 * speech.wasm: the voice and the ear of the engines that need no download. One instance does one
 * thing, chosen by `init`; all memory is reserved there (for the model kinds, in `load`).
 *
 * | kind | update(n) takes from the input window | and gives in the output window |
 * |---|---|---|
 * | VOICE | n frames of synthesis parameters | samples; returns their number |
 * | MEL | n samples at 16 kHz | rows of 26 log-mel energies; returns their number |
 * | MODEL | n rows of log-mel energies of one utterance | n rows of log likelihoods; returns their width |
 * | MATCH | n rows of log likelihoods | nothing; `finish` reads the path |
 *
 * MODEL and MATCH first take a table: write it to `tableWindow()`, then `load(bytes)`.
 */
import { FRAME, initFormant, renderFormant, resetFormant } from './formant';
import { BANDS, CEPSTRA, cepstra, initCepstra, initMel, pushMel, resetMel } from './mel';
import { frameScores, loadNetwork, pushMatch, readPath, resetMatch } from './match';
import { loadNet, netContext, runNet } from './net';

const VOICE: i32 = 0;
const MEL: i32 = 1;
const MODEL: i32 = 2;
const MATCH: i32 = 3;
const MAX_WORDS: i32 = 1024;

let kind: i32 = -1;
let input: usize = 0;
let output: usize = 0;
let table: usize = 0;
let capacity: i32 = 0;
let width: i32 = 0;
let rows: usize = 0;

/** Makes this instance a `what` for at most `size` units per `update`; `a` and `b` are, for VOICE, the sample rate and the samples per frame, for MODEL and MATCH the bytes of the table and (MATCH) the columns of a row. */
export function init(what: i32, size: i32, a: i32, b: i32): i32 {
  kind = what;
  capacity = size;
  if (kind == VOICE) {
    input = heap.alloc((size * FRAME) << 2);
    output = heap.alloc((size * b) << 2);
    initFormant(a, b);
  } else if (kind == MEL) {
    input = heap.alloc(size << 2);
    output = heap.alloc(((size / 160 + 3) * BANDS) << 2);
    initMel(size);
  } else {
    table = heap.alloc(a);
    if (kind == MODEL) {
      input = heap.alloc((size * BANDS) << 2);
    } else {
      input = heap.alloc((size * b) << 2);
      output = heap.alloc(MAX_WORDS * 16);
    }
  }
  return 0;
}

/** Where `update` reads. */
export function inputWindow(): usize {
  return input;
}

/** Where `update` and `finish` write. */
export function outputWindow(): usize {
  return output;
}

/** Where a table is to be written before `load`. */
export function tableWindow(): usize {
  return table;
}

/** Address of the best score after each frame (MATCH). */
export function scoreWindow(): usize {
  return frameScores();
}

/** Reads a table of `bytes` bytes; returns −1 when it is damaged, else the width of an output row (MODEL) or 0. */
export function load(bytes: i32): i32 {
  if (kind == MATCH) return loadNetwork(table, bytes, capacity);
  // MODEL: the means and scales of the cepstra come first, then the network.
  const head = (CEPSTRA * 2) << 2;
  if (bytes < head) return -1;
  width = loadNet(table + head, bytes - head);
  if (width < 0) return -1;
  initCepstra(capacity);
  rows = heap.alloc(((capacity + 2 * netContext()) * CEPSTRA) << 2);
  output = heap.alloc((capacity * width) << 2);
  return width;
}

/** See the table above. */
export function update(n: i32): i32 {
  if (kind == VOICE) return renderFormant(input, n, output);
  if (kind == MEL) return pushMel(input, n, output);
  if (kind == MATCH) return pushMatch(input, n);
  const context = netContext();
  const first = rows + ((context * CEPSTRA) << 2);
  cepstra(input, n, table, table + (CEPSTRA << 2), first);
  // Beyond the edges the first and the last frame are repeated.
  for (let k = 0; k < context; k++) {
    memory.copy(rows + ((k * CEPSTRA) << 2), first, CEPSTRA << 2);
    memory.copy(first + (((n + k) * CEPSTRA) << 2), first + (((n - 1) * CEPSTRA) << 2), CEPSTRA << 2);
  }
  runNet(rows, n, output);
  return width;
}

/** MATCH: writes the path (with `mode` 1, also one that ends inside a word) and returns its words. Others: forgets what is held. */
export function finish(mode: i32): i32 {
  if (kind == MATCH) return readPath(output, MAX_WORDS, mode == 1);
  return reset(1);
}

/** Back to the state after `init` and `load`; for VOICE, `seed` starts the noise. */
export function reset(seed: i32): i32 {
  if (kind == VOICE) resetFormant(seed);
  else if (kind == MEL) resetMel();
  else if (kind == MATCH) resetMatch();
  return 0;
}

/** Address of the cepstra that the last `update` of MODEL used: n rows of 16, for tests. */
export function cepstraWindow(): usize {
  return rows + ((netContext() * CEPSTRA) << 2);
}
