/**
 * Interceptors run around stages: `before`, `after` and `onError` for those that look on or answer
 * instead, `around` for those that decide how the stage is run. Composed they are one wrapper.
 *
 *   lower priority = outer:   before₁ → before₂ → [ around₁ ( around₂ ( stage ) ) ] → after₂ → after₁
 *
 * An error of an interceptor's own does not touch the run, but for interceptors that say they are
 * critical: those fail the stage.
 */
import { SluiceError, toError } from '../../base/errors.js';
import { InvalidOptionError } from '../../base/option.js';
import type { StageContext } from '../../stage/context.js';
import { isStageOutput, StageOutput } from '../../stage/output.js';
import type { RunAccess, StageSpec, StageWrapper } from '../spec.js';

/** What is known of the stage that is wrapped. */
export interface InterceptedStage {
  readonly name: string;
  readonly spec: StageSpec;
  readonly run: RunAccess;
}

/** What becomes of a failed stage: it stays failed, is tried again under its retry policy, or settles with another output. */
export type ErrorAction = 'fail' | 'retry' | { readonly fallback: StageOutput };

/** Looks at, answers for, or runs a stage. Every hook is optional. */
export interface Interceptor {
  readonly name: string;
  /** Lower is outer. @default 50 */
  readonly priority?: number;
  /** Its own errors fail the stage. @default false */
  readonly critical?: boolean;
  /** Before the stage; an output given here is the stage's, which is then not run. */
  before?(ctx: StageContext, stage: InterceptedStage): StageOutput | void | Promise<StageOutput | void>;
  /** After the stage settled in any way; an output given here takes its place. */
  after?(ctx: StageContext, output: StageOutput, stage: InterceptedStage): StageOutput | void | Promise<StageOutput | void>;
  /** When the stage failed; asked from the innermost outwards, the first answer that is not 'fail' counts. */
  onError?(ctx: StageContext, output: StageOutput, stage: InterceptedStage): ErrorAction | void | Promise<ErrorAction | void>;
  /** Runs the stage. */
  around?(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): StageOutput | Promise<StageOutput>;
}

/** A critical interceptor failed. */
export class InterceptorError extends SluiceError {
  override readonly name: string = 'InterceptorError';

  constructor(interceptor: string, hook: string, cause: unknown) {
    super(`Interceptor '${interceptor}' failed in ${hook}, and it is critical. See \`cause\` for why.`, { code: 'INTERCEPTOR_FAILED', cause });
  }
}

/**
 * One wrapper of several interceptors, for `wrappers` of a pipeline's settings or of a stage.
 *
 * @example
 * const pipeline = new Pipeline({ wrappers: [intercept(new TimeoutInterceptor(), new LoggingInterceptor({ logger: console }))] });
 */
export function intercept(...interceptors: readonly Interceptor[]): StageWrapper {
  for (const one of interceptors) if (typeof one !== 'object' || one === null || typeof one.name !== 'string') throw new InvalidOptionError('intercept', one, 'interceptors, objects with a name and hooks');
  const ordered = [...interceptors].sort((a, b) => (a.priority ?? 50) - (b.priority ?? 50));
  const around = ordered.filter((one) => one.around !== undefined);
  return async (ctx, next, spec, run) => {
    const stage: InterceptedStage = { name: spec.name, spec, run };
    const call = (at: number, given: StageContext): Promise<StageOutput> | StageOutput => {
      const one = around[at];
      return one?.around === undefined ? next(given) : one.around(given, async (inner = given) => call(at + 1, inner), stage);
    };
    let output: StageOutput | undefined;
    let entered = 0; // interceptors whose turn it was: only these see the end
    for (const one of ordered) {
      entered++;
      output = await attempt(ctx, one, 'before', () => one.before?.(ctx, stage));
      if (output !== undefined) break;
    }
    try {
      output ??= await call(0, ctx);
    } catch (error) {
      output = StageOutput.fail(toError(error)); // an `around` that throws has not kept its promise to give an output
    }
    for (const one of ordered.slice(0, entered).reverse()) {
      const failed = output.status === 'fail' || output.status === 'retry';
      if (failed && one.onError !== undefined) output = await onError(ctx, one, output, stage);
      const settled: StageOutput = output;
      output = (await attempt(ctx, one, 'after', () => one.after?.(ctx, settled, stage))) ?? output;
    }
    return output;
  };
}

async function onError(ctx: StageContext, one: Interceptor, output: StageOutput, stage: InterceptedStage): Promise<StageOutput> {
  try {
    const action = await one.onError?.(ctx, output, stage);
    if (action === 'retry') return StageOutput.retry(output.cause ?? output.error ?? undefined, output.data);
    if (typeof action === 'object' && action !== null) return action.fallback;
  } catch (error) {
    return blame(ctx, one, 'onError', error) ?? output;
  }
  return output;
}

/** Calls a hook; gives the output it answered with, if any. */
async function attempt(ctx: StageContext, one: Interceptor, hook: string, run: () => unknown): Promise<StageOutput | undefined> {
  try {
    const answer = await run();
    return isStageOutput(answer) ? answer : undefined;
  } catch (error) {
    return blame(ctx, one, hook, error);
  }
}

function blame(ctx: StageContext, one: Interceptor, hook: string, error: unknown): StageOutput | undefined {
  if (one.critical === true) return StageOutput.fail(new InterceptorError(one.name, hook, error));
  ctx.tryEmitEvent('interceptor.failed', { interceptor: one.name, hook, error: toError(error).name });
  return undefined;
}
