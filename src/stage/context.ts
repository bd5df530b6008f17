/**
 * What a stage is given: the state of the run, what settled before it, its live ends, and the means to
 * stop, to wait and to report. One per attempt.
 *
 * It is a view: everything is read from the record it was built with, so that the runner makes a
 * signal, a channel or a timer only for stages that ask for one.
 */
import type { Cleanup } from '../base/cleanups.js';
import { systemClock, type Clock } from '../base/clock.js';
import type { Data, UntypedPrior } from '../base/data.js';
import { AbortedError } from '../base/errors.js';
import { requireName } from '../base/option.js';
import { ContextSnapshot } from '../context/snapshot.js';
import type { EventEmitter } from '../event/event.js';
import { noopSink, type EventSink } from '../event/sink.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { closedReader, swallowingWriter } from '../stream/null-ends.js';
import { StageInputs } from './inputs.js';
import { PipelineTimer } from './timer.js';

/** The run a stage belongs to. */
export interface RunScope {
  /** How many runs enclose this one: 0 for the outermost. */
  readonly depth: number;
  /** Name of the pipeline's shape. */
  readonly topology: string | null;
  readonly executionMode: string | null;
  /** Constant configuration of the run. */
  readonly configuration: Readonly<Data>;
  readonly parentRunId: string | null;
  readonly parentStageId: string | null;
  readonly correlationId: string | null;
}

/** Options of {@link StageContext}: all but the snapshot are optional. The record is read when needed, not copied. */
export interface StageContextInit<Prior = UntypedPrior> {
  readonly snapshot: ContextSnapshot;
  /** @default inputs without outputs or ports */
  readonly inputs?: StageInputs<Prior> | undefined;
  /** @default '' */
  readonly stageName?: string | undefined;
  /** 1 on the first try. @default 1 */
  readonly attempt?: number | undefined;
  /** @default one that starts now */
  readonly timer?: PipelineTimer | undefined;
  /** @default a sink that keeps nothing */
  readonly eventSink?: EventSink | null | undefined;
  /** @default one that never aborts */
  readonly signal?: AbortSignal | undefined;
  /** @default empty and closed */
  readonly input?: ChannelReader<StreamElement> | undefined;
  /** @default swallows */
  readonly output?: ChannelWriter<StreamElement> | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
  readonly run?: RunScope | undefined;
  /** Takes what `ctx.onCleanup` is given. @default never called */
  onCleanup?(cleanup: Cleanup): void;
}

const NO_RUN: RunScope = Object.freeze({ depth: 0, topology: null, executionMode: null, configuration: Object.freeze({}), parentRunId: null, parentStageId: null, correlationId: null });
const neverAborted: { signal?: AbortSignal } = {};

/** What a stage is given. `Prior` maps the stages it may read by name to the data of their outputs. */
export class StageContext<out Prior = UntypedPrior> {
  readonly #init: StageContextInit<Prior>;
  #inputs: StageInputs<Prior> | undefined;
  #timer: PipelineTimer | undefined;
  #emit: EventEmitter | undefined;

  constructor(init: StageContextInit<Prior>) {
    this.#init = init;
  }

  /** The state the run started from. */
  get snapshot(): ContextSnapshot {
    return this.#init.snapshot;
  }

