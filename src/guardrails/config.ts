/** How a guard stage treats what its checks find. */
import { refuseUnknownOptions, requireBoolean, requireNumber, requireOneOf } from '../base/option.js';
import { BUDGET_MS } from './budget.js';

/** Options of {@link GuardrailConfig}. */
export interface GuardrailConfigInit {
  /** A violation fails the stage; otherwise the run goes on and `guardrail.fail_open` is emitted. @default true */
  readonly failOnViolation?: boolean;
  /** Redaction and other changes are applied to the text. @default true */
  readonly transformContent?: boolean;
  /** Violations below this severity do not count. @default 0 */
  readonly violationThreshold?: number;
  /** Emit `guardrail.violations_detected` for each check that found something. @default true */
  readonly logViolations?: boolean;
  /** What a violation does that has been redacted completely: `'pass'` or `'fail'` the stage. @default 'pass' */
  readonly onRedacted?: 'pass' | 'fail';
  /** A check that throws fails the stage (`'closed'`), or counts as a violation that was let through (`'open'`, with `guardrail.fail_open`). A live text always ends with the check that throws. @default 'closed' */
  readonly onError?: 'closed' | 'open';
  /** What a check may take on this thread, in ms, for a text of up to 16,384 units (a longer one has proportionally more). One that takes longer counts as one that throws. @default 500 */
  readonly budgetMs?: number;
}

const OPTIONS = ['failOnViolation', 'transformContent', 'violationThreshold', 'logViolations', 'onRedacted', 'onError', 'budgetMs'];

/** Configuration of a guard stage. Frozen. */
export class GuardrailConfig {
  /** A violation fails the stage. */
  readonly failOnViolation: boolean;
  /** Changes are applied to the text. */
  readonly transformContent: boolean;
  /** Violations below this severity do not count. */
  readonly violationThreshold: number;
  /** Each check that found something is reported. */
  readonly logViolations: boolean;
  /** What a completely redacted violation does. */
  readonly onRedacted: 'pass' | 'fail';
  /** What a check that throws does. */
  readonly onError: 'closed' | 'open';
  /** What a check may take for a short text, in ms. */
  readonly budgetMs: number;

  /** Throws `InvalidOptionError` for unknown options and wrong types. */
  constructor(init: GuardrailConfigInit = {}) {
    refuseUnknownOptions('GuardrailConfig', init, OPTIONS);
    const { failOnViolation = true, transformContent = true, violationThreshold = 0, logViolations = true, onRedacted = 'pass', onError = 'closed', budgetMs = BUDGET_MS } = init;
    this.failOnViolation = requireBoolean('GuardrailConfig.failOnViolation', failOnViolation);
    this.transformContent = requireBoolean('GuardrailConfig.transformContent', transformContent);
    this.violationThreshold = requireNumber('GuardrailConfig.violationThreshold', violationThreshold, { min: 0, max: 1 });
    this.logViolations = requireBoolean('GuardrailConfig.logViolations', logViolations);
    this.onRedacted = requireOneOf('GuardrailConfig.onRedacted', onRedacted, ['pass', 'fail']);
    this.onError = requireOneOf('GuardrailConfig.onError', onError, ['closed', 'open']);
    this.budgetMs = requireNumber('GuardrailConfig.budgetMs', budgetMs, { min: 1, max: 600_000 });
    Object.freeze(this);
  }
}
