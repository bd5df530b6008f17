/**
 * Conversions between encoded samples and f32 in `audio.wasm`, for hot paths.
 *
 * Contract for wiring: `decode(bytes, encoding)` and `encode(samples, encoding)` return views that are
 * valid until the next call. To save the copy in, write up to `maxSamples` values into `bytesIn` or
 * `samplesIn` yourself and call `decodeHeld(n, encoding)` or `encodeHeld(n, encoding)`. No allocation
 * but the view returned; callable on any thread.
 */
import { InvalidOptionError, requireNumber } from '../base/option.js';
import { AudioKind, AudioUnit, type AudioExports } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';
import { encodingBytes, type SampleEncoding } from './pcm.js';

/** How a {@link PcmConverter} is made. */
export interface PcmConverterOptions {
  /** Most samples per call. @default 4096 */
  readonly maxSamples?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Sample encodings to f32 and back. */
export class PcmConverter {
  /** Room for encoded bytes to decode. */
  readonly bytesIn: Uint8Array;
  /** Room for samples to encode; the same memory as {@link bytesIn}. */
  readonly samplesIn: Float32Array;
  readonly #unit: AudioUnit;
  readonly #exports: AudioExports;
  readonly #maxSamples: number;
  readonly #bytesOut: number;
  readonly #floatsOut: number;

  constructor(options: PcmConverterOptions = {}) {
    const { maxSamples = 4096 } = options;
    this.#maxSamples = requireNumber('PcmConverter.maxSamples', maxSamples, { min: 1, max: 1 << 22, integer: true });
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.SCRATCH, 'PcmConverter', { a: maxSamples * 4, b: maxSamples * 4 });
    this.#exports = this.#unit.exports;
    this.#floatsOut = this.#unit.outputIndex;
    this.#bytesOut = this.#floatsOut * 4;
    this.samplesIn = this.#unit.input(maxSamples);
    this.bytesIn = this.#unit.bytes.subarray(this.#unit.inputIndex * 4, (this.#unit.inputIndex + maxSamples) * 4);
  }

  /** Samples from encoded bytes, which must be whole samples. */
  decode(bytes: Uint8Array, encoding: SampleEncoding): Float32Array {
    const n = bytes.length / encodingBytes('PcmConverter.decode encoding', encoding);
    this.#check(n, 'decode');
    this.bytesIn.set(bytes);
    return this.decodeHeld(n, encoding);
  }

  /** Encoded bytes from samples. */
  encode(samples: Float32Array, encoding: SampleEncoding): Uint8Array {
    this.#check(samples.length, 'encode');
    this.samplesIn.set(samples);
    return this.encodeHeld(samples.length, encoding);
  }

  /** Decodes the first `n` samples of {@link bytesIn}. */
  decodeHeld(n: number, encoding: SampleEncoding): Float32Array {
    this.#unit.requireOpen();
    this.#check(n, 'decodeHeld');
    const e = this.#exports;
    if (encoding === 'pcm_16') e.from16(n);
    else if (encoding === 'pcm_24') e.from24(n);
    else if (encoding === 'pcm_32') e.from32(n);
    else if (encoding === 'mulaw') e.fromMu(n);
    else if (encoding === 'alaw') e.fromA(n);
    else return this.samplesIn.subarray(0, n);
    return this.#unit.floats.subarray(this.#floatsOut, this.#floatsOut + n);
  }

  /** Encodes the first `n` values of {@link samplesIn}. */
  encodeHeld(n: number, encoding: SampleEncoding): Uint8Array {
    this.#unit.requireOpen();
    this.#check(n, 'encodeHeld');
    const e = this.#exports;
    if (encoding === 'pcm_16') e.to16(n);
    else if (encoding === 'pcm_24') e.to24(n);
    else if (encoding === 'pcm_32') e.to32(n);
    else if (encoding === 'mulaw') e.toMu(n);
    else if (encoding === 'alaw') e.toA(n);
    else return this.bytesIn.subarray(0, n * 4);
    return this.#unit.bytes.subarray(this.#bytesOut, this.#bytesOut + n * encodingBytes('PcmConverter.encode encoding', encoding));
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }

  #check(n: number, call: string): void {
    if (!Number.isInteger(n) || n < 0 || n > this.#maxSamples) throw new InvalidOptionError(`PcmConverter.${call} length`, n, `whole samples, at most ${this.#maxSamples} (maxSamples)`);
  }
}
