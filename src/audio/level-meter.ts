/**
 * Root mean square and peak of blocks. Contract for wiring: `measure(block)` for any block; results
 * stand in `rms` and `peak` until the next call. No allocation; callable on any thread.
 */
import { requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** How a {@link LevelMeter} is made. */
export interface LevelMeterOptions {
  /** Longest block in samples. @default 4096 */
  readonly maxBlock?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Measures blocks of samples in [−1, 1]. */
export class LevelMeter {
  /** Root mean square of the last block, 0 before the first. */
  rms = 0;
  /** Largest magnitude of the last block, 0 before the first. */
  peak = 0;
  readonly #unit: AudioUnit;
  readonly #maxBlock: number;
  readonly #index: number;

  constructor(options: LevelMeterOptions = {}) {
    const { maxBlock = 4096 } = options;
    this.#maxBlock = requireNumber('LevelMeter.maxBlock', maxBlock, { min: 1, max: 1 << 20, integer: true });
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.SCRATCH, 'LevelMeter', { a: maxBlock * 4, b: 16 });
    this.#index = this.#unit.inputIndex;
  }

  /** Measures the block; throws `InvalidOptionError` when it is longer than `maxBlock`. Returns the meter. */
  measure(block: Float32Array): this {
    this.#unit.requireOpen();
    if (block.length > this.#maxBlock) requireNumber('LevelMeter.measure block length', block.length, { max: this.#maxBlock });
    this.#unit.floats.set(block, this.#index);
    this.rms = this.#unit.exports.level(block.length);
    this.peak = this.#unit.exports.levelPeak();
    return this;
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }
}
