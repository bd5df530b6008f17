/**
 * Keeps the exchange of a turn: what the user said, as the guards have left it, and of the answer
 * what was heard. Both entries go into the store in one write, so memory never holds half an
 * exchange.
 *
 * The heard text is the `spoken` of a stage upstream (playout settles with it, also when it was cut);
 * where nothing plays, the whole response counts as heard. An answer of which nothing was heard
 * leaves no entry: for the user it did not happen. So it is when a stage named `playout` is a dependency
 * and settled without saying what was spoken.
 */
import type { Data } from '../base/data.js';
import { randomId, type IdSource } from '../base/id.js';
import { refuseUnknownOptions, requireFunction, requireName } from '../base/option.js';
import type { StageContext } from '../stage/context.js';
import { StageKind } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { MemoryEntry } from './entry.js';
import { requireMemoryStore, type MemoryStore } from './store.js';

/** Options of a {@link MemoryWriteStage}. */
export interface MemoryWriteStageOptions {
  /** The stage whose output holds the response. @default 'llm', where it is a dependency, else any stage upstream */
  readonly responseStage?: string;
  /** Key of the response: a text, or an object with `content`. @default 'response' */
  readonly responseKey?: string;
  /** Ids of the entries, asked with the role of each. @default random UUIDs */
  readonly ids?: IdSource | ((role: 'user' | 'assistant') => string);
}

/** What a {@link MemoryWriteStage} settles with. */
export interface MemoryWriteData {
  readonly entriesWritten: number;
  readonly sessionId: string;
}

/** Writes the current exchange to memory; skips when the run has no session or nothing was said. */
export class MemoryWriteStage implements Stage<MemoryWriteData> {
  readonly name = 'memory_write';
  readonly kind: StageKind = StageKind.WORK;
  readonly #store: MemoryStore;
  readonly #responseStage: string | undefined;
  readonly #responseKey: string;
  readonly #ids: (role: 'user' | 'assistant') => string;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(store: MemoryStore, options: MemoryWriteStageOptions = {}) {
    refuseUnknownOptions('MemoryWriteStage', options, ['responseStage', 'responseKey', 'ids']);
    const { responseStage, responseKey = 'response', ids = randomId } = options;
    this.#store = requireMemoryStore('MemoryWriteStage.store', store);
    this.#responseStage = responseStage === undefined ? undefined : requireName('MemoryWriteStage.responseStage', responseStage);
    this.#responseKey = requireName('MemoryWriteStage.responseKey', responseKey);
    this.#ids = requireFunction('MemoryWriteStage.ids', ids);
  }

  /** @inheritdoc */
  readonly execute = async (ctx: StageContext): Promise<StageOutput<MemoryWriteData>> => {
    const { sessionId } = ctx;
    if (sessionId === null) return StageOutput.skip('The run has no session');
    const entries: MemoryEntry[] = [];
    const { userText } = ctx.inputs;
    if (userText !== '') entries.push(new MemoryEntry({ id: this.#ids('user'), sessionId, role: 'user', content: userText, timestamp: ctx.timer.startedAt }));
    const answer = this.#answer(ctx);
    if (answer !== undefined && answer.content !== '') entries.push(new MemoryEntry({ id: this.#ids('assistant'), sessionId, role: 'assistant', ...answer, timestamp: ctx.now() }));
    if (entries.length === 0) return StageOutput.skip('Nothing was said');
    await this.#store.write(entries, { signal: ctx.signal });
    return StageOutput.ok({ entriesWritten: entries.length, sessionId });
  };

  #answer(ctx: StageContext): { content: string; metadata: Data } | undefined {
    const response = contentOf(this.#response(ctx));
    const heard = heardOf(ctx);
    if (heard === undefined) return response === undefined ? undefined : { content: response, metadata: {} };
    const generated = typeof heard['generated'] === 'string' ? heard['generated'] : response;
    const spoken = heard['spoken'] as string; // heardOf has checked it
    const interrupted = heard['interrupted'] === true;
    if (!interrupted && (generated === undefined || generated === spoken)) return { content: spoken, metadata: {} };
    return { content: spoken, metadata: { spoken, interrupted, ...(generated === undefined ? {} : { generated }) } };
  }

  // A named stage is read by name, so that a missing declaration is an error; the default one only
  // where it is a dependency, because a voice pipeline depends on playout instead.
  #response(ctx: StageContext): unknown {
    const { inputs } = ctx;
    const stage = this.#responseStage ?? 'llm';
    const { declaredDeps } = inputs;
    if (this.#responseStage !== undefined || declaredDeps.has(stage)) return inputs.getFrom(stage, this.#responseKey);
    return inputs.get(this.#responseKey);
  }
}

function contentOf(response: unknown): string | undefined {
  if (typeof response === 'string') return response;
  if (typeof response !== 'object' || response === null) return undefined;
  const { content } = response as { content?: unknown };
  return typeof content === 'string' ? content : undefined;
}

/** The data of the last stage upstream that says what was spoken. */
function heardOf(ctx: StageContext): Readonly<Data> | undefined {
  const heard = Object.values(ctx.inputs.priorOutputs).map((output) => output.data as Readonly<Data>).findLast((data) => typeof data['spoken'] === 'string');
  return heard ?? (ctx.inputs.declaredDeps.has('playout') ? UNHEARD : undefined);
}

// A playout that settled without a word, because it failed or was canceled, has let nothing be heard.
const UNHEARD: Readonly<Data> = Object.freeze({ spoken: '', interrupted: true });
