/**
 * A guard for text that arrives in pieces: between a model's tokens and the voice. Tokens go in, text
 * that nothing can turn into a finding any more comes out, with the findings masked. What belongs to a
 * finding is never released, and the findings do not depend on how the text was cut.
 *
 * The guard keeps a window: what is held back, and enough of what was released before it for the words
 * around a number to count. The window is judged at decision points, which lie in the text and not in
 * its cutting.
 */
import { ClosedError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireName, requireNumber, requireOneOf } from '../base/option.js';
import { isRuleCheck, nameOfCheck, type CheckOptions, type GuardrailCheck, type RuleCheck } from './check.js';
import type { FarScanner } from './far-scanner.js';
import type { Finding } from './finding.js';
import { maskText } from './mask.js';
import { toViolation } from './pattern-check.js';
import { AsyncOperatorError } from './pii-operator.js';
import { Reading } from './reading.js';
import { createScanner, type Scanner } from './scanner.js';
import { mergeRules, sharedScanner } from './shared-scanner.js';
import { HOLD_BACK, nextDecision, openFrom, type Reach } from './stream-hold.js';
import { openSecret, secretEnd, secretFinding, type SecretForm } from './stream-secret.js';
import { ViolationType, type PolicyViolation } from './violation.js';

/** What a guard does with a finding: reports it, hides it, or ends the stream before it. */
export type StreamAction = 'log' | 'mask' | 'block';

const ACTIONS: readonly StreamAction[] = ['log', 'mask', 'block'];

/** What to do, by kind of violation or by grade of a word. */
export type StreamActions = Partial<Record<ViolationType | 'mild' | 'strong' | 'slur', StreamAction>>;

/** Options of {@link StreamGuard}. */
export interface StreamGuardOptions {
  /** Checks made of patterns. */
  readonly checks: readonly GuardrailCheck[];
  /** @default mild words: log; personal information and strong words: mask; everything else: block */
  readonly actions?: StreamActions;
  /** What stands for a hidden character, where the check has no operator of its own. @default '*' */
  readonly redactionChar?: string;
  /** Findings below this severity are ignored. @default 0 */
  readonly violationThreshold?: number;
  /** A scanner in another thread, for `pushAsync` and `flushAsync`. */
  readonly far?: FarScanner;
}

/** What became certain with one step. */
export interface StreamGuardStep {
  /** Text that may be shown and spoken, with findings hidden. */
  readonly safe: string;
  /** Violations that became final, with locations counted from the start of the stream. */
  readonly violations: readonly PolicyViolation[];
  /** Names of the checks that found them, in the same order. */
  readonly checks: readonly string[];
  /** True once a finding has ended the stream: nothing is released any more. */
  readonly blocked: boolean;
}

interface Found {
  readonly finding: Finding;
  readonly check: RuleCheck;
}

// Released text that stays in the window: the reach of context words, and a word more.
const CONTEXT = 160;
// The open end, a word of 256 units without a blank, and the finding that the end lies in.
const SLACK = 512;
// What stands for a secret whose length is not kept.
const SWALLOWED_MARKS = 8;

/** Guards a stream of text. One per stream. */
export class StreamGuard {
  readonly #checks: readonly RuleCheck[];
  readonly #scanner: Scanner;
  readonly #ownsScanner: boolean;
  readonly #actions: StreamActions;
  readonly #character: string;
  readonly #threshold: number;
  readonly #reach: Reach;
  readonly #keeper: RuleCheck | undefined; // the check that looks for secrets
  #window = '';
  #origin = 0; // offset of the window in the stream
  #released = 0; // units of the window that have been released
  #decided = 0; // the last decision point, in units of the window
  #swallowed: { readonly start: number; readonly form: SecretForm; readonly length: number; readonly text: string } | undefined; // a secret whose end has not come yet; `start` in the stream
  #over = false;
  #blocked = false;

