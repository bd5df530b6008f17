/**
 * The part of Standard Schema version 1 (standardschema.dev) that the library calls: any validator
 * that implements it, such as Zod, Valibot or ArkType, can check outputs, elements and tool inputs.
 */

/** A validator with the Standard Schema interface. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

/** What a validator answers. */
export type SchemaResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Where an issue lies, as dotted text; never its message, which may quote the value. */
export function issuePath(issue: SchemaIssue): string {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return path === '' ? '(root)' : path;
}

/** True for objects with the Standard Schema interface. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  const standard: unknown = (typeof value === 'object' && value !== null) || typeof value === 'function' ? (value as Record<string, unknown>)['~standard'] : undefined;
  return typeof standard === 'object' && standard !== null && typeof (standard as { validate?: unknown }).validate === 'function';
}
