/**
 * The parts that are used of the libraries which run models in a browser: transformers.js (3 and 4), kokoro-js (1) and
 * WebLLM (0.2), structurally, so that none is a dependency. Sources: their public documentation and types.
 */

/** Samples in one array, as transformers.js gives them. */
export interface RawAudio {
  readonly audio: Float32Array;
  readonly sampling_rate: number;
}

/** What transformers.js tells while it loads. */
export interface TransformersProgress {
  readonly status: string;
  readonly file?: string;
  /** Percent. */
  readonly progress?: number;
}

/** A pipeline for recognition. */
export interface RecognitionPipeline {
  (samples: Float32Array, options: Readonly<Record<string, unknown>>): Promise<{ readonly text: string; readonly chunks?: readonly { readonly text: string; readonly timestamp: readonly [number, number | null] }[] }>;
  dispose?(): Promise<unknown>;
}

/** `@huggingface/transformers`. */
export interface TransformersModule {
  pipeline(task: 'automatic-speech-recognition', model: string, options: Readonly<Record<string, unknown>>): Promise<RecognitionPipeline>;
  /** A stopping criterion that ends the generation at its next token. */
  readonly InterruptableStoppingCriteria?: new () => { interrupt(): void; reset(): void };
}

/** A voice of kokoro-js. */
export interface KokoroVoice {
  generate(text: string, options: { readonly voice?: string; readonly speed?: number }): Promise<RawAudio>;
  /** Sentence by sentence. */
  stream?(text: string, options: { readonly voice?: string; readonly speed?: number }): AsyncIterable<{ readonly audio: RawAudio }>;
}

/** `kokoro-js`. */
export interface KokoroModule {
  readonly KokoroTTS: { from_pretrained(model: string, options: Readonly<Record<string, unknown>>): Promise<KokoroVoice & { readonly model?: { dispose?(): Promise<unknown> } }> };
}

/** An engine of WebLLM. */
export interface WebLlmEngine {
  readonly chat: { readonly completions: { create(body: Readonly<Record<string, unknown>>): Promise<AsyncIterable<unknown>> } };
  interruptGenerate(): void | Promise<void>;
  unload(): Promise<void>;
}

/** `@mlc-ai/web-llm`. */
export interface WebLlmModule {
  CreateMLCEngine(model: string, options: Readonly<Record<string, unknown>>): Promise<WebLlmEngine>;
}
