/** The Vercel AI SDK's transcription models, versions 2 to 4, read loosely and written exactly; see `model-types.ts`. Streaming exists in version 4 only, where it is experimental. */
import type { AiVersion } from './model-types.js';

/** A piece of a transcript with its place, in seconds. */
export interface AiSegment {
  text: string;
  startSecond: number;
  endSecond: number;
}

/** What a transcription resolves to, as it is read. */
export interface AiTranscript {
  readonly text: string;
  readonly words?: readonly Readonly<AiSegment>[] | undefined;
  readonly language: string | undefined;
  readonly durationInSeconds: number | undefined;
}

/** A part of a streamed transcription as it is read; parts of other types exist and are ignored. */
export interface AiTranscriptPart {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
  readonly text?: string;
  readonly language?: string;
  readonly error?: unknown;
}

/** Options of a call. */
export interface AiTranscriptionCall {
  readonly audio: Uint8Array | string;
  readonly mediaType: string;
  readonly abortSignal?: AbortSignal;
}

/** Options of a streaming call. */
export interface AiTranscriptionStreamCall {
  readonly audio: ReadableStream<Uint8Array | string>;
  readonly inputAudioFormat: { type: string; rate?: number };
  readonly abortSignal?: AbortSignal;
}

/** A transcription model of the SDK, as it is read. */
export interface AiTranscriptionModel {
  readonly specificationVersion: AiVersion;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiTranscriptionCall): PromiseLike<AiTranscript>;
  doStream?(options: AiTranscriptionStreamCall): PromiseLike<{ readonly stream: ReadableStream<AiTranscriptPart> }>;
}

/** A part of an exported model's stream. */
export type AiTranscriptPartOut =
  | { type: 'stream-start'; warnings: never[] }
  | { type: 'transcript-partial'; id: string; text: string }
  | { type: 'transcript-final'; id: string; text: string; startSecond?: number; endSecond?: number }
  | { type: 'finish'; text: string; segments: AiSegment[]; language?: string }
  | { type: 'error'; error: unknown };

/** A transcription model that the SDK takes: what `toAiSdkTranscription` makes. */
export interface AiSdkTranscriptionModel<V extends AiVersion = 'v4'> {
  readonly specificationVersion: V;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiTranscriptionCall): Promise<{ text: string; segments: AiSegment[]; words: AiSegment[]; language: string | undefined; durationInSeconds: number | undefined; warnings: never[]; response: { timestamp: Date; modelId: string } }>;
  doStream?(options: AiTranscriptionStreamCall): Promise<{ stream: ReadableStream<AiTranscriptPartOut> }>;
}
