/**
 * One call of a model under deadlines: until it begins to answer, between two pieces of its answer, and
 * for the whole. Time in which the model is kept waiting, because nobody takes its text yet, is not
 * counted as its silence. A call that is out of time is aborted and given up at once, also when the model
 * does not notice.
 */
import type { Clock } from '../base/clock.js';
import { deferred } from '../base/deferred.js';
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** How long a model may take, in milliseconds; `null` is for ever. */
export interface ModelDeadlines {
  /** Until the first piece of its answer. @default 30000 */
  readonly firstTokenMs?: number | null;
  /** Between two pieces of its answer. @default 15000 */
  readonly silenceMs?: number | null;
  /** For one whole answer, or one round of tool calls. @default 300000 */
  readonly answerMs?: number | null;
}

/** A model did not answer in time. */
export class ModelTimeoutError extends SluiceError {
  override readonly name: string = 'ModelTimeoutError';
  /** The deadline that passed. */
  readonly deadline: keyof ModelDeadlines;

  constructor(deadline: keyof ModelDeadlines, timeoutMs: number) {
    super(`The model passed the deadline ${deadline} of ${timeoutMs} ms. Raise it, take a faster model, or put several into a FallbackLanguageModel.`, { code: 'MODEL_TIMEOUT' });
    this.deadline = deadline;
  }
}

/** Deadlines with nothing left out; 0 is for ever. */
export interface ModelLimits {
  readonly firstTokenMs: number;
  readonly silenceMs: number;
  readonly answerMs: number;
}

/** Reads the option. Throws `InvalidOptionError`. */
export function modelLimits(option: string, deadlines: ModelDeadlines = {}): ModelLimits {
  refuseUnknownOptions(option, deadlines, ['firstTokenMs', 'silenceMs', 'answerMs']);
  const { firstTokenMs = 30_000, silenceMs = 15_000, answerMs = 300_000 } = deadlines;
  const limit = (name: keyof ModelDeadlines, ms: number | null): number => (ms === null ? 0 : requireNumber(`${option}.${name}`, ms, { min: 1 }));
  return { firstTokenMs: limit('firstTokenMs', firstTokenMs), silenceMs: limit('silenceMs', silenceMs), answerMs: limit('answerMs', answerMs) };
}

/** One call. One timer stands for all its deadlines, so that a call that is in time costs no more. */
export class ModelCall {
  readonly #controller = new AbortController();
  readonly #late = deferred<never>();
  readonly #clock: Clock;
  readonly #limits: ModelLimits;
  #startMs = 0;
  #cameMs: number | undefined;
  #parked = false;
  #over = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, limits: ModelLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#late.promise.catch(() => undefined); // `run` rejects with it
  }

  /** For the model: aborts when a deadline passes or `run`'s signal aborts. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True once the call has ended or was given up: what still comes does not count. */
  get over(): boolean {
    return this.#over;
  }

  /** A piece of the answer has come. */
  came(): void {
    this.#cameMs = this.#clock.now();
  }

  /** The model is kept waiting until `taken` settles. */
  async park(taken: Promise<unknown>): Promise<void> {
    this.#parked = true;
    await taken;
    this.#parked = false;
    this.came();
  }

  /** Settles as `work` does; rejects with {@link ModelTimeoutError} when a deadline passes before. Deadlines count from when `ready` has settled. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>, ready?: Promise<unknown>): Promise<T> {
    const onAbort = (): void => this.#controller.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const start = (): void => {
      this.#startMs = this.#clock.now();
      this.#look();
    };
    if (ready === undefined) start();
    else ready.then(start, start);
    try {
      return await Promise.race([work(), this.#late.promise]);
    } finally {
      this.#over = true;
      this.#cancel?.();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Gives the call up when a deadline has passed, else looks again when the next one can. */
  readonly #look = (): void => {
    if (this.#over) return;
    const { firstTokenMs, silenceMs, answerMs } = this.#limits;
    const now = this.#clock.now();
    const dueMs = (sinceMs: number, limitMs: number): number => (limitMs === 0 ? Infinity : sinceMs + limitMs);
    const wholeMs = dueMs(this.#startMs, answerMs);
    const nextMs = this.#cameMs === undefined ? dueMs(this.#startMs, firstTokenMs) : dueMs(this.#parked ? now : this.#cameMs, silenceMs);
    if (now >= wholeMs) return this.#expire('answerMs');
    if (now >= nextMs) return this.#expire(this.#cameMs === undefined ? 'firstTokenMs' : 'silenceMs');
    // A first piece that comes from now on makes no deadline earlier than this.
    const lookMs = Math.min(wholeMs, nextMs, dueMs(now, silenceMs));
    if (lookMs !== Infinity) this.#cancel = this.#clock.after(lookMs - now, this.#look);
  };

  #expire(deadline: keyof ModelLimits): void {
    this.#over = true;
    const error = new ModelTimeoutError(deadline, this.#limits[deadline]);
    this.#late.reject(error);
    this.#controller.abort(error);
  }
}
