/** What page and worker say to each other about local models, in a form that survives cloning. */

/** The kinds of models. */
export type LocalModelKind = 'recognizer' | 'voice' | 'language-model';

/** How a model is loaded: its name, and what the library that runs it takes besides (`device`, `dtype` and the like). */
export interface LocalModelSpec {
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** How much of a model is loaded. */
export interface LocalModelProgress {
  /** Part that is loaded, 0 to 1, where it is known. */
  readonly ratio: number | null;
  /** The file that is loaded, or what is done with it; as the library tells it. */
  readonly what: string;
}

/** What a recogniser is given. Samples are mono at 16 kHz. */
export interface RecognizerTask {
  readonly samples: Float32Array;
  readonly language: string | null;
  readonly words: boolean;
}

/** What a recogniser gives; times in seconds. */
export interface RecognizerResult {
  readonly text: string;
  readonly words: readonly { readonly text: string; readonly start: number; readonly end: number }[];
}

/** What a voice is given. */
export interface VoiceTask {
  readonly text: string;
  readonly voice: string | null;
  readonly speed: number;
}

/** A piece of speech. */
export interface VoiceItem {
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

/** What a language model is given: a chat completion's body without model and stream. */
export interface LanguageModelTask {
  readonly body: Readonly<Record<string, unknown>>;
}

/** From the page. */
export type ToWorker =
  | { readonly type: 'load'; readonly id: number; readonly kind: LocalModelKind; readonly spec: LocalModelSpec }
  | { readonly type: 'run'; readonly id: number; readonly kind: LocalModelKind; readonly spec: LocalModelSpec; readonly task: RecognizerTask | VoiceTask | LanguageModelTask }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'close'; readonly id: number };

/** From the worker. Failures say which code, never what a library wrote: its messages may repeat what was said. */
export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly progress: LocalModelProgress }
  | { readonly type: 'item'; readonly id: number; readonly item: unknown }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly code: LocalModelFailure; readonly name: string };

/** Why a local model failed. */
export type LocalModelFailure = 'missing' | 'load' | 'run' | 'memory' | 'device-lost';
