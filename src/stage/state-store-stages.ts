/**
 * The state of a conversation before and after a graph of streams: one stage loads it and sends its
 * messages first, the other collects the messages that flow past and saves them with the history.
 */
import { refuseUnknownOptions, requireFunction, requireName } from '../base/option.js';
import type { Data } from '../base/data.js';
import { frozenCopy } from '../base/data.js';
import type { Message } from '../context/message.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import { messageElement, type StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { StageKind, StageType } from './kind.js';
import { FROM_HISTORY, isFromHistory, isFromPrompt } from './message-origin.js';
import { StageOutput } from './output.js';

/** What is kept of a conversation. */
export interface ConversationState {
  readonly messages: readonly Message[];
  readonly metadata?: Readonly<Data>;
}

/** Keeps states by conversation. */
export interface StateStore {
  /** The state, or `undefined` for a conversation that has none. */
  load(id: string, options?: { readonly signal?: AbortSignal }): Promise<ConversationState | undefined>;
  /** Replaces the state. */
  save(id: string, state: ConversationState, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

/** A store in memory, for tests and short-lived pages. */
export class InMemoryStateStore implements StateStore {
  readonly #states = new Map<string, ConversationState>();

  /** The state as it was saved. */
  async load(id: string): Promise<ConversationState | undefined> {
    return this.#states.get(id);
  }

  /** Keeps a copy of the list. */
  async save(id: string, state: ConversationState): Promise<void> {
    this.#states.set(requireName('InMemoryStateStore.save.id', id), { messages: Object.freeze([...state.messages]), metadata: frozenCopy(state.metadata ?? {}) });
  }
}

/** Options of both stages. */
export interface StateStoreStageOptions {
  readonly name?: string;
  /** Which conversation it is. @default the session */
  readonly id?: (ctx: StageContext) => string | null;
}

/** Loads the history and sends it before what flows in. Skips without a session. */
export class StateStoreLoadStage extends BaseStage<{ readonly messages: readonly Message[]; readonly messageCount: number }> {
  readonly #store: StateStore;
  readonly #id: (ctx: StageContext) => string | null;

  constructor(store: StateStore, options: StateStoreStageOptions = {}) {
    super(options.name ?? 'state_store_load', StageType.TRANSFORM, StageKind.ENRICH);
    [this.#store, this.#id] = checked('StateStoreLoadStage', store, options);
  }

  /** Sends the messages with `metadata.fromHistory`. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<StageOutput<{ readonly messages: readonly Message[]; readonly messageCount: number }>> {
    const id = this.#id(ctx);
    const messages = id === null ? [] : ((await this.#store.load(id, { signal: ctx.signal }))?.messages ?? []);
    let sequence = 0;
    for (const message of messages) if (!(await output.write(messageElement(message, { source: ctx.stageName, sequence: sequence++, timestampMs: ctx.clock.epochMs(), metadata: FROM_HISTORY })))) break;
    for (let element = await input.read(); element !== undefined; element = await input.read()) if (!(await output.write(element))) break;
    return id === null ? StageOutput.skip('No session_id in context') : StageOutput.ok({ messages, messageCount: messages.length });
  }
}

/** Passes everything on, and at the end saves the messages that flowed past. Skips without a session. */
export class StateStoreSaveStage extends BaseStage<{ readonly messagesSaved: number }> {
  readonly #store: StateStore;
  readonly #id: (ctx: StageContext) => string | null;

  constructor(store: StateStore, options: StateStoreStageOptions = {}) {
    super(options.name ?? 'state_store_save', StageType.SINK, StageKind.WORK);
    [this.#store, this.#id] = checked('StateStoreSaveStage', store, options);
  }

  /**
   * What the store holds is the base, because what flowed past of the history may have been cut to fit a model;
   * only a store that holds nothing gets that history. A reader that leaves does not end the collecting.
   */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<StageOutput<{ readonly messagesSaved: number }>> {
    const history: Message[] = [];
    const fresh: Message[] = [];
    let read = true;
    for (let element = await input.read(); element !== undefined; element = await input.read()) {
      if (element.type === 'message' && !isFromPrompt(element)) (isFromHistory(element) ? history : fresh).push(element.message);
      read = read && (await output.write(element));
    }
    const id = this.#id(ctx);
    if (id === null) return StageOutput.skip('No session_id in context');
    const { signal } = ctx;
    const before = await this.#store.load(id, { signal });
    await this.#store.save(id, { messages: [...(before?.messages ?? history), ...fresh], ...(before?.metadata === undefined ? {} : { metadata: before.metadata }) }, { signal });
    return StageOutput.ok({ messagesSaved: fresh.length });
  }
}

function checked(owner: string, store: StateStore, options: StateStoreStageOptions): [StateStore, (ctx: StageContext) => string | null] {
  refuseUnknownOptions(owner, options, ['name', 'id']);
  requireFunction(`${owner}.store.load`, store?.load);
  requireFunction(`${owner}.store.save`, store.save);
  return [store, options.id ?? ((ctx) => ctx.sessionId)];
}
