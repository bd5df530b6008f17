/** Several language models as one: the first that answers in time speaks. */
import { refuseUnknownOptions, requireNumber } from '../../base/option.js';
import { Message } from '../../context/message.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../llm.js';
import type { LLMResponse } from '../llm-response.js';
import { FALLBACK_OPTIONS, FallbackChain, type FallbackOptions } from './fallback-chain.js';
import { followStream, ProviderEmptyError, releaseStream, startStream } from './followed-stream.js';

/** Options of a {@link FallbackLanguageModel}. */
export interface FallbackLanguageModelOptions extends FallbackOptions<LLMProvider> {
  /** Longest wait for a whole answer (`complete`), in milliseconds. @default 60000 */
  readonly completeTimeoutMs?: number;
  /** @default 'fallback' */
  readonly id?: string;
}

/**
 * Asks models in their order; the rules are those of {@link FallbackOptions}. Once a model has said something, its
 * failure is the answer's failure. Rejects with `ProvidersFailedError`. Call `close` to end the background probes.
 *
 * @example
 * const llm = new FallbackLanguageModel([new OpenAILanguageModel({ model: 'm', baseUrl: 'https://models.example/v1' }), new OfflineAgent()]);
 */
export class FallbackLanguageModel implements LLMProvider {
  readonly id: string;
  readonly #chain: FallbackChain<LLMProvider>;
  readonly #completeTimeoutMs: number;

  constructor(providers: readonly LLMProvider[], options: FallbackLanguageModelOptions = {}) {
    refuseUnknownOptions('FallbackLanguageModel', options, [...FALLBACK_OPTIONS, 'completeTimeoutMs', 'id']);
    this.id = options.id ?? 'fallback';
    this.#completeTimeoutMs = requireNumber('FallbackLanguageModel.completeTimeoutMs', options.completeTimeoutMs ?? 60_000, { min: 1 });
    this.#chain = new FallbackChain('FallbackLanguageModel', 'language model', providers, options, { timeoutMs: 5000, probe });
  }

  /** Which models are worth asking now, in the order of preference. */
  get status(): FallbackChain<LLMProvider>['status'] {
    return this.#chain.status;
  }

  /** Warms the first model up, and the next where that fails. */
  async warmUp(): Promise<void> {
    const { end } = await this.#chain.begin(async (provider) => provider.warmUp?.(), undefined, { timeoutMs: this.#completeTimeoutMs });
    end();
  }

  async complete(messages: readonly Message[], options: LLMOptions = {}): Promise<LLMResponse> {
    const { value, end } = await this.#chain.begin((provider, signal) => provider.complete(messages, { ...options, signal }), options.signal, { timeoutMs: this.#completeTimeoutMs });
    end();
    return value;
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent, undefined> {
    const begun = await this.#chain.begin(async (provider, signal) => {
      const start = await startStream(provider.stream(messages, { ...options, signal }));
      // A model that ends with an error before it has said anything has not answered.
      if (start.first.type === 'finish' && start.first.reason === 'error') throw new ProviderEmptyError();
      return start;
    }, options.signal, { release: releaseStream });
    yield* followStream(begun, 'The answer', options.signal);
    return undefined;
  }

  /** Ends the background probes; calls reject with `ClosedError` afterwards. */
  close(): void {
    this.#chain.close();
  }
}

async function probe(provider: LLMProvider, signal: AbortSignal): Promise<void> {
  for await (const event of provider.stream([new Message({ role: 'user', content: 'Hi' })], { maxTokens: 1, signal })) {
    if (event.type === 'finish' && event.reason === 'error') throw new ProviderEmptyError();
    return;
  }
  throw new ProviderEmptyError();
}
