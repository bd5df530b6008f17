/**
 * Reads a channel with a limit on the wait. A read that was not answered in time stays open and is
 * answered by the next call, so that nothing is lost and no promise is raced for longer than a wait.
 */
import type { Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import type { ChannelReader } from '../stream/channel-ends.js';

/** What a wait brought. */
export type TimedRead<T> = { readonly kind: 'item'; readonly value: T } | { readonly kind: 'end' } | { readonly kind: 'timeout' };

type Answer<T> = Exclude<TimedRead<T>, { kind: 'timeout' }> | { readonly kind: 'error'; readonly error: Error };

const END = { kind: 'end' } as const;
const TIMEOUT = { kind: 'timeout' } as const;

/** A reader whose waits end. */
export class TimedReader<T> {
  readonly #reader: ChannelReader<T>;
  readonly #clock: Clock;
  #reading = false;
  #answered: Answer<T> | undefined;
  #wake: (() => void) | undefined;

  constructor(reader: ChannelReader<T>, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  /** Ends the wait of {@link next} as if its time had come. */
  interrupt(): void {
    this.#wake?.();
  }

  /** The next item, the end, or `timeout` after `waitMs`. Rejects with what the reader rejects with. */
  async next(waitMs: number = Infinity): Promise<TimedRead<T>> {
    if (this.#answered === undefined && !this.#reading) {
      const value = this.#reader.tryRead();
      if (value !== undefined) return { kind: 'item', value };
      this.#read();
    }
    if (this.#answered === undefined && waitMs > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (waitMs !== Infinity) {
          const cancel = this.#clock.after(waitMs, resolve);
          this.#wake = () => {
            cancel();
            resolve();
          };
        }
      });
      this.#wake = undefined;
    }
    const answer = this.#answered;
    if (answer === undefined) return TIMEOUT;
    this.#answered = undefined;
    if (answer.kind === 'error') throw answer.error;
    return answer;
  }

  #read(): void {
    this.#reading = true;
    const answer = (given: Answer<T>): void => {
      this.#reading = false;
      this.#answered = given;
      this.#wake?.();
    };
    this.#reader.read().then(
      (value) => answer(value === undefined ? END : { kind: 'item', value }),
      (error: unknown) => answer({ kind: 'error', error: toError(error) }),
    );
  }
}
