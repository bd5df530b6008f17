/** Errors of stages: which stage, of which type, failed with which code. What the cause says stays in `cause`. */
import { SluiceError } from '../base/errors.js';
import type { StageKind, StageType } from './kind.js';
import type { StageOutput } from './output.js';

/** Facts of a {@link StageError}. */
export interface StageErrorInit {
  /** Name of the stage in its graph. */
  readonly stage: string;
  readonly kind?: StageKind;
  readonly type?: StageType;
  /** @default the code of `cause`, else 'STAGE_FAILED' */
  readonly code?: string;
  /** What the stage threw or failed with. */
  readonly cause?: unknown;
  /** How to mend it, one sentence without user content. */
  readonly hint?: string;
  /** The output it settled with. */
  readonly output?: StageOutput;
  /** Outputs of all stages that had settled when the run ended, by name. */
  readonly results?: Readonly<Record<string, StageOutput>>;
  /** Failures of further stages of the same run, in order. */
  readonly others?: readonly StageError[];
}

/** A stage failed. `run()` rejects with it. */
export class StageError extends SluiceError {
  override readonly name: string = 'StageError';
  /** Name of the stage in its graph. */
  readonly stage: string;
  /** What the stage is for. */
  readonly kind: StageKind | null;
  /** The shape of its stream. */
  readonly type: StageType | null;
  /** The output it settled with, if it got that far. */
  readonly output: StageOutput | null;
  #results: Readonly<Record<string, StageOutput>>;
  #others: readonly StageError[];

  constructor(init: StageErrorInit) {
    const code = init.code ?? (SluiceError.isInstance(init.cause) ? init.cause.code : 'STAGE_FAILED');
    const hint = init.hint ?? 'See `cause` for what it failed with and `results` for the stages that had finished.';
    super(`Stage '${init.stage}' (${init.type ?? init.kind ?? 'stage'}) failed: ${code}. ${hint}`, { code, cause: init.cause });
    this.stage = init.stage;
    this.kind = init.kind ?? null;
    this.type = init.type ?? null;
    this.output = init.output ?? null;
    this.#results = init.results ?? Object.freeze({});
    this.#others = init.others ?? Object.freeze([]);
  }

  /** Outputs of all stages that had settled when the run ended, by name. */
  get results(): Readonly<Record<string, StageOutput>> {
    return this.#results;
  }

  /** Failures of further stages of the same run, in order. */
  get others(): readonly StageError[] {
    return this.#others;
  }

  /** Sets `results` and `others`; called by the run that rejects with this error. */
  withResults(results: object, others: readonly StageError[] = []): this {
    this.#results = results as Readonly<Record<string, StageOutput>>;
    this.#others = others;
    return this;
  }

  /** Same as {@link stage}. */
  get stageName(): string {
    return this.stage;
  }
}

/** A stage reads the output of a stage that it has not declared as a dependency. */
export class UndeclaredDependencyError extends SluiceError {
  override readonly name: string = 'UndeclaredDependencyError';
  /** The stage that reads. */
  readonly stage: string;
  /** The stage that is read. */
  readonly dependency: string;

  constructor(stage: string, dependency: string, declared: Iterable<string>) {
    const list = [...declared].map((name) => `'${name}'`).join(', ');
    super(`Stage '${stage}' reads '${dependency}', which it has not declared (declared: ${list === '' ? 'none' : list}). Add '${dependency}' to its dependencies.`, { code: 'UNDECLARED_DEPENDENCY' });
    this.stage = stage;
    this.dependency = dependency;
  }
}

/** `requireFrom` found no output, or no such key in it. */
export class MissingInputError extends SluiceError {
  override readonly name: string = 'MissingInputError';

  constructor(stage: string, dependency: string, key: string) {
    super(`Stage '${stage}' requires '${key}' of '${dependency}', which has no such output. Make '${dependency}' settle as ok with '${key}', or use getFrom with a default.`, { code: 'MISSING_INPUT' });
  }
}
