/**
 * Any PCM audio to what the matcher hears: mono samples at 16 kHz. Channels are averaged; other rates
 * go through the resampler, whose kernel is loaded only when one is met.
 */
import { AudioChunk } from '../audio/chunk.js';
import { AudioFormat } from '../audio/format.js';
import { decodePcm, type SampleEncoding } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import { wavToChunk } from '../audio/wav.js';
import { SluiceError } from '../base/errors.js';
import { loadAudio } from '../wasm/audio-load.js';
import { EAR_RATE } from './command-matcher.js';

/** Audio in a form that the recogniser cannot hear. */
export class UnheardFormatError extends SluiceError {
  override readonly name: string = 'UnheardFormatError';

  constructor(format: string) {
    super(`The recogniser takes PCM (pcm_16, pcm_24, pcm_32, float_32) or WAV, not ${format}. Decode the audio first, for example with AudioContext.decodeAudioData.`, { code: 'UNHEARD_FORMAT' });
  }
}

const PCM: readonly string[] = [AudioFormat.PCM_16, AudioFormat.PCM_24, AudioFormat.PCM_32, AudioFormat.FLOAT_32];

/** What callers may pass: a chunk, or bytes (a WAV file, or 16-bit mono PCM at 16 kHz). */
export function asChunk(audio: AudioChunk | Uint8Array): AudioChunk {
  if (audio instanceof AudioChunk) return audio.format === AudioFormat.WAV ? wavToChunk(audio.data) : audio;
  const isWav = audio.length >= 12 && String.fromCharCode(...audio.subarray(0, 4)) === 'RIFF';
  return isWav ? wavToChunk(audio) : new AudioChunk({ data: audio.subarray(0, audio.length & ~1), sampleRate: EAR_RATE });
}

/** A stream of chunks on its way to the ear. Chunks of another rate than 16 kHz need {@link EarAudio.load} first. */
export class EarAudio {
  #resampler: Resampler | undefined;

  /** Loads what conversion of `sampleRate` needs; resolves at once for 16 kHz. */
  static async load(sampleRate: number): Promise<void> {
    if (sampleRate !== EAR_RATE) await loadAudio();
  }

  /** Samples for the ear; a new array. Throws {@link UnheardFormatError} for compressed audio. */
  push(chunk: AudioChunk): Float32Array {
    if (!PCM.includes(chunk.format)) throw new UnheardFormatError(chunk.format);
    const whole = chunk.data.subarray(0, chunk.frames * chunk.bytesPerFrame);
    const samples = mono(decodePcm(whole, chunk.format as SampleEncoding), chunk.channels);
    if (chunk.sampleRate === EAR_RATE) return samples;
    if (this.#resampler?.from !== chunk.sampleRate) {
      this.#resampler?.close();
      this.#resampler = new Resampler({ from: chunk.sampleRate, to: EAR_RATE, quality: 'std' });
    }
    return this.#resampler.process(samples).slice();
  }

  /** What the resampler still held; ends the stream. */
  flush(): Float32Array {
    return this.#resampler?.flush().slice() ?? new Float32Array(0);
  }

  /** Lets the resampler go. */
  close(): void {
    this.#resampler?.close();
    this.#resampler = undefined;
  }
}

function mono(samples: Float32Array, channels: number): Float32Array {
  if (channels === 1) return samples;
  const out = new Float32Array(Math.floor(samples.length / channels));
  for (let n = 0; n < out.length; n++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += samples[n * channels + c] ?? 0;
    out[n] = sum / channels;
  }
  return out;
}
