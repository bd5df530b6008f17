/** Notices that something which should go on has stopped: one timer, however often it is fed. */
import type { Clock } from '../base/clock.js';

/** Calls `onStall` once when nothing was fed for `timeoutMs` after `start`. */
export class StallWatch {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onStall: () => void;
  #fedMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onStall = onStall;
  }

  /** Begins to watch. */
  start(): void {
    this.stop();
    this.feed();
    this.#wait(this.#timeoutMs);
  }

  /** It goes on. */
  feed(): void {
    this.#fedMs = this.#clock.now();
  }

  /** Watches no more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => {
      const leftMs = this.#fedMs + this.#timeoutMs - this.#clock.now();
      if (leftMs > 0) return this.#wait(leftMs);
      this.#cancel = undefined;
      this.#onStall();
    });
  }
}
