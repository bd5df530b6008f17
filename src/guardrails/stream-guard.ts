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
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import { isRuleCheck, type GuardrailCheck, type RuleCheck } from './check.js';
import type { Finding } from './finding.js';
import { maskText } from './mask.js';
import { toViolation } from './pattern-check.js';
import { Reading } from './reading.js';
import type { Scanner } from './scanner.js';
import { mergeRules, sharedScanner } from './shared-scanner.js';
import { HOLD_BACK, nextDecision, openFrom, type Reach } from './stream-hold.js';
import { PolicyViolation, ViolationType } from './violation.js';

/** What a guard does with a finding: reports it, hides it, or ends the stream before it. */
export type StreamAction = 'log' | 'mask' | 'block';

/** Options of {@link StreamGuard}. */
export interface StreamGuardOptions {
  /** Checks made of patterns. */
  readonly checks: readonly GuardrailCheck[];
  /** What to do, by kind of violation or by grade of a word. @default mild: log; PII and strong words: mask; everything else: block */
  readonly actions?: Partial<Record<ViolationType | 'mild' | 'strong' | 'slur', StreamAction>>;
  /** What stands for a hidden character. @default '*' */
  readonly redactionChar?: string;
}

/** What became certain with one step. */
export interface StreamGuardStep {
  /** Text that may be shown and spoken, with findings hidden. */
  readonly safe: string;
  /** Violations that became final, with locations counted from the start of the stream. */
  readonly violations: readonly PolicyViolation[];
  /** True once a finding has ended the stream: nothing is released any more. */
  readonly blocked: boolean;
}

// Released text that stays in the window: the reach of context words, and a word more.
const CONTEXT = 160;
// The open end, a word of 256 units without a blank, and the finding that the end lies in.
const MAX_HOLD_BACK: Readonly<Record<Reach, number>> = { word: HOLD_BACK.word + 512, phrase: HOLD_BACK.phrase + 512, sentence: HOLD_BACK.sentence + 512 };
const NOTHING: readonly PolicyViolation[] = Object.freeze([]);

/** Guards a stream of text. One per stream. */
export class StreamGuard {
  readonly #checks: readonly RuleCheck[];
  readonly #scanner: Scanner;
  readonly #actions: NonNullable<StreamGuardOptions['actions']>;
  readonly #character: string;
  readonly #reach: Reach;
  #window = '';
  #origin = 0; // offset of the window in the stream
  #released = 0; // units of the window that have been released
  #decided = 0; // the last decision point, in units of the window
  #over = false;
  #blocked = false;

  /** Throws `InvalidOptionError` for checks that are not made of patterns: they could not run before the text is complete. */
  constructor(options: StreamGuardOptions) {
    refuseUnknownOptions('StreamGuard', options, ['checks', 'actions', 'redactionChar']);
    const { checks, actions = {}, redactionChar = '*' } = options;
    if (!Array.isArray(checks) || !checks.every(isRuleCheck)) throw new InvalidOptionError('StreamGuard.checks', checks, 'a list of checks made of patterns (PIIDetector, ContentFilter, InjectionDetector and the like); others can only judge a complete text');
    this.#checks = checks;
    this.#actions = actions;
    this.#character = redactionChar;
    this.#reach = this.#checks.reduce<Reach>((widest, { reach = 'sentence' }) => (HOLD_BACK[reach] > HOLD_BACK[widest] ? reach : widest), 'word');
    this.#scanner = sharedScanner(mergeRules(this.#checks.map(({ rules }) => rules)));
  }

  /** The most units that are ever held back, once every decision point has been judged: what the checks need, and one stride. */
  get maxHoldBack(): number {
    return MAX_HOLD_BACK[this.#reach];
  }

  /** Units taken in and not yet released. */
  get heldBack(): number {
    return this.#window.length - this.#released;
  }

  /** True once a finding has ended the stream. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Takes the next piece of the text, of any length. Throws `CLOSED` after `flush`. */
  push(token: string): StreamGuardStep {
    if (this.#over) throw new ClosedError('StreamGuard');
    if (typeof token !== 'string') throw new InvalidOptionError('StreamGuard.push.token', token, 'a string');
    if (this.#blocked) return { safe: '', violations: NOTHING, blocked: true };
    this.#window += token;
    const violations: PolicyViolation[] = [];
    let safe = '';
    for (let at = nextDecision(this.#window, this.#decided); at !== undefined && !this.#blocked; at = nextDecision(this.#window, this.#decided)) {
      this.#decided = at;
      const step = this.#judge(at, false);
      safe += step.safe;
      violations.push(...step.violations);
    }
    return { safe, violations, blocked: this.#blocked };
  }

  /** Decides everything that is held back; the stream is over. */
  flush(): StreamGuardStep {
    if (this.#over) throw new ClosedError('StreamGuard');
    this.#over = true;
    return this.#blocked ? { safe: '', violations: NOTHING, blocked: true } : this.#judge(this.#window.length, true);
  }

  /** Judges the window up to `end`, and releases what nothing can reach any more. */
  #judge(end: number, last: boolean): StreamGuardStep {
    const released = this.#released;
    let until = last ? end : openFrom(this.#window, end, this.#reach);
    if (!last && until <= released) return { safe: '', violations: NOTHING, blocked: false };
    const window = this.#window.slice(0, end);
    const reading = Reading.of(window, this.#scanner);
    const found = this.#checks.flatMap((check) => check.find(reading)).filter(({ end }) => end > released).sort((a, b) => a.start - b.start || b.end - a.end);
    for (let settled = false; !settled; ) {
      const crossing = found.find(({ start, end }) => start < until && end > until);
      settled = crossing === undefined || until === released;
      if (crossing !== undefined) until = Math.max(released, crossing.start);
    }
    const violations: PolicyViolation[] = [];
    let safe = '';
    let at = released;
    for (const finding of found) {
      if (finding.end > until) continue;
      const action = this.#actionOf(finding);
      violations.push(toViolation({ ...finding, start: finding.start + this.#origin, end: finding.end + this.#origin, metadata: { ...finding.metadata, action, redacted: action === 'mask' } }));
      if (action === 'log' || finding.end <= at) continue;
      safe += window.slice(at, finding.start);
      const hidden = window.slice(Math.max(at, finding.start), finding.end);
      at = finding.end;
      if (action === 'block') {
        this.#blocked = true;
        break;
      }
      safe += maskText(hidden, 'full', this.#character);
    }
    if (!this.#blocked) safe += window.slice(at, until);
    this.#advance(until);
    return { safe, violations, blocked: this.#blocked };
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
