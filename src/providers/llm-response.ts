/** What a call to a language model gave: the answer, what it cost and how long it took. */
import { frozenCopy, type Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import { toolCall, toolCallFromDict, toolCallToDict, type ToolCall } from '../context/tool-call.js';
import { optionalText, readField, requireList, requireRecord } from '../context/wire.js';

/** Fields of an {@link LLMResponse}. */
export interface LLMResponseInit {
  /** The answer's text. */
  readonly content: string;
  /** @default 'unknown' */
  readonly model?: string | undefined;
  /** @default 'unknown' */
  readonly provider?: string | undefined;
  /** @default 0 */
  readonly inputTokens?: number | undefined;
  /** @default 0 */
  readonly outputTokens?: number | undefined;
  /** Input tokens that the provider took from its cache. @default 0 */
  readonly cachedTokens?: number | undefined;
  /** @default 0 */
  readonly latencyMs?: number | undefined;
  /** Why the model stopped. @default null */
  readonly finishReason?: string | null | undefined;
  /** Tools the model asks to run. @default [] */
  readonly toolCalls?: readonly ToolCall[] | undefined;
  /** The provider's own answer; kept as it is and never written. */
  readonly rawResponse?: unknown;
}

const FIELDS = ['content', 'model', 'provider', 'inputTokens', 'outputTokens', 'cachedTokens', 'latencyMs', 'finishReason', 'toolCalls', 'rawResponse'];

/** A frozen response of a language model. */
export class LLMResponse {
  readonly content: string;
  readonly model: string;
  readonly provider: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that the provider took from its cache. */
  readonly cachedTokens: number;
  readonly latencyMs: number;
  /** Why the model stopped. */
  readonly finishReason: string | null;
  /** Tools the model asks to run. */
  readonly toolCalls: readonly ToolCall[];
  readonly #rawResponse: unknown;

  /** Throws `InvalidOptionError` naming the field. */
  constructor(init: LLMResponseInit) {
    refuseUnknownOptions('LLMResponse', init, FIELDS);
    const { content, inputTokens = 0, outputTokens = 0, cachedTokens = 0, latencyMs = 0 } = init;
    if (typeof content !== 'string') throw new InvalidOptionError('LLMResponse.content', content, 'a string');
    this.content = content;
    this.model = optionalText('LLMResponse.model', init.model) ?? 'unknown';
    this.provider = optionalText('LLMResponse.provider', init.provider) ?? 'unknown';
    this.inputTokens = requireNumber('LLMResponse.inputTokens', inputTokens, { min: 0 });
    this.outputTokens = requireNumber('LLMResponse.outputTokens', outputTokens, { min: 0 });
    this.cachedTokens = requireNumber('LLMResponse.cachedTokens', cachedTokens, { min: 0 });
    this.latencyMs = requireNumber('LLMResponse.latencyMs', latencyMs, { min: 0 });
    this.finishReason = optionalText('LLMResponse.finishReason', init.finishReason);
    this.toolCalls = Object.freeze((init.toolCalls ?? []).map(toolCall));
    this.#rawResponse = init.rawResponse;
    Object.freeze(this);
  }

  /** Input and output tokens together. */
  get totalTokens(): number {
    return this.inputTokens + this.outputTokens;
  }

  /** The provider's own answer, where it was kept; not part of {@link toDict}. */
  get rawResponse(): unknown {
    return this.#rawResponse;
  }

  /** Wire form, snake_case, without `rawResponse`. */
  toDict(): Data {
    return {
      content: this.content,
      model: this.model,
      provider: this.provider,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      total_tokens: this.totalTokens,
      cached_tokens: this.cachedTokens,
      latency_ms: this.latencyMs,
      finish_reason: this.finishReason,
      tool_calls: this.toolCalls.map(toolCallToDict),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Attributes of a span, by the OpenTelemetry conventions for generative AI. No text of the answer. */
  toOtelAttributes(): Readonly<Record<string, string | number | readonly string[]>> {
    return frozenCopy({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': this.provider,
      'gen_ai.response.model': this.model,
      'gen_ai.usage.input_tokens': this.inputTokens,
      'gen_ai.usage.output_tokens': this.outputTokens,
      'sluice.latency_ms': this.latencyMs,
      ...(this.cachedTokens === 0 ? {} : { 'sluice.cached_tokens': this.cachedTokens }),
      ...(this.finishReason === null ? {} : { 'gen_ai.response.finish_reasons': [this.finishReason] }),
    });
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): LLMResponse {
    return new LLMResponse({
      content: dict['content'] as string, // the constructor checks each
      model: dict['model'] as string,
      provider: dict['provider'] as string,
      inputTokens: readField(dict, 'input_tokens') as number,
      outputTokens: readField(dict, 'output_tokens') as number,
      cachedTokens: readField(dict, 'cached_tokens') as number,
      latencyMs: readField(dict, 'latency_ms') as number,
      finishReason: readField(dict, 'finish_reason') as string,
      toolCalls: requireList('LLMResponse.fromDict.tool_calls', readField(dict, 'tool_calls')).map((call) => toolCallFromDict(requireRecord('LLMResponse.fromDict.tool_calls', call))),
    });
  }
}
