/**
 * The Vercel AI SDK's language models, as far as they are read and written here: versions 2, 3 and 4, structurally, so
 * that no version of the SDK is a dependency. What is read is described loosely, because versions differ and unknown
 * parts are ignored; what is written is described exactly, so that the SDK's own types accept it.
 *
 * Source: the public types of @ai-sdk/provider 2 to 4. test/ai-sdk/types.test.ts compares them with the package.
 */

/** Versions of the SDK's model interface: `ai` 5, 6 and 7. */
export type AiVersion = 'v2' | 'v3' | 'v4';

/** The versions, for validation. */
export const AI_VERSIONS: readonly AiVersion[] = Object.freeze(['v2', 'v3', 'v4']);

/** A part of a prompt message; parts of other types exist. */
export interface AiContentPart {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly mediaType?: string;
  readonly data?: unknown;
  readonly filename?: string;
}

/** A message of a prompt. */
export type AiMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user' | 'assistant' | 'tool'; readonly content: readonly AiContentPart[] };

/** A tool that the model is told of; those of type `function` are ours to know. */
export interface AiTool {
  readonly type: string;
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: unknown;
}

/** Options of a call. */
export interface AiCallOptions {
  readonly prompt: readonly AiMessage[];
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly tools?: readonly AiTool[];
  readonly abortSignal?: AbortSignal;
}

/** Usage as it is read: flat in version 2 and nested from version 3 on. */
export interface AiUsage {
  readonly inputTokens?: number | undefined | { readonly total?: number | undefined; readonly cacheRead?: number | undefined };
  readonly outputTokens?: number | undefined | { readonly total?: number | undefined };
  readonly cachedInputTokens?: number | undefined;
}

/** Why a model stopped, as it is read: a string in version 2, `{ unified }` from version 3 on. */
export type AiFinishReason = string | { readonly unified: string };

/** A part of a stream as it is read; parts of other types exist and are ignored. */
export interface AiStreamPart {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly providerExecuted?: boolean | undefined;
  readonly finishReason?: AiFinishReason;
  readonly usage?: AiUsage;
  readonly error?: unknown;
}

/** A part of a whole answer as it is read. */
export interface AiAnswerPart {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly providerExecuted?: boolean | undefined;
}

/** What `doGenerate` resolves to. */
export interface AiGenerateResult {
  readonly content: readonly AiAnswerPart[];
  readonly finishReason: AiFinishReason;
  readonly usage: AiUsage;
}

/** What `doStream` resolves to. */
export interface AiStreamResult {
  readonly stream: ReadableStream<AiStreamPart>;
}

/** A language model of the SDK, as it is read. */
export interface AiLanguageModel {
  readonly specificationVersion: AiVersion;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiCallOptions): PromiseLike<AiGenerateResult>;
  doStream(options: AiCallOptions): PromiseLike<AiStreamResult>;
}

/** Why an exported model stopped, in the words of a version. */
export type AiFinishOf<V extends AiVersion> = V extends 'v2'
  ? 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'
  : { unified: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other' | (V extends 'v4' ? 'interrupted' : never); raw: string | undefined };

/** Usage of an exported model, in the form of a version. */
export type AiUsageOf<V extends AiVersion> = V extends 'v2'
  ? { inputTokens: number | undefined; outputTokens: number | undefined; totalTokens: number | undefined; cachedInputTokens?: number | undefined }
  : { inputTokens: { total: number | undefined; noCache: number | undefined; cacheRead: number | undefined; cacheWrite: number | undefined }; outputTokens: { total: number | undefined; text: number | undefined; reasoning: number | undefined } };

/** A part of an exported model's stream. */
export type AiPartOf<V extends AiVersion> =
  | { type: 'stream-start'; warnings: never[] }
  | { type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end'; id: string }
  | { type: 'text-delta' | 'reasoning-delta'; id: string; delta: string }
  | { type: 'tool-input-start'; id: string; toolName: string }
  | { type: 'tool-input-delta'; id: string; delta: string }
  | { type: 'tool-input-end'; id: string }
  | { type: 'tool-call'; toolCallId: string; toolName: string; input: string }
  | { type: 'finish'; finishReason: AiFinishOf<V>; usage: AiUsageOf<V> }
  | { type: 'error'; error: unknown };

/** A part of an exported model's whole answer. */
export type AiContentOf = { type: 'text'; text: string } | { type: 'tool-call'; toolCallId: string; toolName: string; input: string };

/** A language model that the SDK takes: what `toAiSdk` makes. */
export interface AiSdkLanguageModel<V extends AiVersion = 'v4'> {
  readonly specificationVersion: V;
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: Record<string, RegExp[]>;
  doGenerate(options: AiCallOptions): Promise<{ content: AiContentOf[]; finishReason: AiFinishOf<V>; usage: AiUsageOf<V>; warnings: never[] }>;
  doStream(options: AiCallOptions): Promise<{ stream: ReadableStream<AiPartOf<V>> }>;
}
