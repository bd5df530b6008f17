/** Errors of building and running a graph. Codes of the seeds (`CONTRACT-004-…`) are kept where they exist. */
import { SluiceError } from '../base/errors.js';
import type { StageOutput } from '../stage/output.js';

/** What is wrong with a graph. */
export type ValidationCode =
  | 'CONTRACT-004-EMPTY'
  | 'CONTRACT-004-MISSING_DEP'
  | 'CONTRACT-004-SELF_DEP'
  | 'CONTRACT-004-CYCLE'
  | 'CONTRACT-004-CONFLICT'
  | 'CONTRACT-004-DUPLICATE_EDGE'
  | 'CONTRACT-004-FAN_IN'
  | 'CONTRACT-004-STARVED_JOIN'
  | 'CONTRACT-004-CAPABILITY'
  | 'CONTRACT-004-ROUTE'
  | 'CONTRACT-004-NAME'
  | 'CONTRACT-004-STAGE';

/** A graph cannot be built. */
export class PipelineValidationError extends SluiceError {
  override readonly name: string = 'PipelineValidationError';
  /** The stages concerned, in the order of the message. */
  readonly stages: readonly string[];

  constructor(code: ValidationCode, what: string, fix: string, stages: readonly string[]) {
    super(`${what} ${fix}`, { code });
    this.stages = Object.freeze([...stages]);
  }
}

/** A deadline of the run or of one of its stages passed. */
export class PipelineTimeoutError extends SluiceError {
  override readonly name: string = 'PipelineTimeoutError';
  /** The deadline in milliseconds. */
  readonly timeoutMs: number;
  /** The option that set it. */
  readonly option: string;
  #results: Readonly<Record<string, StageOutput>> = Object.freeze({});

  constructor(what: string, option: string, timeoutMs: number, code: string) {
    super(`${what} did not end within ${timeoutMs} ms. Raise ${option}, or make the work shorter.`, { code });
    this.option = option;
    this.timeoutMs = timeoutMs;
  }

  /** Outputs of all stages of the run that had settled, by name. */
  get results(): Readonly<Record<string, StageOutput>> {
    return this.#results;
  }

  /** Sets `results`; called by the run that rejects with this error. */
  withResults(results: object): this {
    this.#results = results as Readonly<Record<string, StageOutput>>;
    return this;
  }
}

/** An output bag already holds an output of this stage. */
export class OutputConflictError extends SluiceError {
  override readonly name: string = 'OutputConflictError';
  /** The stage. */
  readonly stage: string;

  constructor(stage: string) {
    super(`The bag already holds an output of stage '${stage}'. Write each stage once, or pass { allowOverwrite: true } for a further attempt.`, { code: 'OUTPUT_CONFLICT' });
    this.stage = stage;
  }
}
