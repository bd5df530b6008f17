/**
 * The protocol of checks. Anybody's object with a `check` method is one; it may answer at once or later.
 *
 * Checks that are made of patterns say so: a `RuleCheck` gives its rules, and judges the matches that
 * somebody else has found. So a stage or a stream guard merges the rules of all its checks into one
 * automaton and reads every text once.
 */
import type { Data } from '../base/data.js';
import type { GuardrailResult } from './result.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import type { Finding } from './finding.js';
import type { Reach } from './stream-hold.js';

/** Options of the asynchronous forms. */
export interface CheckOptions {
  /** Ends the wait; the promise then rejects with the signal's reason in an `AbortedError`. */
  readonly signal?: AbortSignal;
  /** On this thread, on a worker, or wherever it is better. @default 'auto' */
  readonly placement?: 'auto' | 'near' | 'far';
}

/** Checks a text against a policy. */
export interface GuardrailCheck {
  /** Name for events and metadata. @default the name of the class */
  readonly name?: string;
  /** Checks `content`; `context` holds who and where: `user_id`, `session_id` and the like. */
  check(content: string, context?: Readonly<Data>): GuardrailResult | Promise<GuardrailResult>;
  /** The same for callers who can wait: needed where a check works asynchronously, or far away. */
  checkAsync?(content: string, context?: Readonly<Data>, options?: CheckOptions): Promise<GuardrailResult>;
  /** What it says about the beginning of a text that still grows. @default what `check` says */
  checkPartial?(content: string, context?: Readonly<Data>): GuardrailResult | Promise<GuardrailResult>;
  /** `'call'` for checks that count calls instead of looking at the text: a stream is one call. @default 'text' */
  readonly scope?: 'text' | 'call';
}

/** A check made of patterns. */
export interface RuleCheck extends GuardrailCheck {
  /** What the automaton must look for. Ids are unique within a check. */
  readonly rules: readonly Rule[];
  /** How much text must be seen together; decides what a stream guard holds back. @default 'sentence' */
  readonly reach?: Reach;
  /** What the matches of {@link rules} in a text amount to, in order of place. */
  find(reading: Reading): readonly Finding[];
  /** The result that `find`'s findings give for the text. Throws `ASYNC_OPERATOR` where only `resultAsync` can do it. */
  result(reading: Reading, findings: readonly Finding[]): GuardrailResult;
  /** What stands in place of a finding in a stream. @default a mark for every character */
  hide?(text: string, finding: Finding): string;
  /** True when findings can only be replaced asynchronously, so not in a stream. @default false */
  readonly isAsync?: boolean;
  /** The same for operators that need WebCrypto. */
  resultAsync(reading: Reading, findings: readonly Finding[]): Promise<GuardrailResult>;
  check(content: string, context?: Readonly<Data>): GuardrailResult;
}

/** The name of a check in events and errors. */
export function nameOfCheck(check: GuardrailCheck): string {
  return check.name ?? (check.constructor === Object ? 'check' : check.constructor.name);
}

/** True for checks made of patterns. */
export function isRuleCheck(check: GuardrailCheck): check is RuleCheck {
  return 'rules' in check && Array.isArray(check.rules) && 'find' in check && typeof check.find === 'function';
}
