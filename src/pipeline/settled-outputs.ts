/**
 * What the stages of one run have settled with. A stage that returned its data, or nothing, has settled well: that is
 * all that is kept of it until somebody reads its output, because making and freezing an output that nobody reads costs
 * as much as running the stage. Whoever reads it, first or again, gets the same output.
 */
import { isStageOutput, okOutput, timedOutput, type StageOutput } from '../stage/output.js';

/** Settled well, without data. */
const NO_DATA = null;

/** The outputs of one run by the index of their stage. */
export class SettledOutputs {
  readonly #slots: (object | typeof NO_DATA | undefined)[];
  readonly #durationsMs: number[] | undefined;

  /** For so many stages, none of which has settled. */
  constructor(stages: number, timed: boolean) {
    this.#slots = new Array<object | typeof NO_DATA | undefined>(stages);
    this.#durationsMs = timed ? new Array<number>(stages) : undefined;
  }

  /** Whether the stage has settled. */
  has(stage: number): boolean {
    return this.#slots[stage] !== undefined;
  }

  /** The output of a stage; `undefined` while it has not settled. */
  get(stage: number): StageOutput | undefined {
    const slot = this.#slots[stage];
    if (slot === undefined || isStageOutput(slot)) return slot as StageOutput | undefined;
    const durationMs = this.#durationsMs?.[stage];
    const made = okOutput(slot ?? undefined);
    const output = durationMs === undefined ? made : timedOutput(made, durationMs);
    this.#slots[stage] = output;
    return output;
  }

  /** The stage has settled with an output. */
  set(stage: number, output: StageOutput): void {
    this.#slots[stage] = output;
  }

  /** The stage has settled well with `data`, which is no output. */
  setData(stage: number, data: object | undefined, durationMs: number): void {
    this.#slots[stage] = data ?? NO_DATA;
    if (this.#durationsMs !== undefined) this.#durationsMs[stage] = durationMs;
  }
}
