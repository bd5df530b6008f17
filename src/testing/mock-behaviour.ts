/** What all mock providers share: how long they take and how often they fail, on a given clock and from a given seed. */
import { sleep, systemClock, type Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';
import { seededRandom, type RandomSource } from '../base/random.js';

/** Options that every mock provider takes. */
export interface MockOptions {
  /** How long a call takes, in milliseconds. */
  readonly latencyMs?: number;
  /** The latency varies by up to so many milliseconds, more or less. */
  readonly latencyJitterMs?: number;
  /** Share of calls that fail, from 0 to 1. @default 0 */
  readonly failRate?: number;
  /** What a failing call rejects with. @default a `MockFailure` */
  readonly failError?: Error | string;
  /** Seed of jitter and failures. @default 1 */
  readonly seed?: number;
  /** Replaces `seed`. */
  readonly random?: RandomSource;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Names of {@link MockOptions}. */
export const MOCK_OPTIONS: readonly string[] = ['latencyMs', 'latencyJitterMs', 'failRate', 'failError', 'seed', 'random', 'clock'];

/** A mock provider fails because it was told to. */
export class MockFailure extends SluiceError {
  override readonly name: string = 'MockFailure';

  constructor(message = 'The mock provider fails as it was told to (failRate). Set failRate to 0 where no failure is wanted.') {
    super(message, { code: 'MOCK_FAILURE' });
  }
}

/** The times and failures of one mock. */
export class MockBehaviour {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly #latencyMs: number;
  readonly #jitterMs: number;
  readonly #failRate: number;
  readonly #failError: Error;

  /** Throws `InvalidOptionError` naming the option of `owner`. */
  constructor(owner: string, options: MockOptions, defaults: { readonly latencyMs: number; readonly latencyJitterMs: number }) {
    const { latencyMs = defaults.latencyMs, latencyJitterMs = defaults.latencyJitterMs, failRate = 0, failError, seed = 1, clock = systemClock } = options;
    this.#latencyMs = requireNumber(`${owner}.latencyMs`, latencyMs, { min: 0 });
    this.#jitterMs = requireNumber(`${owner}.latencyJitterMs`, latencyJitterMs, { min: 0 });
    this.#failRate = requireNumber(`${owner}.failRate`, failRate, { min: 0, max: 1 });
    this.#failError = failError instanceof Error ? failError : new MockFailure(failError);
    this.clock = clock;
    this.random = options.random ?? seededRandom(requireNumber(`${owner}.seed`, seed));
  }

  /** Waits as long as a call takes, then fails as often as calls fail; resolves to the milliseconds waited. */
  async call(signal: AbortSignal | undefined): Promise<number> {
    const startMs = this.clock.now();
    const latencyMs = Math.max(0, this.#latencyMs + (this.random() * 2 - 1) * this.#jitterMs);
    const fails = this.random() < this.#failRate;
    if (latencyMs > 0 || signal?.aborted === true) await sleep(this.clock, latencyMs, signal);
    if (fails) throw this.#failError;
    return this.clock.now() - startMs;
  }
}
