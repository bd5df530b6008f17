/**
 * The live output of a stage that may be tried again or has live deadlines: counts what was emitted, keeps
 * a superseded attempt from writing, and measures silence, which stands still while the writer waits for
 * credit.
 */
import type { Clock } from '../../base/clock.js';
import type { ChannelWriter } from '../../stream/channel-ends.js';
import type { StreamElement } from '../../stream/element.js';
import type { WatchedOutput } from '../attempt.js';
import type { Deadlines } from '../deadlines.js';

/** What is known of the attempt whose writes are watched. */
export interface WatchedAttempt {
  readonly over: boolean;
  readonly startedMs: number;
  readonly clock: Clock;
  readonly output: ChannelWriter<StreamElement> | undefined;
  readonly live: WatchedOutput | undefined;
  readonly node: { readonly spec: { readonly firstElementTimeoutMs?: number; readonly idleTimeoutMs?: number } };
}

/** Watches one attempt's writes. */
export class LiveWriter implements ChannelWriter<StreamElement>, WatchedOutput {
  readonly #writer: ChannelWriter<StreamElement>;
  readonly #attempt: WatchedAttempt;
  readonly #clock: Clock;
  #parked = 0;
  /** Elements that were taken. */
  emitted = 0;
  /** When the stage last wrote or was last held up. */
  lastMs: number;

  readonly #onWrite: ((element: StreamElement) => void) | undefined;

  /** `onWrite` is called with each element that was taken. */
  constructor(writer: ChannelWriter<StreamElement>, attempt: WatchedAttempt, clock: Clock, onWrite?: (element: StreamElement) => void) {
    this.#writer = writer;
    this.#attempt = attempt;
    this.#clock = clock;
    this.#onWrite = onWrite;
    this.lastMs = attempt.startedMs;
  }

  get credits(): number {
    return this.closed ? 0 : this.#writer.credits;
  }

  get closed(): boolean {
    return this.#attempt.over || this.#writer.closed;
  }

  /** How long nothing has been written although it could have been. */
  silenceMs(nowMs: number): number {
    return this.#parked > 0 ? 0 : nowMs - this.lastMs;
  }

  tryWrite(value: StreamElement): boolean {
    if (this.#attempt.over || !this.#writer.tryWrite(value)) return false;
    this.#wrote(value);
    return true;
  }

  write(value: StreamElement): boolean | Promise<boolean> {
    if (this.#attempt.over) return false;
    const taken = this.#writer.write(value);
    if (typeof taken === 'boolean') {
      if (taken) this.#wrote(value);
      return taken;
    }
    this.#parked++;
    this.emitted++;
    this.#onWrite?.(value);
    return taken.then((went) => {
      this.#parked--;
      this.lastMs = this.#clock.now();
      return went;
    });
  }

  close(): void {
    if (!this.#attempt.over) this.#writer.close();
  }

  abort(error: Error): void {
    if (!this.#attempt.over) this.#writer.abort(error);
  }

  #wrote(value: StreamElement): void {
    this.emitted++;
    this.#onWrite?.(value);
    this.lastMs = this.#clock.now();
  }
}

/** Holds the deadlines of the first live element and between elements; calls `expire` with the option that passed. */
export function watchLive(attempt: WatchedAttempt, deadlines: Deadlines, expire: (option: string, timeoutMs: number) => void): void {
  const { firstElementTimeoutMs: first = 0, idleTimeoutMs: idle = 0 } = attempt.node.spec;
  if (first === 0 && idle === 0) return;
  void attempt.output; // makes the writer that measures
  const check = (): void => {
    const { live, clock } = attempt;
    if (attempt.over || live === undefined) return;
    const now = clock.now();
    const began = live.emitted > 0;
    const limit = began ? idle : first;
    const silence = live.silenceMs(now);
    if (limit > 0 && silence >= limit) expire(began ? 'idleTimeoutMs' : 'firstElementTimeoutMs', limit);
    else if (limit > 0 || idle > 0) deadlines.add(now + (limit > 0 ? limit - silence : idle), check);
  };
  check();
}
