/**
 * The assistant that needs no model: it reads a sentence by patterns, calls one of its tools, and
 * streams the answer word by word through the contract of a language model. What it does not
 * understand it says so, and guesses nothing.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { AbortedError, ClosedError } from '../base/errors.js';
import { refuseUnknownOptions, requireFunction, requireName } from '../base/option.js';
import type { Message } from '../context/message.js';
import { requireMemoryStore, type MemoryStore } from '../memory/store.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { Tool } from '../providers/tool.js';
import { ToolRegistry } from '../providers/tools.js';
import { readIntent, type Intent, type Remark } from './grammar.js';
import { NoteBook, type ClipStore } from './note-book.js';
import { offlineTools, timerName } from './offline-tools.js';
import { TimerBook, type Timer } from './timer-book.js';

/** Options of {@link OfflineAgent}. */
export interface OfflineAgentOptions {
  /** Where notes are kept; without it the agent keeps none and says so. */
  readonly memory?: MemoryStore;
  /** Where recordings of spoken notes are kept. */
  readonly clips?: ClipStore;
  /** @default systemClock */
  readonly clock?: Clock;
  /** IANA time zone of times and dates. @default the host's */
  readonly timeZone?: string;
  /** Called when a timer rings, with a sentence to be spoken. */
  readonly onTimer?: (timer: Timer, announcement: string) => void;
  /** Further tools; `read` turns a sentence into the tool's input, or undefined when it is not meant. Asked before the agent's own patterns. */
  readonly tools?: readonly OfflineToolEntry[];
}

/** A tool of the application, and the sentences that call it. */
export interface OfflineToolEntry {
  readonly tool: Tool;
  readonly read: (text: string) => Readonly<Record<string, unknown>> | undefined;
}

const OPTIONS = ['memory', 'clips', 'clock', 'timeZone', 'onTimer', 'tools'];
const MODEL = 'sluice-offline-agent';

const REMARKS: Readonly<Record<Exclude<Remark, 'repeat' | 'last_said'>, string>> = {
  help: 'You can ask me for the time or the date, set a timer, do sums, convert units, and have me remember, recall or forget notes. Say repeat to hear an answer again, or stop to silence me.',
  greeting: 'Hello! Say help to hear what I can do.',
  stop: 'Okay.',
  thanks: 'You are welcome.',
  goodbye: 'Goodbye.',
  identity: 'I am an assistant that works without a network. Say help to hear what I can do.',
  well_being: 'I am well, thank you. Say help to hear what I can do.',
  yes_no: 'Okay. What shall I do?',
  what_to_remember: 'What shall I remember? Say remember, and then the note.',
  what_to_forget: 'Say forget that for the last note, or forget my notes for all of them.',
  how_long: 'For how long? Say, for example, set a timer for five minutes.',
  unknown: 'I did not catch that. Say help to hear what I can do.',
};
const NO_NOTES = 'I cannot keep notes here.';

// Conversations whose last answer is kept for "repeat" when the messages do not hold it.
const MOST_SESSIONS = 100;

/** A language-model provider that runs on the device, without a model. */
export class OfflineAgent implements LLMProvider {
  /** `offline` */
  readonly id: string = 'offline';
  /** It runs its tools itself: timers, notes. */
  readonly sideEffects = true;
  /** All tools of the agent, the application's included. */
  readonly tools: ToolRegistry;
  /** The running timers. */
  readonly timers: TimerBook;
  readonly #clock: Clock;
  readonly #entries: readonly OfflineToolEntry[];
  readonly #answers = new Map<string, string>();
  #calls = 0;
  #closed = false;

  /** Throws `InvalidOptionError` for wrong options, `DuplicateToolError` when a tool bears the name of one of the agent's. */
  constructor(options: OfflineAgentOptions = {}) {
    refuseUnknownOptions('OfflineAgent', options, OPTIONS);
    const { memory, clips, clock = systemClock, timeZone, onTimer, tools = [] } = options;
    if (timeZone !== undefined) requireName('OfflineAgent.timeZone', timeZone);
    this.#clock = clock;
    this.timers = new TimerBook(clock);
    const notes = memory === undefined ? undefined : new NoteBook(requireMemoryStore('OfflineAgent.memory', memory), clips, clock);
    this.tools = new ToolRegistry(offlineTools({ clock, timers: this.timers, notes, timeZone }));
    for (const { tool } of tools) this.tools.register(tool);
    this.#entries = tools;
    if (onTimer !== undefined) {
      requireFunction('OfflineAgent.onTimer', onTimer);
      this.timers.onRing((timer) => onTimer(timer, timerAnnouncement(timer)));
    }
  }

