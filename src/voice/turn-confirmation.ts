/**
 * Whether a turn that was begun before its end was sure counts.
 *
 * A turn may be recognised, guarded and answered while it is still open whether the user has finished.
 * Until it is confirmed nothing of it may be seen: no event, no tool that runs, nothing in memory, no
 * sample at the loudspeaker. Discarded, it leaves no trace.
 */
import { deferred, type Deferred } from '../base/deferred.js';
import type { StageContext } from '../stage/context.js';
import type { SpeechEndMetadata } from './voice-input.js';

/** Confirmed or discarded once, by what watches the user. */
export class TurnConfirmation {
  /** When the work began, on the session's clock. */
  readonly beganMs: number;
  readonly #settled: Deferred<boolean> = deferred();
  readonly #listeners: ((confirmed: boolean) => void)[] = [];
  #state: 'pending' | 'confirmed' | 'discarded' = 'pending';
  #speech: SpeechEndMetadata | undefined;
  #atMs = 0;

  constructor(beganMs: number) {
    this.beganMs = beganMs;
  }

  /** Pending until it is settled once. */
  get state(): 'pending' | 'confirmed' | 'discarded' {
    return this.#state;
  }

  /** The speech as it was when the turn was confirmed. */
  get speech(): SpeechEndMetadata | undefined {
    return this.#speech;
  }

  /** When it was settled, on the session's clock. */
  get settledMs(): number {
    return this.#atMs;
  }

  /** Resolves to true when the turn counts, to false when it never happened. */
  get settled(): Promise<boolean> {
    return this.#settled.promise;
  }

  /** Calls `listener` once, in the call that settles, before anyone who awaits. */
  onSettled(listener: (confirmed: boolean) => void): void {
    if (this.#state === 'pending') this.#listeners.push(listener);
    else listener(this.#state === 'confirmed');
  }

  /** The user has finished. */
  confirm(atMs: number, speech?: SpeechEndMetadata): void {
    this.#speech = speech;
    this.#settle('confirmed', atMs);
  }

  /** The user goes on. */
  discard(atMs: number): void {
    this.#settle('discarded', atMs);
  }

  #settle(state: 'confirmed' | 'discarded', atMs: number): void {
    if (this.#state !== 'pending') return;
    this.#state = state;
    this.#atMs = atMs;
    for (const listener of this.#listeners.splice(0)) listener(state === 'confirmed');
    this.#settled.resolve(state === 'confirmed');
  }
}

/** Asks whether a turn counts, and tells in an event when that must be waited for. */
export function confirmed(turn: { readonly confirmation?: TurnConfirmation } | undefined, ctx: StageContext): Promise<boolean> | true {
  const confirmation = turn?.confirmation;
  if (confirmation === undefined || confirmation.state === 'confirmed') return true;
  ctx.tryEmitEvent('voice.unconfirmed', { time_ms: ctx.clock.now() });
  return confirmation.settled;
}
