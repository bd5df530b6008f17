/**
 * The one base of every error of the library.
 *
 * An error says what went wrong, where, and how to mend it; it carries a stable `code` and the
 * `cause`, and never a user's text or audio. Leaves stand beside the code that throws them. The mark
 * makes `isInstance` work when two copies of the library are loaded.
 */

const MARK = Symbol.for('sluice.error');

/** Options of every error of the library. */
export interface SluiceErrorOptions {
  /** Stable, upper-case, documented: what programs test. */
  readonly code: string;
  /** What led to this error, if anything did. */
  readonly cause?: unknown;
}

/** Base class of all errors of the library. */
export class SluiceError extends Error {
  /** Name of the class. A class below states its own, because a bundler may rename classes. */
  override readonly name: string;
  /** Stable identifier of the kind of failure, for example `INVALID_OPTION`. */
  readonly code: string;

  constructor(message: string, options: SluiceErrorOptions) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target === SluiceError ? 'SluiceError' : new.target.name;
    this.code = options.code;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** True for errors of any loaded copy of the library. */
  static isInstance(error: unknown): error is SluiceError {
    return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[MARK] === true;
  }
}

/** A resource was used after `close()`. */
export class ClosedError extends SluiceError {
  override readonly name: string = 'ClosedError';

  constructor(what: string) {
    super(`${what} is closed. Create a new one; a closed ${what} cannot be used again.`, { code: 'CLOSED' });
  }
}

/** A wait or a run was ended by its `AbortSignal`; `cause` is the signal's reason. */
export class AbortedError extends SluiceError {
  override readonly name: string = 'AbortedError';

  constructor(what: string, cause?: unknown) {
    super(`${what} was aborted.`, { code: 'ABORTED', cause });
  }
}

/** Throws {@link AbortedError} naming `what` when `signal` has aborted already. */
export function throwIfAborted(what: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError(what, signal.reason);
}

/** What was thrown, as an Error: values that are not errors become the `cause` of one. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new SluiceError(`A value of type ${typeof thrown} was thrown instead of an Error.`, { code: 'THROWN_VALUE', cause: thrown });
}
