/** A language model on the device, by WebLLM in a worker. */
import type { Data } from '../../base/data.js';
import { refuseUnknownOptions, requireName } from '../../base/option.js';
import type { Message } from '../../context/message.js';
import { toolCall } from '../../context/tool-call.js';
import { LLMResponse } from '../../providers/llm-response.js';
import type { FinishReason, LLMEvent, LLMOptions, LLMProvider } from '../../providers/llm.js';
import { ChatReply } from '../../providers/openai/chat-reply.js';
import { chatMessage, chatTool } from '../../providers/openai/chat-request.js';
import type { Usage } from '../../providers/usage.js';
import type { LocalModels } from './local-models.js';
import type { LocalModelSpec } from './model-message.js';

/** Options of a {@link LocalLanguageModel}. */
export interface LocalLanguageModelOptions {
  /** Name of the model, for example `Llama-3.2-1B-Instruct-q4f16_1-MLC`. */
  readonly model: string;
  /** Further options of the library's `CreateMLCEngine`. @default {} */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Answers with a model in a worker of the application. Rejects with `LocalModelError`. */
export class LocalLanguageModel implements LLMProvider {
  readonly id = 'local-language-model';
  readonly #models: LocalModels;
  readonly #spec: LocalModelSpec;

  constructor(models: LocalModels, options: LocalLanguageModelOptions) {
    refuseUnknownOptions('LocalLanguageModel', options, ['model', 'options']);
    this.#models = models;
    this.#spec = { model: requireName('LocalLanguageModel.model', options.model), options: options.options ?? {} };
  }

  warmUp(): Promise<void> {
    return this.#models.load('language-model', this.#spec);
  }

  async complete(messages: readonly Message[], options: LLMOptions = {}): Promise<LLMResponse> {
    const { clock } = this.#models;
    const startedMs = clock.now();
    let content = '';
    let finishReason: FinishReason = 'other';
    let usage: Usage | undefined;
    const toolCalls = [];
    for await (const event of this.stream(messages, options)) {
      if (event.type === 'text') content += event.delta;
      else if (event.type === 'tool-call') toolCalls.push(toolCall({ id: event.id, name: event.name === '' ? 'unnamed' : event.name, ...(typeof event.input === 'string' ? { arguments: undefined, rawArguments: event.input } : { arguments: event.input }) }));
      else if (event.type === 'finish') ({ reason: finishReason, usage } = event);
    }
    return new LLMResponse({ content, model: this.#spec.model, provider: this.id, ...usage, finishReason, toolCalls, latencyMs: clock.now() - startedMs });
  }

  async *stream(messages: readonly Message[], { signal, tools = [], maxTokens, temperature }: LLMOptions = {}): AsyncGenerator<LLMEvent, undefined> {
    const body: Data = {
      messages: messages.map(chatMessage),
      ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
    };
    const reply = new ChatReply();
    for await (const chunk of this.#models.run<Data>('language-model', this.#spec, { body }, signal)) yield* reply.accept(chunk);
    yield* reply.end();
    return undefined;
  }
}