  /** What settled before this stage, the ports and the text of the turn. */
  get inputs(): StageInputs<Prior> {
    return (this.#inputs ??= this.#init.inputs ?? new StageInputs<Prior>({ snapshot: this.snapshot, stageName: this.stageName }));
  }

  /** Name of the stage in its graph. */
  get stageName(): string {
    return this.#init.stageName ?? '';
  }

  /** 1 on the first try. */
  get attempt(): number {
    return this.#init.attempt ?? 1;
  }

  /** Time since the start of the run. */
  get timer(): PipelineTimer {
    return (this.#timer ??= this.#init.timer ?? new PipelineTimer(this.clock));
  }

  /** Where events go. */
  get eventSink(): EventSink {
    return this.#init.eventSink ?? noopSink;
  }

  /** Aborts when the run, the stage's scope or this attempt is canceled or runs out of time. */
  get signal(): AbortSignal {
    return this.#init.signal ?? (neverAborted.signal ??= new AbortController().signal);
  }

  /** What live predecessors write; empty and closed when there is none. */
  get input(): ChannelReader<StreamElement> {
    return this.#init.input ?? closedReader;
  }

  /** What live successors read; swallows when there is none. */
  get output(): ChannelWriter<StreamElement> {
    return this.#init.output ?? swallowingWriter;
  }

  /** The run's clock: every wait of a stage goes by it. */
  get clock(): Clock {
    return this.#init.clock ?? systemClock;
  }

  /** The run this stage belongs to. */
  get run(): RunScope {
    return this.#init.run ?? NO_RUN;
  }

  /** `snapshot.pipelineRunId`. */
  get pipelineRunId(): string | null {
    return this.snapshot.pipelineRunId;
  }

  /** `snapshot.requestId`. */
  get requestId(): string | null {
    return this.snapshot.requestId;
  }

  /** `snapshot.sessionId`. */
  get sessionId(): string | null {
    return this.snapshot.sessionId;
  }

  /** `snapshot.userId`. */
  get userId(): string | null {
    return this.snapshot.userId;
  }

  /** `snapshot.orgId`. */
  get orgId(): string | null {
    return this.snapshot.orgId;
  }

  /** `snapshot.interactionId`. */
  get interactionId(): string | null {
    return this.snapshot.interactionId;
  }

  /** `snapshot.executionMode`, else the run's. */
  get executionMode(): string | null {
    return this.snapshot.executionMode ?? this.run.executionMode;
  }

  /** `snapshot.topology`, else the run's. */
  get topology(): string | null {
    return this.snapshot.topology ?? this.run.topology;
  }

  /** True once the signal has aborted. */
  get isCancelled(): boolean {
    return this.signal.aborted;
  }

  /** Same as {@link isCancelled}. */
  get isCanceled(): boolean {
    return this.isCancelled;
  }

  /** Throws `AbortedError` once the signal has aborted. */
  raiseIfCancelled(): void {
    const { signal } = this;
    if (signal.aborted) throw new AbortedError(`Stage '${this.stageName}'`, signal.reason);
  }

  /** Same as {@link raiseIfCancelled}. */
  cancellationCheckpoint(): void {
    this.raiseIfCancelled();
  }

  /** Calls `cleanup` when the run ends, in whatever way; the last one given is called first. */
  onCleanup(cleanup: Cleanup): void {
    this.#init.onCleanup?.(cleanup);
  }

  /** The time on the run's clock, as a Date. */
  now(): Date {
    return new Date(this.clock.epochMs());
  }

  /**
   * Emits an event with the ids of the run added to its payload; never waits and never throws.
   * May be passed on by itself: `new ChunkQueue({ eventEmitter: ctx.tryEmitEvent })`.
   */
  get tryEmitEvent(): EventEmitter {
    return (this.#emit ??= (type, data) => {
      const sink = this.eventSink;
      if (sink === noopSink) return;
      try {
        sink.tryEmit({ type, data: Object.assign(correlation(this), data) });
      } catch {
        // `tryEmit` must not throw; a sink that does is broken, and an event must not break a stage
      }
    });
  }

  /** Same as {@link tryEmitEvent}. */
  get emitEvent(): EventEmitter {
    return this.tryEmitEvent;
  }

  /** Emits `stage.<name>.<status>`. */
  recordStageEvent(status: string, payload?: Data): void {
    requireName('StageContext.recordStageEvent.status', status);
    this.tryEmitEvent(`stage.${this.stageName}.${status}`, payload);
  }

  /** Wire form: the snapshot with the facts of the stage. */
  toDict(): Data {
    return { ...this.snapshot.toDict(), stage_name: this.stageName, attempt: this.attempt, started_at: this.timer.startedAt.toISOString() };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }
}

function correlation(ctx: StageContext): Data {
  const { correlationId } = ctx.run;
  const ids: Data = { stage: ctx.stageName, pipeline_run_id: ctx.pipelineRunId, request_id: ctx.requestId, session_id: ctx.sessionId };
  if (correlationId !== null) ids['correlation_id'] = correlationId;
  return ids;
}

/** Makes a context: `createStageContext({ snapshot })`, the way to run one stage by itself or to start a graph. */
export function createStageContext<Prior = UntypedPrior>(init: StageContextInit<Prior> | ContextSnapshot): StageContext<Prior> {
  return new StageContext<Prior>(init instanceof ContextSnapshot ? { snapshot: init } : { ...init, snapshot: init.snapshot ?? new ContextSnapshot() });
}
