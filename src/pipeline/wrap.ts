/** Composes the wrappers of a stage: the pipeline's around the stage's own, the first one outermost, each attempt anew. */
import type { StageContext } from '../stage/context.js';
import type { StageOutput, StageReturn } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import type { PipelineConfig } from './config.js';
import { runOnce } from './normalize-output.js';
import type { GraphParts } from './parts.js';
import type { RunAccess, StageSpec } from './spec.js';

/** A function that runs a stage inside its wrappers; `undefined` when it has none. */
export function wrapperOf(spec: StageSpec, config: PipelineConfig, parts: GraphParts): ((stage: Stage, ctx: StageContext, run: RunAccess) => Promise<StageReturn>) | undefined {
  const wrappers = [...config.wrappers, ...(spec.wrappers ?? []), ...(parts.innerWrappers?.(spec, config) ?? [])];
  if (wrappers.length === 0) return undefined;
  return (stage, ctx, run) => {
    const call = async (at: number, given: StageContext): Promise<StageOutput> => {
      const wrapper = wrappers[at];
      if (wrapper !== undefined) return wrapper(given, (next = given) => call(at + 1, next), spec, run);
      return runOnce(spec.name, () => stage.execute(given));
    };
    return call(0, ctx);
  };
}
