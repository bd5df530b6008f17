/**
 * Finds personal information and secrets, and redacts them when asked.
 *
 * Candidates come from the automaton, in every view of the text; each is confirmed by its validator or
 * by the words around it. Findings never overlap and stand in the original text.
 */
import type { Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import { maskText } from './mask.js';
import { PatternCheck, toViolation } from './pattern-check.js';
import { locate, withoutOverlaps, type PiiFinding } from './pii-candidate.js';
import { PII_RULES, type PiiRule } from './pii-rules.js';
import { PII_KINDS, PII_TYPES, type PiiType } from './pii-type.js';
import { redact } from './redaction.js';
import { GuardrailResult } from './result.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import type { Reach } from './stream-hold.js';

/** Options of {@link PIIDetector}. */
export interface PIIDetectorOptions {
  /** Whether `transformedContent` has the findings masked. @default false */
  readonly redact?: boolean;
  /** What stands for a hidden character. @default '*' */
  readonly redactionChar?: string;
  /** Kinds to look for; at least one. @default all twelve */
  readonly detectTypes?: Iterable<PiiType>;
  /** `'shape'` keeps separators and ends as the seeds print them, `'full'` hides every character. @default 'shape' */
  readonly mode?: 'shape' | 'full';
}

/** Detects e-mail addresses, phone, card, account and identity numbers, network addresses, wallets and secrets. */
export class PIIDetector extends PatternCheck {
  readonly name = 'PIIDetector';
  override readonly reach: Reach = 'word';
  readonly rules: readonly Rule[];
  /** Kinds that are looked for. */
  readonly detectTypes: ReadonlySet<PiiType>;
  readonly #finders: readonly PiiRule[];
  readonly #redact: boolean;
  readonly #character: string;
  readonly #full: boolean;

  /** Throws `InvalidOptionError` for unknown options, kinds or an empty set of kinds. */
  constructor(options: PIIDetectorOptions = {}) {
    super();
    refuseUnknownOptions('PIIDetector', options, ['redact', 'redactionChar', 'detectTypes', 'mode']);
    const { redact: redacts = false, redactionChar = '*', detectTypes = PII_TYPES, mode = 'shape' } = options;
    this.#redact = redacts;
    this.#character = requireName('PIIDetector.redactionChar', redactionChar);
    this.#full = mode === 'full';
    this.detectTypes = new Set(requireTypes(detectTypes));
    this.#finders = PII_RULES.filter(({ types }) => types.some((type) => this.detectTypes.has(type)));
    this.rules = this.#finders.map(({ rule }) => rule);
  }

  /** What personal information a text holds, in order of place. */
  find(reading: Reading): readonly PiiFinding[] {
    const found: PiiFinding[] = [];
    for (const { rule, find } of this.#finders) {
      for (const hit of reading.hits(rule.id)) {
        for (const candidate of find(hit)) {
          found.push(locate(hit.view, candidate));
        }
      }
    }
    return withoutOverlaps(found).filter(({ pii }) => this.detectTypes.has(pii));
  }

  /** The result that these findings give. */
  override result(reading: Reading, findings: readonly PiiFinding[]): GuardrailResult {
    const { text } = reading;
    const redacted = this.#redact
      ? redact(text, findings.map(({ start, end, pii }) => ({ start, end, text: maskText(text.slice(start, end), this.#full ? 'full' : PII_KINDS[pii].mask, this.#character) }))).text
      : null;
    return new GuardrailResult({
      passed: findings.length === 0,
      violations: findings.map((finding) => toViolation({ ...finding, metadata: { pii_type: finding.pii, redacted: this.#redact } })),
      transformedContent: redacted,
      metadata: this.facts(),
    });
  }

  protected override facts(): Data {
    return { pii_types_checked: [...this.detectTypes] };
  }
}

function requireTypes(types: unknown): readonly PiiType[] {
  const list: readonly unknown[] = typeof types === 'object' && types !== null && Symbol.iterator in types ? [...(types as Iterable<unknown>)] : [];
  const known: readonly unknown[] = PII_TYPES;
  if (list.length === 0 || !list.every((type) => known.includes(type))) throw new InvalidOptionError('PIIDetector.detectTypes', types, `a set of at least one of ${PII_TYPES.map((type) => `'${type}'`).join(', ')}`);
  return list as readonly PiiType[];
}
