/**
 * Built-in voice activity detector: 10 ms frames at 16 kHz, 24 features of a 32 ms window, a small
 * recurrent network trained on synthetic speech and noise (test/tools/train-vad.mjs).
 *
 * Contract for wiring: `new Vad({ module })` once per stream; `process(frame)` takes exactly 160
 * samples and gives a probability; feed it to `Segmenter.push` together with the frame. No allocation
 * after construction; callable on any thread.
 */
import { InvalidOptionError } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';
import { vadWeights } from './vad-weights.js';
import type { VAD } from './voice-activity.js';

const FRAME = 160;

/** How a {@link Vad} is made. */
export interface VadOptions {
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Voice activity by features and a recurrent network. */
export class Vad implements VAD {
  /** Samples of a frame: 160, which is 10 ms at 16 kHz. */
  readonly frameSize: number = FRAME;
  readonly #unit: AudioUnit;
  readonly #features: Float32Array;
  readonly #input: number;
  readonly #output: number;

  constructor(options: VadOptions = {}) {
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.VAD, 'Vad');
    this.#unit.load(vadWeights());
    this.#features = this.#unit.features();
    this.#input = this.#unit.inputIndex;
    this.#output = this.#unit.outputIndex;
  }

  /** Probability that the 160 samples are speech. */
  process(frame: Float32Array): number {
    this.#unit.requireOpen();
    if (frame.length !== FRAME) throw new InvalidOptionError('Vad.process frame', frame, `${FRAME} samples (10 ms at 16 kHz)`);
    this.#unit.floats.set(frame, this.#input);
    this.#unit.exports.update(FRAME);
    return this.#unit.floats[this.#output] as number; // the window holds 16 values
  }

  /** Features behind the last probability, a view: 18 bands over their floors, harmonicity, pitch, energy over floor, energy under peak, flatness, flux. */
  get features(): Float32Array {
    return this.#features;
  }

  /** Forgets what was heard. */
  reset(): void {
    this.#unit.requireOpen();
    this.#unit.exports.reset();
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }
}
