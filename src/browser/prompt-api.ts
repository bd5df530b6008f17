/**
 * The browser's built-in language model (Prompt API) as an `LLMProvider`: on the device, without a key
 * or a network. The conversation is given with each call, as with every other model. What the model has
 * read already is kept: where a call goes on with the conversation of the one before it, a clone of that
 * session reads only what is new, and a call that is cut leaves no trace, because only its clone has seen
 * it. A conversation that has become too long for the model loses its oldest messages.
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
  /** Adds messages without an answer. */
  append?(messages: readonly PromptMessage[], options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** A session that has read the same and goes its own way. */
  clone?(options?: { readonly signal?: AbortSignal }): Promise<PromptSession>;
}

/** A message as the model reads it. */
export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** The browser's `LanguageModel`. */
export interface PromptApi {
  availability(options?: object): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  create(options: {
    readonly initialPrompts?: readonly PromptMessage[];
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
  #kept: { readonly session: PromptSession; readonly read: readonly PromptMessage[] } | undefined;

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

  /** Loads the model, so that the first answer does not wait for it. */
  async warmUp(): Promise<void> {
    (await this.#create([], undefined)).destroy();
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncIterable<LLMEvent> {
    const { signal } = options;
    if (signal?.aborted === true) throw new AbortedError('The language model', signal.reason);
    const { prompt, history } = conversation(messages, this.#options.systemPrompt);
    for (let read = history; ; read = shortened(read)) {
      const session = await this.#session(read, signal);
      let answer = '';
      try {
        const reader = session.promptStreaming(prompt, signal === undefined ? {} : { signal }).getReader();
        try {
          for (let part = await reader.read(); !part.done; part = await reader.read()) {
            answer += part.value;
            if (part.value !== '') yield { type: 'text', delta: part.value };
          }
        } finally {
          // Also when the reader of this stream stops early: the model must not go on.
          reader.cancel().catch(() => undefined);
        }
        this.#keep(session, [...read, { role: 'user', content: prompt }, { role: 'assistant', content: answer }]);
        yield { type: 'finish', reason: 'stop' };
        return;
      } catch (thrown) {
        const error = isAborted(signal) ? new AbortedError('The language model', signal?.reason) : promptError(thrown);
        // Nothing was said yet, and there is something left to forget: ask again with less.
        if (answer === '' && error instanceof PromptApiError && error.reason === 'too-long' && shortened(read).length < read.length) continue;
        throw error;
      } finally {
        if (this.#kept?.session !== session) session.destroy();
      }
    }
  }

  /** Frees the session that is kept for the next call. */
  close(): void {
    this.#kept?.session.destroy();
    this.#kept = undefined;
  }

  /** A session that has read `history`: a clone of the kept one that reads what is new, or a new one. */
  async #session(history: readonly PromptMessage[], signal: AbortSignal | undefined): Promise<PromptSession> {
    const kept = this.#kept;
    if (kept?.session.clone === undefined || !goesOn(history, kept.read)) return this.#createFitting(history, signal);
    const added = history.slice(kept.read.length);
    let clone: PromptSession | undefined;
    try {
      clone = await kept.session.clone(signal === undefined ? {} : { signal });
      if (added.length > 0) await clone.append?.(added, signal === undefined ? {} : { signal });
      return clone;
    } catch (thrown) {
      clone?.destroy();
      if (isAborted(signal)) throw new AbortedError('The language model', signal?.reason);
      // The browser may free a session at any time; what it had read is read again.
      this.close();
      return this.#createFitting(history, signal);
    }
  }

  async #createFitting(history: readonly PromptMessage[], signal: AbortSignal | undefined): Promise<PromptSession> {
    for (let read = history; ; read = shortened(read)) {
      try {
        return await this.#create(read, signal);
      } catch (error) {
        if (!(error instanceof PromptApiError) || error.reason !== 'too-long' || shortened(read).length === read.length) throw error;
      }
    }
  }

  #keep(session: PromptSession, read: readonly PromptMessage[]): void {
    if (session.clone === undefined || session.append === undefined) return;
    this.#kept?.session.destroy();
    this.#kept = { session, read };
  }

  async #create(history: readonly PromptMessage[], signal: AbortSignal | undefined): Promise<PromptSession> {
    const api = this.#options.api ?? (globalThis as { LanguageModel?: PromptApi }).LanguageModel;
    if (api === undefined) throw new PromptApiError('missing');
    const { onDownload } = this.#options;
    try {
      if ((await api.availability()) === 'unavailable') throw new PromptApiError('unavailable');
      return await api.create({
        ...(history.length === 0 ? {} : { initialPrompts: history }),
        ...(signal === undefined ? {} : { signal }),
        ...(onDownload === undefined ? {} : { monitor: (monitor) => monitor.addEventListener('downloadprogress', (event) => onDownload((event as ProgressEvent).loaded)) }),
      });
    } catch (error) {
      throw isAborted(signal) ? new AbortedError('The language model', signal?.reason) : promptError(error);
    }
  }
}

// System prompts must come first and only once; the last message is the question. Results of tools read as what the user adds.
function conversation(messages: readonly Message[], systemPrompt: string | undefined): { readonly prompt: string; readonly history: readonly PromptMessage[] } {
  const system = [systemPrompt, ...messages.filter(({ role }) => role === 'system').map(({ content }) => content)].filter((text) => text !== undefined && text !== '');
  const turns = messages.filter(({ role, content }) => role !== 'system' && content !== '').map(({ role, content }) => ({ role: role === 'assistant' ? ('assistant' as const) : ('user' as const), content }));
  const last = turns.at(-1);
  return {
    prompt: last?.content ?? '',
    history: [...(system.length === 0 ? [] : [{ role: 'system' as const, content: system.join('\n\n') }]), ...turns.slice(0, -1)],
  };
}

/** Whether a conversation is another one and what came after it. */
function goesOn(history: readonly PromptMessage[], before: readonly PromptMessage[]): boolean {
  return before.length <= history.length && before.every(({ role, content }, place) => history[place]?.role === role && history[place].content === content);
}

/** The conversation without its older half; what the system says stays. */
function shortened(history: readonly PromptMessage[]): readonly PromptMessage[] {
  const system = history.filter(({ role }) => role === 'system');
  const turns = history.slice(system.length);
  return [...system, ...turns.slice(Math.ceil(turns.length / 2))];
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
