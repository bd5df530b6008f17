/**
 * Loudness after ITU-R BS.1770-4 and EBU R 128: momentary (400 ms), short-term (3 s), integrated with
 * both gates, and loudness range (EBU Tech 3342). Filtering runs in `audio.wasm`; the history of
 * blocks is a histogram in steps of 0.01 LU with exact energy sums, so an hour costs what a second costs.
 *
 * Contract for wiring: `push(block)` with interleaved blocks of any size; read the getters at any time.
 * Values are LUFS (range: LU); −Infinity while there is not enough signal. No allocation after
 * construction; callable on any thread.
 */
import { requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';
import { LoudnessHistogram } from './loudness-histogram.js';

/** How a {@link LoudnessMeter} is made. */
export interface LoudnessMeterOptions {
  /** Frames per second. */
  readonly sampleRate: number;
  /** Interleaved channels in the order L, R, C, LFE, Ls, Rs. @default 1 */
  readonly channels?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

// Blocks overlap by 75 %: a new one every 100 ms.
const STEPS_MOMENTARY = 4;
const STEPS_SHORT = 30;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;
const RANGE_GATE = -20;
// Surround channels count 1.5 dB more, the low-frequency channel not at all.
const WEIGHTS = [1, 1, 1, 0, 1.41, 1.41];

/** Energy to LUFS. */
function lufs(energy: number): number {
  return energy > 0 ? -0.691 + 10 * Math.log10(energy) : -Infinity;
}

/** Measures loudness of a stream. */
export class LoudnessMeter {
  readonly #unit: AudioUnit;
  readonly #channels: number;
  readonly #stepFrames: number;
  readonly #steps: Float64Array = new Float64Array(STEPS_SHORT);
  readonly #momentary: LoudnessHistogram = new LoudnessHistogram(ABSOLUTE_GATE);
  readonly #shortTerm: LoudnessHistogram = new LoudnessHistogram(ABSOLUTE_GATE);
  #filled = 0;
  #count = 0;

  constructor(options: LoudnessMeterOptions) {
    const { sampleRate, channels = 1 } = options;
    requireNumber('LoudnessMeter.sampleRate', sampleRate, { min: 8000, max: 192000 });
    this.#channels = requireNumber('LoudnessMeter.channels', channels, { min: 1, max: 6, integer: true });
    this.#stepFrames = Math.round(sampleRate / 10);
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.LOUDNESS, 'LoudnessMeter', { a: channels, b: this.#stepFrames, x: sampleRate });
  }

  /** Loudness of the last 400 ms. */
  get momentary(): number {
    return this.#count < STEPS_MOMENTARY ? -Infinity : lufs(this.#mean(STEPS_MOMENTARY));
  }

  /** Loudness of the last 3 s. */
  get shortTerm(): number {
    return this.#count < STEPS_SHORT ? -Infinity : lufs(this.#mean(STEPS_SHORT));
  }

  /** Gated loudness of everything since the beginning. */
  get integrated(): number {
    const ungated = this.#momentary.meanEnergyAbove(-Infinity);
    return lufs(this.#momentary.meanEnergyAbove(lufs(ungated) + RELATIVE_GATE));
  }

  /** Loudness range of everything since the beginning, in LU; 0 before 3 s. */
  get range(): number {
    const gate = lufs(this.#shortTerm.meanEnergyAbove(-Infinity)) + RANGE_GATE;
    return this.#shortTerm.percentileAbove(gate, 0.95) - this.#shortTerm.percentileAbove(gate, 0.1);
  }

  /** Takes the next interleaved samples, whole frames. */
  push(block: Float32Array): void {
    this.#unit.requireOpen();
    const channels = this.#channels;
    const frames = requireNumber('LoudnessMeter.push block length / channels', block.length / channels, { integer: true });
    const { floats, inputIndex, exports } = this.#unit;
    const stride = exports.inputStride();
    for (let start = 0; start < frames; ) {
      const count = Math.min(frames - start, this.#stepFrames - this.#filled);
      for (let c = 0; c < channels; c++) {
        for (let n = 0; n < count; n++) floats[inputIndex + c * stride + n] = block[(start + n) * channels + c] as number; // whole frames
      }
      exports.update(count);
      start += count;
      this.#filled += count;
      if (this.#filled === this.#stepFrames) this.#endStep();
    }
  }

  /** Begins a new measurement. */
  reset(): void {
    this.#unit.requireOpen();
    this.#unit.exports.reset();
    this.#filled = 0;
    this.#count = 0;
    this.#momentary.reset();
    this.#shortTerm.reset();
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }

  #endStep(): void {
    let energy = 0;
    for (let c = 0; c < this.#channels; c++) energy += (WEIGHTS[c] as number) * this.#unit.exports.result(c); // at most six channels
    this.#steps[this.#count % STEPS_SHORT] = energy / this.#stepFrames;
    this.#filled = 0;
    this.#count++;
    if (this.#count >= STEPS_MOMENTARY) this.#momentary.add(this.momentary, this.#mean(STEPS_MOMENTARY));
    if (this.#count >= STEPS_SHORT) this.#shortTerm.add(this.shortTerm, this.#mean(STEPS_SHORT));
  }

  #mean(steps: number): number {
    let sum = 0;
    for (let n = 1; n <= steps; n++) sum += this.#steps[(this.#count - n) % STEPS_SHORT] as number; // count ≥ steps
    return sum / steps;
  }
}
