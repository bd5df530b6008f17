/**
 * A pipe that collects what comes within a span of time and processes it together. Windows follow one
 * another without overlap, counted from the start of the stream; a window is given when its time is over,
 * whether or not another item comes; a window without items is not given; the last one ends with the stream.
 */
import type { Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';
import { Channel } from './channel.js';
import { durationMs } from './backpressure-config.js';
import { isThenable, openSource, type Puller, type Turn } from './flow.js';
import { StreamPipe, type StreamPipeOptions } from './pipe.js';

/** A transformation of windows of `I` into `O`. */
export class WindowedStreamPipe<I = unknown, O = readonly I[]> extends StreamPipe<I, O> {
  /** Length of a window in seconds. */
  readonly windowSize: number;

  /** `windowSize` is in seconds, or `{ ms }`. Throws `InvalidOptionError` when it is not positive. */
  constructor(windowSize: number | { readonly ms: number }, options?: StreamPipeOptions<I>) {
    super(options);
    this.windowSize = requireNumber('WindowedStreamPipe.windowSize', durationMs('WindowedStreamPipe.windowSize', windowSize), { min: Number.MIN_VALUE }) / 1000;
  }

  /** What becomes of a window. Its items unless overridden. */
  processWindow(window: readonly I[], _signal?: AbortSignal): Promise<O> | O {
    return window as unknown as O;
  }

  /** Collects and processes. Tries, deadline and error policy hold for the window as a whole. */
  override processStream(stream: AsyncIterable<I> | Iterable<I>, signal?: AbortSignal): AsyncIterable<O> {
    return this.flow(() => new Windows(openSource(stream), this.windowSize * 1000, this.clock), (window, attemptSignal) => this.processWindow(window, attemptSignal), (window) => window, signal);
  }
}

/** Groups items by when they come. Reads on while a window is processed, but holds only one that is complete. */
class Windows<I> implements Puller<readonly I[]> {
  readonly #source: Puller<I>;
  readonly #lengthMs: number;
  readonly #clock: Clock;
  readonly #complete: Channel<readonly I[]> = new Channel<readonly I[]>({ capacity: 1 });
  #startMs: number | undefined;
  #window: I[] = [];
  #endMs = 0; // of the window that is being collected
  #cancelTimer: (() => void) | undefined;
  #room: boolean | Promise<boolean> = true; // resolves when the last complete window has been taken over

  constructor(source: Puller<I>, lengthMs: number, clock: Clock) {
    this.#source = source;
    this.#lengthMs = lengthMs;
    this.#clock = clock;
  }

  get signals(): readonly AbortSignal[] {
    return this.#source.signals ?? [];
  }

  async next(): Promise<Turn<readonly I[]>> {
    if (this.#startMs === undefined) {
      this.#startMs = this.#clock.now();
      void this.#pump();
    }
    const window = this.#complete.tryRead() ?? (await this.#complete.read());
    return window === undefined ? { done: true, value: undefined } : { done: false, value: window };
  }

  return(): unknown {
    this.#cancelTimer?.();
    this.#complete.cancel();
    return this.#source.return?.();
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const pending = this.#source.next();
        const turn = isThenable(pending) ? await pending : pending;
        if (turn.done === true) break;
        this.#arrive((isThenable(turn.value) ? await turn.value : turn.value) as I);
        if (!(await this.#room)) return; // nobody reads any more
      }
      this.#close();
      await this.#room; // a window that waits for room is still delivered
      this.#complete.close();
    } catch (error) {
      this.#cancelTimer?.();
      this.#complete.abort(toError(error));
    }
  }

  #arrive(item: I): void {
    const now = this.#clock.now();
    if (this.#window.length > 0 && now >= this.#endMs) this.#close(); // a timer may be late
    if (this.#window.length === 0) {
      const elapsed = now - (this.#startMs ?? now);
      this.#endMs = now - elapsed + (Math.floor(elapsed / this.#lengthMs) + 1) * this.#lengthMs;
      this.#cancelTimer = this.#clock.after(this.#endMs - now, () => this.#close());
    }
    this.#window.push(item);
  }

  #close(): void {
    this.#cancelTimer?.();
    if (this.#window.length === 0) return;
    const window = this.#window;
    this.#window = [];
    const taken = this.#complete.write(window);
    this.#room = this.#room === true ? taken : Promise.all([this.#room, taken]).then(([before, now]) => before && now);
  }
}
