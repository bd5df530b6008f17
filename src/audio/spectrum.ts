/**
 * Short-time spectrum for drawing: magnitudes in decibels of the last `size` samples under a Hann
 * window.
 *
 * Contract for wiring: `push(block)` with blocks of any size as they come (a copy into a ring, cheap);
 * `read(into)` at most 60 times a second. `into` has `bins` values, bin k at k · sampleRate / size Hz;
 * 0 dB is a sine of amplitude 1. No allocation after construction.
 */
import { InvalidOptionError, requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** How a {@link Spectrum} is made. */
export interface SpectrumOptions {
  /** Samples per transform, a power of two from 64 to 8192. @default 512 */
  readonly size?: number;
  /** Lowest value given, in dB. @default -100 */
  readonly floorDb?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Spectrum of what was pushed last. */
export class Spectrum {
  /** Values that {@link read} gives: `size / 2`. */
  readonly bins: number;
  readonly #size: number;
  readonly #floorDb: number;
  readonly #unit: AudioUnit;
  readonly #input: number;
  readonly #output: number;
  readonly #imaginary: number;
  readonly #window: Float32Array;
  readonly #ring: Float32Array;
  #written = 0;

  constructor(options: SpectrumOptions = {}) {
    const { size = 512, floorDb = -100 } = options;
    this.#size = requireNumber('Spectrum.size', size, { min: 64, max: 8192, integer: true });
    if ((size & (size - 1)) !== 0) throw new InvalidOptionError('Spectrum.size', size, 'a power of two from 64 to 8192');
    this.#floorDb = requireNumber('Spectrum.floorDb', floorDb, { min: -200, max: 0 });
    this.bins = size / 2;
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.SPECTRUM, 'Spectrum', { a: size });
    this.#input = this.#unit.inputIndex;
    this.#output = this.#unit.outputIndex;
    this.#imaginary = this.#output + this.#unit.exports.outputStride();
    this.#ring = new Float32Array(size);
    // The factor makes a full-scale sine 0 dB: a Hann window halves the mean, a real sine splits in two.
    this.#window = Float32Array.from({ length: size }, (_, n) => (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size)) * (4 / size));
  }

  /** Takes the next samples. */
  push(block: Float32Array): void {
    const mask = this.#size - 1;
    for (let n = Math.max(0, block.length - this.#size); n < block.length; n++) this.#ring[(this.#written + n) & mask] = block[n] as number; // n < length
    this.#written = (this.#written + block.length) & 0x3fffffff;
  }

  /** Writes the magnitudes in dB into `into`, whose length must be {@link bins}; returns it. */
  read(into: Float32Array): Float32Array {
    this.#unit.requireOpen();
    if (into.length !== this.bins) throw new InvalidOptionError('Spectrum.read into', into, `a Float32Array of ${this.bins} values`);
    const mask = this.#size - 1;
    const { floats } = this.#unit;
    for (let n = 0; n < this.#size; n++) floats[this.#input + n] = (this.#ring[(this.#written + n) & mask] as number) * (this.#window[n] as number); // masked
    this.#unit.exports.update(this.#size);
    for (let k = 0; k < into.length; k++) {
      const re = floats[this.#output + k] as number; // bins + 1 values
      const im = floats[this.#imaginary + k] as number; // likewise
      into[k] = Math.max(this.#floorDb, 10 * Math.log10(re * re + im * im + 1e-30));
    }
    return into;
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }
}
