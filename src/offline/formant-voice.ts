/**
 * The voice that needs no download: a formant synthesiser for English behind the contract of a voice.
 * Phrases are made one at a time, so the first sound of a long answer comes at once, and streamed
 * text is spoken sentence by sentence as it arrives. About a second of speech is made in 5 ms.
 */
import { AudioChunk } from '../audio/chunk.js';
import { AudioFormat } from '../audio/format.js';
import { AbortedError, ClosedError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber, requireOneOf } from '../base/option.js';
import type { TTSCapabilities, TTSEvent, TTSOptions, TTSProvider } from '../providers/tts.js';
import { VOICE_RATE, VOICES, VoiceSynthesizer } from '../speech/voice-synthesizer.js';
import type { VoiceShape } from '../speech/tracks.js';

/** Names of the voices: two women's, two men's. */
export type FormantVoiceName = keyof typeof VOICES;

/** Options of {@link FormantVoice}. */
export interface FormantVoiceOptions {
  /** @default 'clara' */
  readonly voice?: FormantVoiceName;
  /** Rate of speech, 0.5 to 2. @default 1 */
  readonly speed?: number;
  /** Factor on the voice's pitch, 0.5 to 2. @default 1 */
  readonly pitch?: number;
  /** Loudness, 0 to 1. @default 1 */
  readonly volume?: number;
  /** Length of the audio chunks of `stream`, 20 to 1000 ms. @default 120 */
  readonly chunkMs?: number;
  /** A compiled speech.wasm. @default the package's own, compiled at first use */
  readonly module?: WebAssembly.Module;
}

const OPTIONS = ['voice', 'speed', 'pitch', 'volume', 'chunkMs', 'module'];
const NAMES = Object.keys(VOICES) as FormantVoiceName[];

/** A text-to-speech provider that runs on the device, without a model. */
export class FormantVoice implements TTSProvider {
  /** `formant` */
  readonly id: string = 'formant';
  /** Frames per second of all audio: 24,000. */
  readonly sampleRate: number = VOICE_RATE;
  /** Streams text, gives PCM and word times, runs locally. */
  readonly capabilities: TTSCapabilities = Object.freeze({ streamingInput: true, words: true, pcm: true, voices: Object.freeze(NAMES), local: true });
  readonly #options: Required<Omit<FormantVoiceOptions, 'module'>>;
  readonly #module: WebAssembly.Module | undefined;
  #closed = false;

