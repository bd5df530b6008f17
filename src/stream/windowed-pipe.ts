/**
 * A pipe that collects what comes within a span of time and processes it together. Windows follow one
 * another without overlap, counted from the start of the stream; a window is given when its time is over,
 * whether or not another item comes; a window without items is not given; the last one ends with the stream.
 */
import { toError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';
import { Channel } from './channel.js';
import { durationMs } from './backpressure-config.js';
import { StreamPipe, type Made, type StreamPipeOptions } from './pipe.js';

type Signalled<I> = { readonly item: I } | 'close';

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
  override async *processStream(stream: AsyncIterable<I> | Iterable<I>, signal?: AbortSignal): AsyncIterable<O> {
    const { clock } = this;
    const lengthMs = this.windowSize * 1000;
    const startMs = clock.now();
    const channel = new Channel<Signalled<I>>({ capacity: 16, ...(signal === undefined ? {} : { signal }) });
    let window: I[] = [];
    let index = 0;
    let cancelTimer: (() => void) | undefined;
    const closeOnTime = (): void => {
      const elapsed = clock.now() - startMs;
      const restMs = (Math.floor(elapsed / lengthMs) + 1) * lengthMs - elapsed;
      cancelTimer = clock.after(restMs, () => void channel.write('close'));
    };
    const pump = async (): Promise<void> => {
      try {
        for await (const item of stream) if (!(await channel.write({ item }))) return;
        channel.close();
      } catch (error) {
        channel.abort(toError(error));
      }
    };
    const flush = async (): Promise<Made<O> | undefined> => {
      const items = window;
      window = [];
      cancelTimer?.();
      return this.guard(index++, items, (attemptSignal) => this.processWindow(items, attemptSignal), signal);
    };
    void pump();
    try {
      for (;;) {
        const next = channel.tryRead() ?? (await channel.read());
        if (next === undefined) break;
        if (next === 'close') {
          const made = await flush();
          if (made !== undefined) yield made.made;
          continue;
        }
        window.push(next.item);
        if (window.length === 1) closeOnTime();
      }
      if (window.length === 0) return;
      const made = await flush();
      if (made !== undefined) yield made.made;
    } finally {
      cancelTimer?.();
      channel.cancel();
    }
  }
}
