/** Whisper or Moonshine on the device, in a worker. */
import { AudioChunk } from '../../audio/chunk.js';
import { refuseUnknownOptions, requireBoolean, requireName } from '../../base/option.js';
import { STTResponse } from '../../providers/stt-response.js';
import type { STTCapabilities, STTOptions, STTProvider } from '../../providers/stt.js';
import { joined, RateStream } from '../../recording/rate-stream.js';
import { loadAudio } from '../../wasm/audio-load.js';
import type { LocalModels } from './local-models.js';
import type { LocalModelSpec, RecognizerResult } from './model-message.js';

/** Options of a {@link LocalRecognizer}. */
export interface LocalRecognizerOptions {
  /** Name of the model, for example `onnx-community/whisper-base` or `onnx-community/moonshine-base-ONNX`. */
  readonly model: string;
  /** Ask for times of words; Whisper only, in models that were exported with them. @default false */
  readonly words?: boolean;
  /** Further options of the library's `pipeline`: `device`, `dtype` and the like. @default {} */
  readonly options?: Readonly<Record<string, unknown>>;
}

const RATE = 16000;

/** Recognises with a model in a worker of the application. Rejects with `LocalModelError`. */
export class LocalRecognizer implements STTProvider {
  readonly id = 'local-recognizer';
  readonly capabilities: STTCapabilities;
  readonly #models: LocalModels;
  readonly #spec: LocalModelSpec;
  readonly #words: boolean;

  constructor(models: LocalModels, options: LocalRecognizerOptions) {
    refuseUnknownOptions('LocalRecognizer', options, ['model', 'words', 'options']);
    this.#models = models;
    this.#spec = { model: requireName('LocalRecognizer.model', options.model), options: options.options ?? {} };
    this.#words = requireBoolean('LocalRecognizer.words', options.words ?? false);
    this.capabilities = Object.freeze({ interim: false, words: this.#words, endOfTurn: false, local: true });
  }

  warmUp(): Promise<void> {
    return this.#models.load('recognizer', this.#spec);
  }

  async transcribe(audio: AudioChunk | Uint8Array, { signal, language }: STTOptions = {}): Promise<STTResponse> {
    const { clock } = this.#models;
    const startedMs = clock.now();
    const chunk = audio instanceof AudioChunk ? audio : new AudioChunk({ data: audio });
    if (chunk.sampleRate !== RATE) await loadAudio();
    const rates = new RateStream(RATE);
    const samples = joined(rates.push(chunk), rates.flush());
    let result: RecognizerResult = { text: '', words: [] };
    for await (const item of this.#models.run<RecognizerResult>('recognizer', this.#spec, { samples, language: language?.split('-', 1)[0] ?? null, words: this.#words }, signal)) result = item;
    return new STTResponse({
      text: result.text,
      durationMs: chunk.durationMs,
      language: language ?? 'en',
      words: result.words.map(({ text, start, end }) => ({ text, startMs: start * 1000, endMs: end * 1000 })),
      provider: this.id,
      model: this.#spec.model,
      latencyMs: clock.now() - startedMs,
    });
  }
}
