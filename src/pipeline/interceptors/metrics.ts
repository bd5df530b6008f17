/** Counts and times stages over all runs of a graph. */
import type { StageContext } from '../../stage/context.js';
import type { StageOutput } from '../../stage/output.js';
import type { StageStatus } from '../../stage/kind.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** What was measured of one stage. */
export interface StageMetrics {
  readonly runs: number;
  /** Runs by how they settled. */
  readonly byStatus: Readonly<Partial<Record<StageStatus, number>>>;
  readonly averageMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

interface Sum {
  runs: number;
  readonly byStatus: Partial<Record<StageStatus, number>>;
  totalMs: number;
  minMs: number;
  maxMs: number;
}

/** Measures stages. */
export class MetricsInterceptor implements Interceptor {
  readonly name = 'metrics';
  readonly priority = 6;
  readonly #sums = new Map<string, Sum>();

  /** Times the stage with everything inside this interceptor. */
  async around(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): Promise<StageOutput> {
    const startedMs = ctx.clock.now();
    const output = await next();
    this.#add(stage.name, output.status, ctx.clock.now() - startedMs);
    return output;
  }

  /** What was measured so far, by name of stage. */
  getMetrics(): Readonly<Record<string, StageMetrics>> {
    return Object.fromEntries([...this.#sums].map(([stage, { runs, byStatus, totalMs, minMs, maxMs }]) => [stage, { runs, byStatus: { ...byStatus }, averageMs: totalMs / runs, minMs, maxMs }]));
  }

  /** Forgets everything. */
  reset(): void {
    this.#sums.clear();
  }

  #add(stage: string, status: StageStatus, ms: number): void {
    let sum = this.#sums.get(stage);
    if (sum === undefined) this.#sums.set(stage, (sum = { runs: 0, byStatus: {}, totalMs: 0, minMs: Infinity, maxMs: 0 }));
    sum.runs++;
    sum.byStatus[status] = (sum.byStatus[status] ?? 0) + 1;
    sum.totalMs += ms;
    sum.minMs = Math.min(sum.minMs, ms);
    sum.maxMs = Math.max(sum.maxMs, ms);
  }
}
