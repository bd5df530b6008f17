/** The parts of a checked graph: nodes, live links, and what a run needs to know of the whole. */
import type { StageContext } from '../stage/context.js';
import type { StageKind, StageType } from '../stage/kind.js';
import type { StageReturn } from '../stage/output.js';
import type { Stage, StageClass } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import type { StageSpec } from './spec.js';

/** A live edge between two nodes. */
export interface LiveLink {
  readonly from: number;
  readonly to: number;
  accepts: ((element: StreamElement) => boolean) | undefined;
  /** Place among the producers, where elements get it as metadata. */
  readonly inputIndex: number | undefined;
  /** Edges of one producer that share the channel of this key. */
  readonly compete: string | undefined;
}

/** A stage in its place. */
export interface GraphNode {
  readonly index: number;
  readonly name: string;
  readonly spec: StageSpec;
  readonly kind: StageKind;
  readonly type: StageType | undefined;
  /** The stage that runs, unless it is a class, of which each run makes one. */
  readonly stage: Stage;
  readonly make: StageClass | undefined;
  readonly dependencies: readonly number[];
  readonly dependents: number[];
  readonly liveIn: LiveLink[];
  readonly liveOut: LiveLink[];
  /** Names that may be read. */
  readonly declared: ReadonlySet<string>;
  /** Runs the stage inside its wrappers; `undefined` when it has none. */
  readonly wrap: ((stage: Stage, ctx: StageContext) => Promise<StageReturn>) | undefined;
  /** Its writes are counted and timed. */
  readonly watched: boolean;
  /** It may have to wait for a place. */
  readonly limited: boolean;
  /** It may be skipped although all dependencies are ok. */
  conditional: boolean;
  /** It has live edges. */
  isLive: boolean;
  /** What it writes leaves the graph. */
  isLeaf: boolean;
  /** The stages it is run with in one loop, itself among them. */
  segment: readonly number[] | undefined;
}

/** A checked graph. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly names: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly hasLiveEdges: boolean;
  /** Number of dependencies of each node; copied by each run. */
  readonly indegrees: Int32Array;
  /** Number of nodes whose output leaves the graph. */
  readonly leaves: number;
  /** Nodes without dependencies, those with the highest priority first. */
  readonly roots: readonly number[];
}
