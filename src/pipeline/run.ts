/**
 * A run as its caller sees it: one start, a live output, results, and a way to stop it or a part of it.
 */
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import type { EventSink } from '../event/sink.js';
import type { RunScope } from '../stage/context.js';
import type { StageOutput } from '../stage/output.js';
import type { Ports } from '../stage/ports.js';
import type { ChannelReader } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import type { PipelineResults } from './results.js';

/** Elements given to a run from outside. */
export type RunInput = Iterable<StreamElement> | AsyncIterable<StreamElement> | ChannelReader<StreamElement>;

/** Options of a run; what is left out comes from the context the run is started with, else from the pipeline. */
export interface RunOptions {
  /** Cancels the run when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Signal of `always` stages: that of the session, which outlives the run. @default none */
  readonly sessionSignal?: AbortSignal | undefined;
  readonly ports?: Ports | undefined;
  readonly eventSink?: EventSink | undefined;
  readonly clock?: Clock | undefined;
  /** Constant configuration that stages read as `ctx.run.configuration`. */
  readonly configuration?: Readonly<Data> | undefined;
  /** Facts of the enclosing run; `subpipelineStage` sets them. */
  readonly scope?: Partial<RunScope> | undefined;
  /** Outputs of stages that need not run again, by name: how a run is resumed. */
  readonly resume?: Readonly<Record<string, StageOutput>> | undefined;
}

/** What to stop, and why. */
export interface CancelOptions {
  /** Only the stages of this scope; the run goes on. @default the whole run */
  readonly scope?: string | undefined;
  /** Shown in outputs and events: no user content. @default 'canceled' */
  readonly reason?: string | undefined;
}

/** A run under way. */
export interface PipelineRun<S = Record<string, object>> {
  /** The live output of stages that nobody in the graph reads, in order of arrival. Read it from the start (in the task that called `start`): until it is first looked at, it keeps nothing. */
  readonly output: ChannelReader<StreamElement>;
  /** Settles when all stages have: resolves also when the run was canceled, rejects with `StageError` when it failed. */
  readonly results: Promise<PipelineResults<S>>;
  /** True once the run was canceled. */
  readonly canceled: boolean;
  /** Why it was canceled; null while it was not. */
  readonly cancelReason: string | null;
  /** The output of a stage, as soon as it has settled. */
  settled<N extends keyof S & string>(stage: N): Promise<StageOutput<S[N] & object>>;
  /** Stops the run or a scope; resolves when what was stopped has settled. May be called at any time. */
  cancel(options?: CancelOptions | string): Promise<void>;
  /** Cancels, and waits until everything has ended. Never rejects. */
  close(): Promise<void>;
}
