/**
 * Log-mel energies of 16 kHz speech, frame by frame, and their cepstra over a whole utterance.
 *
 * First form (`MelFrames`): samples go in by blocks of any size; each complete 25 ms window, every
 * 10 ms, yields 26 log-mel energies. Second form (`cepstra`): the log-mel rows of an utterance become
 * 16 mel-frequency cepstral coefficients per frame, with the level and the channel taken out. It must
 * see the whole utterance, because the mean of what was spoken is what tells the channel.
 *
 * Pre-emphasis 0.97, Hamming window, 512-point transform, triangular bands from 100 to 7600 Hz on
 * the mel scale 2595·log10(1 + f/700), orthonormal cosine transform: the usual figures of the field.
 */

export const BANDS: i32 = 26;
export const CEPSTRA: i32 = 16;
const WINDOW: i32 = 400;
const HOP: i32 = 160;
const FFT: i32 = 512;
const BINS: i32 = 257;
const RATE: f64 = 16000;
const LOW_HZ: f64 = 100;
const HIGH_HZ: f64 = 7600;

// Energies are raised to this far (in nats; 60 dB) below the loudest band of the utterance: what lies
// lower is the noise of the converter, not of the room.
const FLOOR_NATS: f32 = 13.8;
// Frames whose level lies within 6.9 nats (30 dB) of the loudest count as speech for the mean.
const SPEECH_NATS: f32 = 6.9;
// The mean over speech frames is drawn toward the prior as if this many prior frames had been seen.
const PRIOR_FRAMES: f32 = 30;

let history: usize = 0; // WINDOW + block of samples, f32
let held: i32 = 0; // samples in history
let window: usize = 0;
let twiddleRe: usize = 0;
let twiddleIm: usize = 0;
let re: usize = 0;
let im: usize = 0;
let power: usize = 0;
let bandOf: usize = 0; // for each bin: index of the band whose falling side holds it, i32, −1 outside
let weightOf: usize = 0; // and the weight of that falling side, f32
let previous: f32 = 0;

function mel(hz: f64): f64 {
  return 2595.0 * Math.log10(1.0 + hz / 700.0);
}

/** Prepares for blocks of at most `block` samples. */
export function initMel(block: i32): void {
  history = heap.alloc((WINDOW + block) << 2);
  window = heap.alloc(WINDOW << 2);
  twiddleRe = heap.alloc((FFT >> 1) << 2);
  twiddleIm = heap.alloc((FFT >> 1) << 2);
  re = heap.alloc(FFT << 2);
  im = heap.alloc(FFT << 2);
  power = heap.alloc(BINS << 2);
  bandOf = heap.alloc(BINS << 2);
  weightOf = heap.alloc(BINS << 2);
  for (let n = 0; n < WINDOW; n++) {
    store<f32>(window + (n << 2), <f32>(0.54 - 0.46 * Math.cos((2.0 * Math.PI * <f64>n) / <f64>(WINDOW - 1))));
  }
  for (let n = 0; n < FFT >> 1; n++) {
    const angle = (-2.0 * Math.PI * <f64>n) / <f64>FFT;
    store<f32>(twiddleRe + (n << 2), <f32>Math.cos(angle));
    store<f32>(twiddleIm + (n << 2), <f32>Math.sin(angle));
  }
  const low = mel(LOW_HZ);
  const step = (mel(HIGH_HZ) - low) / <f64>(BANDS + 1);
  for (let bin = 0; bin < BINS; bin++) {
    const place = (mel((<f64>bin * RATE) / <f64>FFT) - low) / step; // 0 at the lower edge, BANDS + 1 at the upper
    const inside = place > 0.0 && place < <f64>(BANDS + 1);
    store<i32>(bandOf + (bin << 2), inside ? <i32>Math.floor(place) - 1 : -2);
    store<f32>(weightOf + (bin << 2), inside ? <f32>(1.0 - (place - Math.floor(place))) : 0);
  }
  resetMel();
}

export function resetMel(): void {
  held = 0;
  previous = 0;
}

/** Takes `count` samples at `input`, writes rows of `BANDS` log energies at `output`; returns the number of rows. */
export function pushMel(input: usize, count: i32, output: usize): i32 {
  for (let n = 0; n < count; n++) {
    const sample = load<f32>(input + (n << 2));
    store<f32>(history + ((held + n) << 2), sample - <f32>0.97 * previous);
    previous = sample;
  }
  held += count;
  let rows = 0;
  let start = 0;
  while (held - start >= WINDOW) {
    frame(history + (start << 2), output + ((rows * BANDS) << 2));
    rows++;
    start += HOP;
  }
  held -= start;
  memory.copy(history, history + (start << 2), held << 2);
  return rows;
}