  /** The whole answer to the last user message. */
  async complete(messages: readonly Message[], options: LLMOptions = {}): Promise<LLMResponse> {
    const startedMs = this.#clock.now();
    const content = await this.#answer(messages, options);
    return new LLMResponse({ content, model: MODEL, provider: this.id, inputTokens: words(lastUser(messages) ?? '').length, outputTokens: words(content).length, latencyMs: Math.max(0, this.#clock.now() - startedMs), finishReason: 'stop' });
  }

  /** The answer word by word. Rejects with `AbortedError` as soon as the signal aborts. */
  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent, void, undefined> {
    const answer = words(await this.#answer(messages, options));
    for (const delta of answer) {
      throwIfAborted(options.signal);
      yield { type: 'text', delta };
    }
    throwIfAborted(options.signal);
    yield { type: 'finish', reason: 'stop', usage: { inputTokens: words(lastUser(messages) ?? '').length, outputTokens: answer.length } };
  }

  /** Stops all timers; later calls reject with `ClosedError`. */
  close(): void {
    this.#closed = true;
    this.timers.close();
  }

  async #answer(messages: readonly Message[], options: LLMOptions): Promise<string> {
    if (this.#closed) throw new ClosedError('OfflineAgent');
    throwIfAborted(options.signal);
    const text = lastUser(messages) ?? '';
    const intent = this.#read(text);
    const session = options.sessionId ?? '';
    const repeats = intent.kind === 'remark' && intent.remark === 'repeat';
    const answer = repeats ? (lastAnswer(messages) ?? this.#answers.get(session) ?? 'I have not said anything yet.') : await this.#carryOut(intent, messages, options);
    throwIfAborted(options.signal);
    this.#keep(session, answer);
    return answer;
  }

  #read(text: string): Intent {
    for (const { tool, read } of this.#entries) {
      const input = read(text);
      if (input !== undefined) return { kind: 'tool', tool: tool.name, input };
    }
    return readIntent(text);
  }

  async #carryOut(intent: Intent, messages: readonly Message[], options: LLMOptions): Promise<string> {
    if (intent.kind === 'remark') {
      if (intent.remark === 'last_said') return lastSaid(messages);
      return REMARKS[intent.remark as keyof typeof REMARKS];
    }
    const input = intent.tool === 'remember_note' && options.runId !== undefined ? { ...intent.input, run_id: options.runId } : intent.input;
    const { resolved } = this.tools.parseAndResolve([{ id: `call_${++this.#calls}`, name: intent.tool, input }]);
    const call = resolved[0];
    // Without a memory store the note tools are not registered.
    if (call === undefined) return NO_NOTES;
    const signal = options.signal ?? new AbortController().signal;
    const result: unknown = await call.tool.execute(call.input, { signal, ...(options.sessionId === undefined ? {} : { sessionId: options.sessionId }) });
    if (typeof result === 'string') return result;
    const answer = typeof result === 'object' && result !== null ? (result as { readonly answer?: unknown }).answer : undefined;
    return typeof answer === 'string' ? answer : 'Done.';
  }

  #keep(session: string, answer: string): void {
    this.#answers.delete(session);
    this.#answers.set(session, answer);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > MOST_SESSIONS && oldest.done === false) this.#answers.delete(oldest.value);
  }
}

/** What is said when a timer rings. */
export function timerAnnouncement(timer: Timer): string {
  return timer.label === '' ? `Time is up. ${timerName(timer).replace(/^the/, 'The')} is done.` : `Time is up: ${timer.label}.`;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError('The answer', signal.reason);
}

function lastUser(messages: readonly Message[]): string | undefined {
  return messages.findLast(({ role }) => role === 'user')?.content;
}

function lastAnswer(messages: readonly Message[]): string | undefined {
  return messages.findLast(({ role, content }) => role === 'assistant' && content !== '')?.content;
}

function lastSaid(messages: readonly Message[]): string {
  const current = messages.findLastIndex(({ role }) => role === 'user');
  const before = messages.slice(0, Math.max(0, current)).findLast(({ role, content }) => role === 'user' && content !== '');
  return before === undefined ? 'You have not said anything before that.' : `You said: ${before.content.replace(/[\s.]+$/, '')}.`;
}

// Words with the space before them: joined, they are the answer again.
function words(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [];
}
