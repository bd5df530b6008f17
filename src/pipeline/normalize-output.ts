/** What a stage returned, as an output: nothing is an empty good one, a record is the data of a good one. */
import { SluiceError, toError } from '../base/errors.js';
import { isStageOutput, okOutput, StageOutput, type StageReturn } from '../stage/output.js';

/** Whether a stage may return this that is no output: a record, or nothing. */
export function isData(value: unknown): value is object | undefined | null {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

/** The output that `value` stands for; `undefined` when it stands for none. */
export function toOutput(value: unknown): StageOutput | undefined {
  if (isStageOutput(value)) return value;
  return isData(value) ? okOutput(value ?? undefined) : undefined;
}

/** A stage returned something that is not an output. */
export function invalidOutput(stage: string, value: unknown): SluiceError {
  return new SluiceError(`Stage '${stage}' returned a value of type ${Array.isArray(value) ? 'array' : typeof value}. Return StageOutput.ok({ … }), another StageOutput, a record, or nothing.`, { code: 'INVALID_OUTPUT' });
}

/** Runs a stage and gives its output; what it throws is a failed one. */
export async function runOnce(stage: string, run: () => Promise<StageReturn> | StageReturn): Promise<StageOutput> {
  try {
    const value = await run();
    return toOutput(value) ?? StageOutput.fail(invalidOutput(stage, value));
  } catch (error) {
    return StageOutput.fail(toError(error));
  }
}
