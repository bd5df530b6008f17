/**
 * Real FFT in `audio.wasm`.
 *
 * Contract for wiring: write `size` samples into `input` (a view that stays), call `transform()`, read
 * `re` and `im`: `size / 2 + 1` values each, not scaled, valid until the next call. No allocation after
 * construction; callable on any thread.
 */
import { InvalidOptionError, requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** Forward transform of real blocks. */
export class RealFft {
  /** Samples per transform. */
  readonly size: number;
  /** Where the samples go; not changed by the transform. */
  readonly input: Float32Array;
  /** Real parts of bins 0 … size/2. */
  readonly re: Float32Array;
  /** Imaginary parts of bins 0 … size/2. */
  readonly im: Float32Array;
  readonly #unit: AudioUnit;

  /** `size` is a power of two from 32 to 65536. Throws `InvalidOptionError` otherwise. */
  constructor(size: number, module?: WebAssembly.Module) {
    this.size = requireNumber('RealFft.size', size, { min: 32, max: 65536, integer: true });
    if ((size & (size - 1)) !== 0) throw new InvalidOptionError('RealFft.size', size, 'a power of two from 32 to 65536');
    this.#unit = new AudioUnit(audioModule(module), AudioKind.SPECTRUM, 'RealFft', { a: size });
    this.input = this.#unit.input(size);
    const { floats, outputIndex, exports } = this.#unit;
    const bins = size / 2 + 1;
    const second = outputIndex + exports.outputStride();
    this.re = floats.subarray(outputIndex, outputIndex + bins);
    this.im = floats.subarray(second, second + bins);
  }

  /** Transforms {@link input} into {@link re} and {@link im}. */
  transform(): void {
    this.#unit.requireOpen();
    this.#unit.exports.update(this.size);
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }
}
