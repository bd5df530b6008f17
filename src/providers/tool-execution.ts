/**
 * Runs one call of a tool under its rules. The outcome is a value, never an exception, because a model is
 * shown it either way; what the tool had reported before it failed is kept; clean-ups always run.
 */
import { runCleanups, type Cleanup } from '../base/cleanups.js';
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { SluiceError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { checkSchema, SchemaMismatchError } from '../base/schema-check.js';
import type { EventEmitter } from '../event/event.js';
import type { ToolGate } from './tool-gate.js';
import type { Tool } from './tool.js';

/** How a call ended. */
export type ToolStatus = 'ok' | 'failed' | 'timeout' | 'canceled' | 'denied' | 'invalid_input' | 'invalid_output';

/** What came of a call. */
export interface ToolResult {
  readonly id: string;
  readonly name: string;
  readonly success: boolean;
  readonly status: ToolStatus;
  /** What the tool gave; null unless `success`. */
  readonly output: unknown;
  /** What went wrong; null when `success`. */
  readonly error: Error | null;
  /** What the tool had reported, in order. */
  readonly partial: readonly unknown[];
  readonly durationMs: number;
}

/** A person is asked. */
export interface ApprovalRequest {
  readonly id: string;
  readonly tool: string;
  readonly input: Data;
  readonly signal: AbortSignal;
}

/** Options of `ToolRegistry.execute`. */
export interface ToolExecutionOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  readonly sessionId?: string;
  /** Asked for tools that need approval; without it they are denied. */
  readonly approve?: (request: ApprovalRequest) => boolean | Promise<boolean>;
  /** How long a person may take, in milliseconds. @default 60000 */
  readonly approvalTimeoutMs?: number;
  /** Told `tool.started`, `tool.completed`, `tool.failed`, `approval.requested`, `approval.granted`, `approval.denied`; never the input. */
  readonly eventEmitter?: EventEmitter;
  readonly clock?: Clock;
}

/** A tool did not end in time, or nobody answered. */
export class ToolTimeoutError extends SluiceError {
  override readonly name: string = 'ToolTimeoutError';

  constructor(what: string, timeoutMs: number) {
    super(`${what} did not end within ${timeoutMs} ms. Raise its time limit, or make the work shorter.`, { code: 'TOOL_TIMEOUT' });
  }
}

/** A tool that needs approval was not approved. */
export class ToolDeniedError extends SluiceError {
  override readonly name: string = 'ToolDeniedError';

  constructor(tool: string, asked: boolean) {
    super(asked ? `Tool '${tool}' was not approved.` : `Tool '${tool}' needs approval, and nobody can be asked. Pass { approve } to execute.`, { code: 'TOOL_DENIED' });
  }
}

const DEFAULT_TIMEOUT_MS = 30000;
// As a run's: a clean-up that never ends must not hold the tool's place for ever.
const CLEANUP_TIMEOUT_MS = 10000;
const CANCELED = Symbol('canceled');

/** Throws `InvalidOptionError` for options that cannot be followed. */
export function requireExecutionOptions(options: ToolExecutionOptions): void {
  refuseUnknownOptions('ToolRegistry.execute', options, ['signal', 'sessionId', 'approve', 'approvalTimeoutMs', 'eventEmitter', 'clock']);
  if (options.approvalTimeoutMs !== undefined) requireNumber('ToolRegistry.execute.approvalTimeoutMs', options.approvalTimeoutMs, { min: 0 });
  if (options.approve !== undefined) requireFunction('ToolRegistry.execute.approve', options.approve);
  if (options.eventEmitter !== undefined) requireFunction('ToolRegistry.execute.eventEmitter', options.eventEmitter);
}

/** Runs a call. */
export async function executeTool(call: { readonly id: string; readonly tool: Tool; readonly input: Data }, gate: ToolGate | undefined, options: ToolExecutionOptions): Promise<ToolResult> {
  const { clock = systemClock, signal = new AbortController().signal } = options;
  const { tool } = call;
  const startedMs = clock.now();
  const partial: unknown[] = [];
  const emit: EventEmitter = (type, data) => {
    try {
      options.eventEmitter?.(type, data);
    } catch {
      // an event must not break a tool
    }
  };
  const end = (status: ToolStatus, output: unknown, error: Error | null): ToolResult => {
    const durationMs = clock.now() - startedMs;
    if (status === 'ok') emit('tool.completed', { tool: tool.name, duration_ms: durationMs });
    else emit('tool.failed', { tool: tool.name, status, duration_ms: durationMs, error: error?.name ?? 'Error', ...(SluiceError.isInstance(error) ? { error_code: error.code } : {}) });
    return Object.freeze({ id: call.id, name: tool.name, success: status === 'ok', status, output: status === 'ok' ? output : null, error, partial: Object.freeze([...partial]), durationMs });
  };
  const canceled = (): ToolResult => end('canceled', null, new SluiceError(`The call of tool '${tool.name}' was canceled.`, { code: 'ABORTED', cause: signal.reason }));
  const input = await checked(tool, 'input', call.input);
  if (input instanceof Error) return end('invalid_input', null, input);
  const refused = await refusal(call.id, tool, input as Data, signal, clock, options, emit);
  if (refused !== undefined) return signal.aborted ? canceled() : end('denied', null, refused);
  if (gate !== undefined && !(await gate.enter(signal))) return canceled();
  try {
    if (signal.aborted) return canceled();
    emit('tool.started', { tool: tool.name });
    const outcome = await run(tool, input as Data, partial, signal, clock, options.sessionId);
    if (outcome === CANCELED) return canceled();
    if (outcome instanceof ToolTimeoutError) return end('timeout', null, outcome);
    const output = await checked(tool, 'output', outcome);
    return output instanceof Error && output instanceof SchemaMismatchError ? end('invalid_output', null, output) : end('ok', output, null);
  } catch (error) {
    return end('failed', null, toError(error));
  } finally {
    gate?.leave();
  }
}

