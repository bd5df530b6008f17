/**
 * The outputs of a run under their stages' names: append-only, with the number of each attempt. A further
 * output of the same stage is refused unless the caller says that it is a further attempt.
 */
import type { Data } from '../base/data.js';
import { systemClock, type Clock } from '../base/clock.js';
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import { isStageOutput, type StageOutput } from '../stage/output.js';
import { OutputConflictError } from './errors.js';

/** One output in a bag. */
export class OutputEntry {
  readonly output: StageOutput;
  /** 1 on the first try. */
  readonly attempt: number;
  readonly stageName: string;
  readonly #timestampMs: number;

  constructor(stageName: string, output: StageOutput, attempt: number, timestampMs: number) {
    this.stageName = stageName;
    this.output = output;
    this.attempt = attempt;
    this.#timestampMs = timestampMs;
    Object.freeze(this);
  }

  /** When it was written; a new Date at each reading. */
  get timestamp(): Date {
    return new Date(this.#timestampMs);
  }

  /** Wire form. */
  toDict(): Data {
    return { stage_name: this.stageName, output: this.output.toDict(), attempt: this.attempt, timestamp: this.timestamp.toISOString() };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }
}

/** Options of {@link OutputBag.write}. */
export interface OutputWriteOptions {
  /** This is a further attempt: the output takes the place of the one before. @default false */
  readonly allowOverwrite?: boolean;
  /** Number of the attempt. @default one more than the last */
  readonly attempt?: number;
}

/** Append-only outputs of a run. */
export class OutputBag {
  readonly #entries = new Map<string, OutputEntry>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Adds an output. Rejects with `OutputConflictError` when the stage has one already. */
  async write(stageName: string, output: StageOutput, options?: OutputWriteOptions): Promise<OutputEntry> {
    return this.writeSync(stageName, output, options);
  }

  /** As {@link write}, at once. */
  writeSync(stageName: string, output: StageOutput, options: OutputWriteOptions = {}): OutputEntry {
    requireName('OutputBag.write.stageName', stageName);
    if (!isStageOutput(output)) throw new InvalidOptionError('OutputBag.write.output', output, 'a StageOutput');
    refuseUnknownOptions('OutputBag.write', options, ['allowOverwrite', 'attempt']);
    const before = this.#entries.get(stageName);
    if (before !== undefined && options.allowOverwrite !== true) throw new OutputConflictError(stageName);
    const entry = new OutputEntry(stageName, output, options.attempt ?? (before?.attempt ?? 0) + 1, this.#clock.epochMs());
    this.#entries.set(stageName, entry);
    return entry;
  }

  /** The entry of a stage. */
  get(stageName: string): OutputEntry | undefined {
    return this.#entries.get(stageName);
  }

  /** The output of a stage. */
  getOutput(stageName: string): StageOutput | undefined {
    return this.#entries.get(stageName)?.output;
  }

  /** One value of a stage's data, else `fallback`. */
  getValue(stageName: string, key: string, fallback?: unknown): unknown {
    const data = this.getOutput(stageName)?.data;
    return data !== undefined && Object.hasOwn(data, key) ? (data as Readonly<Data>)[key] : fallback;
  }

  /** Whether a stage has written. */
  has(stageName: string): boolean {
    return this.#entries.has(stageName);
  }

  /** The outputs as they are now, by name, in the order in which stages first wrote: what inputs are made from. */
  outputs(): Readonly<Record<string, StageOutput>> {
    return Object.freeze(Object.fromEntries([...this.#entries].map(([name, entry]) => [name, entry.output])));
  }

  /** Names of the stages that have written. */
  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** All entries. */
  entries(): readonly OutputEntry[] {
    return [...this.#entries.values()];
  }

  /** How often a stage has written; 0 for never. */
  getAttemptCount(stageName: string): number {
    return this.#entries.get(stageName)?.attempt ?? 0;
  }

  /** Names of the stages that needed more than one attempt. */
  getRetryStages(): readonly string[] {
    return this.entries().filter((entry) => entry.attempt > 1).map((entry) => entry.stageName);
  }

  /** Number of stages that have written. */
  get size(): number {
    return this.#entries.size;
  }

  /** Wire form. */
  toDict(): Data {
    const entries = this.entries();
    return {
      entries: Object.fromEntries(entries.map((entry) => [entry.stageName, entry.toDict()])),
      stage_count: entries.length,
      total_attempts: entries.reduce((sum, entry) => sum + entry.attempt, 0),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }
}
