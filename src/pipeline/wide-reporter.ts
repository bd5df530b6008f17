/** One fat event per stage and per run, with everything that is known at its end: what log stores like best. */
import type { Data } from '../base/data.js';
import type { SluiceError } from '../base/errors.js';
import type { StageOutput } from '../stage/output.js';
import type { Attempt } from './attempt.js';
import { errorFacts, EventReporter } from './event-reporter.js';
import type { GraphNode } from './graph-node.js';
import type { SettledOutputs } from './settled-outputs.js';

/** Reports as usual, and `stage.wide` and `pipeline.wide` beside. */
export class WideReporter extends EventReporter {
  readonly #stages: Data[] = [];
  readonly #startedMs = new Map<string, number>();

  override started(attempt: Attempt): void {
    super.started(attempt);
    if (!this.#startedMs.has(attempt.node.name)) this.#startedMs.set(attempt.node.name, attempt.timer.nowMs());
  }

  override completed(node: GraphNode, attempt: number, durationMs: number, outputs: SettledOutputs): void {
    super.completed(node, attempt, durationMs, outputs);
    this.#report(node, outputs.get(node.index) as StageOutput, attempt); // it has settled
  }

  override settled(node: GraphNode, output: StageOutput, attempt: number): void {
    super.settled(node, output, attempt);
    this.#report(node, output, attempt);
  }

  #report(node: GraphNode, output: StageOutput, attempt: number): void {
    const failed = output.status === 'fail' || output.status === 'retry';
    const facts: Data = {
      stage: node.name,
      kind: node.kind,
      type: node.type ?? null,
      status: output.status,
      attempts: attempt,
      started_ms: this.#startedMs.get(node.name) ?? null,
      duration_ms: output.durationMs ?? 0,
      dependencies: [...(node.spec.dependencies ?? [])],
      streams_from: (node.spec.streamsFrom ?? []).map((edge) => (typeof edge === 'string' ? edge : edge.from)),
      scope: node.spec.scope ?? null,
      data_keys: Object.keys(output.data),
      artifacts: output.artifacts.length,
      version: output.version,
      ...(failed ? errorFacts(output) : {}),
    };
    this.#stages.push(facts);
    this.emit('stage.wide', { ...this.ids, ...facts });
  }

  override ended(durationMs: number, cancelReason: string | undefined, failure: SluiceError | undefined): void {
    super.ended(durationMs, cancelReason, failure);
    const byStatus: Record<string, number> = {};
    for (const { status } of this.#stages) byStatus[String(status)] = (byStatus[String(status)] ?? 0) + 1;
    this.emit('pipeline.wide', {
      ...this.ids,
      duration_ms: durationMs,
      outcome: cancelReason !== undefined ? 'canceled' : failure === undefined ? 'completed' : 'failed',
      cancel_reason: cancelReason ?? null,
      error_code: failure?.code ?? null,
      stage_count: this.#stages.length,
      by_status: byStatus,
      retries: this.#stages.reduce((sum, { attempts }) => sum + ((attempts as number) - 1), 0),
      stages: this.#stages,
    });
  }
}
