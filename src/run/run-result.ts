/** What became of a run, as a value: the runner gives it instead of throwing. */
import type { Data } from '../base/data.js';
import type { ObservedEvent } from '../event/observable-sink.js';
import type { StageOutput } from '../stage/output.js';

/** Fields of a {@link RunResult}. */
export interface RunResultInit {
  readonly success: boolean;
  readonly results: Readonly<Record<string, StageOutput>>;
  readonly durationMs: number;
  readonly error: Error | null;
  readonly cancelReason: string | null;
  readonly events: readonly ObservedEvent[];
  readonly pipelineRunId: string | null;
}

/** The outcome of a run. A canceled run has no error and counts as a success, with `cancelled` set. */
export class RunResult {
  /** True unless the run failed; a pipeline whose failure mode is 'best-effort' does not fail with its stages. */
  readonly success: boolean;
  /** Output of every stage that settled, by name; also of a run that failed. */
  readonly results: Readonly<Record<string, StageOutput>>;
  /** Milliseconds from start to end. */
  readonly durationMs: number;
  /** What the run failed with. */
  readonly error: Error | null;
  /** Why it was canceled; null when it was not. */
  readonly cancelReason: string | null;
  /** The run's events in order, where the runner captured them. */
  readonly events: readonly ObservedEvent[];
  /** The run. */
  readonly pipelineRunId: string | null;
  #stages: Readonly<Record<string, Readonly<Data>>> | undefined;

  constructor(init: RunResultInit) {
    this.success = init.success;
    this.results = init.results;
    this.durationMs = init.durationMs;
    this.error = init.error;
    this.cancelReason = init.cancelReason;
    this.events = init.events;
    this.pipelineRunId = init.pipelineRunId;
  }

  /** Data of every stage that settled, by name. */
  get stages(): Readonly<Record<string, Readonly<Data>>> {
    if (this.#stages === undefined) {
      const stages: Record<string, Readonly<Data>> = Object.create(null) as Record<string, Readonly<Data>>;
      for (const [name, output] of Object.entries(this.results)) stages[name] = output.data as Readonly<Data>;
      this.#stages = Object.freeze(stages);
    }
    return this.#stages;
  }

  /** Class name of the error. */
  get errorType(): string | null {
    return this.error?.name ?? null;
  }

  /** True when the run was canceled. */
  get cancelled(): boolean {
    return this.cancelReason !== null;
  }

  /** Same as {@link cancelled}. */
  get canceled(): boolean {
    return this.cancelled;
  }

  /** The data of a stage, or one value of it; `fallback` where there is none. */
  getStageData(stage: string): Readonly<Data> | undefined;
  getStageData(stage: string, key: string, fallback?: unknown): unknown;
  getStageData(stage: string, key?: string, fallback?: unknown): unknown {
    const data = Object.hasOwn(this.results, stage) ? this.stages[stage] : undefined;
    if (key === undefined) return data;
    const value = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
    return value === undefined ? fallback : value;
  }

  /** Wire form, snake_case; the error by name, code and message. */
  toDict(): Data {
    const stages: Data = {};
    for (const [name, output] of Object.entries(this.results)) stages[name] = output.toDict();
    const { error } = this;
    return {
      success: this.success,
      results: stages,
      duration_ms: this.durationMs,
      error: error?.message ?? null,
      error_type: this.errorType,
      error_code: (error as { code?: unknown } | null)?.code ?? null,
      cancelled: this.cancelled,
      cancel_reason: this.cancelReason,
      pipeline_run_id: this.pipelineRunId,
      events: this.events.map(({ type, data, timestamp, elapsedMs }) => ({ type, data, timestamp: timestamp.toISOString(), elapsed_ms: elapsedMs })),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }
}
