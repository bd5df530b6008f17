/**
 * Keeps an `AudioContext` running as far as a page can: it asks at once, again at the next gesture,
 * and again when the page comes back to the front, because browsers start contexts suspended, and
 * phones interrupt them for calls and locked screens.
 */
import { sleep, type Clock } from '../base/clock.js';

/** How a context is now. `blocked` needs a gesture, `interrupted` waits for the system. */
export type ContextState = 'running' | 'blocked' | 'interrupted' | 'closed';

// Events that browsers accept as a gesture for audio.
const GESTURES = ['pointerup', 'touchend', 'keydown', 'click'] as const;
// Without a gesture the promise of `resume` stays open; a context that may run does so within a few callbacks.
const RESUME_MS = 500;

/** Watches one context. */
export class ContextGate {
  readonly #context: AudioContext;
  readonly #clock: Clock;
  readonly #onChange: (state: ContextState) => void;
  #ran = false;
  #last: ContextState;
  #gestures = false;
  #closed = false;

  /** `onChange` hears of every change from now on. */
  constructor(context: AudioContext, clock: Clock, onChange: (state: ContextState) => void) {
    this.#context = context;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#ran = context.state === 'running';
    this.#last = this.state;
    context.addEventListener('statechange', this.#changed);
    document.addEventListener('visibilitychange', this.#retry);
    window.addEventListener('pageshow', this.#retry);
    this.#listen();
  }

  /** How the context is now. */
  get state(): ContextState {
    const { state } = this.#context;
    if (state === 'running' || state === 'closed') return state;
    // A context that ran before was taken away by the system; one that never ran waits for the user.
    return this.#ran || state === 'interrupted' ? 'interrupted' : 'blocked';
  }

  /** Asks the context to run. True when it does; false when that takes a gesture or the system's leave. */
  async resume(): Promise<boolean> {
    if (this.#closed || this.state === 'closed') return false;
    if (this.state !== 'running') {
      const stop = new AbortController();
      // A refusal leaves the context as it is, which is what is looked at.
      const resumed = this.#context.resume().catch(() => undefined);
      await Promise.race([resumed, sleep(this.#clock, RESUME_MS, stop.signal).catch(() => undefined)]);
      stop.abort();
      this.#changed();
    }
    return this.state === 'running';
  }

  /** Stops watching. */
  close(): void {
    this.#closed = true;
    this.#context.removeEventListener('statechange', this.#changed);
    document.removeEventListener('visibilitychange', this.#retry);
    window.removeEventListener('pageshow', this.#retry);
    this.#unlisten();
  }

  readonly #changed = (): void => {
    const { state } = this;
    if (state === 'running') this.#ran = true;
    if (state === this.#last || this.#closed) return;
    this.#last = state;
    this.#listen();
    this.#onChange(state);
    if (state === 'interrupted') this.#retry();
  };

  readonly #retry = (): void => {
    if (!this.#closed && this.state !== 'running' && document.visibilityState === 'visible') void this.resume();
  };

  readonly #gesture = (): void => {
    // Must be asked inside the gesture; what comes of it is told by `statechange`.
    if (!this.#closed && this.state !== 'closed') this.#context.resume().catch(() => undefined);
  };

  #listen(): void {
    if (this.state === 'running' || this.state === 'closed') return this.#unlisten();
    if (this.#gestures) return;
    this.#gestures = true;
    for (const name of GESTURES) document.addEventListener(name, this.#gesture, { capture: true, passive: true });
  }

  #unlisten(): void {
    if (!this.#gestures) return;
    this.#gestures = false;
    for (const name of GESTURES) document.removeEventListener(name, this.#gesture, { capture: true });
  }
}
