/**
 * The builder. Each call gives a new frozen pipeline: one node on a linked list, so that a call costs the
 * same at the first and at the ten-thousandth stage; `build()` folds the list once.
 *
 * The type parameter collects names and data, so that the compiler refuses a misspelt stage, a stage
 * that reads what it did not declare, a misspelt key and a name used twice.
 */
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import type { StageKind } from '../stage/kind.js';
import type { Stage, StageClass, StageFunction, StageRunner } from '../stage/stage.js';
import { PipelineConfig, type PipelineConfigInit } from './config.js';
import { foldNodes, type PipelineNode } from './fold.js';
import { checkedSpec } from './rules.js';
import { StageGraph } from './stage-graph.js';
import type { BranchOptions, StageEdges, StageSpec } from './spec.js';

const MODES = ['broadcast', 'compete', 'byType'];

/**
 * A graph under construction. `S` maps the names so far to the data their stages settle with; `Names` are its keys,
 * carried apart because a union of names costs the compiler nothing, while each mention of `S` costs it once per stage.
 */
export class Pipeline<S = {}, Names extends string = keyof S & string> {
  /** Never set: carries `S` for the compiler. */
  declare readonly stages?: S;
  readonly #last: PipelineNode | undefined;
  /** The settings. */
  readonly config: PipelineConfig;

  constructor(config?: PipelineConfig | PipelineConfigInit) {
    this.config = config instanceof PipelineConfig ? config : new PipelineConfig(config);
    this.#last = pending.node;
    pending.node = undefined;
    Object.freeze(this);
  }

  /** Builds a graph from data. Throws `PipelineValidationError`. */
  static from(stages: readonly StageSpec[], config?: PipelineConfig | PipelineConfigInit): StageGraph<Record<string, Record<string, unknown>>> {
    if (!Array.isArray(stages)) throw new InvalidOptionError('Pipeline.from.stages', stages, 'a list of stage specifications');
    const specs = (stages as readonly StageSpec[]).map((spec) => {
      if (typeof spec !== 'object' || spec === null) throw new InvalidOptionError('Pipeline.from.stages', spec, 'a list of stage specifications');
      return checkedSpec({ ...spec });
    });
    return new StageGraph(specs, config instanceof PipelineConfig ? config : new PipelineConfig(config));
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
    const rules = typeof kind === 'object' && kind !== null ? kind : edges;
    if (rules !== undefined && (typeof rules !== 'object' || rules === null)) throw new InvalidOptionError(`Pipeline.withStage('${name}').edges`, rules, 'a record such as { dependencies: [] }');
    const spec = checkedSpec({ ...(rules as Partial<StageSpec> | undefined), name, stage: stage as StageRunner, ...(kind === undefined || typeof kind === 'object' ? {} : { kind }) });
    return this.#with({ type: 'stage', spec });
  }

  /** Adds stages under their own names, each reading the live output of the one before it. */
  chain(...stages: readonly Stage[]): Pipeline<S, Names> {
    return this.#with({ type: 'chain', specs: stages.map((stage) => checkedSpec({ name: stage?.name, stage })) });
  }

  /** Lets `to` read the live output of `from`. A second producer needs a stage that merges, such as `MergeStage`. */
  connect(from: string, to: string): Pipeline<S, Names> {
    return this.#with({ type: 'edge', to: requireName('Pipeline.connect.to', to), edge: { from: requireName('Pipeline.connect.from', from) } });
  }

  /** Lets several stages read the live output of `from`. */
  branch(from: string, to: readonly string[], options?: BranchOptions): Pipeline<S, Names>;
  branch(from: string, ...to: readonly string[]): Pipeline<S, Names>;
  branch(from: string, ...rest: readonly unknown[]): Pipeline<S, Names> {
    const list = Array.isArray(rest[0]) ? (rest[0] as readonly string[]) : (rest as readonly string[]);
    const options = (Array.isArray(rest[0]) ? rest[1] : undefined) as BranchOptions | undefined;
    requireName('Pipeline.branch.from', from);
    if (list.length === 0) throw new InvalidOptionError('Pipeline.branch.to', list, 'at least one name of a stage');
    for (const to of list) requireName('Pipeline.branch.to', to);
    if (options !== undefined) refuseUnknownOptions('Pipeline.branch', options, ['mode', 'when', 'types']);
    if (options?.mode !== undefined && !MODES.includes(options.mode)) throw new InvalidOptionError('Pipeline.branch.mode', options.mode, "one of 'broadcast', 'compete', 'byType'");
    return this.#with({ type: 'branch', from, to: list, options: options ?? {} });
  }

  /** Adds all stages of another pipeline, whose names must be different. Its settings are not taken over. */
  compose<T, More extends string>(other: Pipeline<T, More>): Pipeline<S & T, Names | More> {
    if (!(other instanceof Pipeline)) throw new InvalidOptionError('Pipeline.compose.other', other, 'a Pipeline');
    return this.#with({ type: 'compose', last: other.#last });
  }

  /** The same stages with other settings. */
  withConfig(config: PipelineConfig | PipelineConfigInit): Pipeline<S, Names> {
    const settings = config instanceof PipelineConfig ? config : this.config.with(config);
    pending.node = this.#last;
    return new Pipeline<S, Names>(settings);
  }

  /** Checks everything and gives the graph that runs. Throws `PipelineValidationError`, which says what, where, and how to mend it. */
  build(): StageGraph<S> {
    return new StageGraph<S>(foldNodes(this.#last), this.config);
  }

  #with<T, N extends string>(node: PipelineNode): Pipeline<T, N> {
    pending.node = { ...node, before: this.#last } as PipelineNode;
    return new Pipeline<T, N>(this.config);
  }
}

// Hands a node to the constructor, whose only public parameter is the settings. Set and taken synchronously.
const pending: { node: PipelineNode | undefined } = { node: undefined };
