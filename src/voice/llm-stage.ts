/**
 * Asks the language model: system prompt, remembered messages and the guarded text of the turn in;
 * tokens on the live output and the whole answer as the settled one out.
 *
 * Tool calls pass `ToolRegistry.parseAndResolve` before anything runs, and every call gets exactly one
 * result message, also when the tool is unknown, its input unreadable, its work fails, or the answer is
 * interrupted while it runs.
 */
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { Message } from '../context/message.js';
import type { FinishReason, LLMEvent, LLMProvider } from '../providers/llm.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { ToolExecutionOptions } from '../providers/tool-execution.js';
import type { ToolRegistry } from '../providers/tools.js';
import type { Usage } from '../providers/usage.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import { LLMPorts } from '../stage/ports.js';
import type { Stage } from '../stage/stage.js';
import { textElement } from '../stream/element.js';
import { audioInputOf } from './audio-input.js';
import { ModelCall, modelLimits, type ModelDeadlines, type ModelLimits } from './model-call.js';
import { ToolExchange, withUniqueIds, type AskedCall, type ToolWatch } from './tool-exchange.js';

/** Options of {@link LLMStage}. */
export interface LLMStageOptions {
  /** @default the run's `LLMPorts.llmProvider` */
  readonly provider?: LLMProvider;
  /** Tells the model who it is. */
  readonly systemPrompt?: string;
  /** Tools that the model may call. */
  readonly tools?: ToolRegistry;
  /** Rounds of tool calls in one answer. @default 4 */
  readonly maxToolRounds?: number;
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** How long one call of the model may take; out of time it is aborted and the stage fails with `ModelTimeoutError`. @default for ever */
  readonly deadlines?: ModelDeadlines;
  /** While the model loads: deadlines count from when this has settled. */
  readonly loading?: () => Promise<unknown> | undefined;
  /** Answer to speech that was not understood; without it the model is asked with an empty text. */
  readonly emptyReply?: string;
  /** Asked before tools run, and before a model that acts by itself (`sideEffects`) is asked; false gives the turn up. @default no question */
  readonly mayAct?: (ctx: StageContext) => Promise<boolean> | true;
  /** The messages before the user's. @default `memoryEntries` of a stage upstream */
  readonly recall?: (ctx: StageContext) => readonly Message[];
  /** Told of each round of tool calls when it begins. */
  readonly onTools?: (exchange: ToolExchange) => void;
  /** Told of each call of a tool that runs. */
  readonly onToolCall?: ToolWatch;
  /** Cancels tools that run. @default the stage's signal, so that an interruption cancels them */
  readonly toolSignal?: AbortSignal;
  /** Asked for tools that need approval. @default they are denied */
  readonly approve?: ToolExecutionOptions['approve'];
}

/** What {@link LLMStage} settles with. */
export interface LLMStageData {
  /** The whole answer. */
  readonly response: string;
  /** Wire form of the `LLMResponse`. */
  readonly llm: Data;
  readonly finishReason: FinishReason;
  /** Tool calls and their results, in order, as messages; empty without tools. */
  readonly toolMessages: readonly Message[];
}

interface Round {
  text: string;
  reason: FinishReason;
  readonly usage: Usage;
  readonly calls: readonly AskedCall[];
}

const UNLIMITED: ModelLimits = { firstTokenMs: 0, silenceMs: 0, answerMs: 0 };
const OPTIONS = ['provider', 'systemPrompt', 'tools', 'maxToolRounds', 'maxTokens', 'temperature', 'deadlines', 'loading', 'emptyReply', 'mayAct', 'recall', 'onTools', 'onToolCall', 'toolSignal', 'approve'];

/** The assistant's turn to think. */
export class LLMStage implements Stage<LLMStageData> {
  readonly name = 'llm';
  readonly kind: StageKind = StageKind.AGENT;
  readonly type: StageType = StageType.GENERATE;
  readonly #options: LLMStageOptions;
  readonly #limits: ModelLimits;
  readonly #maxToolRounds: number;