  /** Throws `InvalidOptionError` for options out of range. */
  constructor(options: FormantVoiceOptions = {}) {
    refuseUnknownOptions('FormantVoice', options, OPTIONS);
    const { voice = 'clara', speed = 1, pitch = 1, volume = 1, chunkMs = 120 } = options;
    this.#options = {
      voice: requireOneOf('FormantVoice.voice', voice, NAMES),
      speed: requireNumber('FormantVoice.speed', speed, { min: 0.5, max: 2 }),
      pitch: requireNumber('FormantVoice.pitch', pitch, { min: 0.5, max: 2 }),
      volume: requireNumber('FormantVoice.volume', volume, { min: 0, max: 1 }),
      chunkMs: requireNumber('FormantVoice.chunkMs', chunkMs, { min: 20, max: 1000 }),
    };
    this.#module = options.module;
  }

  /** Compiles the kernel ahead of the first word. */
  async warmUp(): Promise<void> {
    await this.#synthesizer();
  }

  /** The whole text as 16-bit PCM, mono, at {@link sampleRate}. Rejects with `AbortedError` when the signal aborts. */
  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    const parts: Float32Array[] = [];
    for await (const event of this.stream(text, options)) {
      if (event.type === 'audio') parts.push(new Float32Array(event.chunk.data.buffer, event.chunk.data.byteOffset, event.chunk.data.byteLength / 4));
    }
    const pcm = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) for (const x of part) pcm[at++] = Math.max(-32768, Math.min(32767, Math.round(x * 32767)));
    return new Uint8Array(pcm.buffer);
  }

  /**
   * Audio as `float_32` chunks, each word before the chunk in which it begins, and `finish` at the
   * end. Character positions and times count over the whole of the text. Rejects with `AbortedError`.
   */
  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent, void, undefined> {
    const { signal } = options;
    const voice = this.#shape(options.voice);
    const speed = options.speed === undefined ? this.#options.speed : requireNumber('TTSOptions.speed', options.speed, { min: 0.5, max: 2 });
    const stop = (): void => {
      if (signal?.aborted === true) throw new AbortedError('Speech synthesis', signal.reason);
      if (this.#closed) throw new ClosedError('FormantVoice');
    };
    stop();
    const synthesizer = await this.#synthesizer();
    const chunkFrames = Math.round((this.#options.chunkMs * VOICE_RATE) / 1000);
    let sentFrames = 0;
    let sequence = 0;
    let characters = 0;
    for await (const piece of typeof text === 'string' ? [text] : sentences(text, signal)) {
      for (const phrase of synthesizer.speak(piece, voice, speed)) {
        stop();
        const phraseMs = (sentFrames * 1000) / VOICE_RATE;
        const pending = phrase.words.map((word) => ({ ...word, charStart: word.charStart + characters, charEnd: word.charEnd + characters, startMs: word.startMs + phraseMs, endMs: word.endMs + phraseMs }));
        for (let at = 0; at < phrase.samples.length; at += chunkFrames) {
          stop();
          const samples = phrase.samples.slice(at, at + chunkFrames);
          if (this.#options.volume !== 1) for (let n = 0; n < samples.length; n++) samples[n] = (samples[n] ?? 0) * this.#options.volume;
          const untilMs = ((sentFrames + samples.length) * 1000) / VOICE_RATE;
          while (pending[0] !== undefined && pending[0].startMs < untilMs) yield { type: 'word', ...(pending.shift() as (typeof pending)[number]) };
          yield { type: 'audio', chunk: new AudioChunk({ float32: samples, sampleRate: VOICE_RATE, timestampMs: (sentFrames * 1000) / VOICE_RATE, sequence: sequence++, format: AudioFormat.FLOAT_32 }) };
          sentFrames += samples.length;
        }
        for (const word of pending) yield { type: 'word', ...word };
      }
      characters += piece.length;
    }
    stop();
    yield { type: 'finish', characters };
  }

  /** Ends the voice: what is being spoken rejects with `ClosedError` at its next chunk. */
  close(): void {
    this.#closed = true;
  }

  #shape(name: string | undefined): VoiceShape {
    const shape = VOICES[name === undefined ? this.#options.voice : requireOneOf('TTSOptions.voice', name, NAMES)];
    return { ...shape, pitchHz: shape.pitchHz * this.#options.pitch };
  }

  // One synthesiser per utterance: its resonators ring on between phrases, and utterances may overlap.
  async #synthesizer(): Promise<VoiceSynthesizer> {
    return VoiceSynthesizer.load(this.#module);
  }
}

// Cuts streamed text where a sentence or a line is certainly over, so that each piece can be spoken.
async function* sentences(text: AsyncIterable<string>, signal: AbortSignal | undefined): AsyncGenerator<string, void, undefined> {
  let held = '';
  const iterator = text[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const next = await raceAbort(iterator.next(), signal);
      if (next.done === true) break;
      held += next.value;
      const end = lastBoundary(held);
      if (end > 0) {
        yield held.slice(0, end);
        held = held.slice(end);
      }
    }
    finished = true;
  } finally {
    // The source is told on every path; a source that never answers must not hold up the abort.
    if (!finished) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
  if (held !== '') yield held;
}

function lastBoundary(text: string): number {
  let end = 0;
  for (const match of text.matchAll(/[.!?…]["'”’)\]]*\s+(?=\S)|\n+/g)) {
    const word = /(\S*)$/.exec(text.slice(0, match.index))?.[1] ?? '';
    const abbreviation = match[0].startsWith('.') && (/^(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|No|e\.g|i\.e)$/.test(word) || /^(?:[A-Za-z]\.)+[A-Za-z]$/.test(word));
    if (!abbreviation) end = match.index + match[0].length;
  }
  return end;
}

function raceAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new AbortedError('Speech synthesis', signal.reason));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
