/**
 * The time that a check may take on this thread. A text that a check takes longer for has not been judged
 * in time, and what was not judged does not pass: exceeding the budget is an error of the check, which
 * fails the guard unless its configuration says otherwise. What a check waits for (a worker, a service)
 * does not count here; it ends with the stage's own deadline.
 */
import type { Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';

/**
 * What a check may take for a short text, in ms: several times what the slowest text of this length takes.
 * The clock goes on while a busy device does other things; with less, it would refuse harmless texts.
 */
export const BUDGET_MS = 500;

// Up to here a text is short; a longer one has proportionally more time, because checks are linear.
const SHORT = 16_384;

/** A check took longer than it may. */
export class CheckBudgetError extends SluiceError {
  override readonly name: string = 'CheckBudgetError';

  constructor(tookMs: number, allowedMs: number) {
    super(`It took ${Math.round(tookMs)} ms of the ${Math.round(allowedMs)} ms that a check may take for a text of this length. Raise budgetMs, or give the guard a scanner in a worker (far).`, { code: 'CHECK_BUDGET_EXCEEDED' });
  }
}

/** The time that one check has for one text. */
export class CheckBudget {
  readonly #clock: Clock;
  readonly #allowedMs: number;
  #spentMs = 0;

  /** `budgetMs` for a text of up to 16,384 units. */
  constructor(clock: Clock, budgetMs: number, textLength: number) {
    this.#clock = clock;
    this.#allowedMs = budgetMs * Math.max(1, textLength / SHORT);
  }

  /** Does `work`, up to where it waits, and counts its time. Throws {@link CheckBudgetError} when more is spent than allowed. */
  spend<T>(work: () => T): T {
    const start = this.#clock.now();
    const made = work();
    this.#spentMs += this.#clock.now() - start;
    if (this.#spentMs > this.#allowedMs) throw new CheckBudgetError(this.#spentMs, this.#allowedMs);
    return made;
  }
}
