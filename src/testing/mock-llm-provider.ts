/**
 * A language model for tests: it answers from what it is given, at a pace it is given, and remembers
 * every call. The answer is, in this order: tool calls or text whose pattern matches the last user
 * message, an echo of that message, the next of `responses`, `responseText`.
 */
import { sleep } from '../base/clock.js';
import { refuseUnknownOptions, requireBoolean, requireFunction, requireNumber } from '../base/option.js';
import { Message } from '../context/message.js';
import type { ToolCall } from '../context/tool-call.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';
import { MOCK_OPTIONS, MockBehaviour, type MockOptions } from './mock-behaviour.js';

/** Answers by pattern: regular expressions as keys or as first items, case-insensitive where they are texts. */
export type Patterns<T> = Readonly<Record<string, T>> | readonly (readonly [RegExp | string, T])[];

/** Options of a {@link MockLLMProvider}; latency defaults to 0. */
export interface MockLLMProviderOptions extends MockOptions {
  /** The answer where nothing else applies. @default 'Mock response' */
  readonly responseText?: string;
  /** Answers, one after the other, from the first again after the last. */
  readonly responses?: readonly string[];
  /** Answers to messages that match; the first match wins. */
  readonly patterns?: Patterns<string>;
  /** Answers with `Echo: ` and the last user message. @default false */
  readonly echo?: boolean;
  /** Tool calls for messages that match, as long as no tool has answered. */
  readonly toolResponses?: Patterns<readonly ToolCall[]>;
  /** Characters of a streamed delta. @default 5 */
  readonly chunkSize?: number;
  /** Milliseconds between deltas. @default 0 */
  readonly chunkIntervalMs?: number;
  /** @default estimateTokens */
  readonly tokenCounter?: TokenCounter;
  /** @default 'mock' */
  readonly id?: string;
  /** @default 'mock-model' */
  readonly model?: string;
}

/** A call that a {@link MockLLMProvider} has had. */
export interface MockLLMCall {
  readonly method: 'complete' | 'stream';
  readonly messages: readonly Message[];
  readonly options: LLMOptions;
  /** What it answered; undefined while it has not, and for a call that failed or was aborted. */
  readonly response?: string;
}

const OPTIONS = [...MOCK_OPTIONS, 'responseText', 'responses', 'patterns', 'echo', 'toolResponses', 'chunkSize', 'chunkIntervalMs', 'tokenCounter', 'id', 'model'];

/** A language model that says what it is told. */
export class MockLLMProvider implements LLMProvider {
  readonly id: string;
  /** Name of the model in responses. */
  readonly model: string;
  readonly #options: MockLLMProviderOptions;
  readonly #behaviour: MockBehaviour;
  readonly #patterns: readonly (readonly [RegExp, string])[];
  readonly #toolPatterns: readonly (readonly [RegExp, readonly ToolCall[]])[];
  readonly #tokens: TokenCounter;
  readonly #chunkSize: number;
  readonly #chunkIntervalMs: number;
  #history: MockLLMCall[] = [];
  #next = 0;

