/**
 * The pull chain behind pipes: items are asked for one at a time from the end, and a wait is made only
 * where something must be waited for.
 *
 *   source ── next() ──▶ step ──▶ step ──▶ … ──▶ whoever asks
 *
 * `next` answers like an iterator when everything at hand is synchronous, and like an asynchronous one
 * when not. Pipes that follow one another become steps of one flow, so that an item passes through all of
 * them within one function: the only promises are those of the steps themselves and one per item asked for.
 */
import { AbortedError, SluiceError } from '../base/errors.js';
import { StreamError } from './errors.js';

/** What gives items when asked: an iterator, an asynchronous iterator, or one that is now this, now that. */
export interface Puller<T> {
  next(): Turn<T> | PromiseLike<Turn<T>>;
  /** Leaves: nothing more is asked for. */
  return?(): unknown;
  /** What aborts those further up. */
  readonly signals?: readonly AbortSignal[];
}

/** An item, or the end. */
export type Turn<T> = IteratorResult<T, unknown>;

/** What a step makes of an item that its error policy leaves out. */
export const LEFT_OUT: unique symbol = Symbol('left out');

/** What one pipe does within a flow. */
export interface Step {
  /** What becomes of an item, or a promise of it. Throws or rejects when it fails: {@link failed} decides then. */
  take(item: unknown): unknown;
  /** What becomes of an item that failed. Rejects when the flow must end. */
  failed(item: unknown, error: unknown): Promise<unknown>;
}

/** A stream that can be pulled without a promise per item. */
export abstract class Pullable<T> {
  /** Opens the source. Called once, by the one reader. */
  abstract pull(): Puller<T>;
}

/** Where `source` is pulled from. */
export function openSource<T>(source: AsyncIterable<T> | Iterable<T>): Puller<T> {
  if (source instanceof Pullable) return source.pull() as Puller<T>; // its items are those of the source
  const from = Object(source) as Partial<AsyncIterable<T> & Iterable<T>>; // a string is an iterable too
  return from[Symbol.asyncIterator]?.() ?? (from[Symbol.iterator] as () => Iterator<T, unknown>)(); // callers give iterables
}

