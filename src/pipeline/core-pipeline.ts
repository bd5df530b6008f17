/** The builder of graphs that have settled edges only. */
import { InvalidOptionError } from '../base/option.js';
import type { StageKind } from '../stage/kind.js';
import type { Stage, StageClass, StageFunction } from '../stage/stage.js';
import { checkedSpecs, GraphBuilder, toConfig } from './builder.js';
import type { PipelineConfig, PipelineConfigInit } from './config.js';
import { CoreGraph } from './core-graph.js';
import type { StageEdges, StageSpec } from './spec.js';

/** Edges and rules of a stage without live edges. */
export type CoreEdges<Deps extends string = string> = Omit<StageEdges<string, Deps>, 'streamsFrom' | 'capacity' | 'firstElementTimeoutMs' | 'idleTimeoutMs' | 'outputSchema'>;

/**
 * A graph of settled edges under construction, from `sluice/core`: what `Pipeline` is without live edges, output
 * schemas, wide events and drawings, for pages that need no more. `ctx.snapshot` has its flat fields; pass a
 * `ContextSnapshot` where stages need its methods, a conversation or enrichments.
 *
 * @example
 * import { CorePipeline } from 'sluice/core';
 *
 * const graph = new CorePipeline()
 *   .withStage('load', async () => ({ greeting: 'Hello' }), { timeoutMs: 500, retry: { maxAttempts: 3 } })
 *   .withStage('say', (ctx) => ({ text: ctx.inputs.requireFrom('load', 'greeting') }), { dependencies: ['load'] })
 *   .build();
 * const results = await graph.run({ inputText: 'hi' });
 */
export class CorePipeline<S = {}, Names extends string = keyof S & string> extends GraphBuilder<S> {
  /** Builds a graph from data. Throws `PipelineValidationError`. */
  static from(stages: readonly StageSpec[], config?: PipelineConfig | PipelineConfigInit): CoreGraph<Record<string, Record<string, unknown>>> {
    return new CoreGraph(checkedSpecs(stages, undefined), toConfig(config));
  }

  /**
   * Adds a stage: an instance, a class, or a function. `kind` is that of the stage where it has one,
   * else 'transform'. Throws `InvalidOptionError`; what concerns the graph is checked by {@link build}.
   */
  withStage<N extends string, D extends object, const Deps extends Names = never, Prior = Pick<S, Deps & keyof S>>(
    name: N & (N extends Names ? never : N),
    stage: Stage<D, NoInfer<Prior>> | StageClass<D, NoInfer<Prior>> | StageFunction<D, NoInfer<Prior>>,
    kind?: StageKind | CoreEdges<Deps>,
    edges?: CoreEdges<Deps>,
  ): CorePipeline<S & Record<N, D>, Names | N> {
    return this.addStage(name, stage, kind, edges);
  }

  /** Adds all stages of another pipeline, whose names must be different. Its settings are not taken over. */
  compose<T, More extends string>(other: CorePipeline<T, More>): CorePipeline<S & T, Names | More> {
    return this.addAll(other);
  }

  /** The same stages with other settings. */
  withConfig(config: PipelineConfig | PipelineConfigInit): CorePipeline<S, Names> {
    return this.reconfigure(config);
  }

  /** Checks everything and gives the graph that runs. Throws `PipelineValidationError`, which says what, where, and how to mend it. */
  build(): CoreGraph<S> {
    const { specs, edges } = this.folded();
    if (edges.length > 0) throw new InvalidOptionError('CorePipeline.compose.other', this, 'a pipeline without live edges, which only the Pipeline of sluice has');
    return new CoreGraph<S>(specs, this.config);
  }
}
