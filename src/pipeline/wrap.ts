/** Composes the wrappers of a stage: the pipeline's around the stage's own, the first one outermost, each attempt anew. */
import { deepFreeze, type Data } from '../base/data.js';
import type { StageContext } from '../stage/context.js';
import { StageOutput, type StageReturn } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { SchemaMismatchError, checkSchema } from '../base/schema-check.js';
import type { PipelineConfig } from './config.js';
import { runOnce } from './normalize-output.js';
import type { RunAccess, StageSpec, StageWrapper } from './spec.js';

/** A function that runs a stage inside its wrappers; `undefined` when it has none. */
export function wrapperOf(spec: StageSpec, config: PipelineConfig): ((stage: Stage, ctx: StageContext, run: RunAccess) => Promise<StageReturn>) | undefined {
  if (config.wrappers.length === 0 && spec.wrappers === undefined && spec.outputSchema === undefined && !config.dev) return undefined;
  const wrappers: StageWrapper[] = [...config.wrappers, ...(spec.wrappers ?? [])];
  if (config.dev) wrappers.push(devWrapper);
  if (spec.outputSchema !== undefined) wrappers.push(schemaWrapper);
  return (stage, ctx, run) => {
    const call = async (at: number, given: StageContext): Promise<StageOutput> => {
      const wrapper = wrappers[at];
      if (wrapper !== undefined) return wrapper(given, (next = given) => call(at + 1, next), spec, run);
      return runOnce(spec.name, () => stage.execute(given));
    };
    return call(0, ctx);
  };
}

/** Checks the data of a good output against the schema of its stage. */
const schemaWrapper: StageWrapper = async (_ctx, next, spec) => {
  const output = await next();
  if (output.status !== 'ok' || spec.outputSchema === undefined) return output;
  const checked = await checkSchema(spec.outputSchema, output.data);
  if ('issues' in checked) return StageOutput.fail(new SchemaMismatchError(`The output of stage '${spec.name}'`, 'OUTPUT_SCHEMA', checked.issues));
  if (checked.value === output.data) return output;
  return StageOutput.ok(checked.value as Data, { artifacts: output.artifacts, events: output.events, ...(output.version === null ? {} : { version: output.version }) });
};

/** Freezes what a stage gives, so that a later change shows at once, and tells of bytes in it, which leave the process as base64. */
const devWrapper: StageWrapper = async (ctx, next) => {
  const output = await next();
  deepFreeze(output.data);
  for (const [key, value] of Object.entries(output.data)) if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) ctx.tryEmitEvent('dev.bytes_in_output', { key, byte_length: value.byteLength });
  return output;
};
