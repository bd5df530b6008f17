/**
 * Token budget and compaction as stages. With a live input they collect the message elements that flow in
 * and pass the fitting ones on at its end; without one they read `messages` of what settled before, else
 * the snapshot's. What was cut is always said: in the data and as an event.
 */
import { InvalidOptionError } from '../base/option.js';
import type { Message } from '../context/message.js';
import { messageElement, type ElementOf } from '../stream/element.js';
import { compactMessages, requireCompaction, type CompactionOptions } from './compaction.js';
import type { StageContext } from './context.js';
import { StageKind, StageType } from './kind.js';
import { FROM_HISTORY } from './message-origin.js';
import { StageOutput } from './output.js';
import type { Stage } from './stage.js';
import { fitTokenBudget, requireTokenBudget, type TokenBudgetOptions } from './token-budget.js';

/** Data that both stages settle with. */
export interface BudgetedMessages {
  readonly messages: readonly Message[];
  readonly tokens: number;
  /** Whether anything was cut or folded. */
  readonly truncated: boolean;
  /** Messages cut, folded or collapsed. */
  readonly changed: number;
}

/** Fits the conversation into a budget. */
export class TokenBudgetStage implements Stage<BudgetedMessages> {
  readonly name: string;
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.ACCUMULATE;
  readonly #options: TokenBudgetOptions;

  /** Throws `InvalidOptionError`. */
  constructor(options: TokenBudgetOptions & { readonly name?: string }) {
    const { name = 'token_budget', ...rest } = requireRecord('TokenBudgetStage', options);
    this.name = name;
    this.#options = requireTokenBudget('TokenBudgetStage', rest);
  }

  /** Fits, and emits `context.truncated` when something had to go. */
  execute = async (ctx: StageContext): Promise<StageOutput<BudgetedMessages>> => {
    const collected = await messagesOf(ctx);
    const fitted = await fitTokenBudget(collected.messages, { ...this.#options, signal: ctx.signal });
    const changed = fitted.dropped.length;
    if (changed > 0) ctx.tryEmitEvent('context.truncated', { dropped: changed, tokens: fitted.tokens, max_tokens: this.#options.maxTokens });
    await emitMessages(ctx, fitted.messages, collected);
    return StageOutput.ok({ messages: fitted.messages, tokens: fitted.tokens, truncated: changed > 0, changed });
  };
}

/** Folds old results of tools. */
export class CompactionStage implements Stage<BudgetedMessages> {
  readonly name: string;
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.ACCUMULATE;
  readonly #options: CompactionOptions;

  /** Throws `InvalidOptionError`. */
  constructor(options: CompactionOptions & { readonly name?: string }) {
    const { name = 'compaction', ...rest } = requireRecord('CompactionStage', options);
    this.name = name;
    this.#options = requireCompaction('CompactionStage', rest);
  }

  /** Compacts, and emits `context.compacted` when something changed. */
  execute = async (ctx: StageContext): Promise<StageOutput<BudgetedMessages>> => {
    const collected = await messagesOf(ctx);
    const compacted = compactMessages(collected.messages, this.#options);
    const changed = compacted.folded + compacted.collapsed;
    if (changed > 0) ctx.tryEmitEvent('context.compacted', { folded: compacted.folded, collapsed: compacted.collapsed, tokens: compacted.tokens, max_tokens: this.#options.maxTokens });
    await emitMessages(ctx, compacted.messages, collected);
    return StageOutput.ok({ messages: compacted.messages, tokens: compacted.tokens, truncated: changed > 0, changed });
  };
}

function requireRecord<T extends object>(option: string, value: T): T {
  if (typeof value === 'object' && value !== null) return value;
  throw new InvalidOptionError(option, value, 'a record such as { maxTokens: 4000 }');
}

/** Messages that flow in, with what their elements said; other elements pass on at once. Without any, those of a dependency, else those that settled further upstream, else the snapshot's. */
async function messagesOf(ctx: StageContext): Promise<Collected> {
  const flowed: ElementOf<'message'>[] = [];
  for (let element = await ctx.input.read(); element !== undefined; element = await ctx.input.read()) {
    if (element.type === 'message') flowed.push(element);
    else if (!(await ctx.output.write(element))) break;
  }
  if (flowed.length > 0) return { messages: flowed.map(({ message }) => message), flowed };
  for (const dependency of ctx.inputs.declaredDeps) {
    const own: unknown = ctx.inputs.getFrom(dependency, 'messages');
    if (Array.isArray(own)) return { messages: own as readonly Message[], flowed };
  }
  const settled: unknown = ctx.inputs.get('messages');
  return { messages: Array.isArray(settled) ? (settled as readonly Message[]) : ctx.snapshot.messages, flowed };
}

interface Collected {
  readonly messages: readonly Message[];
  readonly flowed: readonly ElementOf<'message'>[];
}

/** Sends the messages that stay, with the metadata that they came with; what takes the place of others is history. */
async function emitMessages(ctx: StageContext, messages: readonly Message[], { flowed }: Collected): Promise<void> {
  let sequence = 0;
  for (const message of messages) {
    const came = flowed.find((element) => element.message === message || (message.toolCallId !== undefined && element.message.toolCallId === message.toolCallId));
    const metadata = came === undefined ? FROM_HISTORY : came.metadata;
    const element = messageElement(message, { source: ctx.stageName, sequence: sequence++, timestampMs: ctx.clock.epochMs(), ...(metadata === undefined ? {} : { metadata }) });
    if (!(await ctx.output.write(element))) return;
  }
}
