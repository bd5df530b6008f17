/**
 * All checks on a live text: those made of patterns in a stream guard; others, which can only judge what
 * they see, on the text so far at the end of every sentence, before it is released; those that count
 * calls once at the start.
 */
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { CheckBudget } from './budget.js';
import { isRuleCheck, nameOfCheck, type GuardrailCheck } from './check.js';
import type { GuardrailConfig } from './config.js';
import type { FarScanner } from './far-scanner.js';
import type { GuardrailResult } from './result.js';
import { warmScanner } from './shared-scanner.js';
import { StreamGuard, type StreamActions, type StreamGuardStep } from './stream-guard.js';
import type { PolicyViolation } from './violation.js';
import { violationsOf } from './verdict.js';

/** Options of {@link LiveGuard}. */
export interface LiveGuardOptions {
  readonly checks: readonly GuardrailCheck[];
  readonly config: GuardrailConfig;
  readonly actions: StreamActions;
  /** Who is speaking, for checks that count. */
  readonly who: Readonly<Data>;
  /** Time, for the budget of the checks. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly far?: FarScanner;
}

/** What became certain. */
export interface LiveStep {
  readonly safe: string;
  readonly violations: readonly PolicyViolation[];
  readonly blocked: boolean;
  /** The violations by the check that found them. */
  byCheck(): ReadonlyMap<string, readonly PolicyViolation[]>;
}

// What a guard that must not fail does instead of ending a stream; and one that must not change the text.
const OPEN: StreamActions = { toxicity: 'mask', slur: 'mask', blocked_topic: 'mask', injection_attempt: 'log', custom: 'log' };
const UNCHANGED: StreamActions = { pii_detected: 'block', strong: 'block' };
const OPEN_UNCHANGED: StreamActions = { pii_detected: 'log', mild: 'log', strong: 'log', slur: 'log', profanity: 'log', toxicity: 'log', blocked_topic: 'log', injection_attempt: 'log', custom: 'log' };

const SENTENCE = /^[^]*?(?:[.!?。！？…]["'”’)\]]*\s+|\n)/u;

/** Guards one live text, turn by turn. */
export class LiveGuard {
  readonly #options: LiveGuardOptions;
  readonly #others: readonly GuardrailCheck[];
  #guard: StreamGuard;
  #judged = ''; // what the other checks have let pass in this turn
  #waiting = ''; // safe by patterns, and not judged by the others yet

  constructor(options: LiveGuardOptions) {
    this.#options = options;
    this.#others = options.checks.filter((check) => !isRuleCheck(check) && check.scope !== 'call');
    this.#guard = this.#open();
  }

  /** Readies the scanner and runs the checks that count calls. This and the next two throw `CHECK_BUDGET_EXCEEDED` when a step takes longer than a check may. */
  async start(): Promise<LiveStep> {
    const { checks, who, signal, config, far } = this.#options;
    if (far === undefined) warmScanner(checks.filter(isRuleCheck));
    const out = new Taken();
    for (const check of checks) {
      if (check.scope !== 'call') continue;
      const result = await this.#budget(0).spend(() => (check.checkAsync === undefined ? check.check('', who) : check.checkAsync('', who, { signal })));
      out.judge(check, result, config);
    }
    return out;
  }

  /** Takes a piece of text. */
  async push(token: string): Promise<LiveStep> {
    const { far, signal } = this.#options;
    return this.#pass(far === undefined ? this.#budget(token.length).spend(() => this.#guard.push(token)) : await this.#guard.pushAsync(token, { signal }), false);
  }

  /** Decides what is held back; the next text is that of another turn. */
  async endTurn(): Promise<LiveStep> {
    const { far, signal } = this.#options;
    const step = await this.#pass(far === undefined ? this.#budget(this.#guard.heldBack).spend(() => this.#guard.flush()) : await this.#guard.flushAsync({ signal }), true);
    this.#guard.close();
    this.#guard = this.#open();
    this.#judged = '';
    return step;
  }

  /** Ends without deciding what is held back. */
  close(): void {
    this.#guard.close();
  }

  #budget(textLength: number): CheckBudget {
    return new CheckBudget(this.#options.clock, this.#options.config.budgetMs, textLength);
  }

  #open(): StreamGuard {
    const { checks, config, actions, far } = this.#options;
    const base = config.failOnViolation ? (config.transformContent ? {} : UNCHANGED) : config.transformContent ? OPEN : OPEN_UNCHANGED;
    return new StreamGuard({ checks: checks.filter(isRuleCheck), actions: { ...base, ...actions }, violationThreshold: config.violationThreshold, ...(far === undefined ? {} : { far }) });
  }

  async #pass(step: StreamGuardStep, last: boolean): Promise<LiveStep> {
    const out = new Taken();
    step.violations.forEach((violation, n) => out.add(step.checks[n] ?? '', violation));
    out.blocked = step.blocked;
    this.#waiting += step.safe;
    if (this.#others.length === 0) {
      out.safe = this.#waiting;
      this.#waiting = '';
      return out;
    }
    for (let sentence = this.#sentence(last); sentence !== undefined && !out.refused; sentence = this.#sentence(last)) {
      await this.#judge(sentence, last && this.#waiting === '', out);
    }
    return out;
  }

  /** Takes the next whole sentence of what waits; at the end, what is left. */
  #sentence(last: boolean): string | undefined {
    if (this.#waiting === '') return undefined;
    const sentence = SENTENCE.exec(this.#waiting)?.[0] ?? (last ? this.#waiting : undefined);
    if (sentence !== undefined) this.#waiting = this.#waiting.slice(sentence.length);
    return sentence;
  }

  /** Lets the other checks judge the text so far with one more sentence, which is released when none refuses. */
  async #judge(sentence: string, complete: boolean, out: Taken): Promise<void> {
    const { who, signal, config } = this.#options;
    const text = this.#judged + sentence;
    for (const check of this.#others) {
      const judged = this.#budget(text.length).spend(() => {
        if (!complete && check.checkPartial !== undefined) return check.checkPartial(text, who);
        return check.checkAsync === undefined ? check.check(text, who) : check.checkAsync(text, who, { signal });
      });
      out.judge(check, await judged, config);
    }
    this.#judged = text;
    if (!out.refused) out.safe += sentence;
  }
}

/** A step while it is made. */
class Taken implements LiveStep {
  safe = '';
  blocked = false;
  /** A check that judges whole texts has refused this one. */
  refused = false;
  readonly #found: { readonly check: string; readonly violation: PolicyViolation }[] = [];

  get violations(): readonly PolicyViolation[] {
    return this.#found.map(({ violation }) => violation);
  }

  add(check: string, violation: PolicyViolation): void {
    this.#found.push({ check, violation });
  }

  judge(check: GuardrailCheck, result: GuardrailResult, config: GuardrailConfig): void {
    const violations = violationsOf(nameOfCheck(check), result);
    for (const violation of violations) this.add(nameOfCheck(check), violation);
    if (config.failOnViolation && violations.some(({ severity }) => severity >= config.violationThreshold)) this.refused = this.blocked = true;
  }

  byCheck(): ReadonlyMap<string, readonly PolicyViolation[]> {
    const grouped = new Map<string, PolicyViolation[]>();
    for (const { check, violation } of this.#found) {
      const list = grouped.get(check);
      if (list === undefined) grouped.set(check, [violation]);
      else list.push(violation);
    }
    return grouped;
  }
}
