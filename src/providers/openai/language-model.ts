/**
 * Chat completions over `fetch`, streaming and whole: OpenAI, and what speaks like it (llama.cpp, Ollama, vLLM and
 * most hosted models). No dependency; runs wherever `fetch` does.
 */
import type { Data } from '../../base/data.js';
import { SluiceError } from '../../base/errors.js';
import { refuseUnknownOptions, requireBoolean, requireOneOf } from '../../base/option.js';
import type { Message } from '../../context/message.js';
import { toolCall } from '../../context/tool-call.js';
import { LLMResponse } from '../llm-response.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../llm.js';
import { ChatReply } from './chat-reply.js';
import { chatMessage, chatTool } from './chat-request.js';
import { OPENAI_OPTIONS, OpenAIConnection, type OpenAIOptions } from './connection.js';
import { readServerSentEvents } from './server-sent-events.js';

/** Options of an {@link OpenAILanguageModel}. */
export interface OpenAILanguageModelOptions extends OpenAIOptions {
  /** Ask for the usage of streamed answers; a few old servers refuse the question. @default true */
  readonly streamUsage?: boolean;
  /** Which field bounds the answer. @default 'max_completion_tokens' at OpenAI, else 'max_tokens' */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
}

const PATH = 'chat/completions';

/**
 * A language model behind an OpenAI-compatible server. Failures reject with `OpenAIError`, whose `fatal` says
 * whether another try is of use and whose texts hold neither the key nor anything that was said.
 *
 * @example
 * const llm = new OpenAILanguageModel({ model: 'llama3.2', baseUrl: 'http://localhost:11434/v1' });
 */
export class OpenAILanguageModel implements LLMProvider {
  readonly id: string;
  readonly #connection: OpenAIConnection;
  readonly #streamUsage: boolean;
  readonly #maxTokensField: string;

  constructor(options: OpenAILanguageModelOptions) {
    refuseUnknownOptions('OpenAILanguageModel', options, [...OPENAI_OPTIONS, 'streamUsage', 'maxTokensField']);
    this.#connection = new OpenAIConnection('OpenAILanguageModel', options);
    this.#streamUsage = requireBoolean('OpenAILanguageModel.streamUsage', options.streamUsage ?? true);
    this.#maxTokensField = requireOneOf('OpenAILanguageModel.maxTokensField', options.maxTokensField ?? (this.#connection.isOpenAI ? 'max_completion_tokens' : 'max_tokens'), ['max_tokens', 'max_completion_tokens']);
    this.id = this.#connection.id;
  }

  warmUp(): Promise<void> {
    return this.#connection.warmUp();
  }

  async complete(messages: readonly Message[], options: LLMOptions = {}): Promise<LLMResponse> {
    const { clock, model } = this.#connection;
    const startedMs = clock.now();
    const response = await this.#connection.post(PATH, this.#body(messages, options, false), { signal: options.signal });
    const answer = await this.#connection.json(PATH, response, options.signal);
    const events = this.#whole(answer);
    const finish = events.find((event) => event.type === 'finish');
    return new LLMResponse({
      content: events.map((event) => (event.type === 'text' ? event.delta : '')).join(''),
      model: typeof answer['model'] === 'string' ? answer['model'] : model,
      provider: this.id,
      inputTokens: finish?.usage?.inputTokens,
      outputTokens: finish?.usage?.outputTokens,
      cachedTokens: finish?.usage?.cachedTokens,
      latencyMs: clock.now() - startedMs,
      finishReason: finish?.reason,
      toolCalls: events.flatMap((event) => (event.type === 'tool-call' ? [toolCall({ id: event.id, name: event.name === '' ? 'unnamed' : event.name, ...callInput(event.input) })] : [])),
      rawResponse: answer,
    });
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent, undefined> {
    const { signal } = options;
    const response = await this.#connection.post(PATH, this.#body(messages, options, true), { signal, accept: 'text/event-stream' });
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('json')) {
      // A server that does not stream gives the whole answer at once.
      yield* this.#whole(await this.#connection.json(PATH, response, signal));
      return undefined;
    }
    if (response.body === null || type.includes('html')) {
      await response.body?.cancel();
      throw this.#connection.malformed(PATH);
    }
    const reply = new ChatReply();
    let done = false;
    const events = readServerSentEvents(response.body, `The answer of ${this.id}`, signal);
    try {
      for await (const { type: kind, data } of events) {
        if (data === '[DONE]') {
          done = true;
          break;
        }
        const chunk = this.#chunk(kind, data, reply.finished);
        if (chunk !== undefined) yield* reply.accept(chunk);
      }
    } catch (thrown) {
      // What the platform throws when a body breaks becomes our error; ours stay what they are.
      throw SluiceError.isInstance(thrown) ? thrown : this.#connection.broken(PATH);
    }
    // Without a reason and without [DONE] the connection was lost: half a tool call must not be run, half an answer not pass for a whole.
    if (!done && !reply.finished) throw this.#connection.broken(PATH);
    yield* reply.end();
    return undefined;
  }

  /** A chunk, or nothing for what ends a stream without being one. */
  #chunk(kind: string, data: string, finished: boolean): Data | undefined {
    if (data.trim() === '') return undefined; // kept alive with an empty event
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      if (finished) return undefined; // the last line of a stream that was cut behind its end
      throw kind === 'error' ? this.#connection.told(PATH, {}) : this.#connection.broken(PATH);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#connection.malformed(PATH);
    const chunk = value as Data;
    if (kind === 'error' || (chunk['error'] !== undefined && chunk['error'] !== null)) throw this.#connection.told(PATH, chunk);
    return chunk;
  }

  #whole(answer: Data): readonly LLMEvent[] {
    if (!Array.isArray(answer['choices']) || answer['choices'].length === 0) throw this.#connection.malformed(PATH);
    const reply = new ChatReply();
    return [...reply.accept(answer), ...reply.end()];
  }

  #body(messages: readonly Message[], { tools = [], maxTokens, temperature }: LLMOptions, stream: boolean): Data {
    return {
      model: this.#connection.model,
      messages: messages.map(chatMessage),
      stream,
      ...(stream && this.#streamUsage ? { stream_options: { include_usage: true } } : {}),
      ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
      ...(maxTokens === undefined ? {} : { [this.#maxTokensField]: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }
}

function callInput(input: unknown): { readonly arguments: unknown; readonly rawArguments?: string } {
  return typeof input === 'string' ? { arguments: undefined, rawArguments: input } : { arguments: input };
}
