/** A deadline for every stage, with exceptions by name. The stage's signal aborts; a late outcome is ignored. */
import { refuseUnknownOptions, requireNumber } from '../../base/option.js';
import type { StageContext } from '../../stage/context.js';
import { derivedContext } from '../../stage/derived-context.js';
import { StageOutput } from '../../stage/output.js';
import { PipelineTimeoutError } from '../errors.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** Options of {@link TimeoutInterceptor}. */
export interface TimeoutInterceptorOptions {
  /** Milliseconds; 0 is never. @default 30000 */
  readonly timeoutMs?: number;
  /** Milliseconds by name of stage. */
  readonly stages?: Readonly<Record<string, number>>;
}

/** Ends stages that take too long. */
export class TimeoutInterceptor implements Interceptor {
  readonly name = 'timeout';
  readonly priority = 10;
  readonly #timeoutMs: number;
  readonly #stages: Readonly<Record<string, number>>;

  constructor(options: TimeoutInterceptorOptions = {}) {
    refuseUnknownOptions('TimeoutInterceptor', options, ['timeoutMs', 'stages']);
    this.#timeoutMs = requireNumber('TimeoutInterceptor.timeoutMs', options.timeoutMs ?? 30000, { min: 0 });
    this.#stages = { ...options.stages };
    for (const [stage, ms] of Object.entries(this.#stages)) requireNumber(`TimeoutInterceptor.stages.${stage}`, ms, { min: 0 });
  }

  /** Fails with `STAGE_TIMEOUT` when the time is over. */
  around(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): Promise<StageOutput> {
    const timeoutMs = this.#stages[stage.name] ?? this.#timeoutMs;
    if (timeoutMs === 0) return next();
    const controller = new AbortController();
    const { signal } = ctx;
    return new Promise((resolve) => {
      const onAbort = (): void => controller.abort(signal.reason);
      const cancel = ctx.clock.after(timeoutMs, () => {
        const error = new PipelineTimeoutError(`Stage '${stage.name}'`, 'TimeoutInterceptor.timeoutMs', timeoutMs, 'STAGE_TIMEOUT');
        signal.removeEventListener('abort', onAbort);
        resolve(StageOutput.fail(error));
        controller.abort(error);
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      void next(derivedContext(ctx, { signal: controller.signal })).then((output) => {
        cancel();
        signal.removeEventListener('abort', onAbort);
        resolve(output);
      });
    });
  }
}