/** The input or output as its schema leaves it, or what is wrong with it. */
async function checked(tool: Tool, side: 'input' | 'output', value: unknown): Promise<unknown> {
  const schema = tool[side];
  if (schema === undefined) return value;
  try {
    const result = await checkSchema(schema, value);
    return 'issues' in result ? new SchemaMismatchError(`The ${side} of tool '${tool.name}'`, side === 'input' ? 'TOOL_INPUT' : 'TOOL_OUTPUT', result.issues) : result.value;
  } catch (error) {
    return new SchemaMismatchError(`The ${side} of tool '${tool.name}'`, side === 'input' ? 'TOOL_INPUT' : 'TOOL_OUTPUT', [{ message: toError(error).name }]);
  }
}

/** Why the tool may not run; `undefined` when it may. */
async function refusal(id: string, tool: Tool, input: Data, signal: AbortSignal, clock: Clock, options: ToolExecutionOptions, emit: EventEmitter): Promise<Error | undefined> {
  if (!needsApproval(tool, input)) return undefined;
  const { approve, approvalTimeoutMs = 60000 } = options;
  emit('approval.requested', { tool: tool.name });
  const answer = approve === undefined ? false : await withLimit(Promise.resolve().then(() => approve({ id, tool: tool.name, input, signal })), approvalTimeoutMs, signal, clock).catch(() => false);
  emit(answer === true ? 'approval.granted' : 'approval.denied', { tool: tool.name });
  return answer === true ? undefined : new ToolDeniedError(tool.name, approve !== undefined);
}

/** A rule that fails is taken for a yes: a person decides. */
function needsApproval(tool: Tool, input: Data): boolean {
  try {
    return typeof tool.approval === 'function' ? Boolean(tool.approval(input)) : tool.approval === true;
  } catch {
    return true;
  }
}

async function run(tool: Tool, input: Data, partial: unknown[], signal: AbortSignal, clock: Clock, sessionId: string | undefined): Promise<unknown> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = tool;
  const controller = new AbortController();
  const cleanups: Cleanup[] = [];
  let ended = false;
  const stop = (reason: unknown): void => controller.abort(reason);
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const context = {
      signal: controller.signal,
      ...(sessionId === undefined ? {} : { sessionId }),
      report: (one: unknown): void => void partial.push(one),
      onCleanup(cleanup: Cleanup): void {
        if (ended) void runCleanups([cleanup], clock, CLEANUP_TIMEOUT_MS); // the tool goes on after its time
        else cleanups.push(cleanup);
      },
    };
    const outcome = await withLimit(Promise.resolve().then(() => collected(tool.execute(input, context), partial, controller.signal)), timeoutMs, signal, clock);
    if (outcome !== 'timeout') return outcome;
    const error = new ToolTimeoutError(`Tool '${tool.name}'`, timeoutMs);
    stop(error);
    return error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    ended = true;
    await runCleanups(cleanups, clock, CLEANUP_TIMEOUT_MS);
  }
}

/** What a tool returned; an async iterable is read to its end, each piece a partial result, the list of them the output. */
async function collected(returned: unknown, partial: unknown[], signal: AbortSignal): Promise<unknown> {
  const value: unknown = await returned;
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return value;
  const all: unknown[] = [];
  for await (const piece of value as AsyncIterable<unknown>) {
    if (signal.aborted) break;
    partial.push(piece);
    all.push(piece);
  }
  return all;
}

/** The outcome of `work`, 'timeout' after `limitMs` (0 is never), or a mark when `signal` aborts. */
function withLimit<T>(work: Promise<T>, limitMs: number, signal: AbortSignal, clock: Clock): Promise<T | 'timeout' | typeof CANCELED> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      done();
      resolve(CANCELED);
    };
    const cancel = limitMs > 0 ? clock.after(limitMs, () => {
      done();
      resolve('timeout');
    }) : undefined;
    const done = (): void => {
      cancel?.();
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.finally(done).then(resolve, reject);
  });
}
