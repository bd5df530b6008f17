/**
 * Whether a provider is worth asking. One that failed is out until a probe in the background succeeds, or a call that
 * had no better choice; the pauses between probes double, and only a real success resets them, so that a provider
 * which answers probes and fails calls is asked less and less often.
 */
import type { Clock } from '../../base/clock.js';

// A probe may cost money or wake a server: half a minute is often enough to come back.
const MAX_PAUSE_MS = 30_000;

/** Options of a {@link ProviderHealth}. */
export interface ProviderHealthOptions {
  readonly clock: Clock;
  /** Pause before the first probe. */
  readonly recoveryMs: number;
  /** Longest time of a probe. */
  readonly timeoutMs: number;
  /** Asks the provider for the least it can do; rejects when it cannot. */
  readonly probe: (signal: AbortSignal) => Promise<unknown>;
  readonly onRecovered: () => void;
}

/** One provider's state. */
export class ProviderHealth {
  readonly #options: ProviderHealthOptions;
  #available = true;
  #failures = 0;
  #cancel: (() => void) | undefined;
  #probing: AbortController | undefined;
  #closed = false;

  constructor(options: ProviderHealthOptions) {
    this.#options = options;
  }

  /** False from a failure until the provider has recovered. */
  get available(): boolean {
    return this.#available;
  }

  /** A call succeeded. */
  succeeded(): void {
    this.#failures = 0;
    this.#stop();
    if (this.#available) return;
    this.#available = true;
    this.#options.onRecovered();
  }

  /** A call failed. */
  failed(): void {
    this.#available = false;
    if (this.#cancel === undefined && this.#probing === undefined) this.#schedule();
  }

  /** Ends probing for good. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#probing?.abort();
    this.#probing = undefined;
  }

  #schedule(): void {
    if (this.#closed) return;
    const pauseMs = Math.min(MAX_PAUSE_MS, this.#options.recoveryMs * 2 ** this.#failures++);
    this.#cancel = this.#options.clock.after(pauseMs, () => {
      this.#cancel = undefined;
      void this.#probe();
    });
  }

  async #probe(): Promise<void> {
    const { clock, timeoutMs, probe, onRecovered } = this.#options;
    const controller = new AbortController();
    this.#probing = controller;
    // A probe that ignores its signal counts as failed when its time is over.
    const silent = new Promise<boolean>((resolve) => controller.signal.addEventListener('abort', () => resolve(false), { once: true }));
    const cancel = clock.after(timeoutMs, () => controller.abort());
    const well = await Promise.race([silent, Promise.resolve().then(() => probe(controller.signal)).then(() => true, () => false)]);
    cancel();
    if (this.#probing !== controller) return; // a call has decided meanwhile, or nobody wants to know any more
    this.#probing = undefined;
    if (!well) return this.#schedule();
    this.#available = true;
    onRecovered();
  }
}
