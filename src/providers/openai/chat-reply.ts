/**
 * Reads the chunks of a chat completion into events. Servers differ and all of this is met: usage before, with or
 * after the last chunk or not at all; tool calls in pieces by index, whole without an index, or whole under one and
 * the same index; arguments as text or as a record; reasoning under two names or between tags in the text; `stop` as
 * the reason where tools are called.
 */
import type { Data } from '../../base/data.js';
import type { FinishReason, LLMEvent } from '../llm.js';
import type { Usage } from '../usage.js';
import { ThoughtSplitter } from './thought-splitter.js';

interface OpenCall {
  id: string;
  readonly index: number | undefined;
  name: string;
  text: string;
  record: Data | undefined;
}

const REASONS: Readonly<Record<string, FinishReason>> = { stop: 'stop', eos: 'stop', length: 'length', content_filter: 'content-filter', tool_calls: 'tool-calls', function_call: 'tool-calls', error: 'error' };

/** One answer that is being read. */
export class ChatReply {
  readonly #thoughts = new ThoughtSplitter();
  readonly #calls: OpenCall[] = [];
  #reason: FinishReason | undefined;
  #usage: Usage | undefined;

  /** True once the server has said why it stopped. */
  get finished(): boolean {
    return this.#reason !== undefined;
  }

  /** The events that a chunk completes. Fields of other types than expected count as absent. */
  accept(chunk: Readonly<Data>): readonly LLMEvent[] {
    this.#usage = usageOf(chunk['usage']) ?? this.#usage;
    const events: LLMEvent[] = [];
    for (const choice of records(chunk['choices'])) {
      if (choice['index'] !== undefined && choice['index'] !== 0) continue; // only one answer was asked for
      const delta = record(choice['delta']) ?? record(choice['message']) ?? {};
      const reasoning = text(delta['reasoning_content']) || text(delta['reasoning']);
      if (reasoning !== '') events.push({ type: 'reasoning', delta: reasoning });
      // A refusal is what the model says instead of an answer.
      const said = contentText(delta['content']) + text(delta['refusal']);
      if (said !== '') events.push(...this.#thoughts.push(said));
      for (const call of records(delta['tool_calls'])) this.#call(call);
      const legacy = record(delta['function_call']);
      if (legacy !== undefined) this.#call({ index: 0, function: legacy });
      const reason = choice['finish_reason'];
      if (typeof reason === 'string' && reason !== '') this.#reason = REASONS[reason] ?? 'other';
    }
    return events;
  }

  /** The last events: tool calls in their order, and `finish`. */
  end(): readonly LLMEvent[] {
    const events: LLMEvent[] = [...this.#thoughts.flush()];
    this.#calls.forEach((call, place) => {
      if (call.name !== '' || call.text !== '' || call.record !== undefined) events.push({ type: 'tool-call', id: call.id === '' ? `call_${place}` : call.id, name: call.name, input: call.record ?? readArguments(call.text) });
    });
    const called = events.some(({ type }) => type === 'tool-call');
    const reason = called && (this.#reason === 'stop' || this.#reason === undefined) ? 'tool-calls' : (this.#reason ?? 'other');
    return [...events, { type: 'finish', reason, ...(this.#usage === undefined ? {} : { usage: this.#usage }) }];
  }

  #call(part: Readonly<Data>): void {
    const id = text(part['id']);
    const index = typeof part['index'] === 'number' ? part['index'] : undefined;
    const body = record(part['function']) ?? {};
    let call = index === undefined ? (id === '' ? this.#calls.at(-1) : this.#calls.find((one) => one.id === id)) : this.#calls.findLast((one) => one.index === index);
    // Another id under the same index is another call, from servers that send calls whole.
    if (call !== undefined && id !== '' && call.id !== '' && call.id !== id) call = undefined;
    if (call === undefined) this.#calls.push((call = { id, index, name: '', text: '', record: undefined }));
    if (call.id === '') call.id = id;
    const name = text(body['name']);
    // Some servers repeat the name in every piece, some send it in pieces of its own.
    if (name !== '' && name !== call.name) call.name += name;
    call.text += text(body['arguments']);
    call.record = record(body['arguments']) ?? call.record;
  }
}

/** The arguments a model wrote; text that is no JSON stays text, for `ToolRegistry.parseAndResolve` to refuse. */
function readArguments(written: string): unknown {
  if (written.trim() === '') return {};
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

function usageOf(value: unknown): Usage | undefined {
  const usage = record(value);
  if (usage === undefined) return undefined;
  const cached = count(record(usage['prompt_tokens_details'])?.['cached_tokens']) ?? count(usage['prompt_cache_hit_tokens']);
  return { inputTokens: count(usage['prompt_tokens']) ?? 0, outputTokens: count(usage['completion_tokens']) ?? 0, ...(cached === undefined ? {} : { cachedTokens: cached }) };
}

function contentText(value: unknown): string {
  return Array.isArray(value) ? records(value).map((part) => (part['type'] === undefined || part['type'] === 'text' ? text(part['text']) : '')).join('') : text(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}

function record(value: unknown): Data | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : undefined;
}

function records(value: unknown): readonly Data[] {
  return Array.isArray(value) ? value.map(record).filter((one) => one !== undefined) : [];
}
