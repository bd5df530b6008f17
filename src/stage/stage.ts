/**
 * The one contract: a stage is a small process. It reads `ctx.input`, writes `ctx.output`, and settles
 * once with what it returns.
 *
 * One stage object may serve many runs at once, so it keeps no state of a run on itself.
 */
import type { Data, UntypedPrior } from '../base/data.js';
import type { StreamElement } from '../stream/element.js';
import type { StageContext } from './context.js';
import type { StageKind, StageType } from './kind.js';
import type { StageReturn } from './output.js';

/** What a stage does in a run. */
export type StageFunction<D extends object = Data, Prior = UntypedPrior> = (ctx: StageContext<Prior>) => Promise<StageReturn<D>> | StageReturn<D>;

/** What a fusable stage makes of one element: one, several or none. */
export type Transformed = StreamElement | readonly StreamElement[] | undefined;

/** Formats, rates and channels of audio that a stage takes or gives; an empty or absent list means all. */
export interface AudioCapability {
  readonly formats?: readonly string[];
  /** Frames per second. */
  readonly sampleRates?: readonly number[];
  readonly channels?: readonly number[];
}

/** What may flow over the live edges of a stage; checked when a graph is built. */
export interface StageCapabilities {
  /** Types of elements it takes; absent means all. */
  readonly input?: AudioCapability & { readonly types?: readonly StreamElement['type'][] };
  /** Types of elements it gives; absent means all. */
  readonly output?: AudioCapability & { readonly types?: readonly StreamElement['type'][] };
}

/** A stage: `D` is the data it settles with, `Prior` what it reads of the stages before it. */
export interface Stage<D extends object = Data, Prior = UntypedPrior> {
  /** The name it has when its graph gives it none. */
  readonly name: string;
  /** What it is for. */
  readonly kind: StageKind;
  /** The shape of its stream. */
  readonly type?: StageType;
  /** What flows in and out, where that is limited. */
  readonly capabilities?: StageCapabilities;
  /** Of a guard that checks something else than the text of the turn: the key it checks. Its `transformedContent` is then not the text of the turn. */
  readonly contentKey?: string | null | undefined;
  /** Set when several live producers may write into it: an explicit merge. 'ordered' reads one producer after the other. */
  readonly merges?: 'arrival' | 'ordered';
  /** Set when elements get the place of their producer as `metadata.inputIndex`. */
  readonly mergeIndex?: boolean;
  /** Of a router: the stages it chooses among. Of its live readers these get only elements whose `metadata.routes` name them; of its dependents those it did not choose are skipped. */
  readonly routes?: readonly string[];
  /** How long it may take to settle by itself once its signal has aborted, in milliseconds. @default 0 */
  readonly cancelGraceMs?: number;
  /** Runs it once. A property, not a method, so that the compiler compares `Prior` strictly. */
  readonly execute: StageFunction<D, Prior>;
  /** For stages that treat one element at a time: neighbours that have it are run as one loop, without a channel between. */
  readonly transform?: (element: StreamElement, ctx: StageContext<Prior>) => Transformed;
  /** What a fusable stage still has when its input has ended. */
  readonly flush?: (ctx: StageContext<Prior>) => readonly StreamElement[];
}

/** A class of stages; a new one is made for each run. */
export type StageClass<D extends object = Data, Prior = UntypedPrior> = new () => Stage<D, Prior>;

/** What a pipeline takes as a stage: an instance, a class without constructor arguments, or a function. */
export type StageRunner<D extends object = Data, Prior = UntypedPrior> = Stage<D, Prior> | StageClass<D, Prior> | StageFunction<D, Prior>;
