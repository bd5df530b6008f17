/** A language model that gives the answers of a scenario at the pace of a scenario. */
import type { Data } from '../base/data.js';
import { seededRandom, type RandomSource } from '../base/random.js';
import type { Clock } from '../base/clock.js';
import type { Message } from '../context/message.js';
import { LLMResponse } from '../providers/llm-response.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../providers/llm.js';
import type { CallLog } from './call-log.js';
import type { RecordedCall, SimulatedAnswer, SimulatedLLMSettings } from './scenario.js';
import type { SimulatedProviderOptions } from './simulated-stt.js';
import { faultOf, playTake, spoilt, type Take, type TimedItem } from './take.js';

const TOKEN = /\s*\S+\s*/gu;

/** A model without weights. */
export class SimulatedLLM implements LLMProvider {
  readonly id = 'simulated-llm';
  readonly #settings: SimulatedLLMSettings;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #calls: CallLog | undefined;
  readonly #prompts: (readonly Message[])[] = [];
  #answer: SimulatedAnswer = '';
  #questions = 0;
  #toolCalls = 0;

  constructor(settings: SimulatedLLMSettings, options: SimulatedProviderOptions) {
    this.#settings = settings;
    this.#clock = options.clock;
    this.#random = seededRandom(options.seed ?? 1);
    this.#calls = options.calls;
  }

  /** The messages of every call, oldest first. */
  get prompts(): readonly (readonly Message[])[] {
    return this.#prompts;
  }

  /** @inheritdoc */
  async complete(messages: readonly Message[], options: LLMOptions = {}): Promise<LLMResponse> {
    let content = '';
    for await (const event of this.stream(messages, options)) if (event.type === 'text') content += event.delta;
    return new LLMResponse({ content, model: this.id, provider: this.id });
  }

  /** @inheritdoc */
  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent, void, undefined> {
    const take = this.#take(messages);
    const call = this.#calls?.begin('llm');
    let outcome: 'finish' | 'error' | 'aborted' = 'aborted';
    try {
      for await (const event of playTake(take, this.#clock, 'model', options.signal)) {
        call?.item();
        yield event;
      }
      outcome = 'finish';
    } catch (error) {
      outcome = options.signal?.aborted === true ? 'aborted' : 'error';
      throw error;
    } finally {
      call?.end(outcome);
    }
  }

  #take(messages: readonly Message[]): Take<LLMEvent> {
    const call = this.#prompts.push([...messages]) - 1;
    const recorded = this.#settings.calls?.[call];
    if (recorded !== undefined) return fromRecording(recorded);
    const afterTools = messages.at(-1)?.role === 'tool';
    const { answers = ['All right.'] } = this.#settings;
    if (!afterTools) this.#answer = answers[this.#questions++ % answers.length] ?? '';
    return spoilt(this.#generate(this.#answer, afterTools), faultOf(this.#settings.faults ?? [], call, this.#random));
  }

  #generate(answer: SimulatedAnswer, afterTools: boolean): Take<LLMEvent> {
    const { firstTokenMs = 250, tokensPerSecond = 80, jitterMs = 0 } = this.#settings;
    const text = typeof answer === 'string' ? answer : afterTools ? answer.then : (answer.text ?? '');
    const calls = typeof answer === 'string' || afterTools ? [] : answer.calls;
    const items: TimedItem<LLMEvent>[] = [];
    let last = 0;
    (text.match(TOKEN) ?? []).forEach((delta, n) => {
      last = Math.max(last, firstTokenMs + (n * 1000) / tokensPerSecond + this.#random() * jitterMs);
      items.push({ afterMs: last, item: { type: 'text', delta } });
    });
    last = Math.max(last, firstTokenMs);
    for (const { name, input } of calls) items.push({ afterMs: last, item: { type: 'tool-call', id: `call-${++this.#toolCalls}`, name, input: input ?? ({} as Data) } });
    items.push({ afterMs: last, item: { type: 'finish', reason: calls.length > 0 ? 'tool-calls' : 'stop', usage: { inputTokens: 0, outputTokens: items.length } } });
    return { items, end: 'finish', endMs: last };
  }
}

function fromRecording({ items, end, endMs }: RecordedCall): Take<LLMEvent> {
  const events = items.flatMap((item): TimedItem<LLMEvent>[] => {
    if ('text' in item) return [{ afterMs: item.afterMs, item: { type: 'text', delta: item.text } }];
    return 'tool' in item ? [{ afterMs: item.afterMs, item: { type: 'tool-call', ...item.tool } }] : [];
  });
  if (end === 'finish') events.push({ afterMs: endMs, item: { type: 'finish', reason: events.at(-1)?.item.type === 'tool-call' ? 'tool-calls' : 'stop' } });
  return { items: events, end, endMs };
}
