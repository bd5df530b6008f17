/** One of our models as a language model of the Vercel AI SDK, specification version 4. */
import { toError } from '../base/errors.js';
import { Message } from '../context/message.js';
import { toolCall } from '../context/tool-call.js';
import type { LLMOptions, LLMProvider } from '../providers/llm.js';
import type { AiCallOptions, AiContentPart, AiLanguageModel, AiMessage, AiStreamPart } from './model-types.js';

/** Makes a provider usable as `model` of `generateText` and `streamText`. `modelId` is what the SDK shows. @default the provider's id */
export function toAiSdk(provider: LLMProvider, modelId: string = provider.id): AiLanguageModel {
  return {
    specificationVersion: 'v4',
    provider: provider.id,
    modelId,
    supportedUrls: {},
    async doGenerate(options) {
      const response = await provider.complete(options.prompt.map(fromAiMessage), llmOptions(options));
      return {
        content: [{ type: 'text', text: response.content }],
        finishReason: { unified: response.finishReason ?? 'stop' },
        usage: { inputTokens: { total: response.inputTokens }, outputTokens: { total: response.outputTokens } },
        warnings: [],
      };
    },
    async doStream(options) {
      return { stream: partsOf(provider, options) };
    },
  };
}

const TEXT_ID = 'text-0';

function partsOf(provider: LLMProvider, options: AiCallOptions): ReadableStream<AiStreamPart> {
  const events = provider.stream(options.prompt.map(fromAiMessage), llmOptions(options))[Symbol.asyncIterator]();
  let speaking = false;
  return new ReadableStream<AiStreamPart>({
    start(controller) {
      controller.enqueue({ type: 'stream-start', warnings: [] });
    },
    async pull(controller) {
      try {
        const { done, value: event } = await events.next();
        if (done === true) return controller.close();
        if (event.type === 'text') {
          if (!speaking) controller.enqueue({ type: 'text-start', id: TEXT_ID });
          speaking = true;
          controller.enqueue({ type: 'text-delta', id: TEXT_ID, delta: event.delta });
        } else if (event.type === 'reasoning') {
          controller.enqueue({ type: 'reasoning-delta', id: 'reasoning-0', delta: event.delta });
        } else if (event.type === 'tool-call') {
          controller.enqueue({ type: 'tool-call', toolCallId: event.id, toolName: event.name, input: typeof event.input === 'string' ? event.input : JSON.stringify(event.input ?? {}) });
        } else {
          if (speaking) controller.enqueue({ type: 'text-end', id: TEXT_ID });
          speaking = false;
          controller.enqueue({ type: 'finish', finishReason: { unified: event.reason }, usage: { inputTokens: { total: event.usage?.inputTokens }, outputTokens: { total: event.usage?.outputTokens } } });
        }
      } catch (thrown) {
        controller.enqueue({ type: 'error', error: toError(thrown) });
        controller.close();
      }
    },
    async cancel() {
      await events.return?.();
    },
  });
}

function llmOptions({ abortSignal, maxOutputTokens, temperature, tools }: AiCallOptions): LLMOptions {
  return {
    ...(abortSignal === undefined ? {} : { signal: abortSignal }),
    ...(maxOutputTokens === undefined ? {} : { maxTokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools === undefined ? {} : { tools: tools.map(({ name, description, inputSchema }) => ({ name, inputSchema, ...(description === undefined ? {} : { description }) })) }),
  };
}

function fromAiMessage(message: AiMessage): Message {
  if (message.role === 'system') return new Message({ role: 'system', content: message.content });
  const text = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const result = message.content.find((part): part is Extract<AiContentPart, { type: 'tool-result' }> => part.type === 'tool-result');
  if (message.role === 'tool' && result !== undefined) return new Message({ role: 'tool', content: result.output.value, toolCallId: result.toolCallId });
  const calls = message.content.flatMap((part) => (part.type === 'tool-call' ? [toolCall({ id: part.toolCallId, name: part.toolName, arguments: part.input })] : []));
  return new Message({ role: message.role, content: text, ...(calls.length === 0 ? {} : { toolCalls: calls }) });
}
