/**
 * The contract of a language model: one-shot and streaming, both abortable.
 *
 * Abort settles the iterator within one task and without an unhandled rejection; a provider releases
 * its input on every path. Errors that set `fatal` are not worth another try on the same provider.
 */
import type { Message } from '../context/message.js';
import type { LLMResponse } from './llm-response.js';
import type { ToolDefinition } from './tool.js';
import type { Usage } from './usage.js';

/** Why a model stopped. */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'interrupted' | 'error' | 'other';

/** What a model's stream yields. */
export type LLMEvent =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly input: unknown }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly usage?: Usage };

/** Options of a call; everything is optional. */
export interface LLMOptions {
  readonly signal?: AbortSignal;
  /** Tools that the model may call. */
  readonly tools?: readonly ToolDefinition[];
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** The conversation the call belongs to; providers with state of their own (notes, timers) key it by this. */
  readonly sessionId?: string;
  /** The run the call belongs to, for correlation. */
  readonly runId?: string;
}

/** A language model. */
export interface LLMProvider {
  /** Short stable name for telemetry, for example `openai`. */
  readonly id: string;
  /** True when a call itself changes something beside the answer, as an assistant does that runs its own tools; it is then not asked before the turn is sure. @default false */
  readonly sideEffects?: boolean;
  /** Loads what the first call would wait for. */
  warmUp?(): Promise<void>;
  /** The whole answer at once. */
  complete(messages: readonly Message[], options?: LLMOptions): Promise<LLMResponse>;
  /** The answer as it comes; the last event is `finish`. */
  stream(messages: readonly Message[], options?: LLMOptions): AsyncIterable<LLMEvent>;
}