  constructor(options: LLMProvider | LLMStageOptions = {}) {
    const given: LLMStageOptions = 'stream' in options ? { provider: options } : options;
    refuseUnknownOptions('LLMStage', given, OPTIONS);
    this.#options = given;
    this.#limits = given.deadlines === undefined ? UNLIMITED : modelLimits('LLMStage.deadlines', given.deadlines);
    this.#maxToolRounds = requireNumber('LLMStage.maxToolRounds', given.maxToolRounds ?? 4, { min: 0, integer: true });
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<LLMStageData>> => {
    const ports = ctx.inputs.ports;
    const provider = this.#options.provider ?? (ports instanceof LLMPorts ? ports.llmProvider : undefined);
    if (provider === undefined) return StageOutput.fail('LLMStage has no model: pass a provider to its constructor or LLMPorts with llmProvider to the run');
    const { emptyReply } = this.#options;
    if (emptyReply !== undefined && ctx.inputs.userText.trim() === '' && audioInputOf(ctx) !== undefined) {
      await ctx.output.write(textElement(emptyReply, { source: ctx.stageName }));
      return this.#settle(ctx, emptyReply, 'stop', { inputTokens: 0, outputTokens: 0 }, [], provider);
    }
    if (provider.sideEffects === true && !(await this.#mayAct(ctx))) return StageOutput.skip('The turn was given up');
    const messages = this.#prompt(ctx);
    const exchanges: ToolExchange[] = [];
    const ids = new Set<string>();
    const toolMessages = (): readonly Message[] => exchanges.flatMap((exchange) => exchange.messages);
    let text = '';
    let usage: Usage = { inputTokens: 0, outputTokens: 0 };
    for (let round = 0; ; round++) {
      const answer = await this.#ask(ctx, provider, [...messages, ...toolMessages()]);
      text += answer.text;
      usage = { inputTokens: usage.inputTokens + answer.usage.inputTokens, outputTokens: usage.outputTokens + answer.usage.outputTokens };
      if (answer.calls.length === 0 || this.#options.tools === undefined || round >= this.#maxToolRounds) {
        return this.#settle(ctx, text, answer.reason, usage, toolMessages(), provider);
      }
      if (!(await this.#mayAct(ctx))) return StageOutput.skip('The turn was given up');
      ctx.raiseIfCancelled();
      exchanges.push(await this.#runTools(ctx, this.#options.tools, answer.text, withUniqueIds(answer.calls, ids)));
    }
  };

  #mayAct(ctx: StageContext): Promise<boolean> | true {
    return this.#options.mayAct?.(ctx) ?? true;
  }

  #prompt(ctx: StageContext): readonly Message[] {
    const { systemPrompt } = this.#options;
    return [
      ...(systemPrompt === undefined ? [] : [new Message({ role: 'system', content: systemPrompt })]),
      ...(this.#options.recall?.(ctx) ?? rememberedMessages(ctx)),
      ...ctx.snapshot.messages,
      new Message({ role: 'user', content: ctx.inputs.userText }),
    ];
  }

  #ask(ctx: StageContext, provider: LLMProvider, messages: readonly Message[]): Promise<Round> {
    const call = new ModelCall(ctx.clock, this.#limits);
    return call.run(ctx.signal, () => this.#read(ctx, provider, messages, call), this.#options.loading?.());
  }

  async #read(ctx: StageContext, provider: LLMProvider, messages: readonly Message[], call: ModelCall): Promise<Round> {
    const { tools, maxTokens, temperature } = this.#options;
    const sendToken = ctx.inputs.ports instanceof LLMPorts ? ctx.inputs.ports.sendToken : undefined;
    const source = { source: ctx.stageName };
    const calls: { id: string; name: string; input: unknown }[] = [];
    let text = '';
    let reason: FinishReason = 'other';
    let usage: Usage = { inputTokens: 0, outputTokens: 0 };
    const events: AsyncIterable<LLMEvent> = provider.stream(messages, {
      signal: call.signal,
      ...(tools === undefined ? {} : { tools: tools.definitions }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(ctx.sessionId === null ? {} : { sessionId: ctx.sessionId }),
      ...(ctx.pipelineRunId === null ? {} : { runId: ctx.pipelineRunId }),
    });
    for await (const event of events) {
      ctx.raiseIfCancelled();
      if (call.over) break; // nobody waits for it any more
      call.came();
      if (event.type === 'text' && event.delta !== '') {
        if (text === '') ctx.tryEmitEvent('voice.first_token', { time_ms: ctx.clock.now() });
        text += event.delta;
        const taken = ctx.output.write(textElement(event.delta, source));
        if (typeof taken !== 'boolean') await call.park(taken);
        const sent = sendToken?.(event.delta);
        if (sent !== undefined) await call.park(Promise.resolve(sent));
      } else if (event.type === 'tool-call') {
        calls.push({ id: event.id, name: event.name, input: event.input });
      } else if (event.type === 'finish') {
        reason = event.reason;
        usage = event.usage ?? usage;
      }
    }
    return { text, reason, usage, calls };
  }

  /** Runs a round of tools; rejects when the stage is canceled while they run. */
  async #runTools(ctx: StageContext, tools: ToolRegistry, text: string, calls: readonly AskedCall[]): Promise<ToolExchange> {
    const { toolSignal = ctx.signal, approve, onTools, onToolCall } = this.#options;
    const exchange = new ToolExchange(tools, text, calls, {
      signal: toolSignal,
      clock: ctx.clock,
      eventEmitter: ctx.tryEmitEvent,
      ...(approve === undefined ? {} : { approve }),
      ...(ctx.sessionId === null ? {} : { sessionId: ctx.sessionId }),
    }, onToolCall);
    onTools?.(exchange);
    await orAborted(exchange.done, ctx.signal);
    ctx.raiseIfCancelled();
    return exchange;
  }

  #settle(ctx: StageContext, response: string, finishReason: FinishReason, usage: Usage, toolMessages: readonly Message[], provider: LLMProvider): StageOutput<LLMStageData> {
    const llm = new LLMResponse({
      content: response,
      model: provider.id,
      provider: provider.id,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      latencyMs: ctx.timer.elapsedMs(),
      finishReason,
    });
    return StageOutput.ok({ response, llm: llm.toDict(), finishReason, toolMessages });
  }
}

/** Entries that a memory stage fetched upstream, as messages. */
export function rememberedMessages(ctx: StageContext, entries: unknown = ctx.inputs.get('memoryEntries')): readonly Message[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    const { role, content, metadata } = entry as { role?: unknown; content?: unknown; metadata?: unknown };
    if (typeof content !== 'string' || (role !== 'user' && role !== 'assistant' && role !== 'system')) return [];
    return [new Message({ role, content, metadata: (metadata ?? {}) as Data })];
  });
}

/** Settles with `work`, or as soon as `signal` aborts. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    void work.then(end);
  });
}
