/** A language model of the Vercel AI SDK behind our contract. */
import { SluiceError, toError } from '../base/errors.js';
import { InvalidOptionError } from '../base/option.js';
import type { Message } from '../context/message.js';
import type { FinishReason, LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { Usage } from '../providers/usage.js';
import type { AiCallOptions, AiContentPart, AiFinishReason, AiLanguageModel, AiMessage, AiUsage } from './model-types.js';

/** The model sent an error in the middle of its stream. */
export class AiSdkModelError extends SluiceError {
  constructor(model: string, cause: unknown) {
    super(`The model '${model}' ended its stream with an error. See \`cause\` for what it says, and check its key, quota and address.`, { code: 'AI_SDK_MODEL', cause });
  }
}

const VERSIONS: readonly unknown[] = ['v2', 'v3', 'v4'];
const REASONS: readonly FinishReason[] = ['stop', 'length', 'content-filter', 'tool-calls', 'interrupted', 'error', 'other'];

/** Wraps a model of the SDK (specification version 2, 3 or 4). Throws `InvalidOptionError` for anything else. */
export function fromAiSdk(model: AiLanguageModel): LLMProvider {
  if (typeof model !== 'object' || model === null || !VERSIONS.includes(model.specificationVersion)) throw new InvalidOptionError('fromAiSdk.model', model, "a language model of the AI SDK (specificationVersion 'v2', 'v3' or 'v4')");
  return {
    id: model.provider,
    stream: (messages, options) => stream(model, messages, options),
    async complete(messages, options) {
      const result = await model.doGenerate(callOptions(messages, options));
      const usage = usageOf(result.usage);
      return new LLMResponse({
        content: result.content.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join(''),
        model: model.modelId,
        provider: model.provider,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        latencyMs: 0,
        finishReason: reasonOf(result.finishReason),
      });
    },
  };
}

async function* stream(model: AiLanguageModel, messages: readonly Message[], options: LLMOptions | undefined): AsyncGenerator<LLMEvent, undefined> {
  const result = await model.doStream(callOptions(messages, options));
  const reader = result.stream.getReader();
  try {
    for (;;) {
      const { done, value: part } = await reader.read();
      if (done) return undefined;
      if (part.type === 'text-delta') yield { type: 'text', delta: part.delta ?? '' };
      else if (part.type === 'reasoning-delta') yield { type: 'reasoning', delta: part.delta ?? '' };
      else if (part.type === 'tool-call') yield { type: 'tool-call', id: part.toolCallId ?? '', name: part.toolName ?? '', input: part.input };
      else if (part.type === 'finish') yield { type: 'finish', reason: reasonOf(part.finishReason ?? 'other'), usage: usageOf(part.usage ?? {}) };
      else if (part.type === 'error') throw new AiSdkModelError(model.modelId, toError(part.error));
    }
  } finally {
    // On every path, also when the reader of our events leaves early.
    await reader.cancel().catch(() => undefined); // a stream that has failed says so to whoever reads it
  }
}

function callOptions(messages: readonly Message[], options: LLMOptions = {}): AiCallOptions {
  const { signal, tools, maxTokens, temperature } = options;
  return {
    prompt: messages.map((message) => toAiMessage(message, messages)),
    ...(signal === undefined ? {} : { abortSignal: signal }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools === undefined || tools.length === 0
      ? {}
      : { tools: tools.map(({ name, description, inputSchema }) => ({ type: 'function' as const, name, ...(description === undefined ? {} : { description }), inputSchema: inputSchema ?? { type: 'object' } })) }),
  };
}

function toAiMessage({ role, content, toolCalls = [], toolCallId = '' }: Message, all: readonly Message[]): AiMessage {
  if (role === 'system') return { role, content };
  if (role === 'tool') {
    const toolName = all.flatMap((message) => message.toolCalls ?? []).find(({ id }) => id === toolCallId)?.name ?? 'unknown';
    return { role, content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: content } }] };
  }
  const calls: readonly AiContentPart[] = toolCalls.map((call) => ({ type: 'tool-call', toolCallId: call.id, toolName: call.name, input: call.arguments }));
  return { role, content: [...(content === '' && calls.length > 0 ? [] : [{ type: 'text' as const, text: content }]), ...calls] };
}

/** Why the model stopped, in our words; what is not among them is `other`. */
function reasonOf(reason: AiFinishReason): FinishReason {
  const name = typeof reason === 'string' ? reason : reason.unified;
  return REASONS.find((one) => one === name) ?? 'other';
}

function usageOf({ inputTokens, outputTokens }: AiUsage): Usage {
  const cached = typeof inputTokens === 'object' ? inputTokens.cacheRead : undefined;
  const total = (tokens: AiUsage['inputTokens']): number => (typeof tokens === 'object' ? (tokens.total ?? 0) : (tokens ?? 0));
  return { inputTokens: total(inputTokens), outputTokens: total(outputTokens), ...(cached === undefined ? {} : { cachedTokens: cached }) };
}
