/**
 * A language model over live edges: messages and text in, the answer out.
 *
 * Elements are gathered until the turn or the stream ends; then the model is asked with what was
 * gathered, and its answer flows on as text elements (`streaming`) or as one message. Later turns see
 * the earlier ones. Elements that are no text pass through in place.
 */
import { refuseUnknownOptions, requireBoolean, requireName } from '../base/option.js';
import { Message } from '../context/message.js';
import { toolCall } from '../context/tool-call.js';
import type { LLMProvider } from '../providers/llm.js';
import type { ToolRegistry } from '../providers/tools.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { endOfTurnElement, messageElement, textElement, toolCallElement, type StreamElement } from '../stream/element.js';

/** Options of {@link ProviderStage}. */
export interface ProviderStageOptions {
  readonly provider: LLMProvider;
  /** Give the answer token by token; otherwise as one message. @default true */
  readonly streaming?: boolean;
  readonly systemPrompt?: string;
  /** Tools the model is told of. Its calls flow on as `toolCall` elements; a later stage runs them. */
  readonly tools?: ToolRegistry;
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** @default 'provider' */
  readonly name?: string;
}

/** What {@link ProviderStage} settles with. */
export interface ProviderStageData {
  /** Answers that were given. */
  readonly turns: number;
  /** The last answer. */
  readonly response: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const OPTIONS = ['provider', 'streaming', 'systemPrompt', 'tools', 'maxTokens', 'temperature', 'name'];

interface Talk {
  /** What the model has seen and said so far. */
  readonly history: Message[];
  /** What was gathered since. */
  gathered: Message[];
  text: string;
  turns: number;
  response: string;
  inputTokens: number;
  outputTokens: number;
}

/** Text and messages to answers. */
export class ProviderStage implements Stage<ProviderStageData> {
  readonly name: string;
  readonly kind: StageKind = StageKind.AGENT;
  readonly type: StageType = StageType.GENERATE;
  readonly #options: ProviderStageOptions;
  readonly #streaming: boolean;

  /** `new ProviderStage(provider)`, or everything in one record. Throws `InvalidOptionError`. */
  constructor(options: LLMProvider | ProviderStageOptions) {
    const given: ProviderStageOptions = 'provider' in options ? options : { provider: options };
    refuseUnknownOptions('ProviderStage', given, OPTIONS);
    this.#options = given;
    this.#streaming = requireBoolean('ProviderStage.streaming', given.streaming ?? true);
    this.name = requireName('ProviderStage.name', given.name ?? 'provider');
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<ProviderStageData>> => {
    const { systemPrompt } = this.#options;
    const talk: Talk = { history: systemPrompt === undefined ? [] : [new Message({ role: 'system', content: systemPrompt })], gathered: [], text: '', turns: 0, response: '', inputTokens: 0, outputTokens: 0 };
    for (let item: StreamElement | undefined = await ctx.input.read(); item !== undefined; item = await ctx.input.read()) {
      if (item.type === 'text') talk.text += item.text;
      else if (item.type === 'message') gather(talk, item.message);
      else if (item.type === 'endOfTurn' || item.type === 'endOfStream') {
        await this.#answer(ctx, talk);
        if (!(await ctx.output.write(item))) break;
      } else if (!(await ctx.output.write(item))) break;
    }
    await this.#answer(ctx, talk);
    const { turns, response, inputTokens, outputTokens } = talk;
    return StageOutput.ok({ turns, response, inputTokens, outputTokens });
  };

  /** Asks the model, if anything was gathered. */
  async #answer(ctx: StageContext, talk: Talk): Promise<void> {
    if (talk.text !== '') gather(talk, undefined);
    if (talk.gathered.length === 0) return;
    talk.history.push(...talk.gathered);
    talk.gathered = [];
    const { provider, tools, maxTokens, temperature } = this.#options;
    const source = { source: ctx.stageName };
    const calls: ReturnType<typeof toolCall>[] = [];
    let content = '';
    for await (const event of provider.stream(talk.history, {
      signal: ctx.signal,
      ...(tools === undefined ? {} : { tools: tools.definitions }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(ctx.sessionId === null ? {} : { sessionId: ctx.sessionId }),
    })) {
      ctx.raiseIfCancelled();
      if (event.type === 'text' && event.delta !== '') {
        content += event.delta;
        if (this.#streaming && !(await ctx.output.write(textElement(event.delta, source)))) return;
      } else if (event.type === 'tool-call') {
        const call = toolCall({ id: event.id, name: event.name, arguments: event.input });
        calls.push(call);
        if (!(await ctx.output.write(toolCallElement(call, source)))) return;
      } else if (event.type === 'finish' && event.usage !== undefined) {
        talk.inputTokens += event.usage.inputTokens;
        talk.outputTokens += event.usage.outputTokens;
      }
    }
    const answer = new Message({ role: 'assistant', content, ...(calls.length === 0 ? {} : { toolCalls: calls }) });
    talk.history.push(answer);
    talk.turns++;
    talk.response = content;
    if (!this.#streaming) await ctx.output.write(messageElement(answer, source));
    else await ctx.output.write(endOfTurnElement(source));
  }
}

/** Adds a message after the text that came before it. */
function gather(talk: Talk, message: Message | undefined): void {
  if (talk.text !== '') talk.gathered.push(new Message({ role: 'user', content: talk.text }));
  talk.text = '';
  if (message !== undefined) talk.gathered.push(message);
}
