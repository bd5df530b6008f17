/** Contexts for tests in one call: everything that is not given is fixed, so that tests repeat. */
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { Clock } from '../base/clock.js';
import type { IdSource } from '../base/id.js';
import type { MessageInit } from '../context/message.js';
import type { ContextSnapshotInit } from '../context/snapshot-init.js';
import { ContextSnapshot } from '../context/snapshot.js';
import { ObservableEventSink } from '../event/observable-sink.js';
import type { EventSink } from '../event/sink.js';
import { PipelineContext, type PipelineContextInit } from '../pipeline/context.js';
import { StageContext } from '../stage/context.js';
import { StageInputs } from '../stage/inputs.js';
import { isStageOutput, StageOutput } from '../stage/output.js';
import type { Ports } from '../stage/ports.js';
import { PipelineTimer } from '../stage/timer.js';
import { ManualClock } from './manual-clock.js';

/** UUIDs that count up: `00000000-0000-4000-8000-000000000001` and so on. */
export function sequentialIds(start = 1): IdSource {
  let next = requireNumber('sequentialIds.start', start, { min: 0, integer: true });
  return () => `00000000-0000-4000-8000-${String(next++).padStart(12, '0')}`;
}

/** The six ids that test contexts have where none is given. */
export const testIds: Readonly<Record<'pipelineRunId' | 'requestId' | 'sessionId' | 'userId' | 'orgId' | 'interactionId', string>> = Object.freeze({
  pipelineRunId: '00000000-0000-4000-8000-00000000a001',
  requestId: '00000000-0000-4000-8000-00000000a002',
  sessionId: '00000000-0000-4000-8000-00000000a003',
  userId: '00000000-0000-4000-8000-00000000a004',
  orgId: '00000000-0000-4000-8000-00000000a005',
  interactionId: '00000000-0000-4000-8000-00000000a006',
});

// The moment a ManualClock starts at, so that snapshots and clocks of a test agree.
const TEST_EPOCH_MS = 1700000000000;

/** Fields of a test snapshot: those of a snapshot, and `messages` in place of a conversation. */
export interface TestSnapshotInit extends ContextSnapshotInit {
  readonly messages?: readonly MessageInit[];
}

/** A snapshot with all six ids, a text, and a fixed stamp; given fields win, null empties one. */
export function createTestSnapshot(init: TestSnapshotInit = {}): ContextSnapshot {
  const { messages, ...rest } = init;
  return new ContextSnapshot({
    ...testIds,
    inputText: 'test input',
    executionMode: 'test',
    createdAt: new Date(TEST_EPOCH_MS),
    ...(messages === undefined ? {} : { conversation: { messages } }),
    ...rest,
  });
}

/** Options of {@link createTestStageContext}. */
export interface TestStageContextInit {
  /** A snapshot, or the fields of one. @default createTestSnapshot() */
  readonly snapshot?: ContextSnapshot | TestSnapshotInit;
  /** Outputs of earlier stages; a plain record is taken as the data of a good one. */
  readonly outputs?: Readonly<Record<string, StageOutput | Data>>;
  readonly declaredDeps?: Iterable<string>;
  readonly ports?: Ports;
  /** @default 'test_stage' */
  readonly stageName?: string;
  /** @default a new ObservableEventSink */
  readonly eventSink?: EventSink;
  readonly signal?: AbortSignal;
  /** @default a new ManualClock */
  readonly clock?: Clock;
}

/** A context to run one stage in, on a clock that stands still and with a sink that keeps events. */
export function createTestStageContext(init: TestStageContextInit = {}): StageContext {
  refuseUnknownOptions('createTestStageContext', init, ['snapshot', 'outputs', 'declaredDeps', 'ports', 'stageName', 'eventSink', 'signal', 'clock']);
  const { clock = new ManualClock(), eventSink = new ObservableEventSink({ clock }), stageName = 'test_stage', outputs = {} } = init;
  const snapshot = init.snapshot instanceof ContextSnapshot ? init.snapshot : createTestSnapshot(init.snapshot);
  const priorOutputs = Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, isStageOutput(output) ? output : StageOutput.ok(output as Data)]));
  return new StageContext({
    snapshot,
    inputs: new StageInputs({ snapshot, priorOutputs, ports: init.ports, declaredDeps: init.declaredDeps, stageName }),
    stageName,
    timer: new PipelineTimer(clock),
    eventSink,
    signal: init.signal,
    clock,
  });
}

/** A pipeline context with all six ids, on a clock that stands still and with a sink that keeps events. */
export function createTestPipelineContext(init: PipelineContextInit = {}): PipelineContext {
  const { clock = new ManualClock() } = init;
  return new PipelineContext({ ...testIds, topology: 'test', executionMode: 'test', eventSink: new ObservableEventSink({ clock }), ...init, clock });
}
