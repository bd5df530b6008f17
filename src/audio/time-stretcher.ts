/**
 * Changes the tempo of a stream at unchanged pitch.
 *
 * Contract for wiring: `process(block)` with blocks of up to `maxBlock` samples; returns a view valid
 * until the next call. Output lags by about 25 ms. `speed` may be set at any time between calls.
 * `flush()` gives the rest, so that the whole output is as long as the speeds ask for within 1 ms,
 * and begins a new stream. No allocation but the views returned.
 */
import { requireNumber } from '../base/option.js';
import { SampleStore } from './sample-store.js';
import { Splicer } from './splicer.js';

/** How a {@link TimeStretcher} is made. */
export interface TimeStretcherOptions {
  /** Rate of the stream in Hz. */
  readonly sampleRate: number;
  /** Source samples per output sample, 0.5 … 2. @default 1 */
  readonly speed?: number;
  /** Samples per block at most. @default 4096 */
  readonly maxBlock?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

// A remainder below this many milliseconds is left as it is.
const CLOSE_ENOUGH_MS = 0.5;

/** Streaming mono time-stretch. */
export class TimeStretcher {
  readonly #store: SampleStore;
  readonly #splicer: Splicer;
  readonly #output: Float32Array;
  readonly #maxBlock: number;
  readonly #tolerance: number;

  constructor(options: TimeStretcherOptions) {
    const { speed = 1, maxBlock = 4096 } = options;
    const sampleRate = requireNumber('TimeStretcher.sampleRate', options.sampleRate, { min: 8000, max: 192000 });
    this.#maxBlock = requireNumber('TimeStretcher.maxBlock', maxBlock, { min: 1, max: 1 << 20, integer: true });
    this.#splicer = new Splicer(sampleRate, options.module);
    this.#tolerance = (CLOSE_ENOUGH_MS * sampleRate) / 1000;
    // Look-ahead and put-off splices wait in the store; at half speed every sample comes out twice.
    const most = maxBlock + 4 * this.#splicer.lookahead;
    this.#store = new SampleStore(most, this.#splicer.lookahead * 4);
    this.#output = new Float32Array(2 * most + 4 * this.#splicer.lookahead);
    this.speed = speed;
  }

  /** Source samples per output sample. */
  get speed(): number {
    return this.#splicer.speed;
  }

  set speed(value: number) {
    this.#splicer.speed = requireNumber('TimeStretcher.speed', value, { min: 0.5, max: 2 });
  }

  /** Stretches the next block. */
  process(block: Float32Array): Float32Array {
    if (block.length > this.#maxBlock) requireNumber('TimeStretcher.process block length', block.length, { max: this.#maxBlock });
    this.#store.write(block);
    return this.#render(0, this.#splicer.lookahead);
  }

  /** Gives the rest and begins a new stream. */
  flush(): Float32Array {
    const splicer = this.#splicer;
    const store = this.#store;
    const { speed } = splicer;
    let done = this.#render(0, splicer.lookahead).length;
    // What is held, less what is owed, must still become this much output.
    const total = done + Math.max(0, Math.round((store.held - splicer.owed) / speed));
    splicer.speed = 1;
    for (let due = this.#due(total - done); Math.abs(due) > this.#tolerance; due = this.#due(total - done)) {
      done = this.#render(done, Math.max(0, store.held - splicer.fadeLeft)).length;
      const lag = due > 0 ? Math.min(due, splicer.reach, store.held - 1) : Math.max(due, -splicer.reach, -store.behind);
      if (lag === 0 || store.held < 2) break;
      splicer.jump(store, lag);
    }
    done = this.#render(done, 0).length;
    // A piece too short to be spliced leaves a remainder of silence or is cut.
    if (done < total) this.#output.fill(0, done, total);
    splicer.speed = speed;
    splicer.reset();
    return this.#output.subarray(0, total);
  }

  /** Source samples too many for the output that is left. */
  #due(left: number): number {
    return this.#store.held - left;
  }

  /** Renders behind `done` samples of output while more than `keep` are held. */
  #render(done: number, keep: number): Float32Array {
    const store = this.#store;
    done += this.#splicer.read(store, this.#output, done, this.#output.length - done, keep);
    return this.#output.subarray(0, done);
  }
}
