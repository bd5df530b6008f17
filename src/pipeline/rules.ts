/** Checks a stage's specification by itself, in one pass over what was given: unknown rules, wrong types, values out of range. */
import { InvalidOptionError, requireBoolean, requireFunction, requireName, requireNumber, requireOneOf, unknownOption } from '../base/option.js';
import { STAGE_KINDS, type StageKind } from '../stage/kind.js';
import { requireRetryPolicy, type RetryPolicy } from './retry.js';
import type { StageSpec } from './spec.js';

/** Throws `InvalidOptionError` for a value that a rule cannot have. */
export type RuleCheck = (option: string, value: unknown) => unknown;

/** A rule in milliseconds. */
export const duration: RuleCheck = (option, value) => requireNumber(option, value, { min: 0 });
/** A rule that counts. */
export const count: RuleCheck = (option, value) => requireNumber(option, value, { min: 1, integer: true });

/** A list of functions. */
export function requireFunctions(option: string, value: unknown): void {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'function')) throw new InvalidOptionError(option, value, 'a list of functions');
}

const CHECKS: Readonly<Record<string, RuleCheck>> = {
  kind: (option, value) => requireOneOf(option, value as StageKind, STAGE_KINDS),
  dependencies: (option, value) => {
    if (!Array.isArray(value)) throw new InvalidOptionError(option, value, 'a list of names of stages');
  },
  conditional: (option, value) => {
    if (typeof value !== 'boolean') requireFunction(option, value);
  },
  runOnSkip: requireBoolean,
  always: requireBoolean,
  scope: requireName,
  retry: (option, value) => requireRetryPolicy(option, value as RetryPolicy),
  timeoutMs: duration,
  cancelGraceMs: duration,
  maxConcurrency: count,
  priority: (option, value) => requireNumber(option, value),
  wrappers: requireFunctions,
};

/** The specification itself. `more` are the rules that the parts of the graph add. Throws `InvalidOptionError` naming the stage and the rule. */
export function checkedSpec(spec: StageSpec, more: Readonly<Record<string, RuleCheck>> | undefined): StageSpec {
  const { name, stage } = spec;
  requireName('Pipeline.withStage.name', name);
  if (typeof stage !== 'function' && (typeof stage !== 'object' || stage === null)) throw new InvalidOptionError(`Pipeline.withStage('${name}').stage`, stage, 'a stage, a class of stages, or a function');
  for (const rule in spec) {
    const value: unknown = spec[rule as keyof StageSpec];
    if (value === undefined || rule === 'name' || rule === 'stage') continue;
    const option = `Pipeline.withStage('${name}').${rule}`;
    const check = Object.hasOwn(CHECKS, rule) ? CHECKS[rule] : more !== undefined && Object.hasOwn(more, rule) ? more[rule] : undefined;
    if (check === undefined) throw unknownOption(`Pipeline.withStage('${name}')`, rule, Object.keys({ ...CHECKS, ...more }), more === undefined ? ' CorePipeline has settled edges only; the Pipeline of sluice has all.' : '');
    check(option, value);
  }
  return spec;
}