/** What is pulled from, for a loop of the language. */
export function asyncIterator<T>(from: Puller<T>): AsyncIterator<T, unknown> {
  return {
    next: async () => from.next(),
    return: async () => {
      await from.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** Whether `value` is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && (value instanceof Promise || typeof (value as { then?: unknown }).then === 'function');
}

const END: Turn<never> = Object.freeze({ done: true as const, value: undefined });

/** A source and the steps that its items take. One reader, which asks for one item at a time. */
export class Flow implements Puller<unknown> {
  readonly signals: readonly AbortSignal[];
  readonly #from: Puller<unknown>;
  readonly #steps: readonly Step[];
  #over = false;
  #fault: Error | undefined; // why it is over, until someone has been told
  #running = false;
  /** Called once when nothing more will come. */
  onOver: (() => void) | undefined;

  private constructor(from: Puller<unknown>, steps: readonly Step[], signals: readonly AbortSignal[]) {
    this.#from = from;
    this.#steps = steps;
    this.signals = signals;
  }

  /** `from`, then `step`; a flow that nobody has read yet is lengthened. */
  static of(from: Puller<unknown>, step?: Step, signal?: AbortSignal): Flow {
    const known = from.signals ?? [];
    const signals = signal === undefined || known.includes(signal) ? known : [...known, signal];
    if (!(from instanceof Flow)) return new Flow(from, step === undefined ? [] : [step], signals);
    return new Flow(from.#from, step === undefined ? from.#steps : [...from.#steps, step], signals);
  }

  /** True while an item is on its way. */
  get running(): boolean {
    return this.#running;
  }

  /** The next item, or the end; a promise where it must be waited for. */
  next(): Turn<unknown> | Promise<Turn<unknown>> {
    const steps = this.#steps;
    for (;;) {
      if (this.#over || this.#isAborted()) return this.#late();
      let turn: Turn<unknown> | PromiseLike<Turn<unknown>>;
      try {
        turn = this.#from.next();
      } catch (error) {
        throw this.#broken(error);
      }
      if (isThenable(turn)) return this.#resume(turn, undefined, -1);
      if (turn.done === true) return this.#end();
      let item = turn.value;
      if (isThenable(item)) return this.#resume(item.then((value) => ({ done: false, value })), undefined, -1);
      let at = 0;
      for (; at < steps.length; at++) {
        let made: unknown;
        try {
          made = (steps[at] as Step).take(item); // at < length
        } catch (error) {
          return this.#resume(Promise.reject(error as Error), item, at);
        }
        if (isThenable(made)) return this.#resume(made, item, at);
        if (made === LEFT_OUT) break;
        item = made;
      }
      if (at === steps.length) return { done: false, value: item };
    }
  }

  /** Leaves the source; who waits for an item gets the end. */
  return(): unknown {
    if (this.#over) return undefined;
    this.#finish();
    return this.#from.return?.();
  }

  /** Ends with an error and leaves the source without waiting for it. The error goes to `waiting`, or to whoever asks next. */
  abort(signal: AbortSignal, waiting?: (error: Error) => void): void {
    if (this.#over) return;
    const error = new AbortedError('The stream', signal.reason);
    if (waiting === undefined) this.#fault = error;
    this.#finish();
    waiting?.(error);
    void this.#leave();
  }

  /** Goes on when `pending` has come: what the step at `at` makes of `item`, or, before the first step, the source's turn. */
  async #resume(pending: unknown, item: unknown, at: number): Promise<Turn<unknown>> {
    const steps = this.#steps;
    this.#running = true;
    try {
      for (;;) {
        if (at < 0) {
          let turn: Turn<unknown>;
          try {
            turn = (isThenable(pending) ? await pending : pending) as Turn<unknown>;
            if (turn.done !== true) item = isThenable(turn.value) ? await turn.value : turn.value;
          } catch (error) {
            if (this.#over) return this.#late();
            throw this.#broken(error);
          }
          if (turn.done === true) return this.#over ? this.#late() : this.#end();
        } else {
          try {
            item = await pending;
          } catch (error) {
            if (this.#over) return this.#late();
            item = await this.#recover(at, item, error);
          }
        }
        if (this.#over || this.#isAborted()) return this.#late();
        for (at++; at < steps.length && item !== LEFT_OUT; at++) {
          let made: unknown;
          try {
            made = (steps[at] as Step).take(item); // at < length
          } catch (error) {
            made = Promise.reject(error as Error);
          }
          if (isThenable(made)) {
            pending = made;
            break;
          }
          item = made;
        }
        if (item !== LEFT_OUT && at < steps.length) continue;
        if (item !== LEFT_OUT) return { done: false, value: item };
        at = -1;
        try {
          pending = this.#from.next();
        } catch (error) {
          throw this.#broken(error);
        }
      }
    } finally {
      this.#running = false;
    }
  }

  /** What the step decides about an item that failed; when it ends the flow, the source is left first. */
  async #recover(at: number, item: unknown, error: unknown): Promise<unknown> {
    try {
      return await (this.#steps[at] as Step).failed(item, error); // at < length
    } catch (final) {
      if (this.#over) return undefined; // the caller sees that it is over
      const broken = this.#broken(final);
      await this.#leave();
      throw broken;
    }
  }

  #isAborted(): boolean {
    const { signals } = this;
    for (let n = 0; n < signals.length; n++) {
      const signal = signals[n] as AbortSignal; // n < length; most flows have none, and a loop over none costs nothing
      if (!signal.aborted) continue;
      this.abort(signal);
      return true;
    }
    return false;
  }

  /** The source has ended. */
  #end(): Turn<never> {
    const aborted = this.signals.find((signal) => signal.aborted); // an aborted source may end as if it had no more
    this.#finish();
    if (aborted !== undefined) throw new AbortedError('The stream', aborted.reason);
    return END;
  }

  /** Nothing more comes; whoever asks first is told why. */
  #late(): Turn<never> {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault;
    return END;
  }

  #broken(error: unknown): Error {
    this.#finish();
    return SluiceError.isInstance(error) ? error : new StreamError('The stream failed. See `cause` for why.', { cause: error });
  }

  async #leave(): Promise<void> {
    try {
      await this.#from.return?.();
    } catch {
      // The error that ends the flow stands: one in leaving does not replace it, as in a loop of the language.
    }
  }

  #finish(): void {
    this.#over = true;
    this.onOver?.();
  }
}
