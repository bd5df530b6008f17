/** The parts of a checked graph: nodes, live links, and what a run needs to know of the whole. */
import type { StageContext } from '../stage/context.js';
import type { StageKind, StageType } from '../stage/kind.js';
import type { StageReturn } from '../stage/output.js';
import type { Stage, StageClass } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import type { RunAccess, StageSpec } from './spec.js';

/** A live edge between two nodes. */
export interface LiveLink {
  readonly from: number;
  readonly to: number;
  readonly accepts: ((element: StreamElement) => boolean) | undefined;
  /** Place among the producers, where elements get it as metadata. */
  readonly inputIndex: number | undefined;
  /** Edges of one producer that share the channel of this key. */
  readonly compete: string | undefined;
}

const NO_LINKS: readonly LiveLink[] = Object.freeze([]);
const NO_INDICES: readonly number[] = Object.freeze([]);
const NO_NAMES: ReadonlySet<string> = new Set();

/** Runs a stage inside its wrappers; `over` resolves when the run takes no more from it. */
export type WrappedStage = (stage: Stage, ctx: StageContext, run: RunAccess, over: Promise<void>) => Promise<StageReturn>;

/** A stage in its place. Filled while its graph is made, read only afterwards. */
export class GraphNode {
  readonly index: number;
  readonly name: string;
  readonly spec: StageSpec;
  readonly kind: StageKind;
  readonly type: StageType | undefined;
  /** The stage that runs, unless it is a class, of which each run makes one. */
  readonly stage: Stage;
  readonly make: StageClass | undefined;
  /** Runs the stage inside its wrappers; `undefined` when it has none. */
  readonly wrap: WrappedStage | undefined;
  readonly dependencies: readonly number[];
  dependents: readonly number[] = NO_INDICES;
  liveIn: readonly LiveLink[] = NO_LINKS;
  liveOut: readonly LiveLink[] = NO_LINKS;
  /** Deadline of an attempt in milliseconds; 0 is never. */
  readonly timeoutMs: number;
  /** Its writes are counted and timed. */
  readonly watched: boolean;
  /** It is run as it stands: no class of stages, no wrappers. */
  readonly plain: boolean;
  /** It may have to wait for a place. */
  readonly limited: boolean;
  /** It may be skipped although all dependencies are ok. */
  conditional: boolean;
  /** It has live edges. */
  isLive = false;
  /** What it writes leaves the graph. */
  isLeaf = false;
  /** The stages it is run with in one loop, itself among them. */
  segment: readonly number[] | undefined;
  #declared: ReadonlySet<string> | undefined;

  constructor(index: number, spec: StageSpec, stage: Stage, make: StageClass | undefined, wrap: WrappedStage | undefined, dependencies: readonly number[] | undefined, limited: boolean, traced: boolean) {
    this.index = index;
    this.name = spec.name;
    this.spec = spec;
    this.kind = spec.kind ?? stage.kind ?? 'transform';
    this.type = stage.type;
    this.stage = stage;
    this.make = make;
    this.wrap = wrap;
    this.plain = make === undefined && wrap === undefined;
    this.dependencies = dependencies ?? NO_INDICES;
    this.timeoutMs = spec.timeoutMs ?? 0;
    this.watched = traced || spec.retry !== undefined || (spec.firstElementTimeoutMs ?? 0) > 0 || (spec.idleTimeoutMs ?? 0) > 0;
    this.limited = limited || spec.maxConcurrency !== undefined;
    this.conditional = (spec.conditional ?? false) !== false;
  }

  /** Names that may be read. */
  get declared(): ReadonlySet<string> {
    return (this.#declared ??= this.dependencies.length === 0 ? NO_NAMES : new Set(this.spec.dependencies));
  }

  /** `dependent` waits for this stage. */
  precede(dependent: number): void {
    if (this.dependents === NO_INDICES) this.dependents = [dependent];
    else (this.dependents as number[]).push(dependent); // made above
  }
}

/** A checked graph. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly names: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly hasLiveEdges: boolean;
  /** Number of dependencies of each node; copied by each run. */
  readonly indegrees: readonly number[];
  /** Number of nodes whose output leaves the graph. */
  readonly leaves: number;
  /** Nodes without dependencies, those with the highest priority first. */
  readonly roots: readonly number[];
}
