/** What a stage returned, as an output: nothing is an empty good one, a record is the data of a good one. */
import { SluiceError, toError } from '../base/errors.js';
import { isStageOutput, okOutput, StageOutput, type StageReturn } from '../stage/output.js';

/** The output that `value` stands for; `undefined` when it stands for none. */
export function toOutput(value: unknown): StageOutput | undefined {
  if (value === undefined || value === null) return okOutput(undefined);
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  return isStageOutput(value) ? value : okOutput(value);
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
