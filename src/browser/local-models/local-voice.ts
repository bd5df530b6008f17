/** Kokoro on the device, in a worker. */
import { AudioChunk } from '../../audio/chunk.js';
import { encodePcm } from '../../audio/pcm.js';
import { refuseUnknownOptions, requireName, requireNumber } from '../../base/option.js';
import type { TTSCapabilities, TTSEvent, TTSOptions, TTSProvider } from '../../providers/tts.js';
import { joined, RateStream } from '../../recording/rate-stream.js';
import { loadAudio } from '../../wasm/audio-load.js';
import type { LocalModels } from './local-models.js';
import type { LocalModelSpec, VoiceItem } from './model-message.js';

/** Options of a {@link LocalVoice}. */
export interface LocalVoiceOptions {
  /** Name of the model, for example `onnx-community/Kokoro-82M-v1.0-ONNX`. */
  readonly model: string;
  /** Name of the voice; the options of a call take precedence. @default the library's */
  readonly voice?: string;
  /** Frames per second of `synthesize`. @default 24000, which is Kokoro's */
  readonly sampleRate?: number;
  /** Further options of the library's `from_pretrained`: `device`, `dtype` and the like. @default {} */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Speaks with a model in a worker of the application. Rejects with `LocalModelError`. */
export class LocalVoice implements TTSProvider {
  readonly id = 'local-voice';
  readonly capabilities: TTSCapabilities = Object.freeze({ streamingInput: false, words: false, pcm: true, local: true });
  readonly sampleRate: number;
  readonly #models: LocalModels;
  readonly #spec: LocalModelSpec;
  readonly #voice: string | null;

  constructor(models: LocalModels, options: LocalVoiceOptions) {
    refuseUnknownOptions('LocalVoice', options, ['model', 'voice', 'sampleRate', 'options']);
    this.#models = models;
    this.#spec = { model: requireName('LocalVoice.model', options.model), options: options.options ?? {} };
    this.#voice = options.voice === undefined ? null : requireName('LocalVoice.voice', options.voice);
    this.sampleRate = requireNumber('LocalVoice.sampleRate', options.sampleRate ?? 24000, { min: 8000, max: 192000, integer: true });
  }

  warmUp(): Promise<void> {
    return this.#models.load('voice', this.#spec);
  }

  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    const rates = new RateStream(this.sampleRate);
    let samples: Float32Array = new Float32Array(0);
    for await (const event of this.stream(text, options)) {
      if (event.type !== 'audio') continue;
      if (event.chunk.sampleRate !== this.sampleRate) await loadAudio();
      samples = joined(samples, rates.push(event.chunk));
    }
    return encodePcm(joined(samples, rates.flush()));
  }

  async *stream(text: string | AsyncIterable<string>, { signal, voice, speed = 1 }: TTSOptions = {}): AsyncGenerator<TTSEvent, undefined> {
    let input = '';
    if (typeof text === 'string') input = text;
    else for await (const part of text) input += part;
    if (input.trim() !== '') for await (const { samples, sampleRate } of this.#models.run<VoiceItem>('voice', this.#spec, { text: input, voice: voice ?? this.#voice, speed }, signal)) yield { type: 'audio', chunk: new AudioChunk({ float32: samples, sampleRate }) };
    yield { type: 'finish', characters: input.length };
    return undefined;
  }
}
