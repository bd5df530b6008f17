/**
 * What the builders of pipelines have in common. Each call gives a new frozen pipeline: one node on a linked list, so
 * that a call costs the same at the first and at the ten-thousandth stage; `build()` folds the list once.
 */
import { InvalidOptionError } from '../base/option.js';
import type { StageRunner } from '../stage/stage.js';
import { PipelineConfig, type PipelineConfigInit } from './config.js';
import { foldNodes, type NamedEdge, type PipelineNode } from './fold.js';
import { checkedSpec, type RuleCheck } from './rules.js';
import type { StageSpec } from './spec.js';

/** A graph under construction. */
export abstract class GraphBuilder<S> {
  /** Never set: carries `S` for the compiler. */
  declare readonly stages?: S;
  readonly #last: PipelineNode | undefined;
  /** The settings. */
  readonly config: PipelineConfig;

  constructor(config?: PipelineConfig | PipelineConfigInit) {
    this.config = toConfig(config);
    this.#last = pending.node;
    pending.node = undefined;
    Object.freeze(this);
  }

  /** Rules of stages beyond those of the core. */
  protected get rules(): Readonly<Record<string, RuleCheck>> | undefined {
    return undefined;
  }

  /** With one more stage; `kind` may be left out before `edges`. */
  protected addStage<P>(name: string, stage: unknown, kind: unknown, edges: unknown): P {
    const rules = typeof kind === 'object' && kind !== null ? kind : edges;
    if (rules !== undefined && (typeof rules !== 'object' || rules === null)) throw new InvalidOptionError(`Pipeline.withStage('${name}').edges`, rules, 'a record such as { dependencies: [] }');
    const spec = { ...(rules as Partial<StageSpec> | undefined), name, stage: stage as StageRunner, ...(kind === undefined || typeof kind === 'object' ? {} : { kind }) } as StageSpec; // checked next
    return this.add({ type: 'stages', specs: [checkedSpec(spec, this.rules)] });
  }

  /** With the calls of another pipeline. */
  protected addAll<P>(other: GraphBuilder<unknown>): P {
    if (!(other instanceof GraphBuilder)) throw new InvalidOptionError('Pipeline.compose.other', other, 'a Pipeline');
    return this.add({ type: 'compose', last: other.#last });
  }

  /** With one more call. */
  protected add<P>(node: PipelineNode): P {
    return this.#make({ ...node, before: this.#last } as PipelineNode, this.config);
  }

  /** With other settings. */
  protected reconfigure<P>(config: PipelineConfig | PipelineConfigInit): P {
    return this.#make(this.#last, config instanceof PipelineConfig ? config : this.config.with(config));
  }

  /** The specifications so far, and the edges added apart from them. */
  protected folded(): { readonly specs: StageSpec[]; readonly edges: readonly NamedEdge[] } {
    return foldNodes(this.#last);
  }

  #make<P>(node: PipelineNode | undefined, config: PipelineConfig): P {
    pending.node = node;
    return new (this.constructor as new (config: PipelineConfig) => P)(config);
  }
}

// Hands a node to the constructor, whose only public parameter is the settings. Set and taken synchronously.
const pending: { node: PipelineNode | undefined } = { node: undefined };

/** The settings as one class. Throws `InvalidOptionError`. */
export function toConfig(config: PipelineConfig | PipelineConfigInit | undefined): PipelineConfig {
  return config instanceof PipelineConfig ? config : new PipelineConfig(config);
}

/** Copies of the specifications of a graph made from data, checked. Throws `InvalidOptionError`. */
export function checkedSpecs(stages: readonly StageSpec[], rules: Readonly<Record<string, RuleCheck>> | undefined): readonly StageSpec[] {
  const refuse = (given: unknown): never => {
    throw new InvalidOptionError('Pipeline.from.stages', given, 'a list of stage specifications');
  };
  if (!Array.isArray(stages)) return refuse(stages);
  return (stages as readonly StageSpec[]).map((spec) => checkedSpec(typeof spec === 'object' && spec !== null ? { ...spec } : refuse(spec), rules));
}
