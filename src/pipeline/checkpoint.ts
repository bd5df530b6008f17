/**
 * Saves what stages have settled with, so that a run that was cut off can go on where it was. Only good
 * outputs are saved. Stages joined by live edges count as one: what flowed between them is gone, so they
 * are resumed all or none.
 */
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireFunction, requireName } from '../base/option.js';
import type { StageContext } from '../stage/context.js';
import { isStageOutput, StageOutput } from '../stage/output.js';
import type { Data } from '../base/data.js';
import type { StageGraph } from './stage-graph.js';
import type { StageWrapper } from './spec.js';

/** A saved output. */
export interface Checkpoint {
  readonly stage: string;
  /** The data, cloned. */
  readonly data: Data;
  readonly version: string | null;
}

/** Keeps checkpoints by run. */
export interface CheckpointStore {
  /** Adds or replaces the checkpoint of a stage. */
  save(run: string, checkpoint: Checkpoint, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** All checkpoints of a run, in any order. */
  load(run: string, options?: { readonly signal?: AbortSignal }): Promise<readonly Checkpoint[]>;
  /** Forgets a run. */
  clear(run: string): Promise<void>;
}

/** An output holds something that cannot be copied, such as a function or a stream. */
export class CheckpointError extends SluiceError {
  override readonly name: string = 'CheckpointError';
  /** The stage. */
  readonly stage: string;

  constructor(stage: string, cause: unknown) {
    super(`The output of stage '${stage}' cannot be saved: its data holds something that cannot be cloned. Settle with plain data, or leave the stage out with { stages }.`, { code: 'NOT_CLONEABLE', cause });
    this.stage = stage;
  }
}

/** A store in memory. */
export class InMemoryCheckpointStore implements CheckpointStore {
  readonly #runs = new Map<string, Map<string, Checkpoint>>();

  async save(run: string, checkpoint: Checkpoint): Promise<void> {
    let stages = this.#runs.get(run);
    if (stages === undefined) this.#runs.set(run, (stages = new Map()));
    stages.set(checkpoint.stage, checkpoint);
  }

  async load(run: string): Promise<readonly Checkpoint[]> {
    return [...(this.#runs.get(run)?.values() ?? [])];
  }

  async clear(run: string): Promise<void> {
    this.#runs.delete(run);
  }
}

/** Options of {@link Checkpoints}. */
export interface CheckpointsOptions {
  /** @default a store in memory */
  readonly store?: CheckpointStore;
  /** Which run it is; null saves nothing. @default the pipeline run id */
  readonly key?: (ctx: StageContext) => string | null;
  /** Only these stages are saved. @default all */
  readonly stages?: readonly string[];
}

/**
 * Saves and resumes runs.
 *
 * @example
 * const checkpoints = new Checkpoints();
 * const graph = new Pipeline({ wrappers: [checkpoints.wrapper] }).withStage('a', stage).build();
 * await graph.run(snapshot, { resume: await checkpoints.load(graph, runId) });
 */
export class Checkpoints {
  readonly #store: CheckpointStore;
  readonly #key: (ctx: StageContext) => string | null;
  readonly #stages: readonly string[] | undefined;

  constructor(options: CheckpointsOptions = {}) {
    refuseUnknownOptions('Checkpoints', options, ['store', 'key', 'stages']);
    this.#store = options.store ?? new InMemoryCheckpointStore();
    requireFunction('Checkpoints.store.save', this.#store?.save);
    this.#key = requireFunction('Checkpoints.key', options.key ?? ((ctx: StageContext) => ctx.pipelineRunId));
    this.#stages = options.stages;
  }

  /** For `wrappers`: saves each good output before anybody reads it. */
  readonly wrapper: StageWrapper = async (ctx, next, { name }) => {
    const output = await next();
    const run = this.#key(ctx);
    if (output.status !== 'ok' || run === null || this.#stages?.includes(name) === false) return output;
    let data: Data;
    try {
      data = structuredClone(output.data) as Data;
    } catch (error) {
      return StageOutput.fail(new CheckpointError(name, error));
    }
    await this.#store.save(run, { stage: name, data, version: output.version }, { signal: ctx.signal });
    return output;
  };

  /** What need not run again, for `resume`: nothing of a live-connected group unless all of it was saved. */
  async load(graph: StageGraph<never> | StageGraph, run: string): Promise<Readonly<Record<string, StageOutput>>> {
    requireName('Checkpoints.load.run', run);
    const saved = new Map((await this.#store.load(run)).map((checkpoint) => [checkpoint.stage, checkpoint]));
    const resumed: Record<string, StageOutput> = {};
    for (const group of liveGroups(graph as StageGraph)) {
      if (!group.every((stage) => saved.has(stage))) continue;
      for (const stage of group) {
        const { data, version } = saved.get(stage) as Checkpoint; // every stage of the group was saved
        const output: unknown = StageOutput.ok(structuredClone(data), version === null ? {} : { version });
        if (isStageOutput(output)) resumed[stage] = output;
      }
    }
    return resumed;
  }

  /** Forgets a run, for example once it has succeeded. */
  clear(run: string): Promise<void> {
    return this.#store.clear(run);
  }
}

/** Names of the stages of a graph, those joined by live edges together. */
function liveGroups(graph: StageGraph): readonly (readonly string[])[] {
  const { nodes } = graph.graph;
  const groups: string[][] = [];
  const seen = new Set<number>();
  for (const node of nodes) {
    if (seen.has(node.index)) continue;
    seen.add(node.index);
    const open = [node];
    const group: string[] = [];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      group.push(at.name);
      for (const n of [...at.liveIn.map((link) => link.from), ...at.liveOut.map((link) => link.to)]) {
        const next = nodes[n];
        if (next === undefined || seen.has(n)) continue;
        seen.add(n);
        open.push(next);
      }
    }
    groups.push(group);
  }
  return groups;
}
