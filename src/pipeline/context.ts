/**
 * The coordinator of a run: its ids and configuration, its output bag, its artifacts and its cancellation.
 * A graph can be started with it (`graph.run(pipelineContext)`); then the bag fills as stages settle, and
 * `markCanceled` stops the run and the runs forked from it.
 */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { isPlainObject } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import { StageArtifact } from '../context/artifact.js';
import { RunIdentity, type RunIdentityInit } from '../context/run-identity.js';
import { ContextSnapshot } from '../context/snapshot.js';
import type { ContextSnapshotInit } from '../context/snapshot-init.js';
import type { EventEmitter } from '../event/event.js';
import { noopSink, type EventSink } from '../event/sink.js';
import { StageContext, type RunScope } from '../stage/context.js';
import { StageInputs } from '../stage/inputs.js';
import type { StageOutput } from '../stage/output.js';
import type { Ports } from '../stage/ports.js';
import { PipelineTimer } from '../stage/timer.js';
import { OutputBag } from './output-bag.js';
import type { RunCoordinator } from './run-settings.js';

/** A pipeline inside a pipeline, and so on: deeper than this is taken for a mistake. */
export const MAX_PIPELINE_DEPTH = 5;

/** Pipelines are nested deeper than {@link MAX_PIPELINE_DEPTH}. */
export class PipelineDepthError extends SluiceError {
  override readonly name: string = 'PipelineDepthError';

  constructor(depth: number) {
    super(`Pipelines are nested ${depth} deep, and ${MAX_PIPELINE_DEPTH} are allowed. Look for a subpipeline that runs itself, or flatten the graph.`, { code: 'PIPELINE_DEPTH' });
  }
}

/** Fields of {@link PipelineContext}; all optional. */
export interface PipelineContextInit extends RunIdentityInit {
  readonly topology?: string | null | undefined;
  readonly executionMode?: string | null | undefined;
  /** Constant configuration of the graph. @default {} */
  readonly configuration?: Readonly<Data> | undefined;
  readonly eventSink?: EventSink | null | undefined;
  readonly ports?: Ports | null | undefined;
  readonly parentRunId?: string | null | undefined;
  readonly parentStageId?: string | null | undefined;
  readonly correlationId?: string | null | undefined;
  /** What stages see of the turn; ids given here beside it win. @default an empty one */
  readonly snapshot?: ContextSnapshot | ContextSnapshotInit | undefined;
  readonly clock?: Clock | undefined;
  /** @deprecated Use the output bag and `StageInputs`. */
  readonly data?: Data | undefined;
}

/** Options of {@link PipelineContext.deriveForStage}. */
export interface DeriveOptions {
  readonly stageName: string;
  /** @default the context's */
  readonly snapshot?: ContextSnapshot;
  /** @default the context's */
  readonly outputBag?: OutputBag;
  readonly declaredDeps?: Iterable<string>;
  readonly ports?: Ports | null;
  /** @default true */
  readonly strict?: boolean;
}

/** Options of {@link PipelineContext.fork}. */
export interface ForkOptions {
  /** @default the parent's, else the parent's run id */
  readonly correlationId?: string | null;
  /** @default the parent's */
  readonly topology?: string | null;
  /** @default the parent's */
  readonly executionMode?: string | null;
  /** @default the parent's snapshot */
  readonly snapshot?: ContextSnapshot;
}

const FIELDS = ['pipelineRunId', 'requestId', 'sessionId', 'userId', 'orgId', 'interactionId', 'createdAt', 'topology', 'executionMode', 'configuration', 'eventSink', 'ports', 'parentRunId', 'parentStageId', 'correlationId', 'snapshot', 'clock', 'data'];

/** Mutable coordinator of one run. */
export class PipelineContext implements RunCoordinator {
  /** The ids of the run. */
  readonly runId: RunIdentity;
  readonly topology: string | null;
  readonly executionMode: string | null;
  readonly configuration: Readonly<Data>;
  readonly eventSink: EventSink;
  readonly ports: Ports | undefined;
  readonly parentRunId: string | null;
  readonly parentStageId: string | null;
  readonly correlationId: string | null;
  readonly clock: Clock;
  /** Outputs of the stages, filled as they settle. */
  readonly outputBag: OutputBag;
  /** Things made for the user interface, in order. */
  readonly artifacts: StageArtifact[] = [];
  /** @deprecated Use the output bag and `StageInputs`. */
  readonly data: Data;
  /** How many runs enclose this one. */
  readonly depth: number;
  readonly #snapshot: ContextSnapshot;
  readonly #timer: PipelineTimer;
  readonly #cancels = new Set<(reason: string) => void>();
  readonly #children = new Set<PipelineContext>();
  #parent: PipelineContext | undefined;
  #canceled: string | undefined;

