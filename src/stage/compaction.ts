/**
 * Makes a long conversation shorter without losing its course: from a share of the budget on, results of
 * tools are folded to a note of what they were, the oldest first, until the conversation is below it again.
 * Identical calls of a tool that were made again later collapse to the last. System messages, errors and
 * the newest messages stay word for word. Compacting twice changes nothing.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';
import type { Message } from '../context/message.js';
import { messageTokens } from './token-budget.js';

/** Options of {@link compactMessages}. */
export interface CompactionOptions {
  /** Tokens in all; 0 is unlimited. */
  readonly maxTokens: number;
  /** Share of the budget from which messages are folded. @default 0.7 */
  readonly threshold?: number;
  /** Newest messages that stay word for word. @default 4 */
  readonly pinned?: number;
  /** @default the library's estimate */
  readonly countTokens?: TokenCounter;
}

/** What {@link compactMessages} gives. */
export interface CompactedMessages {
  readonly messages: readonly Message[];
  readonly tokens: number;
  /** Results that were folded. */
  readonly folded: number;
  /** Messages that a later identical call made superfluous. */
  readonly collapsed: number;
}

const FIELDS = ['maxTokens', 'threshold', 'pinned', 'countTokens'];

/** Throws `InvalidOptionError`. */
export function requireCompaction(owner: string, options: CompactionOptions): CompactionOptions {
  refuseUnknownOptions(owner, options, FIELDS);
  requireNumber(`${owner}.maxTokens`, options.maxTokens, { min: 0, integer: true });
  if (options.threshold !== undefined) requireNumber(`${owner}.threshold`, options.threshold, { min: 0, max: 1 });
  if (options.pinned !== undefined) requireNumber(`${owner}.pinned`, options.pinned, { min: 0, integer: true });
  return options;
}

/** The shorter conversation. */
export function compactMessages(messages: readonly Message[], options: CompactionOptions): CompactedMessages {
  requireCompaction('compactMessages', options);
  const { maxTokens, threshold = 0.7, pinned = 4, countTokens = estimateTokens } = options;
  const limit = maxTokens * threshold;
  let tokens = messages.reduce((sum, message) => sum + messageTokens(message, countTokens), 0);
  if (maxTokens === 0 || tokens <= limit) return { messages, tokens, folded: 0, collapsed: 0 };
  const free = messages.length - pinned; // messages before this place may change
  const gone = superseded(messages, free);
  const result: (Message | undefined)[] = messages.map((message, n) => (gone.has(n) ? undefined : message));
  for (const n of gone) tokens -= messageTokens(messages[n] as Message, countTokens); // gone holds places of messages
  let folded = 0;
  for (let n = 0; n < free && tokens > limit; n++) {
    const message = result[n];
    if (message === undefined || !isFoldable(message)) continue;
    const short = message.with({ content: `[result of a tool, ${message.content.length} characters, folded]`, metadata: { ...message.metadata, folded: true } });
    const saved = messageTokens(message, countTokens) - messageTokens(short, countTokens);
    if (saved <= 0) continue;
    result[n] = short;
    tokens -= saved;
    folded++;
  }
  return { messages: result.filter((message) => message !== undefined), tokens, folded, collapsed: gone.size };
}

function isFoldable(message: Message): boolean {
  return message.role === 'tool' && message.metadata['folded'] !== true && !isError(message);
}

function isError(message: Message): boolean {
  return message.metadata['isError'] === true || message.metadata['is_error'] === true || message.metadata['error'] !== undefined;
}

/** Places of calls, with their results, that were made again later with the same arguments and the same result. */
function superseded(messages: readonly Message[], free: number): ReadonlySet<number> {
  const results = new Map<string, number>();
  messages.forEach((message, n) => message.role === 'tool' && message.toolCallId !== undefined && results.set(message.toolCallId, n));
  const seen = new Set<string>();
  const gone = new Set<number>();
  for (let n = messages.length - 1; n >= 0; n--) {
    const message = messages[n] as Message; // n is in range
    const call = message.toolCalls?.length === 1 ? message.toolCalls[0] : undefined;
    const at = call === undefined ? undefined : results.get(call.id);
    const result = at === undefined ? undefined : messages[at];
    if (call === undefined || at === undefined || result === undefined || isError(result)) continue;
    const pair = JSON.stringify([call.name, call.arguments ?? call.rawArguments, result.content]);
    if (seen.has(pair) && n < free && at < free && message.content === '') gone.add(n).add(at);
    seen.add(pair);
  }
  return gone;
}
