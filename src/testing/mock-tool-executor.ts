/** Runs tools for tests: a failure is a result, never an exception, because that is what a model is shown. */
import type { Data } from '../base/data.js';
import { AbortedError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireName } from '../base/option.js';
import type { Tool, ToolDefinition } from '../providers/tool.js';
import { MOCK_OPTIONS, MockBehaviour, type MockOptions } from './mock-behaviour.js';

/** What running a tool gave. */
export interface MockToolResult {
  readonly success: boolean;
  /** What the tool gave; null when it failed. */
  readonly output: unknown;
  /** What went wrong; null when it did not. */
  readonly error: string | null;
  readonly durationMs: number;
}

/** What a mock tool does: gives a value, or what a function of its input gives. */
export type MockToolBehaviour = ((input: Data) => unknown) | Data | string | number | boolean | null;

/** Options of a {@link MockToolExecutor}; latency defaults to 0. */
export interface MockToolExecutorOptions extends MockOptions {
  /** Tools by name. */
  readonly tools?: Readonly<Record<string, MockToolBehaviour>>;
  /** What an unknown tool gives. @default { status: 'ok' } */
  readonly defaultOutput?: unknown;
}

/** A run that a {@link MockToolExecutor} has had. */
export interface MockToolCall {
  readonly name: string;
  readonly input: Data;
  readonly result: MockToolResult;
}

/** Runs tools that do what they are told. */
export class MockToolExecutor {
  readonly #behaviour: MockBehaviour;
  readonly #tools = new Map<string, MockToolBehaviour>();
  readonly #defaultOutput: unknown;
  #history: MockToolCall[] = [];

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: MockToolExecutorOptions = {}) {
    refuseUnknownOptions('MockToolExecutor', options, [...MOCK_OPTIONS, 'tools', 'defaultOutput']);
    this.#behaviour = new MockBehaviour('MockToolExecutor', options, { latencyMs: 0, latencyJitterMs: 0 });
    this.#defaultOutput = 'defaultOutput' in options ? options.defaultOutput : { status: 'ok' };
    for (const [name, tool] of Object.entries(options.tools ?? {})) this.registerTool(name, tool);
  }

  /** Runs so far. */
  get callCount(): number {
    return this.#history.length;
  }

  /** The runs so far, oldest first. */
  get history(): readonly MockToolCall[] {
    return [...this.#history];
  }

  /** Same as {@link history}. */
  get callHistory(): readonly MockToolCall[] {
    return this.history;
  }

  /** Sets what a tool does; a second time replaces it. */
  registerTool(name: string, tool: MockToolBehaviour): this {
    this.#tools.set(requireName('MockToolExecutor.registerTool.name', name), tool);
    return this;
  }

  /** Forgets the runs. */
  reset(): void {
    this.#history = [];
  }

  /** Runs a tool. Rejects only when `signal` aborts. */
  async execute(name: string, input: Data = {}, options: { readonly signal?: AbortSignal } = {}): Promise<MockToolResult> {
    const { clock } = this.#behaviour;
    const startMs = clock.now();
    const tool = this.#tools.has(name) ? this.#tools.get(name) : this.#defaultOutput;
    let result: MockToolResult;
    try {
      await this.#behaviour.call(options.signal);
      const output: unknown = typeof tool === 'function' ? await (tool as (input: Data) => unknown)(input) : tool;
      result = { success: true, output, error: null, durationMs: clock.now() - startMs };
    } catch (error) {
      if (error instanceof AbortedError) throw error;
      result = { success: false, output: null, error: toError(error).message, durationMs: clock.now() - startMs };
    }
    this.#history.push({ name, input, result });
    return result;
  }

  /** The executor as a tool of a `ToolRegistry`; a failure becomes an exception there, as with real tools. */
  asTool(definition: ToolDefinition): Tool {
    return {
      ...definition,
      execute: async (input, { signal }) => {
        const { success, output, error } = await this.execute(definition.name, input, { signal });
        if (!success) throw new Error(error ?? 'The tool failed.');
        return output;
      },
    };
  }
}