  /** Throws `InvalidIdError` or `InvalidOptionError`. */
  constructor(init: PipelineContextInit = {}) {
    refuseUnknownOptions('PipelineContext', init, FIELDS);
    const { clock = systemClock, snapshot } = init;
    const base = snapshot instanceof ContextSnapshot ? snapshot : new ContextSnapshot(snapshot ?? {}, clock);
    const { pipelineRunId, requestId, sessionId, userId, orgId, interactionId } = init;
    const given = { pipelineRunId: pipelineRunId ?? undefined, requestId: requestId ?? undefined, sessionId: sessionId ?? undefined, userId: userId ?? undefined, orgId: orgId ?? undefined, interactionId: interactionId ?? undefined };
    this.runId = Object.values(given).every((id) => id === undefined) ? base.runId : base.runId.with(given);
    this.clock = clock;
    this.topology = init.topology ?? base.topology;
    this.executionMode = init.executionMode ?? base.executionMode;
    this.configuration = Object.freeze({ ...init.configuration });
    this.eventSink = init.eventSink ?? noopSink;
    this.ports = init.ports ?? undefined;
    this.parentRunId = init.parentRunId ?? null;
    this.parentStageId = init.parentStageId ?? null;
    this.correlationId = init.correlationId ?? null;
    this.data = init.data ?? {};
    this.outputBag = new OutputBag(clock);
    this.#snapshot = base.runId === this.runId ? base : base.withRunId(this.runId);
    this.#timer = new PipelineTimer(clock);
    this.depth = forked.depth;
    forked.depth = 0;
  }

  /** `runId.pipelineRunId`. */
  get pipelineRunId(): string | null {
    return this.runId.pipelineRunId;
  }

  /** `runId.requestId`. */
  get requestId(): string | null {
    return this.runId.requestId;
  }

  /** `runId.sessionId`. */
  get sessionId(): string | null {
    return this.runId.sessionId;
  }

  /** `runId.userId`. */
  get userId(): string | null {
    return this.runId.userId;
  }

  /** `runId.orgId`. */
  get orgId(): string | null {
    return this.runId.orgId;
  }

  /** `runId.interactionId`. */
  get interactionId(): string | null {
    return this.runId.interactionId;
  }

  /** Time since this context was made. */
  get timer(): PipelineTimer {
    return this.#timer;
  }

  /** Whether the run was canceled. */
  get canceled(): boolean {
    return this.#canceled !== undefined;
  }

  /** Same as {@link canceled}. */
  get cancelled(): boolean {
    return this.canceled;
  }

  /** Same as {@link canceled}. */
  get isCanceled(): boolean {
    return this.canceled;
  }

  /** Same as {@link canceled}. */
  get isCancelled(): boolean {
    return this.canceled;
  }

  /** Facts of the run for its stages. */
  get scope(): RunScope {
    const { depth, topology, executionMode, configuration, parentRunId, parentStageId, correlationId } = this;
    return { depth, topology, executionMode, configuration, parentRunId, parentStageId, correlationId };
  }

  /** The frozen state the run starts from. */
  toSnapshot(): ContextSnapshot {
    return this.#snapshot;
  }

