/** What a stage returned, as an output: nothing is an empty good one, a record is the data of a good one. */
import { SluiceError } from '../base/errors.js';
import { isStageOutput, StageOutput } from '../stage/output.js';

/** The output that `value` stands for; `undefined` when it stands for none. */
export function toOutput(value: unknown): StageOutput | undefined {
  if (isStageOutput(value)) return value;
  if (value === undefined || value === null) return StageOutput.ok();
  return typeof value === 'object' && !Array.isArray(value) ? (StageOutput.ok(value) as StageOutput) : undefined;
}

/** A stage returned something that is not an output. */
export function invalidOutput(stage: string, value: unknown): SluiceError {
  return new SluiceError(`Stage '${stage}' returned a value of type ${Array.isArray(value) ? 'array' : typeof value}. Return StageOutput.ok({ … }), another StageOutput, a record, or nothing.`, { code: 'INVALID_OUTPUT' });
}
