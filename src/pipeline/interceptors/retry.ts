/** A retry policy for every stage, with exceptions by name. A stage that has given live elements is not tried again. */
import { sleep } from '../../base/clock.js';
import { refuseUnknownOptions } from '../../base/option.js';
import { systemRandom, type RandomSource } from '../../base/random.js';
import type { StageContext } from '../../stage/context.js';
import { derivedContext } from '../../stage/derived-context.js';
import { StageOutput } from '../../stage/output.js';
import { CountedWriter } from '../../stream/counted-writer.js';
import { mayRetry, requireRetryPolicy, retryDelayMs, type RetryPolicy } from '../retry.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** Options of {@link RetryInterceptor}. */
export interface RetryInterceptorOptions extends RetryPolicy {
  /** Policies by name of stage; null is none. */
  readonly stages?: Readonly<Record<string, RetryPolicy | null>>;
  /** For jitter. @default the system's */
  readonly random?: RandomSource;
}

/** Tries stages again. */
export class RetryInterceptor implements Interceptor {
  readonly name = 'retry';
  readonly priority = 20;
  readonly #policy: RetryPolicy;
  readonly #stages: Readonly<Record<string, RetryPolicy | null>>;
  readonly #random: RandomSource;

  constructor(options: RetryInterceptorOptions = {}) {
    const { stages = {}, random = systemRandom, ...policy } = options;
    this.#policy = requireRetryPolicy('RetryInterceptor', policy);
    for (const [stage, one] of Object.entries(stages)) if (one !== null) requireRetryPolicy(`RetryInterceptor.stages.${stage}`, one);
    refuseUnknownOptions('RetryInterceptor', options, ['stages', 'random', 'maxAttempts', 'backoff', 'jitter', 'baseDelayMs', 'maxDelayMs', 'retryable']);
    this.#stages = stages;
    this.#random = random;
  }

  /** Emits `stage.retrying` before each further try. */
  async around(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): Promise<StageOutput> {
    const policy = Object.hasOwn(this.#stages, stage.name) ? this.#stages[stage.name] : this.#policy;
    if (policy === null || policy === undefined) return next();
    const output = new CountedWriter(ctx.output);
    let delayMs = 0;
    for (let attempt = 1; ; attempt++) {
      const settled = await next(derivedContext(ctx, { output, attempt: ctx.attempt + attempt - 1 }));
      if (settled.status !== 'fail' && settled.status !== 'retry') return settled;
      if (output.count > 0 || ctx.isCancelled || !mayRetry(policy, attempt, settled.cause)) return settled.status === 'fail' ? settled : StageOutput.fail(settled.cause ?? settled.error, settled.data);
      delayMs = retryDelayMs(policy, attempt, delayMs, settled.cause, this.#random);
      ctx.tryEmitEvent('stage.retrying', { attempt, delay_ms: delayMs, error: settled.cause?.name ?? 'Error' });
      if (delayMs > 0) await sleep(ctx.clock, delayMs, ctx.signal);
    }
  }
}