  /**
   * Throws `InvalidOptionError` for checks that are not made of patterns (they could only judge a complete
   * text), and `ASYNC_OPERATOR` for a detector that hashes or encrypts.
   */
  constructor(options: StreamGuardOptions) {
    refuseUnknownOptions('StreamGuard', options, ['checks', 'actions', 'redactionChar', 'violationThreshold', 'far']);
    const { checks, actions = {}, redactionChar = '*', violationThreshold = 0, far } = options;
    if (!Array.isArray(checks) || !checks.every(isRuleCheck)) throw new InvalidOptionError('StreamGuard.checks', checks, 'a list of checks made of patterns (PIIDetector, ContentFilter, InjectionDetector and the like); others can only judge a complete text');
    for (const [kind, action] of Object.entries(actions)) requireOneOf(`StreamGuard.actions.${kind}`, action, ACTIONS);
    this.#checks = checks;
    if (this.#checks.some(({ isAsync }) => isAsync === true)) throw new AsyncOperatorError('hash or encrypt');
    this.#actions = actions;
    this.#character = requireName('StreamGuard.redactionChar', redactionChar);
    this.#threshold = requireNumber('StreamGuard.violationThreshold', violationThreshold, { min: 0, max: 1 });
    this.#reach = this.#checks.reduce<Reach>((widest, { reach = 'sentence' }) => (HOLD_BACK[reach] > HOLD_BACK[widest] ? reach : widest), 'word');
    this.#keeper = this.#checks.find(({ rules }) => rules.some(({ id }) => id === 'secret.token'));
    const rules = mergeRules(this.#checks.map((check) => check.rules));
    this.#ownsScanner = far !== undefined;
    this.#scanner = far === undefined ? sharedScanner(rules) : createScanner(rules, { far });
  }

  /** The most units that are held back once a push has returned: what the checks need to see together, a long word, and a finding. */
  get maxHoldBack(): number {
    return HOLD_BACK[this.#reach] + SLACK;
  }

  /** Units taken in and not yet released. */
  get heldBack(): number {
    return this.#window.length - this.#released + (this.#swallowed === undefined ? 0 : this.#swallowed.length + this.#swallowed.text.length);
  }

  /** True once a finding has ended the stream. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Takes the next piece of the text, of any length. Throws `CLOSED` after `flush`. */
  push(token: string): StreamGuardStep {
    const out = this.#take(token);
    for (let at = this.#next(out); at !== undefined; at = this.#next(out)) this.#judge(Reading.of(this.#window.slice(0, at), this.#scanner), false, out);
    return out.done(this.#blocked);
  }

  /** Decides everything that is held back; the stream is over. */
  flush(): StreamGuardStep {
    const out = new Step();
    if (this.#end(out)) this.#judge(Reading.of(this.#window, this.#scanner), true, out);
    return out.done(this.#blocked);
  }

  /** As `push`, scanning on the far side. Rejects with `SCANNER_LOST` when it fails; nothing has been released then. Calls must not overlap. */
  async pushAsync(token: string, options: CheckOptions = {}): Promise<StreamGuardStep> {
    const out = this.#take(token);
    for (let at = this.#next(out); at !== undefined; at = this.#next(out)) this.#judge(await Reading.ofAsync(this.#window.slice(0, at), this.#scanner, options), false, out);
    return out.done(this.#blocked);
  }

  /** As `flush`, scanning on the far side. */
  async flushAsync(options: CheckOptions = {}): Promise<StreamGuardStep> {
    const out = new Step();
    if (this.#end(out)) this.#judge(await Reading.ofAsync(this.#window, this.#scanner, options), true, out);
    return out.done(this.#blocked);
  }

  /** Ends the guard without deciding what is held back. May be called more than once. */
  close(): void {
    this.#over = true;
    this.#block();
    this.#swallowed = undefined;
    if (this.#ownsScanner) this.#scanner.close();
  }

  #take(token: string): Step {
    if (this.#over) throw new ClosedError('StreamGuard');
    if (typeof token !== 'string') throw new InvalidOptionError('StreamGuard.push.token', token, 'a string');
    if (!this.#blocked) this.#window += token;
    return new Step();
  }

  #end(out: Step): boolean {
    if (this.#over) throw new ClosedError('StreamGuard');
    this.#over = true;
    this.#digest(out, true);
    return !this.#blocked;
  }

  /** Moves to the next decision point at which something may be released; undefined when the text does not reach it. */
  #next(out: Step): number | undefined {
    while (!this.#blocked && this.#digest(out, false)) {
      const at = nextDecision(this.#window, this.#decided);
      if (at === undefined) return undefined;
      this.#decided = at;
      if (openFrom(this.#window, at, this.#reach) > this.#released || this.#window.length - this.#released > SLACK) return at;
    }
    return undefined;
  }

  /** Goes on swallowing a secret; false while it has no end. */
  #digest(out: Step, last: boolean): boolean {
    const secret = this.#swallowed;
    if (secret === undefined) return true;
    const text = secret.text + this.#window;
    this.#window = '';
    const end = secretEnd(text, 0, secret.form) ?? (last ? text.length : undefined);
    if (end === undefined) {
      // of a token only its length is kept, of a key file what its end is recognised by
      const keep = secret.form === 'token' ? 0 : text.length;
      this.#swallowed = { ...secret, text: text.slice(text.length - keep), length: secret.length + text.length - keep };
      return false;
    }
    this.#swallowed = undefined;
    const length = secret.length + end;
    this.#window = text.slice(end);
    this.#origin = secret.start + length;
    this.#released = 0;
    this.#decided = 0;
    const finding = secretFinding(secret.start, secret.start + length, secret.form);
    const action = this.#actionOf(finding);
    out.add(toViolation({ ...finding, metadata: { ...finding.metadata, stream_action: action, redacted: action === 'mask' } }), this.#keeper === undefined ? '' : nameOfCheck(this.#keeper));
    if (action === 'mask') out.safe += this.#character.repeat(SWALLOWED_MARKS);
    else this.#block();
    return true;
  }

  /** Judges the window as far as it was read, and releases what nothing can reach any more. */
  #judge(reading: Reading, last: boolean, out: Step): void {
    const window = reading.text;
    const released = this.#released;
    const secret = last || this.#keeper === undefined || this.#actions[ViolationType.PII_DETECTED] === 'log' ? undefined : openSecret(window, released);
    const found = this.#find(reading, released).filter(({ finding }) => secret === undefined || finding.start < secret.start);
    let until = last ? window.length : secret?.start ?? Math.max(released, openFrom(window, window.length, this.#reach));
    for (let crossing = across(found, until); secret === undefined && crossing !== undefined && until > released; crossing = across(found, until)) until = Math.max(released, crossing.finding.start);
    let at = released;
    for (const { finding, check } of found) {
      if (finding.end > until) continue;
      const action = this.#actionOf(finding);
      out.add(toViolation({ ...finding, start: finding.start + this.#origin, end: finding.end + this.#origin, metadata: { ...finding.metadata, stream_action: action, redacted: action === 'mask' } }), nameOfCheck(check));
      if (action === 'log' || finding.end <= at) continue;
      out.safe += window.slice(at, finding.start);
      const hidden = window.slice(Math.max(at, finding.start), finding.end);
      at = finding.end;
      if (action === 'block') return this.#block();
      out.safe += check.hide?.(hidden, finding) ?? maskText(hidden, 'full', this.#character);
    }
    out.safe += window.slice(at, until);
    if (secret === undefined) return this.#advance(until);
    this.#swallowed = { start: this.#origin + secret.start, form: secret.form, length: 0, text: this.#window.slice(secret.start) };
    this.#window = '';
    this.#released = 0;
    this.#decided = 0;
  }

  #block(): void {
    this.#blocked = true;
    this.#window = '';
    this.#released = 0;
    this.#decided = 0;
  }

  #find(reading: Reading, released: number): readonly Found[] {
    return this.#checks
      .flatMap((check) => check.find(reading).map((finding): Found => ({ finding, check })))
      .filter(({ finding }) => finding.end > released && finding.severity >= this.#threshold)
      .sort((a, b) => a.finding.start - b.finding.start || b.finding.end - a.finding.end);
  }

  #advance(until: number): void {
    let keep = Math.max(0, until - CONTEXT);
    while (keep > 0 && keep < until && !/\s/.test(this.#window.charAt(keep - 1))) keep++; // whole words, so that none is read as another
    this.#window = this.#window.slice(keep);
    this.#origin += keep;
    this.#released = until - keep;
    this.#decided -= keep;
  }

  #actionOf(finding: Finding): StreamAction {
    const grade = finding.metadata?.['grade'];
    const byGrade = grade === 'mild' || grade === 'strong' || grade === 'slur' ? grade : undefined;
    const chosen = (byGrade === undefined ? undefined : this.#actions[byGrade]) ?? this.#actions[finding.type];
    if (chosen !== undefined) return chosen;
    if (byGrade !== undefined) return byGrade === 'mild' ? 'log' : byGrade === 'strong' ? 'mask' : 'block';
    return finding.type === ViolationType.PII_DETECTED ? 'mask' : 'block';
  }
}

function across(found: readonly Found[], until: number): Found | undefined {
  return found.find(({ finding }) => finding.start < until && finding.end > until);
}

/** One step while it is made. */
class Step {
  safe = '';
  readonly #violations: PolicyViolation[] = [];
  readonly #checks: string[] = [];

  add(violation: PolicyViolation, check: string): void {
    this.#violations.push(violation);
    this.#checks.push(check);
  }

  done(blocked: boolean): StreamGuardStep {
    return { safe: this.safe, violations: this.#violations, checks: this.#checks, blocked };
  }
}
