/** What a run works with, from whatever it was started with: options first, then the context, then the pipeline's settings. */
import { requireClock, systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { ContextSnapshotInit } from '../context/snapshot-init.js';
import { noopSink, type EventSink } from '../event/sink.js';
import { StageContext, type RunScope } from '../stage/context.js';
import { isStageOutput, type StageOutput } from '../stage/output.js';
import type { Ports } from '../stage/ports.js';
import type { PipelineConfig } from './config.js';
import type { GraphParts } from './parts.js';
import type { RunOptions } from './run.js';

/** A coordinator that a run may be started from and reports to; `PipelineContext` is one. */
export interface RunCoordinator {
  /** The frozen state for this run. */
  toSnapshot(): ContextSnapshot;
  readonly eventSink: EventSink;
  readonly ports?: Ports | undefined;
  readonly clock?: Clock | undefined;
  readonly scope: RunScope;
  /** Called once at the start with the run's own way to be canceled; returns a function that ends the bond. */
  attach(cancel: (reason: string) => void): () => void;
  /** Called with each settled output. */
  settled(stage: string, output: StageOutput, attempt: number): void;
}

/** What a run may be started with. */
export type RunContext = ContextSnapshot | StageContext | RunCoordinator | ContextSnapshotInit;

/** What a run works with. */
export interface RunSettings {
  readonly snapshot: ContextSnapshot;
  readonly ports: Ports | undefined;
  /** `undefined` when nobody listens: then no event is built. */
  readonly sink: EventSink | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly sessionSignal: AbortSignal | undefined;
  readonly scope: RunScope;
  readonly resume: Readonly<Record<string, StageOutput>> | undefined;
  readonly coordinator: RunCoordinator | undefined;
}

const FIELDS = ['signal', 'sessionSignal', 'ports', 'eventSink', 'clock', 'configuration', 'resume', 'scope'];
const NOTHING: Readonly<Data> = Object.freeze({});

/** Refuses options of a wrong kind, which would fail later and elsewhere. */
function requireParts({ signal, sessionSignal, eventSink, clock, resume }: RunOptions): void {
  requireSignal('StageGraph.run.signal', signal);
  requireSignal('StageGraph.run.sessionSignal', sessionSignal);
  if (eventSink !== undefined && typeof (eventSink as EventSink | null)?.tryEmit !== 'function') throw new InvalidOptionError('StageGraph.run.eventSink', eventSink, 'an EventSink, with emit and tryEmit');
  if (clock !== undefined) requireClock('StageGraph.run.clock', clock);
  if (resume !== undefined) for (const [stage, output] of Object.entries(resume)) if (!isStageOutput(output)) throw new InvalidOptionError(`StageGraph.run.resume.${stage}`, output, 'a StageOutput');
}

function requireSignal(option: string, given: AbortSignal | null | undefined): void {
  if (given !== undefined && typeof given?.addEventListener !== 'function') throw new InvalidOptionError(option, given, 'an AbortSignal');
}

/** Resolves the settings of one run. Throws `InvalidOptionError`. */
export function resolveSettings(context: RunContext | undefined, options: RunOptions, config: PipelineConfig, parts: GraphParts): RunSettings {
  refuseUnknownOptions('StageGraph.run', options, FIELDS);
  const { signal, sessionSignal, resume } = options;
  requireParts(options);
  let snapshot: ContextSnapshot;
  let sink: EventSink | undefined;
  let ports: Ports | undefined;
  let clock = config.clock;
  let scope: RunScope | undefined;
  let coordinator: RunCoordinator | undefined;
  if (context instanceof StageContext) {
    snapshot = context.snapshot;
    sink = context.eventSink;
    ports = context.inputs.ports;
    if (context.clock !== systemClock) clock = context.clock;
    scope = context.run;
  } else if (typeof (context as RunCoordinator | null | undefined)?.toSnapshot === 'function') {
    coordinator = context as RunCoordinator;
    snapshot = coordinator.toSnapshot();
    ({ eventSink: sink, ports, scope } = coordinator);
    clock = coordinator.clock ?? clock;
  } else snapshot = parts.snapshotOf(context, clock);
  sink = options.eventSink ?? sink;
  return {
    snapshot,
    ports: options.ports ?? ports,
    sink: sink === noopSink ? undefined : sink,
    clock: options.clock ?? clock,
    signal,
    sessionSignal,
    scope: {
      depth: options.scope?.depth ?? scope?.depth ?? 0,
      topology: options.scope?.topology ?? scope?.topology ?? snapshot.topology ?? config.topology,
      executionMode: options.scope?.executionMode ?? scope?.executionMode ?? snapshot.executionMode,
      configuration: options.configuration ?? options.scope?.configuration ?? scope?.configuration ?? NOTHING,
      parentRunId: options.scope?.parentRunId ?? scope?.parentRunId ?? null,
      parentStageId: options.scope?.parentStageId ?? scope?.parentStageId ?? null,
      correlationId: options.scope?.correlationId ?? scope?.correlationId ?? null,
    },
    resume,
    coordinator,
  };
}
