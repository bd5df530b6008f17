/** Whether a recording holds what a voice synthesised: the synthesis is found in it by cross-correlation. */
import { Resampler } from '../../../src/audio/resampler.js';
import type { FormantVoice } from '../../../src/offline/formant-voice.js';
import { SentenceSplitter } from '../../../src/voice/sentence-splitter.js';
import { spokenForm } from '../../../src/spoken/spoken-form.js';

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

/** Samples at another rate, converted as the loudspeaker converts them. */
export function atRate(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const resampler = new Resampler({ from, to, maxBlock: 65536 });
  const body = resampler.process(samples).slice();
  const tail = resampler.flush();
  const whole = new Float32Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  resampler.close();
  return whole;
}

// Rate of the search for the place; the likeness is that of all samples.
const SEARCH_RATE = 8000;

/** The best normalised correlation of `wanted` anywhere in `recorded`, both at `sampleRate`, and the sample where it is. */
export function bestMatch(recorded: Float32Array, wanted: Float32Array, sampleRate: number): { readonly correlation: number; readonly at: number } {
  const coarse = best(atRate(recorded, sampleRate, SEARCH_RATE), atRate(wanted, sampleRate, SEARCH_RATE), 0, Infinity, 2, 8);
  const near = Math.round((coarse.at * sampleRate) / SEARCH_RATE);
  const reach = Math.ceil((3 * sampleRate) / SEARCH_RATE);
  return best(recorded, wanted, near - reach, near + reach, 1, 1);
}

/** Tries every `hop`-th place from `low` to `high`, on every `step`-th sample. */
function best(recorded: Float32Array, wanted: Float32Array, low: number, high: number, hop: number, step: number): { correlation: number; at: number } {
  let energy = 0;
  for (let n = 0; n < wanted.length; n += step) energy += (wanted[n] as number) ** 2; // n < length
  let found = { correlation: -1, at: 0 };
  for (let at = Math.max(0, low); at <= Math.min(high, recorded.length - wanted.length); at += hop) {
    let product = 0;
    let own = 0;
    for (let n = 0; n < wanted.length; n += step) {
      const sample = recorded[at + n] as number; // at + wanted.length ≤ recorded.length
      product += sample * (wanted[n] as number);
      own += sample * sample;
    }
    const correlation = product / Math.sqrt(own * energy || 1);
    if (correlation > found.correlation) found = { correlation, at };
  }
  return found;
}
