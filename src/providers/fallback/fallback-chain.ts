/**
 * Asks providers in their order until one gives its first item: time-outs, retries, fail-over and recovery, the same
 * for models, recognisers and voices. Nothing is asked twice once an item was given, because it may have been spoken.
 *
 *     failure                     another is available        none is
 *     fatal                       go on to it                 give up
 *     time-out                    go on to it                 retry after 100 ms, then 3 × 2 s
 *     asks to wait (Retry-After)  go on to it                 wait, if it is not too long
 *     other                       retry once after 100 ms     retry after 100 ms, then 3 × 2 s
 *
 * A person waits for the answer, so patience is only spent where there is no choice.
 */
import { abortable } from '../../base/abortable.js';
import { sleep, systemClock, type Clock } from '../../base/clock.js';
import { AbortedError, ClosedError, SluiceError, throwIfAborted, toError } from '../../base/errors.js';
import { InvalidOptionError, requireFunction, requireNumber } from '../../base/option.js';
import type { EventEmitter } from '../../event/event.js';
import { ProviderHealth } from './provider-health.js';

/** Options that all fallback providers share. */
export interface FallbackOptions<P> {
  /** Longest wait for the first item of one try, in milliseconds. @default 5000 for models, 10000 for recognisers and voices */
  readonly timeoutMs?: number;
  /** Pauses before further tries of the same provider, in milliseconds; with another provider available only the first is used. @default [100, 2000, 2000, 2000] */
  readonly retryDelaysMs?: readonly number[];
  /** Longest wait that a provider may ask for (`retryAfterMs` of its error) where no other is available. @default 10000 */
  readonly maxRetryAfterMs?: number;
  /** Pause before a provider that failed is probed in the background; it doubles up to 30 s with each further failure. @default 1000 */
  readonly recoveryMs?: number;
  /** Asks a provider for the least it can do; rejects when it cannot. @default the shortest call of its kind */
  readonly probe?: (provider: P, signal: AbortSignal) => Promise<unknown>;
  /** Told `provider.attempt_failed`, `provider.unavailable`, `provider.failed_over` and `provider.recovered`; never content. */
  readonly eventEmitter?: EventEmitter;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Names of {@link FallbackOptions}, for validation. */
export const FALLBACK_OPTIONS: readonly string[] = Object.freeze(['timeoutMs', 'retryDelaysMs', 'maxRetryAfterMs', 'recoveryMs', 'probe', 'eventEmitter', 'clock']);

/** A provider did not give its first item in time. */
export class ProviderTimeoutError extends SluiceError {
  override readonly name: string = 'ProviderTimeoutError';

  constructor(provider: string, timeoutMs: number) {
    super(`Provider '${provider}' gave nothing within ${timeoutMs} ms. Raise timeoutMs, or put a faster provider before it.`, { code: 'PROVIDER_TIMEOUT' });
  }
}

/** No provider could answer; `errors` says why, in the order in which they were asked. */
export class ProvidersFailedError extends SluiceError {
  override readonly name: string = 'ProvidersFailedError';

  readonly errors: readonly Error[];
  /** True when another try on the same providers is of no use. */
  readonly fatal: boolean;

  constructor(role: string, errors: readonly Error[]) {
    super(`None of the ${role}s could answer (${errors.map((error) => (SluiceError.isInstance(error) ? error.code : error.name)).join(', ')}). See \`errors\` for each, and add one that does not depend on the others.`, { code: 'PROVIDERS_FAILED', cause: errors.at(-1) });
    this.errors = Object.freeze([...errors]);
    this.fatal = errors.every(isFatal);
  }
}

/** What a provider has begun to give. */
export interface Begun<P, T> {
  readonly value: T;
  readonly provider: P;
  /** It broke after its first item. */
  fail(error: Error): void;
  /** It is no longer needed; its signal aborts. */
  end(): void;
}

interface Member<P> {
  readonly provider: P;
  readonly id: string;
  readonly health: ProviderHealth;
}

/** Providers in the order of preference. */
export class FallbackChain<P extends { readonly id?: string }> {
  readonly members: readonly Member<P>[];
  readonly clock: Clock;
  readonly #role: string;
  readonly #timeoutMs: number;
  readonly #retryDelaysMs: readonly number[];
  readonly #maxRetryAfterMs: number;
  readonly #emit: EventEmitter;
  #closed = false;

  /** `owner` names the options in errors, `role` the providers. Throws `InvalidOptionError`. */
  constructor(owner: string, role: string, providers: readonly P[], options: FallbackOptions<P>, defaults: { readonly timeoutMs: number; readonly probe: (provider: P, signal: AbortSignal) => Promise<unknown> }) {
    if (!Array.isArray(providers) || providers.length === 0) throw new InvalidOptionError(`${owner}.providers`, providers, 'a list of at least one provider');
    const { timeoutMs = defaults.timeoutMs, retryDelaysMs = [100, 2000, 2000, 2000], maxRetryAfterMs = 10_000, recoveryMs = 1000, probe = defaults.probe, eventEmitter = () => undefined, clock = systemClock } = options;
    this.#role = role;
    this.clock = clock;
    this.#timeoutMs = requireNumber(`${owner}.timeoutMs`, timeoutMs, { min: 1 });
    this.#retryDelaysMs = retryDelaysMs.map((delay) => requireNumber(`${owner}.retryDelaysMs`, delay, { min: 0 }));
    this.#maxRetryAfterMs = requireNumber(`${owner}.maxRetryAfterMs`, maxRetryAfterMs, { min: 0 });
    requireNumber(`${owner}.recoveryMs`, recoveryMs, { min: 1 });
    requireFunction(`${owner}.probe`, probe);
    this.#emit = eventEmitter;
    this.members = providers.map((provider, place) => {
      const id = provider.id ?? `${role}-${place + 1}`;
      return { provider, id, health: new ProviderHealth({ clock, recoveryMs, timeoutMs, probe: (signal) => probe(provider, signal), onRecovered: () => eventEmitter('provider.recovered', { role, provider: id }) }) };
    });
  }

