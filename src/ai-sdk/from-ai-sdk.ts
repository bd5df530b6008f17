/** A language model of the Vercel AI SDK behind our contract. */
import { abortable } from '../base/abortable.js';
import { systemClock, type Clock } from '../base/clock.js';
import { SluiceError, toError } from '../base/errors.js';
import { InvalidOptionError } from '../base/option.js';
import type { Message } from '../context/message.js';
import { toolCall } from '../context/tool-call.js';
import type { FinishReason, LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { Usage } from '../providers/usage.js';
import { AI_VERSIONS, type AiCallOptions, type AiFinishReason, type AiLanguageModel, type AiUsage } from './model-types.js';
import { toAiMessage } from './prompt.js';

/** The model sent an error in the middle of its stream. */
export class AiSdkModelError extends SluiceError {
  override readonly name: string = 'AiSdkModelError';

  constructor(model: string, cause: unknown) {
    super(`The model '${model}' ended its stream with an error. See \`cause\` for what it says, and check its key, quota and address.`, { code: 'AI_SDK_MODEL', cause });
  }
}

const REASONS: readonly FinishReason[] = ['stop', 'length', 'content-filter', 'tool-calls', 'interrupted', 'error', 'other'];

/** Wraps a model of the SDK (specification version 2, 3 or 4). Throws `InvalidOptionError` for anything else. Calls that the model's own provider executes are not handed on as calls. */
export function fromAiSdk(model: AiLanguageModel, options: { readonly clock?: Clock } = {}): LLMProvider {
  requireAiModel('fromAiSdk.model', model, 'a language model');
  const { clock = systemClock } = options;
  return {
    id: model.provider,
    stream: (messages, given) => stream(model, messages, given),
    async complete(messages, given) {
      const startedMs = clock.now();
      const result = await abortable(`The model '${model.modelId}'`, Promise.resolve(model.doGenerate(callOptions(model, messages, given))), given?.signal);
      const usage = usageOf(result.usage);
      return new LLMResponse({
        content: result.content.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join(''),
        model: model.modelId,
        provider: model.provider,
        ...usage,
        latencyMs: clock.now() - startedMs,
        finishReason: reasonOf(result.finishReason),
        toolCalls: result.content.flatMap((part) => {
          if (part.type !== 'tool-call' || part.providerExecuted === true) return [];
          const input = readInput(part.input);
          return [toolCall({ id: part.toolCallId ?? '', name: part.toolName ?? 'unnamed', ...(typeof input === 'string' ? { arguments: undefined, rawArguments: input } : { arguments: input }) })];
        }),
      });
    },
  };
}

/** Throws `InvalidOptionError` for what is no model of the SDK. */
export function requireAiModel(option: string, model: { readonly specificationVersion: unknown }, what: string): void {
  if (typeof model !== 'object' || model === null || !AI_VERSIONS.some((version) => version === model.specificationVersion)) throw new InvalidOptionError(option, model, `${what} of the AI SDK (specificationVersion 'v2', 'v3' or 'v4')`);
}

async function* stream(model: AiLanguageModel, messages: readonly Message[], options: LLMOptions | undefined): AsyncGenerator<LLMEvent, undefined> {
  const what = `The model '${model.modelId}'`;
  const signal = options?.signal;
  const result = await abortable(what, Promise.resolve(model.doStream(callOptions(model, messages, options))), signal, ({ stream: late }) => void late.cancel().catch(() => undefined)); // nobody reads it
  const reader = result.stream.getReader();
  try {
    for (;;) {
      const { done, value: part } = await abortable(what, reader.read(), signal);
      if (done) return undefined;
      if (part.type === 'text-delta') yield { type: 'text', delta: part.delta ?? '' };
      else if (part.type === 'reasoning-delta') yield { type: 'reasoning', delta: part.delta ?? '' };
      else if (part.type === 'tool-call' && part.providerExecuted !== true) yield { type: 'tool-call', id: part.toolCallId ?? '', name: part.toolName ?? '', input: readInput(part.input) };
      else if (part.type === 'finish') yield { type: 'finish', reason: reasonOf(part.finishReason ?? 'other'), usage: usageOf(part.usage ?? {}) };
      else if (part.type === 'error') throw new AiSdkModelError(model.modelId, toError(part.error));
    }
  } finally {
    // On every path, also when the reader of our events leaves early. Not waited for: a model may take its time.
    reader.cancel().catch(() => undefined); // a stream that has failed says so to whoever reads it
  }
}

function callOptions({ specificationVersion }: AiLanguageModel, messages: readonly Message[], options: LLMOptions = {}): AiCallOptions {
  const { signal, tools, maxTokens, temperature } = options;
  return {
    prompt: messages.map((message) => toAiMessage(message, messages, specificationVersion)),
    ...(signal === undefined ? {} : { abortSignal: signal }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools === undefined || tools.length === 0
      ? {}
      : { tools: tools.map(({ name, description, inputSchema }) => ({ type: 'function' as const, name, ...(description === undefined ? {} : { description }), inputSchema: inputSchema ?? { type: 'object' } })) }),
  };
}

/** The SDK gives inputs as JSON text; text that is none stays text, for `ToolRegistry.parseAndResolve` to refuse. */
function readInput(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  if (input.trim() === '') return {};
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}

/** Why the model stopped, in our words; what is not among them is `other`. */
function reasonOf(reason: AiFinishReason): FinishReason {
  const name = typeof reason === 'string' ? reason : reason.unified;
  return REASONS.find((one) => one === name) ?? 'other';
}

function usageOf({ inputTokens, outputTokens, cachedInputTokens }: AiUsage): Usage {
  const cached = typeof inputTokens === 'object' ? inputTokens.cacheRead : cachedInputTokens;
  const total = (tokens: AiUsage['inputTokens']): number => (typeof tokens === 'object' ? (tokens.total ?? 0) : (tokens ?? 0));
  return { inputTokens: total(inputTokens), outputTokens: total(outputTokens), ...(cached === undefined ? {} : { cachedTokens: cached }) };
}
