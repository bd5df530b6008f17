/** Checks a stage's specification by itself, in one pass over what was given: unknown rules, wrong types, values out of range. */
import { InvalidOptionError, requireBoolean, requireFunction, requireName, requireNumber } from '../base/option.js';
import { STAGE_KINDS } from '../stage/kind.js';
import { isStandardSchema } from '../base/standard-schema.js';
import { requireRetryPolicy, type RetryPolicy } from './retry.js';
import type { StageSpec } from './spec.js';

type Check = (option: string, value: unknown) => unknown;

const names: Check = (option, value) => {
  if (!Array.isArray(value)) throw new InvalidOptionError(option, value, 'a list of names of stages');
};
const duration: Check = (option, value) => requireNumber(option, value, { min: 0 });
const count: Check = (option, value) => requireNumber(option, value, { min: 1, integer: true });

const CHECKS: Readonly<Record<string, Check>> = {
  name: requireName,
  stage: (option, value) => {
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) throw new InvalidOptionError(option, value, 'a stage, a class of stages, or a function');
  },
  kind: (option, value) => {
    if (!(STAGE_KINDS as readonly unknown[]).includes(value)) throw new InvalidOptionError(option, value, `one of ${STAGE_KINDS.map((one) => `'${one}'`).join(', ')}`);
  },
  dependencies: names,
  streamsFrom: names,
  conditional: (option, value) => {
    if (typeof value !== 'boolean') requireFunction(option, value);
  },
  runOnSkip: requireBoolean,
  always: requireBoolean,
  scope: requireName,
  capacity: count,
  retry: (option, value) => requireRetryPolicy(option, value as RetryPolicy),
  timeoutMs: duration,
  firstElementTimeoutMs: duration,
  idleTimeoutMs: duration,
  cancelGraceMs: duration,
  maxConcurrency: count,
  priority: (option, value) => requireNumber(option, value),
  outputSchema: (option, value) => {
    if (!isStandardSchema(value)) throw new InvalidOptionError(option, value, "a validator with the Standard Schema interface ('~standard')");
  },
  wrappers: (option, value) => {
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'function')) throw new InvalidOptionError(option, value, 'a list of functions');
  },
};

/** The specification itself. Throws `InvalidOptionError` naming the stage and the rule. */
export function checkedSpec(spec: StageSpec): StageSpec {
  const { name } = spec;
  if (typeof name !== 'string' || name === '') throw new InvalidOptionError('Pipeline.withStage.name', name, 'a string that is not empty');
  CHECKS['stage']?.(`Pipeline.withStage('${name}').stage`, spec.stage);
  for (const rule in spec) {
    const value: unknown = spec[rule as keyof StageSpec];
    if (value === undefined) continue;
    const check = CHECKS[rule];
    if (check === undefined) throw new InvalidOptionError(`Pipeline.withStage('${name}').${rule}`, value, `left out: a stage has no such rule (it has ${Object.keys(CHECKS).slice(2).join(', ')})`);
    if (rule !== 'name' && rule !== 'stage') check(`Pipeline.withStage('${name}').${rule}`, value);
  }
  return spec;
}
