/**
 * Builds what a model is asked: a system prompt from a template, the history, and the text of the turn.
 * Settled, it gives `systemPrompt` and `messages`; live, it sends the messages first and then passes on
 * what flows in. History that flows in comes before the text of the turn.
 */
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import type { Data } from '../base/data.js';
import { isPlainObject } from '../base/data.js';
import { Message, messageRoles, type MessageRole } from '../context/message.js';
import { messageElement } from '../stream/element.js';
import type { StageContext } from './context.js';
import { StageKind, StageType } from './kind.js';
import { FROM_HISTORY, FROM_PROMPT, isFromHistory } from './message-origin.js';
import { StageOutput } from './output.js';
import type { Stage } from './stage.js';

/** Options of {@link PromptAssemblyStage}. */
export interface PromptAssemblyOptions {
  /** @default 'prompt_assembly' */
  readonly name?: string;
  /** System prompt; `{{name}}` is replaced by a variable. @default none */
  readonly template?: string;
  /** Values of the variables, fixed or per turn. */
  readonly variables?: Readonly<Data> | ((ctx: StageContext) => Readonly<Data>);
  /** Add `memoryEntries` of what settled before, else the snapshot's messages. @default true */
  readonly history?: boolean;
  /** Add the text of the turn as the last message. @default true */
  readonly userText?: boolean;
}

/** Data that it settles with. */
export interface PromptData {
  readonly systemPrompt: string;
  readonly messages: readonly Message[];
}

/** A template names a variable that has no value. */
export class PromptVariableError extends SluiceError {
  override readonly name: string = 'PromptVariableError';

  constructor(stage: string, variable: string) {
    super(`The template of stage '${stage}' uses {{${variable}}}, which has no value. Pass it in variables, or remove it from the template.`, { code: 'PROMPT_VARIABLE' });
  }
}

/** Builds a prompt. */
export class PromptAssemblyStage implements Stage<PromptData> {
  readonly name: string;
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.TRANSFORM;
  readonly #options: PromptAssemblyOptions;

  /** Throws `InvalidOptionError`. */
  constructor(options: PromptAssemblyOptions = {}) {
    refuseUnknownOptions('PromptAssemblyStage', options, ['name', 'template', 'variables', 'history', 'userText']);
    if (options.template !== undefined && typeof options.template !== 'string') throw new InvalidOptionError('PromptAssemblyStage.template', options.template, 'a string');
    this.name = requireName('PromptAssemblyStage.name', options.name ?? 'prompt_assembly');
    this.#options = options;
  }

  /** Builds, sends, passes on. */
  execute = async (ctx: StageContext): Promise<StageOutput<PromptData>> => {
    const { template = '', variables = {}, history = true, userText = true } = this.#options;
    const systemPrompt = fillTemplate(this.name, template, typeof variables === 'function' ? variables(ctx) : variables);
    const text = userText ? ctx.inputs.userText : '';
    const system = systemPrompt === '' ? [] : [new Message({ role: 'system', content: systemPrompt })];
    const past = history ? historyOf(ctx) : [];
    const question = text === '' ? [] : [new Message({ role: 'user', content: text })];
    let sequence = 0;
    const send = async (messages: readonly Message[], metadata?: Readonly<Data>): Promise<boolean> => {
      for (const message of messages) if (!(await ctx.output.write(messageElement(message, { source: ctx.stageName, sequence: sequence++, timestampMs: ctx.clock.epochMs(), ...(metadata === undefined ? {} : { metadata }) })))) return false;
      return true;
    };
    let open = (await send(system, FROM_PROMPT)) && (await send(past, FROM_HISTORY));
    let asked = false;
    while (open) {
      const element = ctx.input.tryRead() ?? (await ctx.input.read());
      if (!asked && (element === undefined || !isFromHistory(element))) {
        asked = true;
        open = await send(question);
      }
      if (element === undefined || !open) break;
      open = await ctx.output.write(element);
    }
    const messages = [...system, ...past, ...question];
    return StageOutput.ok({ systemPrompt, messages });
  };
}

/** Replaces `{{name}}`; a value that is not text is written as JSON. */
function fillTemplate(stage: string, template: string, variables: Readonly<Data>): string {
  return template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined || value === null) throw new PromptVariableError(stage, name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** Entries that memory stages give, else the snapshot's messages. */
function historyOf(ctx: StageContext): readonly Message[] {
  const entries: unknown = ctx.inputs.get('memoryEntries');
  if (!Array.isArray(entries)) return ctx.snapshot.messages;
  return entries.flatMap((entry: unknown) => {
    const { role, content } = isPlainObject(entry) ? entry : {};
    return typeof content === 'string' && messageRoles.includes(role as MessageRole) ? [new Message({ role: role as MessageRole, content })] : [];
  });
}
