/** What a tool is: what a model is told of it, and what it does. */
import type { Data } from '../base/data.js';
import type { StandardSchema } from '../base/standard-schema.js';

/** What a model is told about a tool. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the input. @default an object of anything */
  readonly inputSchema?: Data;
}

/** What a running tool is given beside its input. */
export interface ToolContext {
  /** Aborts when the call is canceled or out of time. */
  readonly signal: AbortSignal;
  readonly sessionId?: string;
  /** Keeps a partial result: it is part of the result even when the tool fails later. Given by `ToolRegistry.execute`. */
  readonly report?: (partial: unknown) => void;
  /** Calls a clean-up when the tool has ended in whatever way, the last one given first. Given by `ToolRegistry.execute`. */
  readonly onCleanup?: (cleanup: () => void | Promise<void>) => void;
}

/** A tool: its definition and what it does. */
export interface Tool extends ToolDefinition {
  /** Runs the tool; what it returns is given to the model. */
  readonly execute: (input: Data, context: ToolContext) => unknown;
  /** Checks, and may convert, the input. */
  readonly input?: StandardSchema<Data>;
  /** Checks, and may convert, what the tool returns. */
  readonly output?: StandardSchema;
  /** Whether a person must agree first. @default false */
  readonly approval?: boolean | ((input: Data) => boolean);
  /** Longest run in milliseconds; 0 is never. @default 30000 */
  readonly timeoutMs?: number;
  /** Calls at once; others wait. @default unlimited */
  readonly maxConcurrency?: number;
}
