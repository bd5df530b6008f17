/** One of our models as a language model of the Vercel AI SDK. */
import { refuseUnknownOptions, requireName, requireOneOf } from '../base/option.js';
import type { Data } from '../base/data.js';
import type { FinishReason, LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';
import type { Usage } from '../providers/usage.js';
import { AI_VERSIONS, type AiCallOptions, type AiContentOf, type AiFinishOf, type AiPartOf, type AiSdkLanguageModel, type AiUsageOf, type AiVersion } from './model-types.js';
import { partStream } from './part-stream.js';
import { fromAiMessage } from './prompt.js';

/** Options of {@link toAiSdk}. */
export interface ToAiSdkOptions<V extends AiVersion = 'v4'> {
  /** What the SDK shows. @default the provider's id */
  readonly modelId?: string;
  /** Version of the SDK's interface: `v2` for `ai` 5, `v3` for `ai` 6, `v4` for `ai` 7. @default 'v4' */
  readonly version: V;
}

/** What a provider is exported as: its id, or options; without a version, version 4. */
export type AiExport<V extends AiVersion = AiVersion> = string | Omit<ToAiSdkOptions, 'version'> | ToAiSdkOptions<V>;

/** Makes a provider usable as `model` of `generateText` and `streamText`. */
export function toAiSdk<V extends AiVersion>(provider: LLMProvider, options: ToAiSdkOptions<V>): AiSdkLanguageModel<V>;
export function toAiSdk(provider: LLMProvider, options?: string | Omit<ToAiSdkOptions, 'version'>): AiSdkLanguageModel;
export function toAiSdk(provider: LLMProvider, options: AiExport = {}): AiSdkLanguageModel<AiVersion> {
  const { modelId, version } = exportOptions('toAiSdk', provider.id, options);
  return {
    specificationVersion: version,
    provider: provider.id,
    modelId,
    supportedUrls: {},
    async doGenerate(call) {
      const { content, toolCalls, finishReason, inputTokens, outputTokens, cachedTokens } = await provider.complete(call.prompt.flatMap(fromAiMessage), llmOptions(call));
      const parts: AiContentOf[] = content === '' && toolCalls.length > 0 ? [] : [{ type: 'text', text: content }];
      return {
        content: [...parts, ...toolCalls.map((one) => ({ type: 'tool-call' as const, toolCallId: one.id, toolName: one.name, input: one.rawArguments ?? inputText(one.arguments) }))],
        finishReason: finishOf(version, finishReason ?? 'stop'),
        usage: usageOf(version, { inputTokens, outputTokens, cachedTokens }),
        warnings: [],
      };
    },
    doStream: (call) => Promise.resolve({ stream: partsOf(provider, call, version) }),
  };
}

/** The id and version that a provider is exported with. */
export function exportOptions(owner: string, id: string, options: AiExport): { readonly modelId: string; readonly version: AiVersion } {
  const given: Partial<ToAiSdkOptions<AiVersion>> = typeof options === 'string' ? { modelId: options } : options;
  refuseUnknownOptions(owner, given, ['modelId', 'version']);
  const { modelId = id, version = 'v4' } = given;
  return { modelId: requireName(`${owner}.modelId`, modelId), version: requireOneOf(`${owner}.version`, version, AI_VERSIONS) };
}

function partsOf<V extends AiVersion>(provider: LLMProvider, call: AiCallOptions, version: V): ReadableStream<AiPartOf<V>> {
  const blocks = new Blocks<V>();
  return partStream(provider.stream(call.prompt.flatMap(fromAiMessage), llmOptions(call)), {
    take: (event): readonly AiPartOf<V>[] => blocks.take(event, version),
    end: () => blocks.close(),
  });
}

/** Text and reasoning come in blocks with a start and an end; one is open at a time. */
class Blocks<V extends AiVersion> {
  #open: { readonly kind: 'text' | 'reasoning'; readonly id: string } | undefined;
  #count = 0;

  take(event: LLMEvent, version: V): readonly AiPartOf<V>[] {
    if (event.type === 'text' || event.type === 'reasoning') {
      if (event.delta === '') return [];
      const parts: AiPartOf<V>[] = this.#open?.kind === event.type ? [] : [...this.close(), this.#start(event.type)];
      parts.push({ type: `${event.type}-delta`, id: this.#open?.id ?? '', delta: event.delta });
      return parts;
    }
    if (event.type === 'tool-call') {
      const input = typeof event.input === 'string' ? event.input : inputText(event.input);
      const { id, name: toolName } = event;
      return [...this.close(), { type: 'tool-input-start', id, toolName }, { type: 'tool-input-delta', id, delta: input }, { type: 'tool-input-end', id }, { type: 'tool-call', toolCallId: id, toolName, input }];
    }
    return [...this.close(), { type: 'finish', finishReason: finishOf(version, event.reason), usage: usageOf(version, event.usage) }];
  }

  close(): readonly AiPartOf<V>[] {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? [] : [{ type: `${open.kind}-end`, id: open.id }];
  }

  #start(kind: 'text' | 'reasoning'): AiPartOf<V> {
    this.#open = { kind, id: `${kind}-${this.#count++}` };
    return { type: `${kind}-start`, id: this.#open.id };
  }
}

const inputText = (input: unknown): string => JSON.stringify(input ?? {}) ?? '{}';

// Each version has its own form; the casts say that the branch has chosen it.
function finishOf<V extends AiVersion>(version: V, reason: string): AiFinishOf<V> {
  const known: readonly FinishReason[] = ['stop', 'length', 'content-filter', 'tool-calls', 'error', ...(version === 'v4' ? (['interrupted'] as const) : [])];
  const unified = known.find((one) => one === reason) ?? 'other';
  return (version === 'v2' ? unified : { unified, raw: reason }) as AiFinishOf<V>;
}

function usageOf<V extends AiVersion>(version: V, usage: Usage | undefined): AiUsageOf<V> {
  const { inputTokens: input, outputTokens: output, cachedTokens: cached } = usage ?? {};
  const flat = { inputTokens: input, outputTokens: output, totalTokens: input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0), ...(cached === undefined ? {} : { cachedInputTokens: cached }) };
  const nested = { inputTokens: { total: input, noCache: input === undefined || cached === undefined ? undefined : input - cached, cacheRead: cached, cacheWrite: undefined }, outputTokens: { total: output, text: undefined, reasoning: undefined } };
  return (version === 'v2' ? flat : nested) as AiUsageOf<V>;
}

function llmOptions({ abortSignal, maxOutputTokens, temperature, tools = [] }: AiCallOptions): LLMOptions {
  const ours = tools.filter(({ type }) => type === 'function');
  return {
    ...(abortSignal === undefined ? {} : { signal: abortSignal }),
    ...(maxOutputTokens === undefined ? {} : { maxTokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(ours.length === 0 ? {} : { tools: ours.map(({ name, description, inputSchema }) => ({ name, inputSchema: (inputSchema ?? { type: 'object' }) as Data, ...(description === undefined ? {} : { description }) })) }),
  };
}