  /** An immutable context for one stage, its inputs from the bag. */
  deriveForStage(options: DeriveOptions): StageContext {
    if (!isPlainObject(options)) throw new InvalidOptionError('PipelineContext.deriveForStage', options, 'a record such as { stageName, snapshot, outputBag }');
    const { stageName, snapshot = this.#snapshot, outputBag = this.outputBag, declaredDeps, ports = this.ports, strict } = options as DeriveOptions;
    requireName('PipelineContext.deriveForStage.stageName', stageName);
    return new StageContext({
      snapshot,
      stageName,
      inputs: new StageInputs({ snapshot, priorOutputs: outputBag.outputs(), ports, declaredDeps, stageName, strict }),
      timer: this.#timer,
      eventSink: this.eventSink,
      clock: this.clock,
      run: this.scope,
      attempt: outputBag.getAttemptCount(stageName) + 1,
    });
  }

  /** A child for a run inside this one; canceled with it. Throws `PipelineDepthError` below {@link MAX_PIPELINE_DEPTH}. */
  fork(options: ForkOptions & { readonly childRunId: string; readonly parentStageId: string }): PipelineContext;
  fork(childRunId: string, parentStageId: string, correlationId?: string | null, options?: ForkOptions): PipelineContext;
  fork(first: string | (ForkOptions & { readonly childRunId: string; readonly parentStageId: string }), parent = '', correlation?: string | null, rest: ForkOptions = {}): PipelineContext {
    if (this.depth + 1 > MAX_PIPELINE_DEPTH) throw new PipelineDepthError(this.depth + 1);
    const given = typeof first === 'string' ? { ...rest, childRunId: first, parentStageId: parent, ...(correlation === undefined ? {} : { correlationId: correlation }) } : first;
    refuseUnknownOptions('PipelineContext.fork', given, ['childRunId', 'parentStageId', 'correlationId', 'topology', 'executionMode', 'snapshot']);
    const { childRunId, parentStageId, correlationId = this.correlationId ?? this.pipelineRunId, topology = this.topology, executionMode = this.executionMode, snapshot = this.#snapshot } = given;
    const runId = this.runId.with({ pipelineRunId: childRunId });
    forked.depth = this.depth + 1;
    try {
      const child = new PipelineContext({
        snapshot: snapshot.withRunId(runId),
        topology,
        executionMode,
        configuration: this.configuration,
        eventSink: this.eventSink,
        ports: this.ports,
        parentRunId: this.pipelineRunId,
        parentStageId: requireName('PipelineContext.fork.parentStageId', parentStageId),
        correlationId,
        clock: this.clock,
      });
      child.#parent = this;
      this.#children.add(child);
      this.tryEmitEvent('pipeline.spawned_child', { child_run_id: childRunId, parent_stage_id: parentStageId });
      if (this.#canceled !== undefined) child.markCanceled(this.#canceled);
      return child;
    } finally {
      forked.depth = 0;
    }
  }

  /** Emits `stage.<stage>.<status>`. */
  recordStageEvent(stage: string, status: string, payload?: Data): void {
    requireName('PipelineContext.recordStageEvent.stage', stage);
    requireName('PipelineContext.recordStageEvent.status', status);
    this.tryEmitEvent(`stage.${stage}.${status}`, payload);
  }

  /** Emits an event with the ids of the run added to its payload; never waits and never throws. May be passed on by itself. */
  get tryEmitEvent(): EventEmitter {
    return (type, data) => {
      if (this.eventSink === noopSink) return;
      try {
        this.eventSink.tryEmit({ type, data: { pipeline_run_id: this.pipelineRunId, request_id: this.requestId, session_id: this.sessionId, ...(this.correlationId === null ? {} : { correlation_id: this.correlationId }), ...data } });
      } catch {
        // `tryEmit` must not throw; a sink that does is broken, and an event must not break a run
      }
    };
  }

  /** Cancels the run and all runs forked from it. The first reason counts. */
  markCanceled(reason = 'canceled'): void {
    if (this.#canceled !== undefined) return;
    this.#canceled = reason;
    for (const cancel of this.#cancels) cancel(reason);
    for (const child of this.#children) child.markCanceled(reason);
  }

  /** Same as {@link markCanceled}. */
  markCancelled(reason?: string): void {
    this.markCanceled(reason);
  }

  /** Called by a run at its start. */
  attach(cancel: (reason: string) => void): () => void {
    if (this.#canceled !== undefined) cancel(this.#canceled);
    this.#cancels.add(cancel);
    const parent = this.#parent;
    if (parent !== undefined) parent.#children.add(this);
    return () => {
      this.#cancels.delete(cancel);
      if (parent !== undefined && this.#cancels.size === 0) parent.#children.delete(this); // a session that forks a context per turn keeps none of them
    };
  }

  /** Called by a run with each settled output. */
  settled(stage: string, output: StageOutput, attempt: number): void {
    this.outputBag.writeSync(stage, output, { allowOverwrite: true, attempt });
    this.artifacts.push(...output.artifacts);
  }
}

// Carries the depth from `fork` to the constructor, whose options are public. Set and taken synchronously.
const forked = { depth: 0 };
