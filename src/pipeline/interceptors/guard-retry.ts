/**
 * When a guard refuses an answer, lets the stage that made it try once more and asks the guard again.
 * Ends when the guard is content, when the tries or the time are used up, or when the answer no longer
 * changes.
 */
import { refuseUnknownOptions, requireNumber, InvalidOptionError } from '../../base/option.js';
import type { StageContext } from '../../stage/context.js';
import { derivedContext } from '../../stage/derived-context.js';
import { StageInputs } from '../../stage/inputs.js';
import type { StageOutput } from '../../stage/output.js';
import { canonicalJson } from '../canonical-json.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** Options of {@link GuardRetryInterceptor}. */
export interface GuardRetryOptions {
  /** For each guard the stage that is to try once more. */
  readonly rerun: Readonly<Record<string, string>>;
  /** Further tries. @default 2 */
  readonly maxAttempts?: number;
  /** Ends after so many tries in a row with the same answer. @default 2 */
  readonly stagnationLimit?: number;
  /** Milliseconds for all tries together; 0 is no limit. @default 30000 */
  readonly timeoutMs?: number;
}

/** Repeats what a guard refuses. */
export class GuardRetryInterceptor implements Interceptor {
  readonly name = 'guard_retry';
  readonly priority = 40;
  readonly #options: Required<GuardRetryOptions>;

  constructor(options: GuardRetryOptions) {
    refuseUnknownOptions('GuardRetryInterceptor', options, ['rerun', 'maxAttempts', 'stagnationLimit', 'timeoutMs']);
    if (typeof options.rerun !== 'object' || options.rerun === null) throw new InvalidOptionError('GuardRetryInterceptor.rerun', options.rerun, 'a record of names of guards and of stages');
    this.#options = {
      rerun: options.rerun,
      maxAttempts: requireNumber('GuardRetryInterceptor.maxAttempts', options.maxAttempts ?? 2, { min: 1, integer: true }),
      stagnationLimit: requireNumber('GuardRetryInterceptor.stagnationLimit', options.stagnationLimit ?? 2, { min: 1, integer: true }),
      timeoutMs: requireNumber('GuardRetryInterceptor.timeoutMs', options.timeoutMs ?? 30000, { min: 0 }),
    };
  }

  /** Emits `guard_retry.attempt`, and `guard_retry.succeeded` or `guard_retry.exhausted`. */
  async around(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): Promise<StageOutput> {
    const { rerun, maxAttempts, stagnationLimit, timeoutMs } = this.#options;
    let output = await next();
    const upstream = Object.hasOwn(rerun, stage.name) ? rerun[stage.name] : undefined;
    if (upstream === undefined || output.status !== 'fail') return output;
    const startedMs = ctx.clock.now();
    let before = answerOf(stage.run.output(upstream));
    let same = 0;
    let why = 'attempts';
    for (let attempt = 1; attempt <= maxAttempts && !ctx.isCancelled; attempt++) {
      if (timeoutMs > 0 && ctx.clock.now() - startedMs >= timeoutMs) {
        why = 'timeout';
        break;
      }
      ctx.tryEmitEvent('guard_retry.attempt', { guard: stage.name, stage: upstream, attempt });
      const again = await stage.run.rerun(upstream);
      const answer = answerOf(again);
      same = answer === before ? same + 1 : 0;
      before = answer;
      if (again.status === 'ok') output = await next(derivedContext(ctx, { inputs: freshInputs(ctx, upstream, again), attempt: ctx.attempt + attempt }));
      if (output.status !== 'fail') {
        ctx.tryEmitEvent('guard_retry.succeeded', { guard: stage.name, stage: upstream, attempt });
        return output;
      }
      if (same >= stagnationLimit) {
        why = 'stagnation';
        break;
      }
    }
    ctx.tryEmitEvent('guard_retry.exhausted', { guard: stage.name, stage: upstream, reason: why });
    return output;
  }
}

/** The guard's inputs with the new output in place of the old one. */
function freshInputs(ctx: StageContext, stage: string, output: StageOutput): StageInputs {
  const { snapshot, ports, declaredDeps, stageName, strict, priorOutputs } = ctx.inputs;
  return new StageInputs({ snapshot, ports, declaredDeps, stageName, strict, priorOutputs: { ...priorOutputs, [stage]: output } });
}

function answerOf(output: StageOutput | undefined): string {
  return canonicalJson(output?.data ?? null);
}
