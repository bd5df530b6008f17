/** Wrappers that follow from a stage's `outputSchema` and from the settings' `dev`. */
import { deepFreeze, type Data } from '../base/data.js';
import { SchemaMismatchError, checkSchema } from '../base/schema-check.js';
import { StageOutput } from '../stage/output.js';
import type { PipelineConfig } from './config.js';
import type { StageSpec, StageWrapper } from './spec.js';

/** The wrappers of a stage, outermost first. */
export function innerWrappers(spec: StageSpec, config: PipelineConfig): readonly StageWrapper[] {
  if (!config.dev && spec.outputSchema === undefined) return NONE;
  return [...(config.dev ? [devWrapper] : []), ...(spec.outputSchema === undefined ? [] : [schemaWrapper])];
}

const NONE: readonly StageWrapper[] = Object.freeze([]);

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
