/**
 * The browser's built-in language model (Prompt API) as an `LLMProvider`: on the device, without a key
 * or a network. One model session per call: the conversation is given with each call, as with every
 * other model, so nothing has to be kept in step.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { AbortedError, SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireName } from '../base/option.js';
import type { Message } from '../context/message.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { FinishReason, LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';

/** A session of the model; names are the standard's. */
export interface PromptSession {
  promptStreaming(input: string, options?: { readonly signal?: AbortSignal }): ReadableStream<string>;
  destroy(): void;
  readonly contextUsage?: number;
}

/** The browser's `LanguageModel`. */
export interface PromptApi {
  availability(options?: object): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  create(options: {
    readonly initialPrompts?: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
    readonly signal?: AbortSignal;
    readonly monitor?: (monitor: EventTarget) => void;
  }): Promise<PromptSession>;
}

/** The built-in model cannot be used. */
export class PromptApiError extends SluiceError {
  override readonly name: string = 'PromptApiError';
  /** `missing`, `unavailable`, `too-long`, `refused` or `failed`. */
  readonly reason: 'missing' | 'unavailable' | 'too-long' | 'refused' | 'failed';
  /** True when another try on the same model is of no use. */
  readonly fatal: boolean;

  constructor(reason: PromptApiError['reason'], cause?: unknown) {
    super(`The browser's built-in language model could not answer (${reason}). Check with detectSupport().languageModel, shorten the conversation, or use another provider.`, { code: 'PROMPT_API', cause });
    this.reason = reason;
    this.fatal = reason !== 'failed';
  }
}

/** Options of {@link BrowserLanguageModel}. */
export interface BrowserLanguageModelOptions {
  /** Said to the model before the conversation. @default the system messages of the conversation alone */
  readonly systemPrompt?: string;
  /** Hears how much of the model is downloaded, 0 to 1; a download needs a gesture. */
  readonly onDownload?: (loaded: number) => void;
  /** @default globalThis.LanguageModel */
  readonly api?: PromptApi;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Answers with the browser's built-in model. Tools are not offered to it. */
export class BrowserLanguageModel implements LLMProvider {
  readonly id = 'browser-language-model';
  readonly #options: BrowserLanguageModelOptions;
  readonly #clock: Clock;

  constructor(options: BrowserLanguageModelOptions = {}) {
    refuseUnknownOptions('BrowserLanguageModel', options, ['systemPrompt', 'onDownload', 'api', 'clock']);
    if (options.systemPrompt !== undefined) requireName('BrowserLanguageModel.systemPrompt', options.systemPrompt);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async complete(messages: readonly Message[], options: LLMOptions = {}): Promise<LLMResponse> {
    const startedMs = this.#clock.now();
    let content = '';
    let finishReason: FinishReason = 'stop';
    for await (const event of this.stream(messages, options)) {
      if (event.type === 'text') content += event.delta;
      else if (event.type === 'finish') finishReason = event.reason;
    }
    return new LLMResponse({ content, finishReason, provider: this.id, model: 'built-in', latencyMs: this.#clock.now() - startedMs });
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncIterable<LLMEvent> {
    const { signal } = options;
    if (signal?.aborted === true) throw new AbortedError('The language model', signal.reason);
    const { prompt, history } = conversation(messages, this.#options.systemPrompt);
    const session = await this.#create(history, signal);
    try {
      const reader = session.promptStreaming(prompt, signal === undefined ? {} : { signal }).getReader();
      try {
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          if (part.value !== '') yield { type: 'text', delta: part.value };
        }
      } finally {
        // Also when the reader of this stream stops early: the model must not go on.
        reader.cancel().catch(() => undefined);
      }
      yield { type: 'finish', reason: 'stop' };
    } catch (error) {
      throw isAborted(signal) ? new AbortedError('The language model', signal?.reason) : promptError(error);
    } finally {
      session.destroy();
    }
  }

  async #create(history: Parameters<PromptApi['create']>[0]['initialPrompts'], signal: AbortSignal | undefined): Promise<PromptSession> {
    const api = this.#options.api ?? (globalThis as { LanguageModel?: PromptApi }).LanguageModel;
    if (api === undefined) throw new PromptApiError('missing');
    const { onDownload } = this.#options;
    try {
      if ((await api.availability()) === 'unavailable') throw new PromptApiError('unavailable');
      return await api.create({
        ...(history === undefined || history.length === 0 ? {} : { initialPrompts: history }),
        ...(signal === undefined ? {} : { signal }),
        ...(onDownload === undefined ? {} : { monitor: (monitor) => monitor.addEventListener('downloadprogress', (event) => onDownload((event as ProgressEvent).loaded)) }),
      });
    } catch (error) {
      throw isAborted(signal) ? new AbortedError('The language model', signal?.reason) : promptError(error);
    }
  }
}

type History = readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];

// System prompts must come first and only once; the last message is the question. Results of tools read as what the user adds.
function conversation(messages: readonly Message[], systemPrompt: string | undefined): { readonly prompt: string; readonly history: History } {
  const system = [systemPrompt, ...messages.filter(({ role }) => role === 'system').map(({ content }) => content)].filter((text) => text !== undefined && text !== '');
  const turns = messages.filter(({ role, content }) => role !== 'system' && content !== '').map(({ role, content }) => ({ role: role === 'assistant' ? ('assistant' as const) : ('user' as const), content }));
  const last = turns.at(-1);
  return {
    prompt: last?.content ?? '',
    history: [...(system.length === 0 ? [] : [{ role: 'system' as const, content: system.join('\n\n') }]), ...turns.slice(0, -1)],
  };
}

function promptError(error: unknown): Error {
  if (error instanceof SluiceError) return error;
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : '';
  return new PromptApiError(name === 'QuotaExceededError' ? 'too-long' : name === 'NotSupportedError' ? 'unavailable' : name === 'NotReadableError' || name === 'NotAllowedError' ? 'refused' : 'failed', error);
}

// A function, because a signal aborts while one awaits and the compiler does not know.
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