  /** Which providers are worth asking now, by id, in the order of preference. */
  get status(): readonly { readonly id: string; readonly available: boolean }[] {
    return this.members.map(({ id, health }) => ({ id, available: health.available }));
  }

  /** Ends the probes. */
  close(): void {
    this.#closed = true;
    for (const { health } of this.members) health.close();
  }

  /**
   * Calls `attempt` on one provider after the other until one resolves. What resolves too late is given to `release`.
   * Rejects with {@link ProvidersFailedError}, or with `AbortedError` as soon as `signal` aborts.
   */
  async begin<T>(attempt: (provider: P, signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined, options: { readonly timeoutMs?: number; readonly release?: (value: T) => void } = {}): Promise<Begun<P, T>> {
    if (this.#closed) throw new ClosedError(`Fallback of ${this.#role}s`);
    const { timeoutMs = this.#timeoutMs, release = () => undefined } = options;
    const asked = new Set<Member<P>>();
    const errors: Error[] = [];
    for (let member = this.#next(asked); member !== undefined; ) {
      asked.add(member);
      const begun = await this.#ask(member, asked, errors, { attempt, release, timeoutMs, signal });
      if (begun !== undefined) return begun;
      const next = this.#next(asked);
      if (next !== undefined) this.#emit('provider.failed_over', { role: this.#role, from: member.id, to: next.id });
      member = next;
    }
    throw new ProvidersFailedError(this.#role, errors);
  }

  /** The first provider that is available and was not asked yet, else the first that was not asked. */
  #next(asked: ReadonlySet<Member<P>>): Member<P> | undefined {
    const left = this.members.filter((one) => !asked.has(one));
    return left.find(({ health }) => health.available) ?? left[0];
  }

  async #ask<T>(member: Member<P>, asked: ReadonlySet<Member<P>>, errors: Error[], call: Call<P, T>): Promise<Begun<P, T> | undefined> {
    const knownBad = !member.health.available && errors.length > 0;
    for (let tries = 0; ; tries++) {
      throwIfAborted(`The call of a ${this.#role}`, call.signal);
      const startedMs = this.clock.now();
      try {
        return await this.#try(member, call);
      } catch (thrown) {
        if (call.signal?.aborted === true) throw new AbortedError(`The call of a ${this.#role}`, call.signal.reason);
        const error = toError(thrown);
        this.#emit('provider.attempt_failed', { role: this.#role, provider: member.id, attempt: tries + 1, duration_ms: this.clock.now() - startedMs, fatal: isFatal(error), ...errorFields(error) });
        const choice = this.members.some((one) => !asked.has(one) && one.health.available);
        const delayMs = knownBad ? undefined : this.#retryDelay(error, tries, choice);
        if (delayMs === undefined) {
          errors.push(error);
          this.#failed(member, error);
          return undefined;
        }
        await sleep(this.clock, delayMs, call.signal);
      }
    }
  }

  /** How long to wait before the same provider is tried again; `undefined` when it is not. */
  #retryDelay(error: Error, tries: number, choice: boolean): number | undefined {
    const delayMs = this.#retryDelaysMs[tries];
    if (delayMs === undefined || isFatal(error) || (choice && (tries > 0 || error instanceof ProviderTimeoutError))) return undefined;
    const { retryAfterMs } = error as { readonly retryAfterMs?: unknown };
    if (typeof retryAfterMs !== 'number' || retryAfterMs <= delayMs) return delayMs;
    return choice || retryAfterMs > this.#maxRetryAfterMs ? undefined : retryAfterMs;
  }

  /** One try: settles by its deadline also when the provider ignores its signal. */
  async #try<T>(member: Member<P>, { attempt, release, timeoutMs, signal }: Call<P, T>): Promise<Begun<P, T>> {
    const own = new AbortController();
    const onAbort = (): void => own.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    let late = false;
    const cancel = this.clock.after(timeoutMs, () => {
      late = true;
      own.abort(new ProviderTimeoutError(member.id, timeoutMs));
    });
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      own.abort();
    };
    try {
      const value = await abortable(`The call of '${member.id}'`, Promise.resolve().then(() => attempt(member.provider, own.signal)), own.signal, release);
      cancel();
      member.health.succeeded();
      return { value, provider: member.provider, end, fail: (error) => this.#failed(member, error) };
    } catch (thrown) {
      const reason: unknown = own.signal.reason;
      end();
      throw late ? reason : thrown;
    }
  }

  #failed(member: Member<P>, error: Error): void {
    // The only provider is asked in any case; there is nothing to come back to.
    if (this.members.length === 1 || this.#closed) return;
    const was = member.health.available;
    member.health.failed();
    if (was) this.#emit('provider.unavailable', { role: this.#role, provider: member.id, ...errorFields(error) });
  }
}

interface Call<P, T> {
  readonly attempt: (provider: P, signal: AbortSignal) => Promise<T>;
  readonly release: (value: T) => void;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

function errorFields(error: Error): { readonly error: string; readonly error_code?: string } {
  return { error: error.name, ...(SluiceError.isInstance(error) ? { error_code: error.code } : {}) };
}

function isFatal(error: Error): boolean {
  return (error as { readonly fatal?: unknown }).fatal === true;
}
