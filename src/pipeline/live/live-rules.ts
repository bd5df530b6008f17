/** Rules of a stage that live edges and schemas add to those of the core. */
import { InvalidOptionError } from '../../base/option.js';
import { isStandardSchema } from '../../base/standard-schema.js';
import { count, duration, type RuleCheck } from '../rules.js';

/** Their checks by name. */
export const LIVE_RULES: Readonly<Record<string, RuleCheck>> = {
  streamsFrom: (option, value) => {
    if (!Array.isArray(value) || !value.every(isEdge)) throw new InvalidOptionError(option, value, "a list of names of stages, or of edges such as { from: 'source' }");
  },
  capacity: count,
  firstElementTimeoutMs: duration,
  idleTimeoutMs: duration,
  outputSchema: (option, value) => {
    if (!isStandardSchema(value)) throw new InvalidOptionError(option, value, "a validator with the Standard Schema interface ('~standard')");
  },
};

function isEdge(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && typeof (value as { from?: unknown }).from === 'string');
}
