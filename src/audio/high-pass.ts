/**
 * Second-order Butterworth high-pass: takes rumble, hum and offset away before voice activity.
 *
 * Contract for wiring: `process(block)` filters a copy and returns a view, valid until the next call.
 * State goes on across blocks of any size. No allocation but the view; callable on any thread.
 */
import { requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** How a {@link HighPass} is made. */
export interface HighPassOptions {
  /** Rate of the blocks in Hz. @default 16000 */
  readonly sampleRate?: number;
  /** −3 dB frequency in Hz. @default 80 */
  readonly cutoffHz?: number;
  /** Samples per block at most. @default 4096 */
  readonly maxBlock?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Streaming mono high-pass. */
export class HighPass {
  readonly #unit: AudioUnit;
  readonly #maxBlock: number;

  constructor(options: HighPassOptions = {}) {
    const { sampleRate = 16000, cutoffHz = 80, maxBlock = 4096 } = options;
    requireNumber('HighPass.sampleRate', sampleRate, { min: 1000, max: 768000 });
    requireNumber('HighPass.cutoffHz', cutoffHz, { min: 1, max: sampleRate * 0.45 });
    this.#maxBlock = requireNumber('HighPass.maxBlock', maxBlock, { min: 1, max: 1 << 20, integer: true });
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.HIGH_PASS, 'HighPass', { a: 1, b: maxBlock, x: sampleRate, y: cutoffHz });
  }

  /** The block behind the filter. */
  process(block: Float32Array): Float32Array {
    this.#unit.requireOpen();
    if (block.length > this.#maxBlock) requireNumber('HighPass.process block length', block.length, { max: this.#maxBlock });
    const view = this.#unit.input(block.length);
    view.set(block);
    this.#unit.exports.update(block.length);
    return view;
  }

  /** Forgets the signal. */
  reset(): void {
    this.#unit.requireOpen();
    this.#unit.exports.reset();
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }
}
