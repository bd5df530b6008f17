/**
 * The tool calls of one round of a model, and their results: always in pairs. A call that still runs
 * when the messages are read has a result that says so; when it has ended, later readings have the real
 * one. So an interruption loses no result, and no prompt has a call without an answer.
 */
import type { Data } from '../base/data.js';
import { Message } from '../context/message.js';
import { toolCall } from '../context/tool-call.js';
import type { ToolExecutionOptions, ToolResult } from '../providers/tool-execution.js';
import type { ResolvedToolCall, ToolRegistry } from '../providers/tools.js';

/** A call as a model wrote it. */
export interface AskedCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** Told of a call that begins to run; the function it returns is told of its result. */
export type ToolWatch = (call: { readonly id: string; readonly name: string; readonly input: unknown }) => (result: ToolResult) => void;

/** Calls with ids that are not blank and that no other call of the turn has. */
export function withUniqueIds(calls: readonly AskedCall[], taken: Set<string>): readonly AskedCall[] {
  return calls.map((call) => {
    let id = call.id === '' ? 'call' : call.id;
    for (let n = 2; taken.has(id); n++) id = `${call.id === '' ? 'call' : call.id}_${n}`;
    taken.add(id);
    return id === call.id ? call : { ...call, id };
  });
}

/** One round of calls. */
export class ToolExchange {
  /** Settles when every call has its result. Never rejects. */
  readonly done: Promise<void>;
  readonly #asked: Message;
  readonly #calls: readonly AskedCall[];
  readonly #results = new Map<string, string>();

  /** Reads the calls with `parseAndResolve` and runs those that can run. */
  constructor(tools: ToolRegistry, text: string, calls: readonly AskedCall[], options: ToolExecutionOptions, watch?: ToolWatch) {
    this.#calls = calls;
    this.#asked = new Message({ role: 'assistant', content: text, toolCalls: calls.map(({ id, name, input }) => toolCall({ id, name: name === '' ? 'unnamed' : name, arguments: input })) });
    const { resolved, unresolved } = tools.parseAndResolve(calls);
    for (const { id, reason } of unresolved) this.#results.set(id, JSON.stringify({ error: reason }));
    const run = async (call: ResolvedToolCall): Promise<void> => {
      const ended = watch?.({ id: call.id, name: call.tool.name, input: call.input });
      const result = await tools.execute(call, options);
      this.#results.set(call.id, contentOf(result));
      ended?.(result);
    };
    this.done = Promise.all(resolved.map(run)).then(() => undefined);
  }

  /** The model's message and one result for each of its calls, in their order. */
  get messages(): readonly Message[] {
    return [this.#asked, ...this.#calls.map(({ id, name }) => new Message({ role: 'tool', content: this.#results.get(id) ?? RUNNING, toolCallId: id, metadata: { name } }))];
  }
}

const RUNNING = JSON.stringify({ status: 'running' });

function contentOf({ success, output, error, partial }: ToolResult): string {
  if (success) return typeof output === 'string' ? output : (JSON.stringify(output) ?? 'null');
  const failure: Data = { error: error?.message ?? 'failed', ...(partial.length === 0 ? {} : { partial }) };
  return JSON.stringify(failure);
}
