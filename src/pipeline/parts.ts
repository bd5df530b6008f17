/**
 * What a graph can do beyond settled edges, as contracts. The core of the engine knows these and imports none of
 * their implementations, so that a page with a plain graph carries no channels; `Pipeline` puts all parts in.
 */
import type { Clock } from '../base/clock.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import type { StageOutput } from '../stage/output.js';
import type { Attempt } from './attempt.js';
import type { PipelineConfig } from './config.js';
import type { Deadlines } from './deadlines.js';
import type { EventReporter, ReporterClass } from './event-reporter.js';
import type { Graph, GraphNode } from './graph-node.js';
import type { RunInput } from './run.js';
import type { RuleCheck } from './rules.js';
import type { StageSpec, StageWrapper } from './spec.js';

/** The live side of one run. */
export interface LiveRun {
  /** What leaves the graph. */
  readonly output: ChannelReader<StreamElement>;
  /** Elements written so far on all edges: tells whether anything moves. */
  readonly moved: number;
  /** The live input of a stage, if it has one. */
  reader(node: GraphNode): ChannelReader<StreamElement> | undefined;
  /** The live output of an attempt, if anybody reads or watches it. */
  writer(attempt: Attempt): ChannelWriter<StreamElement> | undefined;
  /** Takes over an attempt whose stage is run in one loop with its neighbours. */
  join(attempt: Attempt): void;
  /** Holds the deadlines of live elements. */
  watch(attempt: Attempt, deadlines: Deadlines, expire: (option: string, timeoutMs: number) => void): void;
  /** The stage has settled: it reads no more, and its live output ends, with an error if there is one. */
  settle(node: GraphNode, error: Error | undefined, canceled: boolean): void;
  /** Everything that leaves the graph has left it. */
  endOutput(error: Error | undefined, canceled: boolean): void;
  /** Ends what is still open. */
  close(): void;
}

/** What the live side needs of its run. */
export interface LiveHost {
  readonly clock: Clock;
  readonly reporter: EventReporter | undefined;
  /** Settles a stage that was taken over by {@link LiveRun.join}. */
  end(attempt: Attempt, output: StageOutput): void;
}

/** Live edges. */
export interface LivePart {
  /** Stages of the run that is kept so that compiled code is. */
  readonly kept: readonly StageSpec[];
  /** Rules of a stage that only live edges need. */
  readonly rules: Readonly<Record<string, RuleCheck>>;
  /** Gives the nodes their live edges. Throws `PipelineValidationError`. */
  link(nodes: readonly GraphNode[], places: ReadonlyMap<string, number>): boolean;
  /** Refuses what could hang, and marks what is run in one loop; called on a graph without cycles. */
  check(nodes: readonly GraphNode[]): void;
  /** The live side of a new run. */
  open(graph: Graph, config: PipelineConfig, input: RunInput | undefined, host: LiveHost): LiveRun;
}

/** All that a graph may be given. */
export interface GraphParts {
  /** The snapshot of a run that was started with `given`, neither a stage's context nor a coordinator. Throws `InvalidOptionError`. */
  snapshotOf(given: unknown, clock: Clock): ContextSnapshot;
  readonly live?: LivePart;
  /** Wrappers that follow from other rules and settings than `wrappers`; they run innermost. */
  innerWrappers?(spec: StageSpec, config: PipelineConfig): readonly StageWrapper[];
  /** Reports also wide events. */
  readonly WideReporter?: ReporterClass;
}
