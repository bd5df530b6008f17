/**
 * Chunks of any rate and layout as mono samples at one rate. Our resampler where WebAssembly runs;
 * straight lines between samples where it does not, which is audible as a dull ring on top of the
 * voice but still speech.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { decodePcm, SAMPLE_ENCODINGS } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import { InvalidOptionError } from '../base/option.js';

/** Converts one stream of samples; `flush` gives what is left at its end. */
export interface RateConverter {
  /** The result is valid until the next call. */
  process(samples: Float32Array): Float32Array;
  flush(): Float32Array;
  close(): void;
}

const NOTHING = new Float32Array(0);

/** Makes a converter; `module` is audio.wasm, or `null` where it cannot run. */
export function rateConverter(from: number, to: number, module: WebAssembly.Module | null): RateConverter {
  if (from === to) return { process: (samples) => samples, flush: () => NOTHING, close: () => undefined };
  if (module === null || !Number.isInteger(from) || from < 8000) return new LineConverter(from / to);
  return new Resampler({ from, to, module });
}

class LineConverter implements RateConverter {
  readonly #step: number;
  // Place of the next output sample, in input samples behind `#last`.
  #place = 0;
  #last = 0;

  constructor(step: number) {
    this.#step = step;
  }

  process(samples: Float32Array): Float32Array {
    const count = Math.max(0, Math.ceil((samples.length - this.#place) / this.#step));
    const output = new Float32Array(count);
    for (let n = 0; n < count; n++) {
      const at = this.#place + n * this.#step;
      const index = Math.floor(at);
      const before = index === 0 ? this.#last : (samples[index - 1] as number); // index ≤ length
      const after = samples[Math.min(index, samples.length - 1)] as number; // not empty: count > 0
      output[n] = before + (after - before) * (at - index);
    }
    this.#place += count * this.#step - samples.length;
    if (samples.length > 0) this.#last = samples[samples.length - 1] as number; // not empty
    return output;
  }

  flush(): Float32Array {
    return NOTHING;
  }

  close(): void {
    this.#last = 0;
  }
}

/** The samples of a chunk, channels averaged, in [-1, 1]. Throws `InvalidOptionError` for compressed formats. */
export function monoSamples(chunk: AudioChunk): Float32Array {
  const { data, channels, frames, bytesPerFrame, format } = chunk;
  const encoding = SAMPLE_ENCODINGS.find((one) => one === format);
  if (encoding === undefined) throw new InvalidOptionError('Playback.write chunk.format', format, 'PCM: decode compressed audio first, for example with AudioContext.decodeAudioData');
  const samples = decodePcm(data.subarray(0, frames * bytesPerFrame), encoding);
  if (channels === 1) return samples;
  const mono = new Float32Array(frames);
  for (let n = 0; n < frames; n++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += samples[n * channels + c] as number; // whole frames
    mono[n] = sum / channels;
  }
  return mono;
}