  /** A text alone is the `responseText`. Throws `InvalidOptionError` naming the option. */
  constructor(options: MockLLMProviderOptions | string = {}) {
    this.#options = typeof options === 'string' ? { responseText: options } : options;
    refuseUnknownOptions('MockLLMProvider', this.#options, OPTIONS);
    const { chunkSize = 5, chunkIntervalMs = 0, tokenCounter = estimateTokens, echo = false, id = 'mock', model = 'mock-model' } = this.#options;
    requireBoolean('MockLLMProvider.echo', echo);
    this.#behaviour = new MockBehaviour('MockLLMProvider', this.#options, { latencyMs: 0, latencyJitterMs: 0 });
    this.#patterns = compile(this.#options.patterns);
    this.#toolPatterns = compile(this.#options.toolResponses);
    this.#tokens = requireFunction('MockLLMProvider.tokenCounter', tokenCounter);
    this.#chunkSize = requireNumber('MockLLMProvider.chunkSize', chunkSize, { min: 1, integer: true });
    this.#chunkIntervalMs = requireNumber('MockLLMProvider.chunkIntervalMs', chunkIntervalMs, { min: 0 });
    this.id = id;
    this.model = model;
  }

  /** Calls so far, of both kinds. */
  get callCount(): number {
    return this.#history.length;
  }

  /** The calls so far, oldest first. */
  get callHistory(): readonly MockLLMCall[] {
    return [...this.#history];
  }

  /** Forgets the calls and begins `responses` anew. */
  reset(): void {
    this.#history = [];
    this.#next = 0;
  }

  /** @inheritdoc A text alone is one user message. */
  async complete(messages: readonly Message[] | string, options: LLMOptions = {}): Promise<LLMResponse> {
    const asked = toMessages(messages);
    const place = this.#record('complete', asked, options);
    const latencyMs = await this.#behaviour.call(options.signal);
    const { text, toolCalls } = this.#answer(asked);
    this.#settle(place, text);
    return new LLMResponse({
      content: text,
      model: this.model,
      provider: this.id,
      inputTokens: this.#inputTokens(asked),
      outputTokens: this.#tokens(text),
      latencyMs,
      finishReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      toolCalls,
    });
  }

  /** @inheritdoc A text alone is one user message. */
  async *stream(messages: readonly Message[] | string, options: LLMOptions = {}): AsyncGenerator<LLMEvent, void, undefined> {
    const asked = toMessages(messages);
    const place = this.#record('stream', asked, options);
    await this.#behaviour.call(options.signal);
    const { text, toolCalls } = this.#answer(asked);
    const signs = [...text]; // whole code points, as a tokenizer gives them
    for (let n = 0; n < signs.length; n += this.#chunkSize) {
      if (n > 0 && (this.#chunkIntervalMs > 0 || options.signal?.aborted === true)) await sleep(this.#behaviour.clock, this.#chunkIntervalMs, options.signal);
      yield { type: 'text', delta: signs.slice(n, n + this.#chunkSize).join('') };
    }
    for (const call of toolCalls) yield { type: 'tool-call', id: call.id, name: call.name, input: call.arguments };
    this.#settle(place, text);
    yield { type: 'finish', reason: toolCalls.length > 0 ? 'tool-calls' : 'stop', usage: { inputTokens: this.#inputTokens(asked), outputTokens: this.#tokens(text) } };
  }

  #answer(messages: readonly Message[]): { readonly text: string; readonly toolCalls: readonly ToolCall[] } {
    const said = messages.findLast((message) => message.role === 'user')?.content ?? '';
    if (messages.at(-1)?.role !== 'tool') {
      const calls = this.#toolPatterns.find(([pattern]) => pattern.test(said));
      if (calls !== undefined) return { text: '', toolCalls: calls[1] };
    }
    const { responses = [], responseText = 'Mock response', echo = false } = this.#options;
    const text = this.#patterns.find(([pattern]) => pattern.test(said))?.[1] ?? (echo ? `Echo: ${said}` : responses.length > 0 ? responses[this.#next++ % responses.length] : responseText);
    return { text: text ?? '', toolCalls: [] };
  }

  #inputTokens(messages: readonly Message[]): number {
    return messages.reduce((sum, message) => sum + this.#tokens(message.content), 0);
  }

  #record(method: MockLLMCall['method'], messages: readonly Message[], options: LLMOptions): number {
    return this.#history.push({ method, messages, options }) - 1;
  }

  #settle(place: number, response: string): void {
    const call = this.#history[place];
    if (call !== undefined) this.#history[place] = { ...call, response }; // absent after reset()
  }
}

function toMessages(messages: readonly Message[] | string): readonly Message[] {
  return typeof messages === 'string' ? [new Message({ role: 'user', content: messages })] : messages;
}

function compile<T>(patterns: Patterns<T> = []): readonly (readonly [RegExp, T])[] {
  const list: readonly (readonly [RegExp | string, T])[] = Array.isArray(patterns) ? patterns : Object.entries(patterns);
  // a pattern with the flag g or y would remember where it stopped
  return list.map(([pattern, answer]) => [typeof pattern === 'string' ? new RegExp(pattern, 'i') : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')), answer]);
}
