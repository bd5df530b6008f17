/** Speech over `fetch`: samples as they arrive, PCM or WAV, at the rate that the server declares or the options say. */
import type { AudioChunk } from '../../audio/chunk.js';
import { decodePcm, encodePcm, type SampleEncoding } from '../../audio/pcm.js';
import { Resampler } from '../../audio/resampler.js';
import { WavError } from '../../audio/wav.js';
import { SluiceError } from '../../base/errors.js';
import { refuseUnknownOptions, requireName, requireNumber, requireOneOf } from '../../base/option.js';
import type { TTSCapabilities, TTSEvent, TTSOptions, TTSProvider } from '../tts.js';
import { OPENAI_OPTIONS, OpenAIConnection, type OpenAIOptions } from './connection.js';
import { PcmStream } from './pcm-stream.js';
import { readBytes } from './server-sent-events.js';

/** Options of an {@link OpenAIVoice}. */
export interface OpenAIVoiceOptions extends OpenAIOptions {
  /** Name of the voice; the options of a call take precedence. @default 'alloy' */
  readonly voice?: string;
  /** Form of the samples on the wire. @default 'pcm' */
  readonly format?: 'pcm' | 'wav';
  /** Frames per second of bare PCM, and of `synthesize`. @default 24000, which is OpenAI's */
  readonly sampleRate?: number;
}

const PATH = 'audio/speech';
// Forms that cannot be cut into samples as they arrive.
const COMPRESSED = /^audio\/(mpeg|mp3|ogg|opus|aac|flac|webm|mp4)/;

/**
 * A voice behind an OpenAI-compatible server. Failures reject with `OpenAIError`.
 *
 * @example
 * const tts = new OpenAIVoice({ model: 'kokoro', voice: 'af_heart', baseUrl: 'http://localhost:8880/v1' });
 */
export class OpenAIVoice implements TTSProvider {
  readonly id: string;
  readonly sampleRate: number;
  readonly capabilities: TTSCapabilities = Object.freeze({ streamingInput: false, words: false, pcm: true, local: false });
  readonly #connection: OpenAIConnection;
  readonly #voice: string;
  readonly #format: 'pcm' | 'wav';

  constructor(options: OpenAIVoiceOptions) {
    refuseUnknownOptions('OpenAIVoice', options, [...OPENAI_OPTIONS, 'voice', 'format', 'sampleRate']);
    this.#connection = new OpenAIConnection('OpenAIVoice', options);
    this.#voice = requireName('OpenAIVoice.voice', options.voice ?? 'alloy');
    this.#format = requireOneOf('OpenAIVoice.format', options.format ?? 'pcm', ['pcm', 'wav']);
    this.sampleRate = requireNumber('OpenAIVoice.sampleRate', options.sampleRate ?? 24000, { min: 8000, max: 192000, integer: true });
    this.id = this.#connection.id;
  }

  warmUp(): Promise<void> {
    return this.#connection.warmUp();
  }

  /** The whole utterance. A server that gives another rate than `sampleRate` is converted, which needs `audio.wasm` (`loadAudio`). */
  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let converter: Resampler | undefined;
    try {
      for await (const event of this.stream(text, options)) {
        if (event.type !== 'audio') continue;
        const { chunk } = event;
        if (chunk.sampleRate !== this.sampleRate) converter ??= new Resampler({ from: chunk.sampleRate, to: this.sampleRate });
        const samples = mono(chunk);
        parts.push(encodePcm(converter === undefined ? samples : converter.process(samples)));
      }
      if (converter !== undefined) parts.push(encodePcm(converter.flush()));
    } finally {
      converter?.close();
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent, undefined> {
    const { signal, voice = this.#voice, speed = 1 } = options;
    let input = '';
    if (typeof text === 'string') input = text;
    else for await (const part of text) input += part;
    if (input.trim() !== '') {
      const body = { model: this.#connection.model, input, voice, response_format: this.#format, ...(speed === 1 ? {} : { speed }) };
      const response = await this.#connection.post(PATH, body, { signal, accept: this.#format === 'wav' ? 'audio/wav' : 'audio/pcm, audio/*' });
      const type = response.headers.get('content-type') ?? '';
      if (type.includes('json')) {
        await this.#connection.json(PATH, response, signal);
        throw this.#connection.malformed(PATH);
      }
      if (response.body === null || COMPRESSED.test(type) || type.startsWith('text/')) {
        await response.body?.cancel();
        throw this.#connection.malformed(PATH);
      }
      yield* this.#samples(response.body, rateOf(type) ?? this.sampleRate, signal);
    }
    yield { type: 'finish', characters: input.length };
    return undefined;
  }

  async *#samples(body: ReadableStream<Uint8Array>, sampleRate: number, signal: AbortSignal | undefined): AsyncGenerator<TTSEvent> {
    const pcm = new PcmStream(sampleRate);
    try {
      for await (const bytes of readBytes(body, `The voice of ${this.id}`, signal)) {
        const chunk = pcm.push(bytes);
        if (chunk !== undefined) yield { type: 'audio', chunk };
      }
      const last = pcm.flush();
      if (last !== undefined) yield { type: 'audio', chunk: last };
    } catch (thrown) {
      if (thrown instanceof WavError) throw this.#connection.malformed(PATH);
      throw SluiceError.isInstance(thrown) ? thrown : this.#connection.broken(PATH);
    }
  }
}

/** The rate in a media type (`audio/pcm;rate=24000`, RFC 4856), if it has one. */
function rateOf(type: string): number | undefined {
  const rate = Number(/;\s*rate="?(\d+)/.exec(type)?.[1] ?? NaN);
  return rate >= 8000 && rate <= 192000 ? rate : undefined;
}

function mono(chunk: AudioChunk): Float32Array {
  const samples = decodePcm(chunk.data.subarray(0, chunk.frames * chunk.bytesPerFrame), chunk.format as SampleEncoding); // PcmStream gives no other
  if (chunk.channels === 1) return samples;
  return Float32Array.from({ length: chunk.frames }, (_, frame) => {
    let sum = 0;
    for (let n = 0; n < chunk.channels; n++) sum += samples[frame * chunk.channels + n] as number; // frame < frames
    return sum / chunk.channels;
  });
}
