/**
 * Stops calling a stage that keeps failing, for a while. One breaker per stage name, shared by all runs.
 *
 *   closed ──failures in a row──▶ open ──time──▶ half-open ──success──▶ closed
 *                                  ▲                 │
 *                                  └─────failure─────┘
 *
 * While it is open the stage fails at once with `CIRCUIT_OPEN`; half-open, a limited number of trials goes
 * through and everything else still fails. Each failure counts once.
 */
import { SluiceError } from '../../base/errors.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../../base/option.js';
import type { StageContext } from '../../stage/context.js';
import { StageOutput } from '../../stage/output.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** Options of {@link CircuitBreakerInterceptor}. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open it. @default 5 */
  readonly failureThreshold?: number;
  /** How long it stays open, in milliseconds. @default 30000 */
  readonly resetTimeoutMs?: number;
  /** Trials at once while it is half-open. @default 1 */
  readonly halfOpenTrials?: number;
  /** Which breaker a stage belongs to: stages that call the same service may share one. @default the stage's name */
  readonly key?: (stage: string) => string;
  /** Whether a failure counts. @default all */
  readonly counts?: (error: Error | null) => boolean;
}

/** State of a breaker. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** The breaker of a stage is open. */
export class CircuitOpenError extends SluiceError {
  override readonly name: string = 'CircuitOpenError';
  /** Milliseconds until the next trial. */
  readonly retryAfterMs: number;

  constructor(stage: string, retryAfterMs: number) {
    super(`Stage '${stage}' was not run: its circuit is open after repeated failures. Wait ${Math.ceil(retryAfterMs)} ms, or look for what failed before.`, { code: 'CIRCUIT_OPEN' });
    this.retryAfterMs = retryAfterMs;
  }
}

interface Breaker {
  failures: number;
  openedMs: number | undefined;
  trials: number;
}

/** Spares services that are down. */
export class CircuitBreakerInterceptor implements Interceptor {
  readonly name = 'circuit_breaker';
  readonly priority = 30;
  readonly #failureThreshold: number;
  readonly #resetTimeoutMs: number;
  readonly #halfOpenTrials: number;
  readonly #key: (stage: string) => string;
  readonly #counts: (error: Error | null) => boolean;
  readonly #breakers = new Map<string, Breaker>();

  constructor(options: CircuitBreakerOptions = {}) {
    refuseUnknownOptions('CircuitBreakerInterceptor', options, ['failureThreshold', 'resetTimeoutMs', 'halfOpenTrials', 'key', 'counts']);
    this.#failureThreshold = requireNumber('CircuitBreakerInterceptor.failureThreshold', options.failureThreshold ?? 5, { min: 1, integer: true });
    this.#resetTimeoutMs = requireNumber('CircuitBreakerInterceptor.resetTimeoutMs', options.resetTimeoutMs ?? 30000, { min: 0 });
    this.#halfOpenTrials = requireNumber('CircuitBreakerInterceptor.halfOpenTrials', options.halfOpenTrials ?? 1, { min: 1, integer: true });
    this.#key = requireFunction('CircuitBreakerInterceptor.key', options.key ?? ((stage) => stage));
    this.#counts = requireFunction('CircuitBreakerInterceptor.counts', options.counts ?? (() => true));
  }

  /** State of the breaker of a stage at a time of its clock. */
  state(stage: string, nowMs: number): CircuitState {
    const { openedMs } = this.#breaker(stage);
    return openedMs === undefined ? 'closed' : nowMs - openedMs >= this.#resetTimeoutMs ? 'half-open' : 'open';
  }

  /** Closes all breakers. */
  reset(): void {
    this.#breakers.clear();
  }

  /** Runs, or fails at once. */
  async around(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): Promise<StageOutput> {
    const breaker = this.#breaker(stage.name);
    const state = this.state(stage.name, ctx.clock.now());
    if (state === 'open' || (state === 'half-open' && breaker.trials >= this.#halfOpenTrials)) {
      const leftMs = Math.max(0, (breaker.openedMs ?? 0) + this.#resetTimeoutMs - ctx.clock.now());
      return StageOutput.fail(new CircuitOpenError(stage.name, leftMs));
    }
    if (state === 'half-open') breaker.trials++;
    const output = await next();
    if (state === 'half-open') breaker.trials--;
    if (output.status === 'fail' || output.status === 'retry') {
      if (this.#counts(output.cause)) this.#failed(ctx, breaker, state);
    } else if (output.status === 'ok') {
      if (breaker.openedMs !== undefined) ctx.tryEmitEvent('circuit.closed', { stage: stage.name });
      breaker.failures = 0;
      breaker.openedMs = undefined;
    }
    return output;
  }

  #failed(ctx: StageContext, breaker: Breaker, state: CircuitState): void {
    breaker.failures++;
    if (state !== 'half-open' && (breaker.openedMs !== undefined || breaker.failures < this.#failureThreshold)) return;
    breaker.openedMs = ctx.clock.now();
    ctx.tryEmitEvent('circuit.opened', { failures: breaker.failures, reset_timeout_ms: this.#resetTimeoutMs });
  }

  #breaker(stage: string): Breaker {
    const key = this.#key(stage);
    let breaker = this.#breakers.get(key);
    if (breaker === undefined) this.#breakers.set(key, (breaker = { failures: 0, openedMs: undefined, trials: 0 }));
    return breaker;
  }
}
