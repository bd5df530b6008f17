// Sounds for training and testing: resampling to 16 kHz (a factor other than one shifts pitch,
// formants and tempo together), noises of several colours at a given ratio, a little room, a tilt of
// the spectrum; and the log-mel rows of the kernel with the cepstra of the trainer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate, root } from '../generate.mjs';

export const RATE = 16000;
export const BANDS = 26;
export const CEPSTRA = 16;

/** To 16 kHz by a windowed sinc of 16 zero crossings a side; `factor` > 1 speaks faster and higher. */
export function resample(samples, rate, factor = 1) {
  const ratio = (rate * factor) / RATE;
  const cut = Math.min(1, 1 / ratio) * 0.95;
  const half = Math.ceil(16 / cut);
  const out = new Float32Array(Math.floor(samples.length / ratio));
  for (let n = 0; n < out.length; n++) {
    const centre = n * ratio;
    const first = Math.max(0, Math.ceil(centre - half));
    const last = Math.min(samples.length - 1, Math.floor(centre + half));
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const x = i - centre;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
      const y = Math.PI * x * cut;
      sum += samples[i] * window * (Math.abs(y) < 1e-6 ? 1 : Math.sin(y) / y);
    }
    out[n] = sum * cut;
  }
  return out;
}

export function power(samples) {
  let sum = 0;
  for (const x of samples) sum += x * x;
  return sum / Math.max(1, samples.length);
}

/** Power while there is speech: over the 20 ms blocks within 30 dB of the loudest. */
export function speechPower(samples) {
  const blocks = [];
  for (let n = 0; n + 320 <= samples.length; n += 320) blocks.push(power(samples.subarray(n, n + 320)));
  const top = Math.max(...blocks, 1e-12);
  const loud = blocks.filter((p) => p > top / 1000);
  return loud.reduce((a, b) => a + b, 0) / Math.max(1, loud.length);
}

/** Noise of one colour: 'white', 'pink', 'fan' (low-pass), 'knocks', 'tune', or 'babble' when speech to mix is given. */
export function noise(colour, length, random, babble = []) {
  const out = new Float32Array(length);
  if (colour === 'babble' && babble.length > 0) {
    for (let voice = 0; voice < 6; voice++) {
      const source = babble[random.below(babble.length)];
      const offset = random.below(source.length);
      for (let n = 0; n < length; n++) out[n] += source[(n + offset) % source.length];
    }
    return out;
  }
  if (colour === 'knocks') {
    // Clicks, taps and knocks: bursts that ring and die away, at random.
    for (let at = random.below(4000); at < length; at += 600 + random.below(9000)) {
      const [pitch, decay, level] = [random.between(0.03, 1.5), random.between(0.99, 0.9995), random.between(0.2, 1)];
      const noisy = random.next();
      for (let n = 0; n < 4000 && at + n < length; n++) out[at + n] += level * decay ** n * (Math.sin(pitch * n) * (1 - noisy) + (random.next() * 2 - 1) * noisy);
    }
    return out;
  }
  if (colour === 'tune') {
    for (let at = 0; at < length; ) {
      const [pitch, span] = [(2 * Math.PI * random.between(110, 900)) / RATE, 1600 + random.below(6000)];
      for (let n = 0; n < span && at + n < length; n++) for (let h = 1; h <= 4; h++) out[at + n] += (Math.sin(pitch * h * n) / h) * Math.min(1, n / 200, (span - n) / 400);
      at += span;
    }
    return out;
  }
  let [a, b, c, low] = [0, 0, 0, 0];
  for (let n = 0; n < length; n++) {
    const white = random.next() * 2 - 1;
    if (colour === 'white') out[n] = white;
    else if (colour === 'fan') { low = 0.97 * low + white; out[n] = low; }
    else {
      a = 0.99765 * a + white * 0.099046;
      b = 0.963 * b + white * 0.2965164;
      c = 0.57 * c + white * 1.0526913;
      out[n] = a + b + c + white * 0.1848;
    }
  }
  return out;
}

