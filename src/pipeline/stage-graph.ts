/** A graph with all parts: streams in and out, and drawings. `start` is the one primitive; the other ways to run are made of it. */
import { InvalidOptionError } from '../base/option.js';
import type { StreamElement } from '../stream/element.js';
import type { PipelineConfig } from './config.js';
import { CoreGraph } from './core-graph.js';
import { graphToJson, graphToMermaid, type GraphJson } from './drawing.js';
import { FULL_PARTS } from './full-parts.js';
import type { RunContext } from './run-settings.js';
import type { RunInput, RunOptions } from './run.js';
import type { StageSpec } from './spec.js';

/** Options of `execute` and `executeSync`. */
export interface ExecuteOptions extends RunOptions {
  /** What the run is started with. @default an empty snapshot */
  readonly context?: RunContext | undefined;
}

/** A graph ready to run. `S` maps the names of stages to the data they settle with. */
export class StageGraph<S = Record<string, object>> extends CoreGraph<S> {
  /** Checks the specifications. Throws `PipelineValidationError` or `InvalidOptionError`. */
  constructor(specs: readonly StageSpec[], config?: PipelineConfig) {
    super(specs, config, FULL_PARTS);
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
    return graphToMermaid(this.graph);
  }

  /** The graph as plain data. */
  toJSON(): GraphJson {
    return graphToJson(this.graph);
  }
}
