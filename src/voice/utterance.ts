/**
 * What the user says in one go, with the pauses in it: the audio of its stretches of speech, when they
 * began and ended, and its recognition.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { decodePcm, type SampleEncoding } from '../audio/pcm.js';
import type { Recognition } from './recognition.js';
import type { SpeechEndMetadata } from './voice-input.js';

// What a turn detector is shown; the window of the common models.
const DETECTOR_MS = 8000;
const DETECTOR_RATE = 16000;

/** One utterance under way. */
export class Utterance {
  /** Recognises it; absent in a session without a recogniser. */
  recognition: Recognition | undefined;
  /** End of the last stretch of speech, with the milliseconds of all of them; absent before the first one has ended. */
  speech: SpeechEndMetadata | undefined;
  /** True while it is not known whether it interrupts an answer. */
  contested = false;
  #chunks: AudioChunk[] = [];
  #stretchFrom = 0;
  #durationMs = 0;
  #speechMs = 0;
  #joined: AudioChunk | undefined;
  #meantAtMs: number | undefined;

  /** Milliseconds of audio. */
  get durationMs(): number {
    return this.#durationMs;
  }

  /** Milliseconds of speech in the stretches that have ended. */
  get speechMs(): number {
    return this.#speechMs;
  }

  /** True once the stretch that is open is long enough to be meant. */
  get meant(): boolean {
    return this.#meantAtMs !== undefined;
  }

  /** Milliseconds of audio since then. */
  get meantForMs(): number {
    return this.#meantAtMs === undefined ? 0 : this.#durationMs - this.#meantAtMs;
  }

  /** A stretch of speech begins. */
  beginStretch(): void {
    this.#stretchFrom = this.#chunks.length;
    this.#meantAtMs = undefined;
  }

  /** The stretch that is open is long enough to be meant. */
  confirmStretch(): void {
    this.#meantAtMs ??= this.#durationMs;
  }

  /** The next piece of the stretch. */
  push(chunk: AudioChunk): void {
    this.#chunks.push(chunk);
    this.#durationMs += chunk.durationMs;
    this.#joined = undefined;
    this.recognition?.push(chunk);
  }

  /** The stretch was speech. False when it had no audio. */
  endStretch(end: SpeechEndMetadata): boolean {
    if (this.#chunks.length === this.#stretchFrom) return false;
    this.#stretchFrom = this.#chunks.length;
    this.#speechMs += end.speechMs;
    this.speech = { ...end, speechMs: this.#speechMs };
    return true;
  }

  /** The stretch was no speech: its audio is none of the utterance's. */
  dropStretch(): void {
    for (const { durationMs } of this.#chunks.splice(this.#stretchFrom)) this.#durationMs -= durationMs;
    this.#joined = undefined;
  }

  /** All audio as one chunk; at least one piece must have come. */
  get audio(): AudioChunk {
    return (this.#joined ??= joinChunks(this.#chunks));
  }

  /** The last seconds as samples for a turn detector. */
  get samples(): Float32Array {
    const kept: AudioChunk[] = [];
    let ms = 0;
    for (let n = this.#chunks.length - 1; n >= 0 && ms < DETECTOR_MS; n--) {
      const chunk = this.#chunks[n] as AudioChunk; // n is in range
      kept.unshift(chunk);
      ms += chunk.durationMs;
    }
    return kept.length === 0 ? new Float32Array(0) : samplesAt(joinChunks(kept), DETECTOR_RATE);
  }
}

/** The first channel at another rate, by the nearest sample: enough to judge a melody. */
function samplesAt(chunk: AudioChunk, rate: number): Float32Array {
  const samples = decodePcm(chunk.data, chunk.format as SampleEncoding);
  const step = (chunk.sampleRate / rate) * chunk.channels;
  if (step === 1) return samples;
  const out = new Float32Array(Math.floor(samples.length / step));
  for (let n = 0; n < out.length; n++) out[n] = samples[Math.floor((n * chunk.sampleRate) / rate) * chunk.channels] as number; // n × step < length
  return out;
}

/** One chunk from several of the same format, in order. */
export function joinChunks(chunks: readonly AudioChunk[]): AudioChunk {
  const first = chunks[0] as AudioChunk; // callers pass at least one
  if (chunks.length === 1) return first;
  const data = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.data.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    data.set(chunk.data, at);
    at += chunk.data.byteLength;
  }
  return first.with({ data, isFinal: true });
}
