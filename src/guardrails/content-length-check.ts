/** Limits the length of a text, in characters and in approximate tokens. */
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { GuardrailCheck } from './check.js';
import { requireContent } from './pattern-check.js';
import { GuardrailResult } from './result.js';
import { PolicyViolation, ViolationType } from './violation.js';

/** Options of {@link ContentLengthCheck}; 0 means no limit. */
export interface ContentLengthCheckOptions {
  /** Longest text in characters (UTF-16 units). @default 0 */
  readonly maxChars?: number;
  /** Longest text in tokens, counted by `countTokens`. @default 0 */
  readonly maxTokens?: number;
  /** Shortest text in characters. @default 0 */
  readonly minChars?: number;
  /** Counts tokens. @default a quarter of the characters, rounded down */
  readonly countTokens?: (content: string) => number;
}

/** Checks the length of a text. */
export class ContentLengthCheck implements GuardrailCheck {
  readonly name = 'ContentLengthCheck';
  readonly #maxChars: number;
  readonly #maxTokens: number;
  readonly #minChars: number;
  readonly #count: (content: string) => number;

  /** Throws `InvalidOptionError` for unknown options and limits that are no whole numbers from 0. */
  constructor(options: ContentLengthCheckOptions = {}) {
    refuseUnknownOptions('ContentLengthCheck', options, ['maxChars', 'maxTokens', 'minChars', 'countTokens']);
    const { maxChars = 0, maxTokens = 0, minChars = 0, countTokens = (content: string) => Math.floor(content.length / 4) } = options;
    this.#maxChars = requireNumber('ContentLengthCheck.maxChars', maxChars, { min: 0, integer: true });
    this.#maxTokens = requireNumber('ContentLengthCheck.maxTokens', maxTokens, { min: 0, integer: true });
    this.#minChars = requireNumber('ContentLengthCheck.minChars', minChars, { min: 0, integer: true });
    this.#count = countTokens;
  }

  /** Checks the beginning of a text: it may be too long already, and not yet too short. */
  checkPartial(content: string): GuardrailResult {
    const result = this.check(content);
    const violations = result.violations.filter(({ type }) => type === ViolationType.CONTENT_TOO_LONG);
    return new GuardrailResult({ passed: violations.length === 0, violations, metadata: result.metadata });
  }

  /** Checks the length of `content`. */
  check(content: string, _context?: Readonly<Data>): GuardrailResult {
    const length = requireContent(this.name, content).length;
    const tokens = this.#maxTokens > 0 ? this.#count(content) : Math.floor(length / 4);
    const violations: PolicyViolation[] = [];
    if (this.#maxChars > 0 && length > this.#maxChars) violations.push(violation(ViolationType.CONTENT_TOO_LONG, 'Content exceeds the maximum number of characters', 0.5, { length, max_chars: this.#maxChars }));
    if (this.#maxTokens > 0 && tokens > this.#maxTokens) violations.push(violation(ViolationType.CONTENT_TOO_LONG, 'Content exceeds the maximum number of tokens', 0.5, { tokens, max_tokens: this.#maxTokens }));
    if (length < this.#minChars) violations.push(violation(ViolationType.CUSTOM, 'Content is shorter than the minimum', 0.3, { length, min_chars: this.#minChars }));
    return new GuardrailResult({ passed: violations.length === 0, violations, metadata: { char_count: length, approx_tokens: tokens } });
  }
}

function violation(type: ViolationType, message: string, severity: number, metadata: Data): PolicyViolation {
  return new PolicyViolation({ type, message, severity, metadata });
}
