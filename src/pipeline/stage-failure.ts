/** Errors that the run makes of what its stages settle with. */
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { StageError } from '../stage/errors.js';
import { StageOutput } from '../stage/output.js';
import type { GraphNode } from './graph-node.js';

/** The error of a stage that settled as failed. */
export function stageError(node: GraphNode, output: StageOutput): StageError {
  return new StageError({ stage: node.name, kind: node.kind, ...(node.type === undefined ? {} : { type: node.type }), cause: output.cause ?? undefined, output });
}

const WHY = {
  RETRY_AFTER_EMIT: 'has already given live elements, which its readers have taken, so it cannot be tried again. Emit only what is final, or drop the retry policy.',
  RETRY_WITHOUT_POLICY: 'asked to be tried again, but has no retry policy. Pass { retry: { maxAttempts: 3 } } to withStage, or return fail.',
} as const;

/** The output of a stage whose further try cannot be granted. */
export function refusedRetry(node: GraphNode, output: StageOutput, code: keyof typeof WHY): StageOutput {
  return StageOutput.fail(new SluiceError(`Stage '${node.name}' ${WHY[code]}`, { code, cause: output.cause ?? output.error }), output.data as Data);
}

/** A stage cannot be run once more. */
export class NotRepeatableError extends SluiceError {
  override readonly name: string = 'NotRepeatableError';

  constructor(stage: string) {
    super(`Stage '${stage}' cannot be run once more: it does not exist, has not settled yet, or has live edges whose elements have gone. Name a settled stage without live edges.`, { code: 'NOT_REPEATABLE' });
  }
}
