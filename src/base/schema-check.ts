/** Calls a Standard Schema validator and turns what it refuses into one error that names places, not values. */
import { SluiceError } from './errors.js';
import { issuePath, type SchemaIssue, type StandardSchema } from './standard-schema.js';

/** Data does not fit its schema. */
export class SchemaMismatchError extends SluiceError {
  override readonly name: string = 'SchemaMismatchError';
  /** Where it does not fit, as dotted paths. */
  readonly paths: readonly string[];

  constructor(what: string, code: string, issues: readonly SchemaIssue[]) {
    const paths = issues.map(issuePath);
    super(`${what} does not fit its schema at ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more places` : ''}. Change the data or the schema.`, { code });
    this.paths = paths;
  }
}

/** The checked, possibly converted value, or what is wrong with it. */
export async function checkSchema(schema: StandardSchema, value: unknown): Promise<{ readonly value: unknown } | { readonly issues: readonly SchemaIssue[] }> {
  const result = await schema['~standard'].validate(value);
  return result.issues === undefined ? { value: result.value } : { issues: result.issues };
}
