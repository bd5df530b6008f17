/**
 * A graph that has been checked and runs, as often and as many times at once as one likes. `start` is the
 * one primitive; the other ways to run are made of it.
 */
import { InvalidOptionError } from '../base/option.js';
import type { StreamElement } from '../stream/element.js';
import { PipelineConfig } from './config.js';
import { graphToJson, graphToMermaid, type GraphJson } from './drawing.js';
import { EventReporter } from './event-reporter.js';
import { Execution } from './execution.js';
import { makeGraph } from './graph.js';
import type { Graph } from './graph-node.js';
import type { PipelineResults } from './results.js';
import { RunHandle } from './run-handle.js';
import { resolveSettings, type RunContext } from './run-settings.js';
import type { PipelineRun, RunInput, RunOptions } from './run.js';
import type { ExecutionPlan } from './scheduler.js';
import type { StageSpec } from './spec.js';
import { StageLimits } from './stage-limits.js';
import { WideReporter } from './wide-reporter.js';

/** Options of `execute` and `executeSync`. */
export interface ExecuteOptions extends RunOptions {
  /** What the run is started with. @default an empty snapshot */
  readonly context?: RunContext | undefined;
}

/** A graph ready to run. `S` maps the names of stages to the data they settle with. */
export class StageGraph<S = Record<string, object>> {
  /** Never set: carries `S` for the compiler. */
  declare readonly stages?: S;
  readonly #plan: ExecutionPlan;

  /** Checks the specifications. Throws `PipelineValidationError` or `InvalidOptionError`. */
  constructor(specs: readonly StageSpec[], config: PipelineConfig = new PipelineConfig()) {
    const graph = makeGraph(specs, config);
    this.#plan = { graph, config, limits: new StageLimits(graph.nodes) };
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

  /** Runs the graph on a stream of elements and gives what leaves it, while it runs. Leaving the loop cancels the run. */
  execute(input: RunInput, options: ExecuteOptions = {}): AsyncIterable<StreamElement> {
    if (typeof input !== 'object' || input === null) throw new InvalidOptionError('StageGraph.execute.input', input, 'a list or an (async) iterable of elements');
    const { context, ...rest } = options;
    return { [Symbol.asyncIterator]: () => this.#elements(context, input, rest) };
  }

  /** Runs the graph on the elements and gives all that leaves it. Rejects with what the run failed with. */
  async executeSync(elements: RunInput, options: ExecuteOptions = {}): Promise<readonly StreamElement[]> {
    const all: StreamElement[] = [];
    for await (const element of this.execute(elements, options)) all.push(element);
    return all;
  }

  async *#elements(context: RunContext | undefined, input: RunInput, options: RunOptions): AsyncGenerator<StreamElement, undefined> {
    const run = this.start(context, input, options);
    const { output } = run;
    let ended = false;
    try {
      for (;;) {
        const element = output.tryRead() ?? (await output.read());
        if (element === undefined) break;
        yield element;
      }
      ended = true;
      await run.results;
    } catch (error) {
      if (ended) throw error;
      ended = true;
      await run.results; // the run's own error says more than the stream's
      throw error;
    } finally {
      if (!ended) await run.cancel({ reason: 'the reader left' });
    }
    return undefined;
  }

  /** The graph as a Mermaid flowchart. */
  toMermaid(): string {
    return graphToMermaid(this.#plan.graph);
  }

  /** The graph as plain data. */
  toJSON(): GraphJson {
    return graphToJson(this.#plan.graph);
  }

  #execution(context: RunContext | undefined, input: RunInput | undefined, options: RunOptions): Execution {
    const settings = resolveSettings(context, options, this.#plan.config);
    const { sink, snapshot, scope } = settings;
    const ids = { pipeline_run_id: snapshot.pipelineRunId, ...(scope.correlationId === null ? {} : { correlation_id: scope.correlationId }) };
    const Reporter = this.#plan.config.metrics ? WideReporter : EventReporter;
    return new Execution(this.#plan, settings, sink === undefined ? undefined : new Reporter(sink, ids), input);
  }
}
