/**
 * When a stage is tried again, and how long to wait before it.
 *
 * Back-off and jitter as in the AWS Architecture Blog, "Exponential Backoff And Jitter" (2015).
 */
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, requireFunction, requireNumber, requireOneOf, refuseUnknownOptions } from '../base/option.js';
import { systemRandom, type RandomSource } from '../base/random.js';

/** How a failed stage is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. @default 3 */
  readonly maxAttempts?: number;
  /** How the delay grows from try to try. @default 'exponential' */
  readonly backoff?: 'exponential' | 'linear' | 'constant';
  /** How much chance is in the delay. @default 'full' */
  readonly jitter?: 'none' | 'full' | 'equal' | 'decorrelated';
  /** Delay after the first try, in milliseconds. @default 100 */
  readonly baseDelayMs?: number;
  /** Longest delay in milliseconds. A longer `retryAfterMs` of an error still holds. @default 30000 */
  readonly maxDelayMs?: number;
  /** Whether an error is worth another try. @default all but errors with `fatal: true` or `retryable: false` */
  readonly retryable?: (error: unknown) => boolean;
}

const FIELDS = ['maxAttempts', 'backoff', 'jitter', 'baseDelayMs', 'maxDelayMs', 'retryable'];

/** Throws `InvalidOptionError` for a policy that cannot be followed. */
export function requireRetryPolicy(option: string, policy: RetryPolicy): RetryPolicy {
  if (typeof policy !== 'object' || policy === null) throw new InvalidOptionError(option, policy, 'a record such as { maxAttempts: 3 }');
  refuseUnknownOptions(option, policy, FIELDS);
  if (policy.maxAttempts !== undefined) requireNumber(`${option}.maxAttempts`, policy.maxAttempts, { min: 1, integer: true });
  if (policy.backoff !== undefined) requireOneOf(`${option}.backoff`, policy.backoff, ['exponential', 'linear', 'constant']);
  if (policy.jitter !== undefined) requireOneOf(`${option}.jitter`, policy.jitter, ['none', 'full', 'equal', 'decorrelated']);
  if (policy.baseDelayMs !== undefined) requireNumber(`${option}.baseDelayMs`, policy.baseDelayMs, { min: 0 });
  if (policy.maxDelayMs !== undefined) requireNumber(`${option}.maxDelayMs`, policy.maxDelayMs, { min: 0 });
  if (policy.retryable !== undefined) requireFunction(`${option}.retryable`, policy.retryable);
  return policy;
}

/** Milliseconds to wait after try number `attempt` (from 1); `previousMs` is the wait before it, for decorrelated jitter. */
export function retryDelayMs(policy: RetryPolicy, attempt: number, previousMs = 0, error?: unknown, random: RandomSource = systemRandom): number {
  const { backoff = 'exponential', jitter = 'full', baseDelayMs = 100, maxDelayMs = 30000 } = policy;
  const grown = backoff === 'exponential' ? baseDelayMs * 2 ** (attempt - 1) : backoff === 'linear' ? baseDelayMs * attempt : baseDelayMs;
  const capped = Math.min(grown, maxDelayMs);
  let delay = capped;
  if (jitter === 'full') delay = random() * capped;
  else if (jitter === 'equal') delay = capped / 2 + (random() * capped) / 2;
  else if (jitter === 'decorrelated') delay = Math.min(maxDelayMs, baseDelayMs + random() * (Math.max(previousMs, baseDelayMs) * 3 - baseDelayMs));
  return Math.max(delay, retryAfterMs(error));
}

/** What a rate-limited service asks for: `retryAfterMs`, or `retryAfter` in seconds, on the error or its cause. */
export function retryAfterMs(error: unknown): number {
  for (let one = error, depth = 0; typeof one === 'object' && one !== null && depth < 4; depth++) {
    const { retryAfterMs: ms, retryAfter: seconds, cause } = one as { retryAfterMs?: unknown; retryAfter?: unknown; cause?: unknown };
    if (typeof ms === 'number' && ms >= 0) return ms;
    if (typeof seconds === 'number' && seconds >= 0) return seconds * 1000;
    one = cause;
  }
  return 0;
}

/** What the caller's test says; one that throws has not said yes, and the stage's own error is the one to report. */
function isWorthIt(retryable: (error: unknown) => boolean, error: unknown): boolean {
  try {
    return retryable(error);
  } catch {
    return false;
  }
}

/** Whether `policy` allows another try after try number `attempt`. */
export function mayRetry(policy: RetryPolicy, attempt: number, error: unknown): boolean {
  if (attempt >= (policy.maxAttempts ?? 3)) return false;
  if (policy.retryable !== undefined) return isWorthIt(policy.retryable, error);
  if (typeof error !== 'object' || error === null) return true;
  const { fatal, retryable } = error as { fatal?: unknown; retryable?: unknown };
  if (fatal === true || retryable === false) return false;
  return !SluiceError.isInstance(error) || !PERMANENT.includes(error.code);
}

// Mistakes of the program: the next try makes the same ones.
const PERMANENT = ['INVALID_OPTION', 'UNDECLARED_DEPENDENCY', 'MISSING_INPUT', 'INVALID_ID', 'CLOSED', 'ABORTED'];
