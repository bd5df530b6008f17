/**
 * Limits how often somebody may ask. The contract is that of the edge platforms' own limiters, which
 * count across machines; the one here counts in this process.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** Counts requests by key. */
export interface RateLimiter {
  /** Counts one request; `success` is false for one too many. */
  limit(request: { readonly key: string }): Promise<{ readonly success: boolean; readonly retryAfterSeconds?: number }>;
}

/** Options of a {@link FixedWindowRateLimiter}. */
export interface FixedWindowRateLimiterOptions {
  /** Requests in a window. @default 60 */
  readonly limit?: number;
  /** @default 60 */
  readonly windowSeconds?: number;
  /** Keys remembered at most; the one longest unseen goes first. @default 10000 */
  readonly maxKeys?: number;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** So many requests per key and window. A window begins with its first request. */
export class FixedWindowRateLimiter implements RateLimiter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #clock: Clock;
  // A Map keeps the order of insertion, and a key is inserted anew with each window: the first is the oldest.
  readonly #windows = new Map<string, { readonly endMs: number; count: number }>();

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: FixedWindowRateLimiterOptions = {}) {
    refuseUnknownOptions('FixedWindowRateLimiter', options, ['limit', 'windowSeconds', 'maxKeys', 'clock']);
    const { limit = 60, windowSeconds = 60, maxKeys = 10000, clock = systemClock } = options;
    this.#limit = requireNumber('FixedWindowRateLimiter.limit', limit, { min: 1, integer: true });
    this.#windowMs = requireNumber('FixedWindowRateLimiter.windowSeconds', windowSeconds, { min: 0.001 }) * 1000;
    this.#maxKeys = requireNumber('FixedWindowRateLimiter.maxKeys', maxKeys, { min: 1, integer: true });
    this.#clock = clock;
  }

  /** @inheritdoc */
  async limit({ key }: { readonly key: string }): Promise<{ readonly success: boolean; readonly retryAfterSeconds?: number }> {
    const nowMs = this.#clock.now();
    const window = this.#windows.get(key);
    if (window === undefined || window.endMs <= nowMs) {
      this.#windows.delete(key);
      if (this.#windows.size >= this.#maxKeys) for (const oldest of this.#windows.keys()) if (this.#windows.delete(oldest)) break;
      this.#windows.set(key, { endMs: nowMs + this.#windowMs, count: 1 });
      return { success: true };
    }
    window.count++;
    if (window.count <= this.#limit) return { success: true };
    return { success: false, retryAfterSeconds: Math.max(1, Math.ceil((window.endMs - nowMs) / 1000)) };
  }
}
