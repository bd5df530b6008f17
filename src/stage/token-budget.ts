/**
 * Fits a conversation into a number of tokens. System messages stay and come first, the newest messages
 * are kept; what has to go goes by a strategy. A tool's result never stays without the call it answers.
 */
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber, requireOneOf } from '../base/option.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';
import type { Message } from '../context/message.js';

/** What goes when a conversation is too long: the oldest, nothing (an error), the least relevant, or a summary takes the place of the oldest. */
export type BudgetStrategy = 'oldest' | 'fail' | 'relevance' | 'summarise';

/** Options of {@link fitTokenBudget}. */
export interface TokenBudgetOptions {
  /** Tokens in all; 0 is unlimited. */
  readonly maxTokens: number;
  /** Tokens kept free for the answer; when it is not below `maxTokens` nothing is changed. @default 0 */
  readonly reserveTokens?: number;
  /** @default 'oldest' */
  readonly strategy?: BudgetStrategy;
  /** For `relevance`: higher stays. */
  readonly relevance?: (message: Message) => number;
  /** For `summarise`: one message for those that go. */
  readonly summarise?: (messages: readonly Message[], signal?: AbortSignal) => Promise<Message> | Message;
  /** @default the library's estimate */
  readonly countTokens?: TokenCounter;
  readonly signal?: AbortSignal;
}

/** What {@link fitTokenBudget} gives. */
export interface FittedMessages {
  readonly messages: readonly Message[];
  /** Tokens of `messages`. */
  readonly tokens: number;
  /** Messages that went. */
  readonly dropped: readonly Message[];
}

/** A conversation does not fit and must not be cut. */
export class TokenBudgetError extends SluiceError {
  override readonly name: string = 'TokenBudgetError';

  constructor(tokens: number, budget: number) {
    super(`The conversation has ${tokens} tokens and the budget is ${budget}. Raise maxTokens, lower reserveTokens, or choose a strategy other than 'fail'.`, { code: 'TOKEN_BUDGET' });
  }
}

const FIELDS = ['maxTokens', 'reserveTokens', 'strategy', 'relevance', 'summarise', 'countTokens', 'signal'];
// What a chat format adds to each message: role and separators.
const PER_MESSAGE = 4;

/** Tokens of a message: its text, its tool calls, and what the chat format adds. */
export function messageTokens(message: Message, countTokens: TokenCounter = estimateTokens): number {
  const calls = message.toolCalls?.reduce((sum, call) => sum + countTokens(call.name) + countTokens(call.rawArguments ?? JSON.stringify(call.arguments) ?? ''), 0) ?? 0;
  return countTokens(message.content) + calls + PER_MESSAGE;
}

/** Throws `InvalidOptionError` for options that cannot be met. */
export function requireTokenBudget(owner: string, options: TokenBudgetOptions): TokenBudgetOptions {
  refuseUnknownOptions(owner, options, FIELDS);
  requireNumber(`${owner}.maxTokens`, options.maxTokens, { min: 0, integer: true });
  if (options.reserveTokens !== undefined) requireNumber(`${owner}.reserveTokens`, options.reserveTokens, { min: 0, integer: true });
  const strategy = requireOneOf(`${owner}.strategy`, options.strategy ?? 'oldest', ['oldest', 'fail', 'relevance', 'summarise']);
  if (strategy === 'relevance' && options.relevance === undefined) throw new InvalidOptionError(`${owner}.relevance`, undefined, "a function, which strategy 'relevance' needs");
  if (strategy === 'summarise' && options.summarise === undefined) throw new InvalidOptionError(`${owner}.summarise`, undefined, "a function, which strategy 'summarise' needs");
  return options;
}

/** The messages that fit. The newest message stays even when it alone is too long. */
export async function fitTokenBudget(messages: readonly Message[], options: TokenBudgetOptions): Promise<FittedMessages> {
  requireTokenBudget('fitTokenBudget', options);
  const { maxTokens, reserveTokens = 0, strategy = 'oldest', countTokens = estimateTokens } = options;
  const sizes = new Map(messages.map((message) => [message, messageTokens(message, countTokens)]));
  const sizeOf = (list: readonly Message[]): number => list.reduce((sum, message) => sum + (sizes.get(message) ?? messageTokens(message, countTokens)), 0);
  const system = messages.filter((message) => message.role === 'system');
  const rest = messages.filter((message) => message.role !== 'system');
  const ordered = [...system, ...rest];
  const total = sizeOf(ordered);
  const budget = maxTokens - reserveTokens;
  if (maxTokens === 0 || budget <= 0 || total <= budget) return { messages: ordered, tokens: total, dropped: [] };
  if (strategy === 'fail') throw new TokenBudgetError(total, budget);
  const kept = strategy === 'relevance' ? mostRelevant(rest, budget - sizeOf(system), sizes, options.relevance as (message: Message) => number) : newest(rest, budget - sizeOf(system), sizes);
  const whole = withoutOrphans(kept);
  const dropped = rest.filter((message) => !whole.includes(message));
  if (strategy !== 'summarise' || dropped.length === 0) return { messages: [...system, ...whole], tokens: sizeOf([...system, ...whole]), dropped };
  const summary = await (options.summarise as NonNullable<TokenBudgetOptions['summarise']>)(dropped, options.signal); // checked with the strategy
  const room = newest(whole, budget - sizeOf(system) - messageTokens(summary, countTokens), sizes);
  const fitted = [...system, summary, ...withoutOrphans(room)];
  return { messages: fitted, tokens: sizeOf(fitted), dropped: rest.filter((message) => !fitted.includes(message)) };
}

function newest(messages: readonly Message[], budget: number, sizes: ReadonlyMap<Message, number>): readonly Message[] {
  let left = budget;
  let from = messages.length;
  while (from > 0) {
    left -= sizes.get(messages[from - 1] as Message) ?? 0; // from is in range
    if (left < 0 && from < messages.length) break;
    from--;
    if (left < 0) break;
  }
  return messages.slice(from);
}

function mostRelevant(messages: readonly Message[], budget: number, sizes: ReadonlyMap<Message, number>, relevance: (message: Message) => number): readonly Message[] {
  const last = messages[messages.length - 1];
  const ranked = messages.map((message, n) => ({ message, n, score: message === last ? Infinity : relevance(message) })).sort((a, b) => b.score - a.score || b.n - a.n);
  const chosen = new Set<Message>();
  let left = budget;
  for (const { message } of ranked) {
    const size = sizes.get(message) ?? 0;
    if (size > left && chosen.size > 0) continue;
    chosen.add(message);
    left -= size;
  }
  return messages.filter((message) => chosen.has(message));
}

/** Leaves out results of tools whose call has gone. */
function withoutOrphans(messages: readonly Message[]): readonly Message[] {
  const calls = new Set(messages.flatMap((message) => message.toolCalls?.map((call) => call.id) ?? []));
  return messages.filter((message) => message.role !== 'tool' || message.toolCallId === undefined || calls.has(message.toolCallId));
}
