/** Composes the wrappers of a stage: the pipeline's around the stage's own, the first one outermost, each attempt anew. */
import type { StageContext } from '../stage/context.js';
import { StageOutput } from '../stage/output.js';
import type { PipelineConfig } from './config.js';
import { PipelineTimeoutError } from './errors.js';
import type { WrappedStage } from './graph-node.js';
import { runOnce } from './normalize-output.js';
import type { GraphParts } from './parts.js';
import type { StageSpec } from './spec.js';

/** A function that runs a stage inside its wrappers; `undefined` when it has none. */
export function wrapperOf(spec: StageSpec, config: PipelineConfig, parts: GraphParts): WrappedStage | undefined {
  const wrappers = [...config.wrappers, ...(spec.wrappers ?? []), ...(parts.innerWrappers?.(spec, config) ?? [])];
  if (wrappers.length === 0) return undefined;
  return (stage, ctx, run, over) => {
    const call = async (at: number, given: StageContext): Promise<StageOutput> => {
      const wrapper = wrappers[at];
      if (wrapper !== undefined) return wrapper(given, (next = given) => call(at + 1, next), spec, run);
      // A stage that does not heed its signal must not keep wrappers from ending what they began: spans, trials, records.
      return Promise.race([runOnce(spec.name, () => stage.execute(given)), over.then(() => abandoned(given))]);
    };
    return call(0, ctx);
  };
}

/** What wrappers see of a stage that the run no longer waits for. */
function abandoned({ signal }: StageContext): StageOutput {
  const reason: unknown = signal.reason;
  return reason instanceof PipelineTimeoutError ? StageOutput.fail(reason) : StageOutput.cancel('canceled');
}
