/** Turns what happens in a run into events of the seeds. Made only for runs that somebody listens to. */
import { SluiceError } from '../base/errors.js';
import type { Data } from '../base/data.js';
import type { EventSink } from '../event/sink.js';
import { StageError } from '../stage/errors.js';
import type { StageOutput } from '../stage/output.js';
import type { Attempt } from './attempt.js';
import type { GraphNode } from './graph-node.js';
import type { SettledOutputs } from './settled-outputs.js';

/** A reporter, or one that reports more. */
export type ReporterClass = new (sink: EventSink, ids: Data) => EventReporter;

/** Reports one run. */
export class EventReporter {
  readonly #sink: EventSink;
  /** The ids of the run, part of every payload. */
  readonly ids: Data;
  readonly #runId: unknown;
  readonly #correlated: boolean;

  /** `ids` are added to every payload. */
  constructor(sink: EventSink, ids: Data) {
    this.#sink = sink;
    this.ids = ids;
    this.#runId = ids['pipeline_run_id'];
    this.#correlated = 'correlation_id' in ids;
  }

  /** Emits; a sink that throws although it must not does not disturb the run. */
  emit(type: string, data: Data): void {
    try {
      this.#sink.tryEmit({ type, data });
    } catch {
      // a broken sink must not break a run
    }
  }

  /** `pipeline.started`. */
  runStarted(stageCount: number): void {
    this.emit('pipeline.started', this.#correlate({ pipeline_run_id: this.#runId, stage_count: stageCount }));
  }

  /** `pipeline.canceled`, `pipeline.failed` or `pipeline.completed`. */
  ended(durationMs: number, cancelReason: string | undefined, failure: SluiceError | undefined): void {
    const data = this.#correlate({ pipeline_run_id: this.#runId, duration_ms: durationMs });
    if (cancelReason !== undefined) this.emit('pipeline.canceled', Object.assign(data, { reason: cancelReason }));
    else if (failure === undefined) this.emit('pipeline.completed', data);
    else this.emit('pipeline.failed', Object.assign(data, { error: failure.name, error_code: failure.code, ...(failure instanceof StageError ? { stage: failure.stage } : {}) }));
  }

  /** `stage.started`. */
  started(attempt: Attempt): void {
    this.emit('stage.started', this.#stage(attempt.node, attempt.attempt));
  }

  /** `stage.retrying`. */
  retrying(attempt: Attempt, output: StageOutput, delayMs: number): void {
    this.emit('stage.retrying', { ...this.#stage(attempt.node, attempt.attempt), delay_ms: delayMs, ...errorFacts(output) });
  }

  /** `stage.completed` of a stage that settled with data: its output, which carries no events, need not be made. */
  completed(node: GraphNode, attempt: number, durationMs: number, _outputs: SettledOutputs): void {
    this.emit('stage.completed', this.#outcome(node, attempt, durationMs, 'ok'));
  }

  /** `stage.completed`, `stage.skipped`, `stage.canceled` or `stage.failed`, and the events the output carries. */
  settled(node: GraphNode, output: StageOutput, attempt: number): void {
    const { status } = output;
    const data = this.#outcome(node, attempt, output.durationMs ?? 0, status);
    if (status === 'ok') this.emit('stage.completed', data);
    else if (status === 'skip') this.emit('stage.skipped', Object.assign(data, { reason: output.data.reason }));
    else if (status === 'cancel') this.emit('stage.canceled', Object.assign(data, { reason: output.data.cancelReason }));
    else this.emit('stage.failed', Object.assign(data, errorFacts(output)));
    for (const event of output.events) this.emit(event.type, { ...this.ids, stage: node.name, ...event.data });
  }

  #outcome(node: GraphNode, attempt: number, durationMs: number, status: string): Data {
    const data: Data = { stage: node.name, kind: node.kind, pipeline_run_id: this.#runId, attempt, duration_ms: durationMs, status };
    this.#complete(node, data);
    return data;
  }

  #stage(node: GraphNode, attempt: number): Data {
    const data: Data = { stage: node.name, kind: node.kind, pipeline_run_id: this.#runId, attempt };
    this.#complete(node, data);
    return data;
  }

  /** The id of the enclosing run, where there is one. */
  #correlate(data: Data): Data {
    if (this.#correlated) data['correlation_id'] = this.ids['correlation_id'];
    return data;
  }

  /** What only some stages and runs have. */
  #complete(node: GraphNode, data: Data): void {
    this.#correlate(data);
    if (node.type !== undefined) data['type'] = node.type;
  }
}

/** Class and code of what an output failed with; never the message, which may quote a user. */
export function errorFacts(output: StageOutput): Data {
  const { cause } = output;
  return { error: cause?.name ?? 'Error', error_code: SluiceError.isInstance(cause) ? cause.code : 'STAGE_FAILED' };
}
