/** The Vercel AI SDK's speech models, versions 2 to 4, read loosely and written exactly; see `model-types.ts`. Streaming exists in version 4 only, where it is experimental. */
import type { AiVersion } from './model-types.js';

/** Options of a call. */
export interface AiSpeechCall {
  readonly text: string;
  readonly voice?: string;
  readonly outputFormat?: string;
  readonly speed?: number;
  readonly language?: string;
  readonly abortSignal?: AbortSignal;
}

/** Options of a streaming call. */
export interface AiSpeechStreamCall {
  readonly text: ReadableStream<{ type: 'text'; text: string }>;
  readonly voice?: string;
  readonly outputFormat?: { type: string; rate?: number };
  readonly speed?: number;
  readonly language?: string;
  readonly abortSignal?: AbortSignal;
}

/** A part of streamed speech as it is read; parts of other types exist and are ignored. */
export interface AiSpeechPart {
  readonly type: string;
  readonly audio?: Uint8Array | string;
  readonly audioFormat?: { readonly type: string; readonly rate?: number };
  readonly error?: unknown;
}

/** A speech model of the SDK, as it is read. */
export interface AiSpeechModel {
  readonly specificationVersion: AiVersion;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiSpeechCall): PromiseLike<{ readonly audio: string | Uint8Array }>;
  doStream?(options: AiSpeechStreamCall): PromiseLike<{ readonly stream: ReadableStream<AiSpeechPart> }>;
}

/** A part of an exported model's stream. */
export type AiSpeechPartOut =
  | { type: 'stream-start'; warnings: never[] }
  | { type: 'audio'; audio: Uint8Array; audioFormat: { type: string; rate?: number } }
  | { type: 'finish'; usage: { inputCharacters: number } }
  | { type: 'error'; error: unknown };

/** A speech model that the SDK takes: what `toAiSdkSpeech` makes. */
export interface AiSdkSpeechModel<V extends AiVersion = 'v4'> {
  readonly specificationVersion: V;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiSpeechCall): Promise<{ audio: Uint8Array; warnings: never[]; response: { timestamp: Date; modelId: string } }>;
  doStream(options: AiSpeechStreamCall): Promise<{ stream: ReadableStream<AiSpeechPartOut> }>;
}
