/**
 * Tools that a model may call: their definitions, their registry, the step that must come before any
 * execution, `parseAndResolve`, which never throws whatever a model has written, and the execution itself,
 * which never throws whatever a tool does.
 */
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, requireFunction, requireName, requireNumber } from '../base/option.js';
import { isStandardSchema, type StandardSchema } from '../base/standard-schema.js';
import { executeTool, requireExecutionOptions, type ToolExecutionOptions, type ToolResult } from './tool-execution.js';
import type { Tool, ToolDefinition } from './tool.js';
import { ToolGate } from './tool-gate.js';

/** A call whose tool is known and whose input could be read. */
export interface ResolvedToolCall {
  readonly id: string;
  readonly tool: Tool;
  readonly input: Data;
}

/** A call that cannot be executed, and why. */
export interface UnresolvedToolCall {
  readonly id: string;
  readonly name: string;
  readonly reason: 'unknown_tool' | 'invalid_json' | 'missing_name' | 'invalid_call';
}

/** What `parseAndResolve` found. */
export interface ToolResolution {
  readonly resolved: readonly ResolvedToolCall[];
  readonly unresolved: readonly UnresolvedToolCall[];
}

/** A tool with this name is registered already. */
export class DuplicateToolError extends SluiceError {
  override readonly name: string = 'DuplicateToolError';

  constructor(name: string) {
    super(`A tool named '${name}' is registered already. Choose another name, or unregister the first.`, { code: 'DUPLICATE_TOOL' });
  }
}

/** The tools of an assistant, by name. */
export class ToolRegistry {
  readonly #tools = new Map<string, Tool>();
  readonly #gates = new Map<string, ToolGate>();

  constructor(tools: Iterable<Tool> = []) {
    for (const tool of tools) this.register(tool);
  }

  /** Adds a tool. Throws {@link DuplicateToolError}, or `InvalidOptionError` when it has no name or no `execute`. */
  register(tool: Tool): this {
    if (!isRecord(tool)) throw new InvalidOptionError('ToolRegistry.register.tool', tool, 'a tool such as { name, execute }');
    requireName('Tool.name', tool.name);
    requireFunction('Tool.execute', tool.execute);
    if (tool.timeoutMs !== undefined) requireNumber(`Tool '${tool.name}'.timeoutMs`, tool.timeoutMs, { min: 0 });
    if (tool.maxConcurrency !== undefined) requireNumber(`Tool '${tool.name}'.maxConcurrency`, tool.maxConcurrency, { min: 1, integer: true });
    if (tool.approval !== undefined && typeof tool.approval !== 'boolean') requireFunction(`Tool '${tool.name}'.approval`, tool.approval); // anything else would let it run unasked
    requireSchema(`Tool '${tool.name}'.input`, tool.input);
    requireSchema(`Tool '${tool.name}'.output`, tool.output);
    if (this.#tools.has(tool.name)) throw new DuplicateToolError(tool.name);
    this.#tools.set(tool.name, tool);
    if (tool.maxConcurrency !== undefined) this.#gates.set(tool.name, new ToolGate(tool.maxConcurrency));
    return this;
  }

  /** Removes a tool; false when there was none of that name. */
  unregister(name: string): boolean {
    this.#gates.delete(name);
    return this.#tools.delete(name);
  }

  /** The tool of that name. */
  get(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  /** What models are told, in order of registration. */
  get definitions(): readonly ToolDefinition[] {
    return [...this.#tools.values()].map(({ name, description, inputSchema }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      ...(inputSchema === undefined ? {} : { inputSchema }),
    }));
  }

  /**
   * Reads the tool calls of a model: a list of `{ id, function: { name, arguments } }` with arguments
   * as JSON text (OpenAI's form), or of `{ id, name, arguments | input }` with arguments as a record.
   * Never throws on what a model wrote; throws only when `calls` is not a list.
   */
  parseAndResolve(calls: readonly unknown[]): ToolResolution {
    if (!Array.isArray(calls)) throw new InvalidOptionError('ToolRegistry.parseAndResolve.calls', calls, 'a list of tool calls');
    const resolved: ResolvedToolCall[] = [];
    const unresolved: UnresolvedToolCall[] = [];
    calls.forEach((call: unknown, index) => {
      const outcome = this.#resolve(call, index);
      if ('tool' in outcome) resolved.push(outcome);
      else unresolved.push(outcome);
    });
    return { resolved, unresolved };
  }

  /**
   * Runs one resolved call: checks its input, asks for approval where the tool wants it, waits for a place,
   * holds the deadline, checks the output, and calls every clean-up. Never rejects: what went wrong is in the result.
   * Throws `InvalidOptionError` for options that it does not have, or a call that was not resolved.
   */
  execute(call: ResolvedToolCall, options: ToolExecutionOptions = {}): Promise<ToolResult> {
    if (!isRecord(call) || !isRecord(call.tool)) throw new InvalidOptionError('ToolRegistry.execute.call', call, 'a call that parseAndResolve has resolved');
    requireExecutionOptions(options);
    return executeTool(call, this.#gates.get(call.tool.name), options);
  }

  /** Runs calls at once, each under its tool's own limit; results in the order of the calls. */
  executeAll(calls: readonly ResolvedToolCall[], options: ToolExecutionOptions = {}): Promise<readonly ToolResult[]> {
    return Promise.all(calls.map((call) => this.execute(call, options)));
  }

  #resolve(call: unknown, index: number): ResolvedToolCall | UnresolvedToolCall {
    if (!isRecord(call)) return { id: `call_${index}`, name: '', reason: 'invalid_call' };
    const id = typeof call['id'] === 'string' && call['id'] !== '' ? call['id'] : `call_${index}`;
    const body = isRecord(call['function']) ? call['function'] : call;
    const name = body['name'];
    if (typeof name !== 'string' || name === '') return { id, name: '', reason: 'missing_name' };
    const tool = this.#tools.get(name);
    if (tool === undefined) return { id, name, reason: 'unknown_tool' };
    const input = readInput(body['arguments'] ?? body['input']);
    return input === undefined ? { id, name, reason: 'invalid_json' } : { id, tool, input };
  }
}

function requireSchema(option: string, schema: StandardSchema | undefined): void {
  if (schema !== undefined && !isStandardSchema(schema)) throw new InvalidOptionError(option, schema, "a validator with the Standard Schema interface ('~standard')");
}

function isRecord(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The input as a record; no arguments at all mean an empty one; `undefined` when it cannot be read. */
function readInput(value: unknown): Data | undefined {
  if (value === undefined || value === null || value === '') return {};
  if (isRecord(value)) return value;
  if (typeof value !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined; // text that is not JSON is one of the expected inputs; the caller reports `invalid_json`
  }
}
