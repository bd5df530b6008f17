/** What all checks made of patterns have in common: one scan per text, then judging. */
import type { Data } from '../base/data.js';
import { AbortedError } from '../base/errors.js';
import { InvalidOptionError } from '../base/option.js';
import type { CheckOptions, RuleCheck } from './check.js';
import type { Finding } from './finding.js';
import { Reading } from './reading.js';
import { GuardrailResult } from './result.js';
import type { Rule } from './rule.js';
import type { Scanner } from './scanner.js';
import { sharedScanner } from './shared-scanner.js';
import type { Reach } from './stream-hold.js';
import { PolicyViolation } from './violation.js';

/** Base of the built-in checks made of patterns. */
export abstract class PatternCheck implements RuleCheck {
  abstract readonly name: string;
  /** What the automaton looks for. */
  abstract readonly rules: readonly Rule[];
  /** How much text must be seen together. */
  readonly reach: Reach = 'phrase';
  #scanner: Scanner | undefined;

  /** What the matches in a text amount to, in order of place. */
  abstract find(reading: Reading): readonly Finding[];

  /** The result that these findings give. */
  result(_reading: Reading, findings: readonly Finding[]): GuardrailResult {
    return new GuardrailResult({ passed: findings.length === 0, violations: findings.map(toViolation), metadata: this.facts(findings) });
  }

  /** The same, for operators that need WebCrypto. */
  resultAsync(reading: Reading, findings: readonly Finding[]): Promise<GuardrailResult> {
    return Promise.resolve(this.result(reading, findings));
  }

  /** Checks on this thread, at once. Throws `InvalidOptionError` for anything but a string. */
  check(content: string, _context?: Readonly<Data>): GuardrailResult {
    const reading = Reading.of(requireContent(this.name, content), this.#scan());
    return this.result(reading, this.find(reading));
  }

  /** Checks without blocking longer than one slice; rejects with `ABORTED` when the signal aborts. */
  async checkAsync(content: string, _context?: Readonly<Data>, options: CheckOptions = {}): Promise<GuardrailResult> {
    if (options.signal?.aborted === true) throw new AbortedError(this.name, options.signal.reason);
    const reading = await Reading.ofAsync(requireContent(this.name, content), this.#scan(), options);
    return this.resultAsync(reading, this.find(reading));
  }

  /** Facts for the result's metadata. */
  protected facts(_findings: readonly Finding[]): Data {
    return {};
  }

  #scan(): Scanner {
    return (this.#scanner ??= sharedScanner(this.rules));
  }
}

/** The violation that a finding is reported as; facts that describe the place, never the text. */
export function toViolation(finding: Finding): PolicyViolation {
  const { type, message, severity, start, end, rule, via, score, metadata } = finding;
  return new PolicyViolation({ type, message, severity, location: [start, end], metadata: { ...metadata, rule, via, score } });
}

/** Returns `content` when it is a string, throws `InvalidOptionError` otherwise. */
export function requireContent(check: string, content: unknown): string {
  if (typeof content !== 'string') throw new InvalidOptionError(`${check}.check.content`, content, 'a string');
  return content;
}
