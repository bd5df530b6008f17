/**
 * What a stage settles with: an exit status with data.
 *
 * `StageOutput<D>` is a union discriminated by `status`, so that the compiler gives `data` the type `D`
 * only under `'ok'`. At run time it is one class, so that `instanceof StageOutput` works. The shell is
 * frozen; `data` is the stage's own record, frozen deep only when the pipeline runs with `dev: true`.
 */
import { isPlainObject, type Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { StageArtifact } from '../context/artifact.js';
import { toWire } from '../context/wire.js';
import type { PipelineEvent } from '../event/event.js';
import type { StageStatus } from './kind.js';

/** Options of every constructor function of {@link StageOutput}. */
export interface StageOutputOptions {
  /** Version of the shape of `data`. */
  readonly version?: string;
  /** Things made for the user interface. */
  readonly artifacts?: readonly StageArtifact[];
  /** Events that the runner emits once the stage has settled. */
  readonly events?: readonly PipelineEvent[];
}

/** Keyword form of {@link StageOutputConstructor.fail}. */
export interface StageFailure extends StageOutputOptions {
  /** What went wrong. @default 'Unknown error' */
  readonly error?: string | Error;
  /** Stageflow's other name of `error`; `error` wins. */
  readonly response?: string | Error;
  readonly data?: Data;
}

/** What all outputs have. */
export interface StageOutputBase {
  /** What was thrown or given as the error, when it was an `Error`. */
  readonly cause: Error | null;
  /** Things made for the user interface. */
  readonly artifacts: readonly StageArtifact[];
  /** Events that the runner emits once the stage has settled. */
  readonly events: readonly PipelineEvent[];
  /** How long the last attempt took, in milliseconds; null until the runner has set it. */
  readonly durationMs: number | null;
  /** Version of the shape of `data`. */
  readonly version: string | null;
  /** Wire form, snake_case; bytes in `data` are base64. */
  toDict(): Data;
  /** Same as {@link StageOutputBase.toDict}. */
  toJSON(): Data;
}

/** The stage did its work. */
export interface OkOutput<D extends object = Data> extends StageOutputBase {
  readonly status: 'ok';
  readonly data: Readonly<D>;
  readonly error: null;
  /** A copy with another version. */
  withVersion(version: string): OkOutput<D>;
  /** A copy with another duration in milliseconds. */
  withDuration(durationMs: number): OkOutput<D>;
}

/** The stage had nothing to do; its dependents are skipped too unless they say `runOnSkip`. */
export interface SkipOutput extends StageOutputBase {
  readonly status: 'skip';
  readonly data: Readonly<Data & { reason: string }>;
  readonly error: null;
  /** A copy with another version. */
  withVersion(version: string): SkipOutput;
  /** A copy with another duration in milliseconds. */
  withDuration(durationMs: number): SkipOutput;
}

/** The stage ended the run without an error. */
export interface CancelOutput extends StageOutputBase {
  readonly status: 'cancel';
  readonly data: Readonly<Data & { cancelReason: string }>;
  readonly error: null;
  /** A copy with another version. */
  withVersion(version: string): CancelOutput;
  /** A copy with another duration in milliseconds. */
  withDuration(durationMs: number): CancelOutput;
}

/** The stage failed. */
export interface FailOutput extends StageOutputBase {
  readonly status: 'fail';
  readonly data: Readonly<Data>;
  readonly error: string;
  /** A copy with another version. */
  withVersion(version: string): FailOutput;
  /** A copy with another duration in milliseconds. */
  withDuration(durationMs: number): FailOutput;
}

/** The stage asks to be run again; needs a retry policy. */
export interface RetryOutput extends StageOutputBase {
  readonly status: 'retry';
  readonly data: Readonly<Data>;
  readonly error: string;
  /** A copy with another version. */
  withVersion(version: string): RetryOutput;
  /** A copy with another duration in milliseconds. */
  withDuration(durationMs: number): RetryOutput;
}

/** What a stage settles with; `data` is `D` only where `status` is `'ok'`. */
export type StageOutput<D extends object = Data> = OkOutput<D> | SkipOutput | CancelOutput | FailOutput | RetryOutput;

/** What a stage may return: an output, or just the data of a good one, or nothing. */
export type StageReturn<D extends object = Data> = StageOutput<D> | D | undefined | void;

/** The functions on `StageOutput`. */
export interface StageOutputConstructor {
  /** The work is done. `data` is kept as it is, not copied. Throws `InvalidOptionError` when it is not an object. */
  ok(): OkOutput<Record<never, never>>;
  ok<D extends object>(data: D, options?: StageOutputOptions): OkOutput<D>;
  /** Nothing to do. `reason` is also in `data.reason` and wins over it. @default reason '' */
  skip(reason?: string, data?: Data, options?: StageOutputOptions): SkipOutput;
  /** The run shall end, without error. `reason` is also in `data.cancelReason`. @default reason '' */
  cancel(reason?: string, data?: Data, options?: StageOutputOptions): CancelOutput;
  /** The work failed. An `Error` is kept as `cause` and its message is the `error`. */
  fail(error?: string | Error | StageFailure, data?: Data, options?: StageOutputOptions): FailOutput;
  /** The work failed and may be tried again. Without a retry policy the run fails with `RETRY_WITHOUT_POLICY`. */
  retry(error?: string | Error | StageFailure, data?: Data, options?: StageOutputOptions): RetryOutput;
  /** Reads the wire form. Throws `InvalidOptionError` when it is not one. */
  fromDict(dict: Data): StageOutput;
  [Symbol.hasInstance](value: unknown): boolean;
}

const NO_ARTIFACTS: readonly StageArtifact[] = Object.freeze([]);
const NO_EVENTS: readonly PipelineEvent[] = Object.freeze([]);
const NO_DATA: Data = Object.freeze({});
const OPTION_NAMES = ['version', 'artifacts', 'events'];
const STATUSES: readonly unknown[] = ['ok', 'skip', 'cancel', 'fail', 'retry'];

class Output {
  readonly status: StageStatus;
  readonly data: object;
  readonly error: string | null;
  readonly cause: Error | null;
  readonly artifacts: readonly StageArtifact[];
  readonly events: readonly PipelineEvent[];
  readonly version: string | null;
  #durationMs: number | null;

  constructor(status: StageStatus, data: object, error: string | null, cause: Error | null, options: StageOutputOptions | undefined, durationMs: number | null) {
    this.status = status;
    this.data = data;
    this.error = error;
    this.cause = cause;
    this.artifacts = options?.artifacts ?? NO_ARTIFACTS;
    this.events = options?.events ?? NO_EVENTS;
    this.version = options?.version ?? null;
    this.#durationMs = durationMs;
    Object.freeze(this);
  }

  get durationMs(): number | null {
    return this.#durationMs;
  }

  withVersion(version: string): Output {
    return new Output(this.status, this.data, this.error, this.cause, { artifacts: this.artifacts, events: this.events, version }, this.durationMs);
  }

  withDuration(durationMs: number): Output {
    const { artifacts, events, version } = this;
    return new Output(this.status, this.data, this.error, this.cause, version === null ? { artifacts, events } : { artifacts, events, version }, durationMs);
  }

  // An output without a duration gets it in place; one that a stage returns again is copied, so that runs do not share it.
  static timed(output: Output, durationMs: number): Output {
    if (output.#durationMs !== null) return output.withDuration(durationMs);
    output.#durationMs = durationMs;
    return output;
  }

  toDict(): Data {
    return {
      status: this.status,
      data: toWire(this.data),
      error: this.error,
      artifacts: toWire(this.artifacts),
      events: toWire(this.events),
      duration_ms: this.durationMs,
      version: this.version,
    };
  }

  toJSON(): Data {
    return this.toDict();
  }
}

/** What a stage settles with. Made by `ok`, `skip`, `cancel`, `fail` and `retry`; never by `new`. */
export const StageOutput: StageOutputConstructor = Object.freeze({
  ok: (data: object = NO_DATA, options?: StageOutputOptions) => make('ok', data, null, null, options),
  skip: (reason = '', data?: Data, options?: StageOutputOptions) => make('skip', { ...data, reason }, null, null, options),
  cancel: (reason = '', data?: Data, options?: StageOutputOptions) => make('cancel', { ...data, cancelReason: reason }, null, null, options),
  fail: (error?: string | Error | StageFailure, data?: Data, options?: StageOutputOptions) => failure('fail', error, data, options),
  retry: (error?: string | Error | StageFailure, data?: Data, options?: StageOutputOptions) => failure('retry', error, data, options),
  fromDict,
  [Symbol.hasInstance]: (value: unknown) => value instanceof Output,
}) as unknown as StageOutputConstructor;

/** True for what `StageOutput.ok` and its siblings make. */
export function isStageOutput(value: unknown): value is StageOutput {
  return value instanceof Output;
}

/** A good output of a record, as `StageOutput.ok` makes it but without its checks: for records that have been checked. */
export function okOutput(data: object | undefined): StageOutput {
  return new Output('ok', data ?? NO_DATA, null, null, undefined, null) as unknown as StageOutput;
}

/** The output with its duration, as the runner reports it. */
export function timedOutput(output: StageOutput, durationMs: number): StageOutput {
  return Output.timed(output as unknown as Output, durationMs) as unknown as StageOutput;
}

function make(status: StageStatus, data: object, error: string | null, cause: Error | null, options?: StageOutputOptions): Output {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new InvalidOptionError(`StageOutput.${status}.data`, data, 'a record');
  if (options !== undefined) refuseUnknownOptions(`StageOutput.${status}`, options, OPTION_NAMES);
  return new Output(status, data, error, cause, options, null);
}

function failure(status: 'fail' | 'retry', error: string | Error | StageFailure | undefined, data: Data = NO_DATA, options?: StageOutputOptions): Output {
  if (error === undefined || typeof error === 'string') return make(status, data, error === undefined || error === '' ? 'Unknown error' : error, null, options);
  if (error instanceof Error) return make(status, data, error.message === '' ? error.name : error.message, error, options);
  if (!isPlainObject(error)) throw new InvalidOptionError(`StageOutput.${status}.error`, error, 'a string, an Error, or a record with error, response, data');
  const { error: given, response, data: more, ...rest } = error as StageFailure;
  return failure(status, given ?? response ?? 'Unknown error', more ?? data, Object.keys(rest).length === 0 ? options : rest);
}

function fromDict(dict: Data): StageOutput {
  if (!isPlainObject(dict) || !STATUSES.includes(dict['status'])) throw new InvalidOptionError('StageOutput.fromDict.status', isPlainObject(dict) ? dict['status'] : dict, "one of 'ok', 'skip', 'cancel', 'fail', 'retry'");
  const durationMs = dict['duration_ms'] ?? dict['durationMs'];
  const error = dict['error'];
  const version = dict['version'];
  const options: StageOutputOptions = {
    artifacts: Array.isArray(dict['artifacts']) ? (dict['artifacts'] as readonly StageArtifact[]) : NO_ARTIFACTS,
    events: Array.isArray(dict['events']) ? (dict['events'] as readonly PipelineEvent[]) : NO_EVENTS,
    ...(typeof version === 'string' ? { version } : {}),
  };
  const output = make(dict['status'] as StageStatus, (dict['data'] as object | undefined) ?? {}, typeof error === 'string' ? error : null, null, options);
  return (typeof durationMs === 'number' ? output.withDuration(durationMs) : output) as unknown as StageOutput;
}
