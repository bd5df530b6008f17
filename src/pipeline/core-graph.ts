/**
 * A graph that has been checked and runs, as often and as many times at once as one likes; what it can do beyond
 * settled edges is given to it as parts.
 */
import { InvalidOptionError } from '../base/option.js';
import { PipelineConfig } from './config.js';
import { CORE_PARTS } from './core-parts.js';
import { EventReporter } from './event-reporter.js';
import { Execution } from './execution.js';
import { makeGraph } from './graph.js';
import type { Graph } from './graph-node.js';
import { keepRun } from './kept-run.js';
import type { GraphParts } from './parts.js';
import type { PipelineResults } from './results.js';
import { RunHandle } from './run-handle.js';
import { resolveSettings, type RunContext } from './run-settings.js';
import type { PipelineRun, RunInput, RunOptions } from './run.js';
import type { ExecutionPlan } from './scheduler.js';
import type { StageSpec } from './spec.js';
import { StageLimits } from './stage-limits.js';

/** A graph ready to run. `S` maps the names of stages to the data they settle with. */
export class CoreGraph<S = Record<string, object>> {
  /** Never set: carries `S` for the compiler. */
  declare readonly stages?: S;
  readonly #plan: ExecutionPlan;

  /** Checks the specifications. Throws `PipelineValidationError` or `InvalidOptionError`. */
  constructor(specs: readonly StageSpec[], config: PipelineConfig = new PipelineConfig(), parts: GraphParts = CORE_PARTS) {
    if (config.metrics && parts.WideReporter === undefined) throw new InvalidOptionError('CorePipeline.config.metrics', true, 'false: wide events need the Pipeline of sluice');
    const graph = makeGraph(specs, config, parts);
    keepRun(parts);
    this.#plan = { graph, config, parts, limits: new StageLimits(graph.nodes) };
    Object.freeze(this);
  }

  /** Names of the stages, in the order in which they were added. */
  get stageNames(): readonly string[] {
    return this.#plan.graph.names;
  }

  /** The settings. */
  get config(): PipelineConfig {
    return this.#plan.config;
  }

  /** The specifications the graph was built from. */
  get specs(): readonly StageSpec[] {
    return this.#plan.graph.nodes.map((node) => node.spec);
  }

  /** The checked graph, for tools that draw or inspect it. */
  get graph(): Graph {
    return this.#plan.graph;
  }

  /**
   * Starts a run in a microtask and gives its handle. `context` is a snapshot, a context of one of the
   * kinds, or a record such as `{ inputText }`; `input` feeds the stages without live producers.
   */
  start(context?: RunContext, input?: RunInput, options: RunOptions = {}): PipelineRun<S> {
    const execution = this.#execution(context, input, options);
    const run = new RunHandle<S>(execution, this.#plan.graph);
    void Promise.resolve().then(() => execution.start());
    return run;
  }

  /** Runs the graph. Resolves also when the run was canceled; rejects with `StageError`, which carries the results so far, when it failed. */
  run(context?: RunContext, options: RunOptions = {}): Promise<PipelineResults<S>> {
    return new Promise((resolve, reject) => {
      const execution = this.#execution(context, undefined, options);
      execution.onFinished(() => {
        try {
          resolve(execution.results() as PipelineResults<S>);
        } catch (error) {
          reject(error as Error);
        }
      });
      execution.start();
    });
  }

  #execution(context: RunContext | undefined, input: RunInput | undefined, options: RunOptions): Execution {
    const { config, parts } = this.#plan;
    if (input !== undefined && (typeof input !== 'object' || input === null || parts.live === undefined)) throw new InvalidOptionError('StageGraph.start.input', input, parts.live === undefined ? 'left out: input needs the live edges of the Pipeline of sluice' : 'a list or an (async) iterable of elements');
    const settings = resolveSettings(context, options, config, parts);
    const { sink, snapshot, scope } = settings;
    const ids = { pipeline_run_id: snapshot.pipelineRunId, ...(scope.correlationId === null ? {} : { correlation_id: scope.correlationId }) };
    const Reporter = (config.metrics ? parts.WideReporter : undefined) ?? EventReporter;
    return new Execution(this.#plan, settings, sink === undefined ? undefined : new Reporter(sink, ids), input);
  }
}
