/**
 * Limits how often somebody may ask: a token bucket for each key of the context. A bucket holds
 * `capacity` permits and fills evenly, so that short bursts pass and the average stays.
 */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import type { GuardrailCheck } from './check.js';
import { GuardrailResult } from './result.js';
import { PolicyViolation, ViolationType } from './violation.js';

/** Options of {@link RateLimitCheck}. */
export interface RateLimitCheckOptions {
  /** Permits per interval. */
  readonly limit: number;
  /** Seconds in which `limit` permits come back. @default 60 */
  readonly intervalSeconds?: number;
  /** Permits a full bucket holds: the longest burst. @default limit */
  readonly capacity?: number;
  /** Who is counted. @default the context's `user_id`, else its `session_id`, else everybody together */
  readonly keyOf?: (context: Readonly<Data>) => string;
  /** @default systemClock */
  readonly clock?: Clock;
  /** Buckets that are remembered; the longest unused are forgotten. @default 10000 */
  readonly maxKeys?: number;
}

interface Bucket {
  permits: number;
  at: number;
}

/** Refuses what comes too often. */
export class RateLimitCheck implements GuardrailCheck {
  readonly name = 'RateLimitCheck';
  /** Counts calls, not text: a stream is one call. */
  readonly scope = 'call';
  readonly #limit: number;
  readonly #intervalMs: number;
  readonly #capacity: number;
  readonly #keyOf: (context: Readonly<Data>) => string;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();

  /** Throws `InvalidOptionError` for unknown options and limits out of range. */
  constructor(options: RateLimitCheckOptions) {
    refuseUnknownOptions('RateLimitCheck', options, ['limit', 'intervalSeconds', 'capacity', 'keyOf', 'clock', 'maxKeys']);
    const { limit, intervalSeconds = 60, capacity = limit, keyOf = whoOf, clock = systemClock, maxKeys = 10_000 } = options;
    this.#limit = requireNumber('RateLimitCheck.limit', limit, { min: 1 });
    this.#intervalMs = requireNumber('RateLimitCheck.intervalSeconds', intervalSeconds, { min: 0.001 }) * 1000;
    this.#capacity = requireNumber('RateLimitCheck.capacity', capacity, { min: 1 });
    this.#keyOf = requireFunction('RateLimitCheck.keyOf', keyOf);
    this.#clock = clock;
    this.#maxKeys = requireNumber('RateLimitCheck.maxKeys', maxKeys, { min: 1, integer: true });
  }

  /** Takes one permit; the violation says in how many seconds the next is there. */
  check(_content: string, context: Readonly<Data> = {}): GuardrailResult {
    const now = this.#clock.now();
    const key = this.#keyOf(context);
    const bucket = this.#buckets.get(key) ?? { permits: this.#capacity, at: now };
    const perMs = this.#limit / this.#intervalMs;
    bucket.permits = Math.min(this.#capacity, bucket.permits + Math.max(0, now - bucket.at) * perMs);
    bucket.at = now;
    this.#buckets.delete(key); // the map's order is that of use
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maxKeys) this.#buckets.delete(this.#buckets.keys().next().value ?? key);
    if (bucket.permits >= 1) {
      bucket.permits--;
      return new GuardrailResult({ passed: true, metadata: { remaining: Math.floor(bucket.permits) } });
    }
    const retryAfterSeconds = Math.ceil((1 - bucket.permits) / perMs) / 1000;
    return new GuardrailResult({
      passed: false,
      violations: [new PolicyViolation({ type: ViolationType.RATE_LIMITED, message: 'Rate limit exceeded', severity: 0.6, metadata: { retry_after_seconds: retryAfterSeconds, limit: this.#limit, interval_seconds: this.#intervalMs / 1000 } })],
      metadata: { remaining: 0 },
    });
  }
}

function whoOf(context: Readonly<Data>): string {
  for (const field of ['user_id', 'userId', 'session_id', 'sessionId']) {
    const value = context[field];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}
