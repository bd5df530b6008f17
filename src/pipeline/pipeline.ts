/**
 * The builder with all parts: settled and live edges in one graph.
 *
 * The type parameters collect names and data, so that the compiler refuses a misspelt stage, a stage
 * that reads what it did not declare, a misspelt key and a name used twice.
 */
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import type { StageKind } from '../stage/kind.js';
import type { Stage, StageClass, StageFunction } from '../stage/stage.js';
import { checkedSpecs, GraphBuilder, toConfig } from './builder.js';
import type { PipelineConfig, PipelineConfigInit } from './config.js';
import { branchEdge, withEdges } from './live/joined-edges.js';
import { LIVE_RULES } from './live/live-rules.js';
import { checkedSpec, type RuleCheck } from './rules.js';
import { StageGraph } from './stage-graph.js';
import type { BranchOptions, StageEdges, StageSpec } from './spec.js';

const MODES = ['broadcast', 'compete', 'byType'];

/**
 * A graph under construction. `S` maps the names so far to the data their stages settle with; `Names` are its keys,
 * carried apart because a union of names costs the compiler nothing, while each mention of `S` costs it once per stage.
 */
export class Pipeline<S = {}, Names extends string = keyof S & string> extends GraphBuilder<S> {
  /** Builds a graph from data. Throws `PipelineValidationError`. */
  static from(stages: readonly StageSpec[], config?: PipelineConfig | PipelineConfigInit): StageGraph<Record<string, Record<string, unknown>>> {
    return new StageGraph(checkedSpecs(stages, LIVE_RULES), toConfig(config));
  }

  /**
   * Adds a stage: an instance, a class, or a function. `kind` is that of the stage where it has one,
   * else 'transform'. Throws `InvalidOptionError`; what concerns the graph is checked by {@link build}.
   */
  withStage<N extends string, D extends object, const Deps extends Names = never, Prior = Pick<S, Deps & keyof S>>(
    name: N & (N extends Names ? never : N),
    stage: Stage<D, NoInfer<Prior>> | StageClass<D, NoInfer<Prior>> | StageFunction<D, NoInfer<Prior>>,
    kind?: StageKind | StageEdges<Names, Deps>,
    edges?: StageEdges<Names, Deps>,
  ): Pipeline<S & Record<N, D>, Names | N> {
    return this.addStage(name, stage, kind, edges);
  }

  /** Adds stages under their own names, each reading the live output of the one before it. */
  chain(...stages: readonly Stage<object>[]): Pipeline<S, Names> {
    const specs = stages.map((stage, n): StageSpec => checkedSpec({ name: stage?.name, stage: stage as Stage, ...(n === 0 ? {} : { streamsFrom: [(stages[n - 1] as Stage<object>).name] }) }, LIVE_RULES)); // n > 0
    return this.add({ type: 'stages', specs });
  }

  /** Lets `to` read the live output of `from`. A second producer needs a stage that merges, such as `MergeStage`. */
  connect(from: string, to: string): Pipeline<S, Names> {
    return this.add({ type: 'edges', edges: [{ to: requireName('Pipeline.connect.to', to), edge: { from: requireName('Pipeline.connect.from', from) } }] });
  }

  /** Lets several stages read the live output of `from`. */
  branch(from: string, to: readonly string[], options?: BranchOptions): Pipeline<S, Names>;
  branch(from: string, ...to: readonly string[]): Pipeline<S, Names>;
  branch(from: string, ...rest: readonly unknown[]): Pipeline<S, Names> {
    const list = Array.isArray(rest[0]) ? (rest[0] as readonly string[]) : (rest as readonly string[]);
    const options = (Array.isArray(rest[0]) ? rest[1] : undefined) ?? {};
    requireName('Pipeline.branch.from', from);
    if (list.length === 0) throw new InvalidOptionError('Pipeline.branch.to', list, 'at least one name of a stage');
    for (const to of list) requireName('Pipeline.branch.to', to);
    refuseUnknownOptions('Pipeline.branch', options, ['mode', 'when', 'types']);
    const given = options as BranchOptions;
    if (given.mode !== undefined && !MODES.includes(given.mode)) throw new InvalidOptionError('Pipeline.branch.mode', given.mode, "one of 'broadcast', 'compete', 'byType'");
    return this.add({ type: 'edges', edges: list.map((to) => ({ to, edge: branchEdge(from, to, list, given) })) });
  }

  /** Adds all stages of another pipeline, whose names must be different. Its settings are not taken over. */
  compose<T, More extends string>(other: Pipeline<T, More>): Pipeline<S & T, Names | More> {
    return this.addAll(other);
  }

  /** The same stages with other settings. */
  withConfig(config: PipelineConfig | PipelineConfigInit): Pipeline<S, Names> {
    return this.reconfigure(config);
  }

  /** Checks everything and gives the graph that runs. Throws `PipelineValidationError`, which says what, where, and how to mend it. */
  build(): StageGraph<S> {
    const { specs, edges } = this.folded();
    return new StageGraph<S>(withEdges(specs, edges), this.config);
  }

  /** Rules of stages beyond those of the core. */
  protected override get rules(): Readonly<Record<string, RuleCheck>> {
    return LIVE_RULES;
  }
}
