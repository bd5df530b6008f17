/** What a result amounts to: a check that did not pass has found something, also when it names nothing. */
import type { GuardrailResult } from './result.js';
import { PolicyViolation, ViolationType } from './violation.js';

/** The violations of a result; one of its own for a result that did not pass and lists none. */
export function violationsOf(check: string, { passed, violations }: Pick<GuardrailResult, 'passed' | 'violations'>): readonly PolicyViolation[] {
  if (passed || violations.length > 0) return violations;
  return [new PolicyViolation({ type: ViolationType.CUSTOM, message: 'The check did not pass', severity: 1, metadata: { check } })];
}
