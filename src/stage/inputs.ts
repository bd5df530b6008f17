/**
 * What a stage may read of the stages before it: the outputs of its declared dependencies, the ports,
 * and the text of the turn.
 *
 * Reading by stage name is checked against the declared dependencies, by the compiler where the
 * pipeline is typed and at run time everywhere. Reading by key alone (`get`) looks through everything
 * that settled upstream, first declared first, and never sees a parallel branch.
 */
import type { UntypedPrior } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import { ContextSnapshot } from '../context/snapshot.js';
import { MissingInputError, UndeclaredDependencyError } from './errors.js';
import { StageOutput } from './output.js';
import type { Ports } from './ports.js';

/** Keys of any output in `Prior`. */
export type PriorKey<Prior> = { readonly [N in keyof Prior]: keyof Prior[N] & string }[keyof Prior];

/** What `key` holds in the outputs of `Prior` that have it. */
export type PriorValue<Prior, K extends string> = { readonly [N in keyof Prior]: K extends keyof Prior[N] ? Prior[N][K] : never }[keyof Prior];

/** Where inputs read outputs from; the runner's implementation reads the run itself. */
export interface OutputSource {
  /** The settled output of a stage that may be read by name. */
  output(stage: string): StageOutput | undefined;
  /** Settled outputs upstream with the names of their stages, first declared first. */
  upstream(): Iterable<readonly [string, StageOutput]>;
  /** The text of the turn as guards have left it, and as it was before; `undefined` when no stage changed or heard it. */
  text(raw: boolean): string | undefined;
}

/** Options of {@link StageInputs}. */
export interface StageInputsInit {
  readonly snapshot: ContextSnapshot;
  /** Outputs of earlier stages, in the order in which they settled. @default {} */
  readonly priorOutputs?: Readonly<Record<string, StageOutput>> | ReadonlyMap<string, StageOutput>;
  readonly ports?: Ports | null | undefined;
  /** Stages that may be read by name. Left out: all of them. */
  readonly declaredDeps?: Iterable<string> | undefined;
  /** The stage that reads, for error messages. */
  readonly stageName?: string | null | undefined;
  /** Reading a stage that is not declared throws; otherwise it finds nothing. @default true */
  readonly strict?: boolean | undefined;
  /** Replaces `priorOutputs`. */
  readonly source?: OutputSource | undefined;
}

const FIELDS = ['snapshot', 'priorOutputs', 'ports', 'declaredDeps', 'stageName', 'strict', 'source'];

/** Immutable view of what settled before a stage. `Prior` maps stage names to the data of their outputs. */
export class StageInputs<out Prior = UntypedPrior> {
  /** Never set: makes the compiler compare `Prior`, which only appears in methods otherwise. */
  declare readonly prior?: Prior;
  /** The state the run started from. */
  readonly snapshot: ContextSnapshot;
  /** What the application injected. */
  readonly ports: Ports | undefined;
  /** The stage that reads, if it has a name. */
  readonly stageName: string | null;
  /** Whether reading an undeclared stage throws. */
  readonly strict: boolean;
  readonly #declared: ReadonlySet<string> | undefined;
  readonly #source: OutputSource;

  constructor(init: StageInputsInit) {
    this.snapshot = init.snapshot;
    this.ports = init.ports ?? undefined;
    this.stageName = init.stageName ?? null;
    this.strict = init.strict ?? true;
    const { declaredDeps } = init;
    this.#declared = declaredDeps === undefined ? undefined : declaredDeps instanceof Set ? declaredDeps : new Set(declaredDeps);
    this.#source = init.source ?? sourceOf(init.priorOutputs);
  }

  /** Names that may be read; empty when nothing was declared. */
  get declaredDeps(): ReadonlySet<string> {
    return this.#declared ?? new Set();
  }