/** Adds noise at `snr` dB below the speech. */
export function withNoise(samples, added, snr) {
  const gain = Math.sqrt(speechPower(samples) / (power(added) * 10 ** (snr / 10)));
  return samples.map((x, n) => x + gain * added[n]);
}

/** A room of `seconds` reverberation time, mixed in at a modest level. */
export function withRoom(samples, seconds, random) {
  const length = Math.floor(seconds * 0.5 * RATE);
  const taps = [];
  for (let n = 0; n < 60; n++) {
    const at = 40 + random.below(length);
    taps.push([at, (random.next() * 2 - 1) * 0.35 * Math.exp((-6.9 * at) / (seconds * RATE))]);
  }
  const out = Float32Array.from(samples);
  for (const [at, gain] of taps) for (let n = at; n < samples.length; n++) out[n] += gain * samples[n - at];
  return out;
}

/** Tilts the spectrum by a first-order filter, −0.5…0.5. */
export function withTilt(samples, amount) {
  let last = 0;
  return samples.map((x) => { const y = x - amount * last; last = x; return y; });
}

export function padded(samples, before, after) {
  const out = new Float32Array(before + samples.length + after);
  out.set(samples, before);
  return out;
}

let kernel;
/** Rows of log-mel energies, by the kernel that also runs in the library. */
export async function melRows(samples) {
  if (kernel === undefined) {
    await generate();
    const { instance } = await WebAssembly.instantiate(readFileSync(join(root, 'src/wasm/speech.wasm')));
    kernel = instance.exports;
    kernel.init(1, 1600, 0, 0);
  }
  kernel.reset(0);
  const parts = [];
  for (let start = 0; start < samples.length; start += 1600) {
    const block = samples.subarray(start, start + 1600);
    new Float32Array(kernel.memory.buffer, kernel.inputWindow(), block.length).set(block);
    const rows = kernel.update(block.length);
    parts.push(new Float32Array(kernel.memory.buffer.slice(kernel.outputWindow(), kernel.outputWindow() + rows * BANDS * 4)));
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}

const COSINE = Array.from({ length: CEPSTRA }, (_, k) => Float32Array.from({ length: BANDS }, (_, band) => Math.sqrt((k === 0 ? 1 : 2) / BANDS) * Math.cos((Math.PI * k * (band + 0.5)) / BANDS)));

/** Cepstra of one utterance, normalised as assembly/speech/mel.ts does. */
export function cepstra(rows, prior, scale) {
  const frames = rows.length / BANDS;
  const floor = rows.reduce((a, b) => Math.max(a, b), -100) - 13.8;
  const level = new Float32Array(frames);
  const out = new Float32Array(frames * CEPSTRA);
  let top = -1000;
  for (let t = 0; t < frames; t++) {
    const row = rows.subarray(t * BANDS, (t + 1) * BANDS).map((x) => Math.max(x, floor));
    level[t] = row.reduce((a, b) => a + b, 0) / BANDS;
    top = Math.max(top, level[t]);
    for (let k = 0; k < CEPSTRA; k++) {
      let sum = 0;
      for (let band = 0; band < BANDS; band++) sum += COSINE[k][band] * row[band];
      out[t * CEPSTRA + k] = sum;
    }
  }
  for (let k = 0; k < CEPSTRA; k++) {
    let mean = top * Math.sqrt(BANDS);
    if (k > 0) {
      let [sum, count] = [prior[k] * 30, 30];
      for (let t = 0; t < frames; t++) if (level[t] > top - 6.9) { sum += out[t * CEPSTRA + k]; count++; }
      mean = sum / count;
    }
    for (let t = 0; t < frames; t++) out[t * CEPSTRA + k] = (out[t * CEPSTRA + k] - mean) * scale[k];
  }
  return out;
}
