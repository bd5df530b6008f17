/**
 * Automatic gain control for speech: quiet speakers come up, loud ones down, pauses are left alone,
 * and no sample passes −1 dBFS.
 *
 * Contract for wiring: `process(block)` once per 10 ms of 16 kHz audio (its time constants are per
 * block); returns a view valid until the next call. No allocation but the view; callable on any thread.
 */
import { requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** How an {@link AutoGain} is made. */
export interface AutoGainOptions {
  /** Level that speech is brought to, in dBFS (RMS). @default -20 */
  readonly targetDb?: number;
  /** Most gain in dB. @default 24 */
  readonly maxGainDb?: number;
  /** Level below which a block does not count as speech, in dBFS. @default -50 */
  readonly gateDb?: number;
  /** Samples per block at most. @default 960 */
  readonly maxBlock?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Streaming mono gain control. */
export class AutoGain {
  readonly #unit: AudioUnit;
  readonly #maxBlock: number;

  constructor(options: AutoGainOptions = {}) {
    const { targetDb = -20, maxGainDb = 24, gateDb = -50, maxBlock = 960 } = options;
    const amplitude = (name: string, value: number, min: number, max: number): number => 10 ** (requireNumber(`AutoGain.${name}`, value, { min, max }) / 20);
    this.#maxBlock = requireNumber('AutoGain.maxBlock', maxBlock, { min: 1, max: 1 << 20, integer: true });
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.AGC, 'AutoGain', { a: maxBlock, x: amplitude('targetDb', targetDb, -60, -3), y: amplitude('maxGainDb', maxGainDb, 0, 60), z: amplitude('gateDb', gateDb, -100, 0) });
  }

  /** Gain at the end of the last block, in dB. */
  get gainDb(): number {
    return 20 * Math.log10(this.#unit.exports.result(0));
  }

  /** The block with the gain applied. */
  process(block: Float32Array): Float32Array {
    this.#unit.requireOpen();
    if (block.length > this.#maxBlock) requireNumber('AutoGain.process block length', block.length, { max: this.#maxBlock });
    const view = this.#unit.input(block.length);
    view.set(block);
    this.#unit.exports.update(block.length);
    return view;
  }

  /** Forgets the level heard. */
  reset(): void {
    this.#unit.requireOpen();
    this.#unit.exports.reset();
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }
}
