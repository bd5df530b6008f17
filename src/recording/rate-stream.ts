/** Chunks of any PCM as mono samples at one rate, continuous over chunks. */
import type { AudioChunk } from '../audio/chunk.js';
import { decodePcm, type SampleEncoding } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';

/** One stream of sound on its way to the recording's rate. Needs `audio.wasm` where the rates differ. */
export class RateStream {
  readonly #to: number;
  #converter: Resampler | undefined;

  constructor(to: number) {
    this.#to = to;
  }

  /** The samples that are ready with `chunk`; a change of the rate ends one stream and begins the next. */
  push(chunk: AudioChunk): Float32Array {
    const samples = mono(chunk);
    if (this.#converter !== undefined && this.#converter.from !== chunk.sampleRate) return joined(this.flush(), this.push(chunk));
    if (chunk.sampleRate === this.#to) return samples;
    this.#converter ??= new Resampler({ from: chunk.sampleRate, to: this.#to });
    return this.#converter.process(samples).slice();
  }

  /** The last samples. */
  flush(): Float32Array {
    const rest = this.#converter?.flush().slice() ?? new Float32Array(0);
    this.#converter?.close();
    this.#converter = undefined;
    return rest;
  }
}

/** Sample arrays one after the other. */
export function joined(a: Float32Array, b: Float32Array): Float32Array {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function mono(chunk: AudioChunk): Float32Array {
  const { channels, frames } = chunk;
  if (chunk.bytesPerFrame === 0) return new Float32Array(0); // compressed audio is played by what decodes it, and not recorded
  const samples = decodePcm(chunk.data.subarray(0, frames * chunk.bytesPerFrame), chunk.format as SampleEncoding); // the formats with a size
  if (channels === 1) return samples;
  return Float32Array.from({ length: frames }, (_, frame) => samples.subarray(frame * channels, (frame + 1) * channels).reduce((sum, one) => sum + one, 0) / channels);
}
