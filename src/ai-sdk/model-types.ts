/**
 * The Vercel AI SDK's language models, as far as they are used here: versions 2, 3 and 4, read
 * structurally, so that no version of the SDK is a dependency. Unknown stream parts are ignored.
 *
 * Source: the public types of @ai-sdk/provider 2 to 4.
 */

/** A part of a prompt message. */
export type AiContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly toolCallId: string; readonly toolName: string; readonly input: unknown }
  | { readonly type: 'tool-result'; readonly toolCallId: string; readonly toolName: string; readonly output: { readonly type: 'text'; readonly value: string } };

/** A message of a prompt. */
export type AiMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user' | 'assistant' | 'tool'; readonly content: readonly AiContentPart[] };

/** A tool that the model is told of. */
export interface AiTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** Options of a call. */
export interface AiCallOptions {
  readonly prompt: readonly AiMessage[];
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly tools?: readonly AiTool[];
  readonly abortSignal?: AbortSignal;
}

/** Usage, flat in version 2 and nested from version 3 on. */
export interface AiUsage {
  readonly inputTokens?: number | undefined | { readonly total?: number | undefined; readonly cacheRead?: number | undefined };
  readonly outputTokens?: number | undefined | { readonly total?: number | undefined };
}

/** Why a model stopped: a string in version 2, `{ unified }` from version 3 on. */
export type AiFinishReason = string | { readonly unified: string };

/** A part of a stream; parts of other types exist and are ignored. */
export interface AiStreamPart {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly finishReason?: AiFinishReason;
  readonly usage?: AiUsage;
  readonly error?: unknown;
  readonly warnings?: readonly unknown[];
}

/** What `doGenerate` resolves to. */
export interface AiGenerateResult {
  readonly content: readonly { readonly type: string; readonly text?: string; readonly toolCallId?: string; readonly toolName?: string; readonly input?: unknown }[];
  readonly finishReason: AiFinishReason;
  readonly usage: AiUsage;
  readonly warnings: readonly unknown[];
}

/** What `doStream` resolves to. */
export interface AiStreamResult {
  readonly stream: ReadableStream<AiStreamPart>;
}

/** A language model of the SDK. */
export interface AiLanguageModel {
  readonly specificationVersion: 'v2' | 'v3' | 'v4';
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls?: unknown;
  doGenerate(options: AiCallOptions): PromiseLike<AiGenerateResult>;
  doStream(options: AiCallOptions): PromiseLike<AiStreamResult>;
}