function frame(samples: usize, row: usize): void {
  for (let n = 0; n < FFT; n++) {
    let at = 0;
    for (let bit = 0; bit < 9; bit++) at |= ((n >> bit) & 1) << (8 - bit);
    store<f32>(re + (at << 2), n < WINDOW ? load<f32>(samples + (n << 2)) * load<f32>(window + (n << 2)) : 0);
    store<f32>(im + (at << 2), 0);
  }
  for (let half = 1; half < FFT; half <<= 1) {
    const stride = FFT / (half << 1);
    for (let k = 0; k < half; k++) {
      const wr = load<f32>(twiddleRe + ((k * stride) << 2));
      const wi = load<f32>(twiddleIm + ((k * stride) << 2));
      for (let a = k; a < FFT; a += half << 1) {
        const b = a + half;
        const br = load<f32>(re + (b << 2));
        const bi = load<f32>(im + (b << 2));
        const xr = br * wr - bi * wi;
        const xi = br * wi + bi * wr;
        const ar = load<f32>(re + (a << 2));
        const ai = load<f32>(im + (a << 2));
        store<f32>(re + (b << 2), ar - xr);
        store<f32>(im + (b << 2), ai - xi);
        store<f32>(re + (a << 2), ar + xr);
        store<f32>(im + (a << 2), ai + xi);
      }
    }
  }
  for (let band = 0; band < BANDS; band++) store<f32>(row + (band << 2), 0);
  for (let bin = 1; bin < BINS; bin++) {
    const band = load<i32>(bandOf + (bin << 2));
    if (band < -1) continue;
    const x = load<f32>(re + (bin << 2));
    const y = load<f32>(im + (bin << 2));
    const energy = x * x + y * y;
    const falling = load<f32>(weightOf + (bin << 2));
    if (band >= 0) add(row + (band << 2), energy * falling);
    if (band + 1 < BANDS) add(row + ((band + 1) << 2), energy * (1 - falling));
  }
  for (let band = 0; band < BANDS; band++) {
    const at = row + (band << 2);
    store<f32>(at, <f32>Math.log(<f64>load<f32>(at) + 1e-10));
  }
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

let cosine: usize = 0;
let level: usize = 0;

/** Prepares {@link cepstra} for utterances of at most `frames` frames. */
export function initCepstra(frames: i32): void {
  cosine = heap.alloc((BANDS * CEPSTRA) << 2);
  level = heap.alloc(frames << 2);
  for (let k = 0; k < CEPSTRA; k++) {
    const scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / <f64>BANDS);
    for (let band = 0; band < BANDS; band++) {
      store<f32>(cosine + ((k * BANDS + band) << 2), <f32>(scale * Math.cos((Math.PI * <f64>k * (<f64>band + 0.5)) / <f64>BANDS)));
    }
  }
}

/**
 * Turns `frames` rows of log-mel energies at `rows` (floored in place) into rows of `CEPSTRA` at `output`.
 * Coefficient 0 is relative to the loudest frames, the others to their mean over the speech frames,
 * drawn toward the `prior` mean (CEPSTRA values), and all are multiplied by `scale` (CEPSTRA values).
 */
export function cepstra(rows: usize, frames: i32, prior: usize, scale: usize, output: usize): void {
  let loudest: f32 = -100;
  for (let n = 0; n < frames * BANDS; n++) loudest = max(loudest, load<f32>(rows + (n << 2)));
  const floor = loudest - FLOOR_NATS;
  let top: f32 = -1000;
  for (let t = 0; t < frames; t++) {
    let sum: f32 = 0;
    for (let band = 0; band < BANDS; band++) {
      const at = rows + ((t * BANDS + band) << 2);
      const value = max(load<f32>(at), floor);
      store<f32>(at, value);
      sum += value;
    }
    store<f32>(level + (t << 2), sum / <f32>BANDS);
    top = max(top, sum / <f32>BANDS);
  }
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < CEPSTRA; k++) {
      let sum: f32 = 0;
      for (let band = 0; band < BANDS; band++) {
        sum += load<f32>(cosine + ((k * BANDS + band) << 2)) * load<f32>(rows + ((t * BANDS + band) << 2));
      }
      store<f32>(output + ((t * CEPSTRA + k) << 2), sum);
    }
  }
  for (let k = 0; k < CEPSTRA; k++) {
    let mean: f32 = 0;
    if (k == 0) {
      mean = top * <f32>Math.sqrt(<f64>BANDS);
    } else {
      let count = PRIOR_FRAMES;
      mean = load<f32>(prior + (k << 2)) * PRIOR_FRAMES;
      for (let t = 0; t < frames; t++) {
        if (load<f32>(level + (t << 2)) > top - SPEECH_NATS) {
          mean += load<f32>(output + ((t * CEPSTRA + k) << 2));
          count += 1;
        }
      }
      mean /= count;
    }
    const factor = load<f32>(scale + (k << 2));
    for (let t = 0; t < frames; t++) {
      const at = output + ((t * CEPSTRA + k) << 2);
      store<f32>(at, (load<f32>(at) - mean) * factor);
    }
  }
}
