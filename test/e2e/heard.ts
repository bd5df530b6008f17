/** Whether a recording holds what a voice synthesised: the synthesis is found in it by cross-correlation. */
import type { FormantVoice } from '../../src/offline/formant-voice.js';
import { SentenceSplitter } from '../../src/voice/sentence-splitter.js';
import { spokenForm } from '../../src/voice/spoken-form.js';

/** The samples that the session's voice makes of an answer, piece by piece as the session does it. */
export async function synthesis(voice: FormantVoice, answer: string): Promise<{ readonly sampleRate: number; readonly pieces: readonly Float32Array[] }> {
  const splitter = new SentenceSplitter({ firstClause: true });
  const pieces: Float32Array[] = [];
  let previousText = '';
  for (const piece of [...splitter.push(answer), ...splitter.flush()]) {
    const parts: number[] = [];
    for await (const event of voice.stream(spokenForm(piece).text, { previousText })) {
      if (event.type !== 'audio') continue;
      const { data } = event.chunk;
      parts.push(...new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)));
    }
    pieces.push(Float32Array.from(parts));
    previousText += piece;
  }
  return { sampleRate: voice.sampleRate, pieces };
}

/** Samples at another rate, by linear interpolation after a low-pass: enough to compare speech below 4 kHz. */
export function atRate(samples: Float32Array, from: number, to: number): Float32Array {
  const smooth = lowPass(samples, 3500 / from);
  const out = new Float32Array(Math.floor((samples.length * to) / from));
  for (let n = 0; n < out.length; n++) {
    const at = (n * from) / to;
    const left = Math.floor(at);
    const a = smooth[left] ?? 0;
    out[n] = a + ((smooth[left + 1] ?? 0) - a) * (at - left);
  }
  return out;
}

/** The best normalised correlation of `wanted` anywhere in `recorded`, both at one rate, and where it is. */
export function bestMatch(recorded: Float32Array, wanted: Float32Array): { readonly correlation: number; readonly at: number } {
  // Coarse search on every 4th sample, then fine around the best.
  const energy = (samples: Float32Array, from: number, step: number, count: number): number => {
    let sum = 0;
    for (let n = 0; n < count; n += step) sum += (samples[from + n] ?? 0) ** 2;
    return sum;
  };
  const correlate = (from: number, step: number): number => {
    let sum = 0;
    for (let n = 0; n < wanted.length; n += step) sum += (recorded[from + n] ?? 0) * (wanted[n] ?? 0);
    const norm = Math.sqrt(energy(recorded, from, step, wanted.length) * energy(wanted, 0, step, wanted.length));
    return norm === 0 ? 0 : sum / norm;
  };
  let best = { correlation: -1, at: 0 };
  for (let from = 0; from + wanted.length / 2 < recorded.length; from += 2) {
    const correlation = correlate(from, 16);
    if (correlation > best.correlation) best = { correlation, at: from };
  }
  let fine = { correlation: -1, at: 0 };
  for (let from = Math.max(0, best.at - 40); from <= best.at + 40; from++) {
    const correlation = correlate(from, 1);
    if (correlation > fine.correlation) fine = { correlation, at: from };
  }
  return fine;
}

/** A windowed-sinc low-pass of 63 taps; `cutoff` as a fraction of the rate. */
function lowPass(samples: Float32Array, cutoff: number): Float32Array {
  const half = 31;
  const taps = Array.from({ length: 2 * half + 1 }, (_unused, n) => {
    const x = n - half;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    return sinc * (0.54 + 0.46 * Math.cos((Math.PI * x) / half));
  });
  const out = new Float32Array(samples.length);
  for (let n = 0; n < samples.length; n++) {
    let sum = 0;
    for (let k = -half; k <= half; k++) sum += (samples[n + k] ?? 0) * (taps[k + half] as number); // k + half is within the taps
    out[n] = sum;
  }
  return out;
}
