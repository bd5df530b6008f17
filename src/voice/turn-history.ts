/**
 * The conversation as it really was, turn by turn: what the user said as the guards left it, the tools
 * that were called with their results, and of each answer what was heard beside what was written.
 *
 * It also gives the messages of the next prompt. Where memory is kept, they are what memory holds, and
 * the tool calls of this session are put back in their places; else they are those of the last turns.
 */
import type { IdSource } from '../base/id.js';
import { estimateTokens } from '../base/tokens.js';
import { Message } from '../context/message.js';
import type { StageContext } from '../stage/context.js';
import { rememberedMessages } from './llm-stage.js';
import type { ToolExchange } from './tool-exchange.js';
import type { TurnReport } from './turn.js';

/** What a {@link TurnHistory} needs. */
export interface TurnHistoryOptions {
  readonly newId: IdSource;
  /** Put behind what was heard of an answer that was cut, for the model only. */
  readonly interruptedMarker: string | null;
  /** Most tokens of a prompt's history where there is no memory. */
  readonly maxTokens: number;
}

interface PastTurn {
  readonly exchanges: ToolExchange[];
  readonly entryIds: { user?: string; assistant?: string };
  report: TurnReport | undefined;
}

// Turns that are kept; what is older is memory's affair.
const MOST_TURNS = 100;

/** The turns of one session. */
export class TurnHistory {
  readonly #options: TurnHistoryOptions;
  readonly #turns = new Map<string, PastTurn>();
  readonly #entryTurns = new Map<string, string>();
  #current: string | undefined;

  constructor(options: TurnHistoryOptions) {
    this.#options = options;
  }

  /** Ids for the memory entries of the turn under way, one for each role. */
  readonly entryIds = (role: 'user' | 'assistant'): string => (this.#current === undefined ? this.#options.newId() : this.entryId(this.#current, role));

  /** Id of a memory entry of a turn, the same at each call while the turn is kept. */
  readonly entryId = (turnId: string, role: 'user' | 'assistant'): string => {
    const ids = this.#turns.get(turnId)?.entryIds;
    const known = ids?.[role];
    if (known !== undefined) return known;
    const id = this.#options.newId();
    if (ids !== undefined) ids[role] = id;
    this.#entryTurns.set(id, turnId);
    return id;
  };

  /** A turn begins. */
  begin(turnId: string): void {
    this.#current = turnId;
    this.#turns.set(turnId, { exchanges: [], entryIds: {}, report: undefined });
  }

  /** The turn under way calls tools. */
  addExchange(exchange: ToolExchange): void {
    if (this.#current !== undefined) this.#turns.get(this.#current)?.exchanges.push(exchange);
  }

  /** The turn has ended; without a report it never happened. */
  end(turnId: string, report: TurnReport | undefined): void {
    const turn = this.#turns.get(turnId);
    this.#current = undefined;
    if (report === undefined || turn === undefined) return void this.#turns.delete(turnId);
    turn.report = report;
    const oldest = this.#turns.keys().next();
    if (this.#turns.size <= MOST_TURNS || oldest.done === true) return;
    this.#turns.delete(oldest.value);
    for (const [entry, of] of this.#entryTurns) if (of === oldest.value) this.#entryTurns.delete(entry);
  }

  /** All turns that are kept, oldest first. An answer's `content` and `spoken` are what was heard, `generated` what the model wrote. */
  get messages(): readonly Message[] {
    return [...this.#turns.values()].flatMap(messagesOf);
  }

  /** The messages before the user's, for a run's prompt. */
  readonly recall = (ctx: StageContext): readonly Message[] => {
    const entries: unknown = ctx.inputs.get('memoryEntries');
    const messages = Array.isArray(entries) ? this.#withTools(entries as readonly { readonly id?: unknown }[], ctx) : this.#recent();
    return messages.map((message) => this.#marked(message));
  };

  /** Memory's messages, the tools of their turns between question and answer. */
  #withTools(entries: readonly { readonly id?: unknown }[], ctx: StageContext): readonly Message[] {
    const turns = new Map(entries.map((entry) => [entry, typeof entry.id === 'string' ? this.#entryTurns.get(entry.id) : undefined]));
    const placed = new Set<string>();
    return entries.flatMap((entry) => {
      const own = rememberedMessages(ctx, [entry]);
      const turnId = turns.get(entry);
      if (turnId === undefined || placed.has(turnId)) return own;
      placed.add(turnId);
      const tools = (this.#turns.get(turnId)?.exchanges ?? []).flatMap((exchange) => exchange.messages);
      return own[0]?.role === 'user' ? [...own, ...tools] : [...tools, ...own];
    });
  }

  /** The last turns, as many as fit; a turn is whole or not there. */
  #recent(): readonly Message[] {
    const kept: (readonly Message[])[] = [];
    let tokens = 0;
    for (const turn of [...this.#turns.values()].reverse()) {
      const messages = messagesOf(turn);
      tokens += messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
      if (kept.length > 0 && this.#options.maxTokens > 0 && tokens > this.#options.maxTokens) break;
      kept.unshift(messages);
    }
    return kept.flat();
  }

  #marked(message: Message): Message {
    const { interruptedMarker } = this.#options;
    const cut = message.interrupted === true || message.metadata['interrupted'] === true;
    if (interruptedMarker === null || message.role !== 'assistant' || !cut) return message;
    return new Message({ role: 'assistant', content: `${message.content}${interruptedMarker}`, metadata: message.metadata });
  }
}

function messagesOf({ exchanges, report }: PastTurn): readonly Message[] {
  if (report === undefined || report.refused) return [];
  const { userText, spoken, generated, interrupted } = report;
  return [
    ...(userText === '' ? [] : [new Message({ role: 'user', content: userText })]),
    ...exchanges.flatMap((exchange) => exchange.messages),
    ...(spoken === '' ? [] : [new Message({ role: 'assistant', content: spoken, spoken, generated, interrupted })]),
  ];
}