  /** The outputs upstream by name, first declared first; a new record at each reading. */
  get priorOutputs(): Readonly<Record<string, StageOutput>> {
    return Object.fromEntries(this.#source.upstream());
  }

  /**
   * The text of the turn: what the nearest guard upstream made of it, else the nearest transcript
   * upstream, else the snapshot's input. Needs no declared dependency. Empty when there is none.
   */
  get userText(): string {
    return this.#source.text(false) ?? this.#source.text(true) ?? this.snapshot.inputText ?? '';
  }

  /** The text of the turn as it was spoken or typed, before any guard. */
  get rawUserText(): string {
    return this.#source.text(true) ?? this.snapshot.inputText ?? '';
  }

  /** The first value under `key` in what settled upstream; `fallback` when there is none. Throws `InvalidOptionError` for an empty key. */
  get<P, K extends PriorKey<P>>(this: StageInputs<P>, key: K): PriorValue<P, K> | undefined;
  get<P, K extends PriorKey<P>, F>(this: StageInputs<P>, key: K, fallback: F): Exclude<PriorValue<P, K>, undefined> | F;
  get(key: string, fallback?: unknown): unknown {
    requireName('StageInputs.get.key', key);
    for (const [, output] of this.#source.upstream()) {
      const value = readKey(output, key);
      if (value !== undefined) return value;
    }
    return fallback;
  }

  /** The value under `key` of one dependency; `fallback` when it has none. Throws `UndeclaredDependencyError`. */
  getFrom<N extends keyof Prior & string, K extends keyof Prior[N] & string>(stage: N, key: K): Prior[N][K] | undefined;
  getFrom<N extends keyof Prior & string, K extends keyof Prior[N] & string, F>(stage: N, key: K, fallback: F): Exclude<Prior[N][K], undefined> | F;
  getFrom(stage: string, key: string, fallback?: unknown): unknown {
    requireName('StageInputs.getFrom.key', key);
    const output = this.#find(stage);
    const value = output === undefined ? undefined : readKey(output, key);
    return value === undefined ? fallback : value;
  }

  /** As `getFrom`, but throws `MissingInputError` when there is no such output or key. */
  requireFrom<N extends keyof Prior & string, K extends keyof Prior[N] & string>(stage: N, key: K): Exclude<Prior[N][K], undefined> {
    requireName('StageInputs.requireFrom.key', key);
    const output = this.#find(stage);
    const value = output === undefined ? undefined : readKey(output, key);
    if (value === undefined) throw new MissingInputError(this.stageName ?? 'unnamed', stage, key);
    return value as Exclude<Prior[N][K], undefined>;
  }

  /** Whether a dependency has settled with an output. Throws `UndeclaredDependencyError`. */
  hasOutput(stage: keyof Prior & string): boolean {
    return this.#find(stage) !== undefined;
  }

  /** The whole output of a dependency. Throws `UndeclaredDependencyError`. */
  getOutput<N extends keyof Prior & string>(stage: N): StageOutput<Prior[N] & object> | undefined {
    return this.#find(stage) as StageOutput<Prior[N] & object> | undefined;
  }

  #find(stage: string): StageOutput | undefined {
    requireName('StageInputs.stage', stage);
    if (this.#declared !== undefined && !this.#declared.has(stage)) {
      if (this.strict) throw new UndeclaredDependencyError(this.stageName ?? 'unnamed', stage, this.#declared);
      return undefined;
    }
    return this.#source.output(stage);
  }
}

/** Makes inputs: `createStageInputs({ snapshot, … })`, or the snapshot first and the rest after it. */
export function createStageInputs<Prior = UntypedPrior>(init: StageInputsInit | ContextSnapshot, options: Omit<StageInputsInit, 'snapshot'> = {}): StageInputs<Prior> {
  const whole = init instanceof ContextSnapshot ? { ...options, snapshot: init } : { ...init, ...options };
  refuseUnknownOptions('createStageInputs', whole, FIELDS);
  if (!(whole.snapshot instanceof ContextSnapshot)) throw new InvalidOptionError('createStageInputs.snapshot', whole.snapshot, 'a ContextSnapshot');
  return new StageInputs<Prior>(whole);
}

/** An own key of an output's data; inherited names such as `constructor` are not keys. */
function readKey(output: StageOutput, key: string): unknown {
  return Object.hasOwn(output.data, key) ? (output.data as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** Outputs given as a record or map: all of them are upstream, the last one is the nearest. */
function sourceOf(prior: StageInputsInit['priorOutputs'] = {}): OutputSource {
  const outputs: ReadonlyMap<string, StageOutput> = prior instanceof Map ? (prior as ReadonlyMap<string, StageOutput>) : new Map(Object.entries(prior as Readonly<Record<string, StageOutput>>));
  for (const output of outputs.values()) if (!(output instanceof StageOutput)) throw new InvalidOptionError('StageInputs.priorOutputs', output, 'a record of stage names and StageOutputs');
  return {
    output: (stage) => outputs.get(stage),
    upstream: () => outputs.entries(),
    text(raw) {
      const key = raw ? 'transcript' : 'transformedContent';
      for (const output of [...outputs.values()].reverse()) {
        const value = readKey(output, key);
        if (typeof value === 'string') return value;
      }
      return undefined;
    },
  };
}
