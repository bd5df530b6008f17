/** Who waits for a stage or for the end of a run. */
import type { StageOutput } from '../stage/output.js';
import type { SettledOutputs } from './settled-outputs.js';

/** The waits on one run. */
export class RunWatch {
  #settled: Map<number, ((output: StageOutput) => void)[]> | undefined;
  #finished: (() => void)[] | undefined = [];

  /** Calls `then` once the stage has settled. */
  onSettled(stage: number, then: (output: StageOutput) => void): void {
    const waiting = (this.#settled ??= new Map()).get(stage);
    if (waiting === undefined) this.#settled.set(stage, [then]);
    else waiting.push(then);
  }

  /** Calls `then` once the run has finished, at once when it has. */
  onFinished(then: () => void): void {
    if (this.#finished === undefined) then();
    else this.#finished.push(then);
  }

  /** The stage has settled; its output is looked at only if somebody waits for it. */
  settle(stage: number, outputs: SettledOutputs): void {
    const waiting = this.#settled?.get(stage);
    if (waiting !== undefined) for (const then of waiting) then(outputs.get(stage) as StageOutput); // it has settled
  }

  /** The run has finished. */
  finish(): void {
    const waiting = this.#finished ?? [];
    this.#finished = undefined;
    for (const then of waiting) then();
  }
}
