/**
 * Runs pipelines and gives what became of them as a value: no stage's error is thrown. Only what
 * never got to run is: a pipeline that does not build, or options that are wrong.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { isPlainObject } from '../base/data.js';
import { toError } from '../base/errors.js';
import { randomId, type IdSource } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean } from '../base/option.js';
import type { ContextSnapshotInit } from '../context/snapshot-init.js';
import { ContextSnapshot } from '../context/snapshot.js';
import { CompositeEventSink } from '../event/composite-sink.js';
import type { PipelineEvent } from '../event/event.js';
import type { Logger } from '../event/logging-sink.js';
import { ObservableEventSink } from '../event/observable-sink.js';
import { noopSink, type EventSink } from '../event/sink.js';
import { PipelineTimeoutError } from '../pipeline/errors.js';
import { Pipeline } from '../pipeline/pipeline.js';
import type { RunContext } from '../pipeline/run-settings.js';
import type { RunOptions } from '../pipeline/run.js';
import { StageGraph } from '../pipeline/stage-graph.js';
import { StageError } from '../stage/errors.js';
import type { StageOutput } from '../stage/output.js';
import { eventLine } from './event-line.js';
import { currentLogger } from './logging.js';
import { RunResult } from './run-result.js';

/** Options of a {@link PipelineRunner}. */
export interface PipelineRunnerOptions {
  /** Also gets the events of the runs. @default none */
  readonly eventSink?: EventSink | null | undefined;
  /** Gets a line per event when `verbose`. @default the one of setupLogging, else the console */
  readonly logger?: Logger | null | undefined;
  /** Logs events while they come. @default false */
  readonly verbose?: boolean;
  /** ANSI colours in those lines. @default false */
  readonly colorize?: boolean;
  /** Keeps the events in the result. @default true */
  readonly captureEvents?: boolean;
  /** Ids of runs that come without. @default random UUIDs */
  readonly ids?: IdSource;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** A pipeline, built or not. */
export type Runnable = Pipeline<object> | StageGraph<object>;

/** Runs pipelines; keeps no state of a run. */
export class PipelineRunner {
  readonly #eventSink: EventSink | undefined;
  readonly #logger: Logger | undefined;
  readonly #verbose: boolean;
  readonly #colorize: boolean;
  readonly #captureEvents: boolean;
  readonly #ids: IdSource;
  readonly #clock: Clock;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: PipelineRunnerOptions = {}) {
    refuseUnknownOptions('PipelineRunner', options, ['eventSink', 'logger', 'verbose', 'colorize', 'captureEvents', 'ids', 'clock']);
    const { verbose = false, colorize = false, captureEvents = true, ids = randomId, clock = systemClock } = options;
    this.#eventSink = options.eventSink ?? undefined;
    this.#logger = options.logger ?? undefined;
    this.#verbose = requireBoolean('PipelineRunner.verbose', verbose);
    this.#colorize = requireBoolean('PipelineRunner.colorize', colorize);
    this.#captureEvents = requireBoolean('PipelineRunner.captureEvents', captureEvents);
    this.#ids = ids;
    this.#clock = clock;
  }

  /**
   * Runs a pipeline in a context, or with a record such as `{ inputText }`, which gets ids of run and
   * request where it has none. Resolves whatever the stages do; rejects only when the pipeline does
   * not build or an argument is wrong.
   */
  async run(pipeline: Runnable, context: RunContext = {}, options: RunOptions = {}): Promise<RunResult> {
    const graph = pipeline instanceof Pipeline ? pipeline.build() : pipeline;
    if (!(graph instanceof StageGraph)) throw new InvalidOptionError('PipelineRunner.run.pipeline', graph, 'a Pipeline or a StageGraph');
    const observed = this.#captureEvents ? new ObservableEventSink({ clock: this.#clock }) : undefined;
    const started = this.#started(context);
    const sink = this.#sinkOf(observed, options.eventSink ?? contextSink(started));
    const startMs = this.#clock.now();
    const run = graph.start(started, undefined, { clock: this.#clock, ...options, eventSink: sink });
    let results: Readonly<Record<string, StageOutput>> = {};
    let error: Error | null = null;
    try {
      results = (await run.results) as unknown as Readonly<Record<string, StageOutput>>;
    } catch (thrown) {
      error = toError(thrown);
      if (thrown instanceof StageError || thrown instanceof PipelineTimeoutError) results = thrown.results;
    }
    return new RunResult({
      success: error === null,
      results,
      durationMs: this.#clock.now() - startMs,
      error,
      cancelReason: run.cancelReason,
      events: observed?.events ?? [],
      pipelineRunId: pipelineRunIdOf(started),
    });
  }

  #started(context: RunContext): RunContext {
    if (!isPlainObject(context)) return context;
    const init = context as ContextSnapshotInit;
    const given = new ContextSnapshot(init, this.#clock);
    return given.pipelineRunId !== null ? given : given.withRunId({ pipelineRunId: this.#ids(), requestId: given.requestId ?? this.#ids() });
  }

  #sinkOf(observed: ObservableEventSink | undefined, given: EventSink | undefined): EventSink {
    const sinks: EventSink[] = [];
    if (observed !== undefined) sinks.push(observed);
    if (this.#eventSink !== undefined) sinks.push(this.#eventSink);
    if (given !== undefined && given !== noopSink && given !== this.#eventSink) sinks.push(given);
    if (this.#verbose) sinks.push(this.#printer());
    return sinks.length === 0 ? noopSink : sinks.length === 1 ? (sinks[0] as EventSink) : new CompositeEventSink(sinks); // length 1, so there is one
  }

  #printer(): EventSink {
    const logger = this.#logger ?? currentLogger();
    const startMs = this.#clock.now();
    const tryEmit = (event: PipelineEvent): void => logger.info(eventLine(event, this.#clock.now() - startMs, this.#colorize));
    return { tryEmit, emit: async (event) => tryEmit(event) };
  }
}

function contextSink(context: RunContext): EventSink | undefined {
  return (context as { readonly eventSink?: EventSink }).eventSink;
}

function pipelineRunIdOf(context: RunContext): string | null {
  return (context as { readonly pipelineRunId?: string | null }).pipelineRunId ?? null;
}
