/**
 * Finds personal information and secrets, and redacts them when asked.
 *
 * Candidates come from the automaton, in every view of the text; each is confirmed by its validator or
 * by the words around it. Findings never overlap and stand in the original text.
 */
import type { Data } from '../base/data.js';
import { AbortedError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireName, requireOneOf } from '../base/option.js';
import type { CheckOptions } from './check.js';
import type { Finding } from './finding.js';
import { maskText } from './mask.js';
import { PatternCheck, requireContent, toViolation } from './pattern-check.js';
import { locate, withoutOverlaps, type PiiFinding } from './pii-candidate.js';
import { AsyncOperatorError, operatorOf, REDACTION_MODES, type CustomOperator, type Operator, type RedactionMode } from './pii-operator.js';
import { denyRule, PII_RULES, SAFE_RULE, type PiiRule } from './pii-rules.js';
import { PII_TYPES, type PiiLabel, type PiiType } from './pii-type.js';
import { Reading } from './reading.js';
import { redact, type Redacted, type Replacement } from './redaction.js';
import { GuardrailResult } from './result.js';
import type { Rule } from './rule.js';
import { sharedScanner } from './shared-scanner.js';
import type { Reach } from './stream-hold.js';
import { PIIVault } from './vault.js';

/** Options of {@link PIIDetector}. */
export interface PIIDetectorOptions {
  /** Whether `transformedContent` has the findings redacted; `'safe'` also any run of 13 to 19 digits. @default false */
  readonly redact?: boolean | 'safe';
  /** What stands for a hidden character. @default '*' */
  readonly redactionChar?: string;
  /** Kinds to look for; at least one. @default all twelve */
  readonly detectTypes?: Iterable<PiiType>;
  /**
   * What a finding becomes: `shape` keeps separators and ends (`***-***-****`, `me@***.com`), `full` hides every
   * character, `placeholder` numbers the values (`[EMAIL_1]`) and keeps them in the vault, `hash` and `encrypt` need
   * a key and the asynchronous form, `remove` leaves nothing; or one's own function. @default 'shape'
   */
  readonly mode?: RedactionMode | CustomOperator;
  /** Keeps the values behind placeholders. @default a new one */
  readonly vault?: PIIVault;
  /** Key of `hash` (HMAC-SHA-256) or `encrypt` (AES-GCM, 16 or 32 bytes). */
  readonly key?: Uint8Array | CryptoKey;
  /** Values that are never reported: one's own hotline. Letter case, blanks and separators do not count. @default [] */
  readonly allow?: Iterable<string>;
  /** Values that are always reported, as `denied`. @default [] */
  readonly deny?: Iterable<string>;
}

const OPTIONS = ['redact', 'redactionChar', 'detectTypes', 'mode', 'vault', 'key', 'allow', 'deny'];

/** Detects e-mail addresses, phone, card, account and identity numbers, network addresses, wallets and secrets. */
export class PIIDetector extends PatternCheck {
  readonly name: string = 'PIIDetector';
  override readonly reach: Reach = 'word';
  readonly rules: readonly Rule[];
  /** Kinds that are looked for. */
  readonly detectTypes: ReadonlySet<PiiType>;
  /** The values behind placeholders. */
  readonly vault: PIIVault;
  readonly #finders: readonly PiiRule[];
  readonly #kept: ReadonlySet<PiiLabel>;
  readonly #allowed: ReadonlySet<string>;
  readonly #redacts: boolean;
  readonly #operator: Operator;

