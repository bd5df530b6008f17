/**
 * Gain ramps, mixing and fades over blocks, in `audio.wasm`.
 *
 * Contract for wiring: `clear(n)` begins a block of `n` samples, `add(block, from, to)` adds a source
 * whose gain runs linearly from `from` to `to` (a fade-in is 0 → 1, a fade-out 1 → 0), `output` is the
 * sum, a view that stays. No allocation after construction; callable on any thread.
 */
import { requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** How a {@link Mixer} is made. */
export interface MixerOptions {
  /** Samples per block at most. @default 4096 */
  readonly maxBlock?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Sums sources with gains. */
export class Mixer {
  /** The sum; as long as `maxBlock`. */
  readonly output: Float32Array;
  /** Room for a source, for {@link addHeld}. */
  readonly input: Float32Array;
  readonly #unit: AudioUnit;
  readonly #maxBlock: number;

  constructor(options: MixerOptions = {}) {
    const { maxBlock = 4096 } = options;
    this.#maxBlock = requireNumber('Mixer.maxBlock', maxBlock, { min: 1, max: 1 << 20, integer: true });
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.SCRATCH, 'Mixer', { a: maxBlock * 4, b: maxBlock * 4 });
    this.output = this.#unit.output(maxBlock);
    this.input = this.#unit.input(maxBlock);
  }

  /** Silences the first `n` samples of the sum. */
  clear(n: number): void {
    this.output.fill(0, 0, this.#length(n));
  }

  /** Adds `block` with a gain that runs from `from` towards `to`. */
  add(block: Float32Array, from = 1, to: number = from): void {
    this.#length(block.length);
    this.input.set(block);
    this.#unit.exports.mix(block.length, from, to);
  }

  /** Adds the first `n` samples of {@link input}. */
  addHeld(n: number, from = 1, to: number = from): void {
    this.#unit.exports.mix(this.#length(n), from, to);
  }

  /** Replaces the sum by `block` with a gain that runs from `from` towards `to`. */
  scale(block: Float32Array, from: number, to: number = from): void {
    this.#length(block.length);
    this.input.set(block);
    this.#unit.exports.gain(block.length, from, to);
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }

  #length(n: number): number {
    this.#unit.requireOpen();
    return n <= this.#maxBlock ? n : requireNumber('Mixer block length', n, { max: this.#maxBlock });
  }
}
