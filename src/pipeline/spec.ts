/**
 * How a stage stands in a graph: its edges and its rules. `StageEdges` is what `withStage` takes and the
 * compiler checks; `StageSpec` is the same as plain data with a name and a runner, for graphs made from data.
 */
import type { StageContext } from '../stage/context.js';
import type { StageInputs } from '../stage/inputs.js';
import type { StageKind } from '../stage/kind.js';
import type { StageOutput } from '../stage/output.js';
import type { StageRunner } from '../stage/stage.js';
import type { StandardSchema } from '../base/standard-schema.js';
import type { ElementType, StreamElement } from '../stream/element.js';
import type { RetryPolicy } from './retry.js';

/** What a wrapper may do with the rest of its run. */
export interface RunAccess {
  /** The output of another stage, if it has settled. */
  output(stage: string): StageOutput | undefined;
  /** Runs a stage that has settled once more; its new output takes the place of the old one for stages that read it from now on. Rejects for stages with live edges, whose elements have gone. */
  rerun(stage: string): Promise<StageOutput>;
}

/**
 * Runs around every attempt of a stage: calls `next` as often as it wants the stage to run, and returns
 * what the stage shall settle with. `next` never rejects: what a stage throws is a failed output. `stage.kind` is also
 * there where only the stage itself has it.
 */
export type StageWrapper = (ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: StageSpec, run: RunAccess) => StageOutput | Promise<StageOutput>;

/** Rules of a stage in its graph. */
export interface StageRules {
  /** Skip the stage when a dependency's data has a `skipReason`, or when the function says false. @default false */
  readonly conditional?: boolean | ((inputs: StageInputs) => boolean);
  /** Run even when a dependency was skipped. @default false */
  readonly runOnSkip?: boolean;
  /** Run once the dependencies have settled in any way, also when the run was canceled or has failed; on the session's signal. @default false */
  readonly always?: boolean;
  /** Name of a set of stages that can be canceled without the run. */
  readonly scope?: string;
  /** Elements that its live output holds for each reader. @default 1024 for text, 64 for audio, else the pipeline's */
  readonly capacity?: number;
  /** Tries again on failure; only before the first live element. @default no */
  readonly retry?: RetryPolicy;
  /** Deadline of each attempt in milliseconds; 0 is never. Stages with a live output have the two below as well. @default 0 */
  readonly timeoutMs?: number;
  /** Deadline of the first live element, not counting waits for credit; 0 is never. @default 0 */
  readonly firstElementTimeoutMs?: number;
  /** Longest pause between live elements, not counting waits for credit; 0 is never. @default 0 */
  readonly idleTimeoutMs?: number;
  /** How long it may take to settle by itself once its signal has aborted, before it is settled as canceled; in milliseconds. @default that of the stage, else 0 */
  readonly cancelGraceMs?: number;
  /** Runs of this graph that may be in this stage at once; others wait. @default unlimited */
  readonly maxConcurrency?: number;
  /** Stages that become ready together start with the highest first. @default 0 */
  readonly priority?: number;
  /** Checks the data of a good output; a mismatch fails the stage with `OUTPUT_SCHEMA`. */
  readonly outputSchema?: StandardSchema;
  /** Run around each attempt, the first one outermost; inside the pipeline's own. */
  readonly wrappers?: readonly StageWrapper[];
}

/** Edges and rules of a stage. `Names` are the stages of the graph so far, `Deps` those the stage waits for. */
export interface StageEdges<Names extends string = string, Deps extends string = Names> extends StageRules {
  /** Wait until these have settled: `a && b`. */
  readonly dependencies?: readonly Deps[];
  /** Read the live output of these while they run: `a | b`. Several are merged in the order of arrival. */
  readonly streamsFrom?: readonly Names[];
}

/** A stage of a graph made from data. */
export interface StageSpec extends StageRules {
  readonly name: string;
  readonly stage: StageRunner;
  /** @default that of the stage, else 'transform' */
  readonly kind?: StageKind;
  /** Wait until these have settled. @default [] */
  readonly dependencies?: readonly string[];
  /** Read the live output of these. @default [] */
  readonly streamsFrom?: readonly (string | LiveEdge)[];
}

/** A live edge with more than a name. */
export interface LiveEdge {
  /** The stage that is read. */
  readonly from: string;
  /** Elements that do not pass are not written to this edge. */
  readonly when?: (element: StreamElement) => boolean;
  /** Only these types of elements; 'declared' means those that the reader's capabilities name. */
  readonly types?: readonly ElementType[] | 'declared';
  /** Edges of one producer with the same name of a group compete for its elements: each gets what it reads first. */
  readonly compete?: string;
  /** Made by `connect` or `branch`, one by one: then a reader with several of them must be a stage that merges. */
  readonly joined?: boolean;
}

/** How the elements of a stage are shared among its readers. */
export interface BranchOptions {
  /** Every reader gets all (broadcast), each element goes to one (compete), or to those that take its type (byType). @default 'broadcast' */
  readonly mode?: 'broadcast' | 'compete' | 'byType';
  /** Elements that do not pass are not written to that reader. */
  readonly when?: (element: StreamElement, to: string) => boolean;
  /** For `byType`: the types of each reader. @default what the stage's capabilities say */
  readonly types?: Readonly<Record<string, readonly ElementType[]>>;
}