  /** Throws `InvalidOptionError` for unknown options and kinds, an empty set of kinds, and a missing key. */
  constructor(options: PIIDetectorOptions = {}) {
    super();
    refuseUnknownOptions('PIIDetector', options, OPTIONS);
    const { redact: redacts = false, redactionChar = '*', detectTypes = PII_TYPES, mode = 'shape', vault = new PIIVault(), key, allow = [], deny = [] } = options;
    if (typeof redacts !== 'boolean' && redacts !== 'safe') throw new InvalidOptionError('PIIDetector.redact', redacts, "true, false or 'safe'");
    this.#redacts = redacts !== false;
    this.vault = vault;
    this.#operator = operatorOf({ mode: typeof mode === 'function' ? mode : requireOneOf('PIIDetector.mode', mode, REDACTION_MODES), character: requireName('PIIDetector.redactionChar', redactionChar), vault, ...(key === undefined ? {} : { key }) });
    this.detectTypes = new Set(requireTypes(detectTypes));
    this.#kept = new Set<PiiLabel>([...this.detectTypes, 'number', 'denied']);
    this.#allowed = new Set(requireValues('allow', allow).map(compact));
    const denied = requireValues('deny', deny);
    this.#finders = [
      ...PII_RULES.filter(({ types }) => types.some((type) => this.#kept.has(type))),
      ...(redacts === 'safe' ? [SAFE_RULE] : []),
      ...(denied.length > 0 ? [denyRule(denied)] : []),
    ];
    this.rules = this.#finders.map(({ rule }) => rule);
  }

  /** What personal information a text holds, in order of place. */
  find(reading: Reading): readonly PiiFinding[] {
    const found: PiiFinding[] = [];
    for (const { rule, find } of this.#finders) {
      for (const hit of reading.hits(rule.id)) {
        for (const candidate of find(hit)) found.push(locate(hit.view, candidate));
      }
    }
    if (found.length === 0) return found;
    const kept = withoutOverlaps(found).filter(({ pii }) => this.#kept.has(pii));
    return this.#allowed.size === 0 ? kept : kept.filter(({ start, end }) => !this.#allowed.has(compact(reading.text.slice(start, end))));
  }

  /** What stands in place of a finding in a stream: what the operator makes of it where `redact` is on, otherwise a mark for every character. */
  hide(text: string, finding: Finding): string {
    return this.#redacts ? this.#operator.apply(text, finding as PiiFinding) : maskText(text, 'full', '*');
  }

  /** True when findings can only be replaced asynchronously. */
  get isAsync(): boolean {
    return this.#redacts && this.#operator.isAsync;
  }

  /** The result that these findings give. Throws `ASYNC_OPERATOR` for `hash` and `encrypt`. */
  override result(reading: Reading, findings: readonly PiiFinding[]): GuardrailResult {
    if (!this.#redacts) return this.#result(findings, null);
    if (this.#operator.isAsync) throw new AsyncOperatorError('hash or encrypt');
    return this.#result(findings, redact(reading.text, findings.map((finding) => ({ start: finding.start, end: finding.end, text: this.#operator.apply(reading.text.slice(finding.start, finding.end), finding) }))));
  }

  /** The result that these findings give, with any operator. */
  override async resultAsync(reading: Reading, findings: readonly PiiFinding[]): Promise<GuardrailResult> {
    return this.#result(findings, this.#redacts ? await this.#redacted(reading.text, findings) : null);
  }

  /** The text with its findings replaced, whatever `redact` says, and the way back from the new text to the old. */
  async redact(content: string, options: CheckOptions = {}): Promise<Redacted> {
    if (options.signal?.aborted === true) throw new AbortedError(this.name, options.signal.reason);
    const reading = await Reading.ofAsync(requireContent(this.name, content), sharedScanner(this.rules), options);
    return this.#redacted(content, this.find(reading));
  }

  async #redacted(text: string, findings: readonly PiiFinding[]): Promise<Redacted> {
    const replacements = await Promise.all(findings.map(async (finding): Promise<Replacement> => ({ start: finding.start, end: finding.end, text: await this.#operator.applyAsync(text.slice(finding.start, finding.end), finding) })));
    return redact(text, replacements);
  }

  #result(findings: readonly PiiFinding[], redacted: Redacted | null): GuardrailResult {
    return new GuardrailResult({
      passed: findings.length === 0,
      violations: findings.map((finding) => toViolation({ ...finding, metadata: { pii_type: finding.pii, redacted: redacted !== null } })),
      transformedContent: redacted === null ? null : redacted.text,
      metadata: this.facts(),
    });
  }

  /** Which kinds were looked for. */
  protected override facts(): Data {
    return { pii_types_checked: [...this.detectTypes] };
  }
}

/** Options of {@link SecretDetector}. */
export type SecretDetectorOptions = Omit<PIIDetectorOptions, 'detectTypes'>;

/** Detects tokens, keys and passwords: a {@link PIIDetector} for the kind `secret` alone. */
export class SecretDetector extends PIIDetector {
  override readonly name: string = 'SecretDetector';

  constructor(options: SecretDetectorOptions = {}) {
    refuseUnknownOptions('SecretDetector', options, OPTIONS.filter((option) => option !== 'detectTypes'));
    super({ ...options, detectTypes: ['secret'] });
  }
}

function compact(value: string): string {
  return value.toLowerCase().replace(/[\s().-]/g, '');
}

function requireValues(option: string, values: unknown): readonly string[] {
  const list: readonly unknown[] | undefined = typeof values === 'object' && values !== null && Symbol.iterator in values ? [...(values as Iterable<unknown>)] : undefined;
  if (list === undefined || !list.every((value) => typeof value === 'string' && value.length > 0)) throw new InvalidOptionError(`PIIDetector.${option}`, values, 'a list of strings that are not empty');
  return list as readonly string[];
}

function requireTypes(types: unknown): readonly PiiType[] {
  const list: readonly unknown[] = typeof types === 'object' && types !== null && Symbol.iterator in types ? [...(types as Iterable<unknown>)] : [];
  const known: readonly unknown[] = PII_TYPES;
  if (list.length === 0 || !list.every((type) => known.includes(type))) throw new InvalidOptionError('PIIDetector.detectTypes', types, `a set of at least one of ${PII_TYPES.map((type) => `'${type}'`).join(', ')}`);
  return list as readonly PiiType[];
}
