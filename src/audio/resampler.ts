/**
 * Sample-rate conversion without aliasing, streaming, for any pair of rates from 8 to 192 kHz.
 *
 * Contract for wiring: make it in a constructor or at set-up (the filter table takes up to tens of
 * milliseconds), then call `process(block)` with blocks of any size. The view returned is valid until
 * the next call. Output lags by {@link Resampler.latencyMs}; `flush()` ends the stream so that n
 * frames in have given ceil(n · to / from) frames out, and begins a new one. Blocks of up to
 * `maxBlock` frames do not allocate anything but the view returned.
 */
import { requireNumber, requireOneOf } from '../base/option.js';
import { AudioKind, AudioUnit } from '../wasm/audio-kernel.js';
import { audioModule } from '../wasm/audio-module.js';

/** Filter lengths: latency and cost against stop-band and pass-band. */
export type ResamplerQuality = 'fast' | 'voice' | 'std' | 'best';

/** How a {@link Resampler} is made. */
export interface ResamplerOptions {
  /** Rate of the input in Hz, 8000 … 192000, whole. */
  readonly from: number;
  /** Rate of the output in Hz, 8000 … 192000, whole. */
  readonly to: number;
  /** Interleaved channels of input and output. @default 1 */
  readonly channels?: number;
  /** `fast` and `voice` for the shortest delay, `std` for capture, `best` for files. @default 'std' */
  readonly quality?: ResamplerQuality;
  /** Frames that one call takes without allocating. @default 4096 */
  readonly maxBlock?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

interface Preset {
  /** Filter length in periods of the lower rate. */
  readonly span: number;
  /** −6 dB point as a part of the lower Nyquist frequency. */
  readonly cutoff: number;
  /** Kaiser parameter; stop-band ≈ −(beta / 0.1102 + 8.7) dB. */
  readonly beta: number;
}

const PRESETS: Readonly<Record<ResamplerQuality, Preset>> = {
  fast: { span: 26.66, cutoff: 0.91, beta: 6 },
  voice: { span: 53.33, cutoff: 0.95, beta: 8.5 },
  std: { span: 133.33, cutoff: 0.952, beta: 11.2 },
  best: { span: 261.33, cutoff: 0.975, beta: 13 },
};

/** Streaming sample-rate converter. */
export class Resampler {
  /** Rate of the input in Hz. */
  readonly from: number;
  /** Rate of the output in Hz. */
  readonly to: number;
  /** Interleaved channels. */
  readonly channels: number;
  readonly #unit: AudioUnit;
  readonly #maxBlock: number;
  readonly #interleaved: Float32Array;

  constructor(options: ResamplerOptions) {
    const { from, to, channels = 1, quality = 'std', maxBlock = 4096 } = options;
    this.from = requireNumber('Resampler.from', from, { min: 8000, max: 192000, integer: true });
    this.to = requireNumber('Resampler.to', to, { min: 8000, max: 192000, integer: true });
    this.channels = requireNumber('Resampler.channels', channels, { min: 1, max: 8, integer: true });
    this.#maxBlock = requireNumber('Resampler.maxBlock', maxBlock, { min: 128, max: 65536, integer: true });
    const { span, cutoff, beta } = PRESETS[requireOneOf('Resampler.quality', quality, ['fast', 'voice', 'std', 'best'])];
    this.#unit = new AudioUnit(audioModule(options.module), AudioKind.RESAMPLER, 'Resampler', { a: from, b: to, c: channels, d: maxBlock, x: span, y: cutoff, z: beta });
    this.#interleaved = new Float32Array(channels === 1 ? 0 : this.#unit.exports.outputStride() * channels);
  }

  /** Delay of the output behind the input in milliseconds. */
  get latencyMs(): number {
    return (this.#unit.exports.latency() / this.from) * 1000;
  }

  /** Converts the next block of interleaved samples (whole frames). The result is valid until the next call. */
  process(block: Float32Array): Float32Array {
    this.#unit.requireOpen();
    const frames = requireNumber('Resampler.process block length / channels', block.length / this.channels, { integer: true });
    if (frames <= this.#maxBlock) return this.#given(this.#update(block, 0, frames));
    const parts: Float32Array[] = [];
    for (let start = 0; start < frames; start += this.#maxBlock) {
      parts.push(this.#given(this.#update(block, start, Math.min(this.#maxBlock, frames - start))).slice());
    }
    return joined(parts);
  }

  /** Gives the frames that complete ceil(frames in · to / from), and begins a new stream. */
  flush(): Float32Array {
    this.#unit.requireOpen();
    return this.#given(this.#unit.exports.finish());
  }

  /** Forgets the stream so far; the next block begins a new one. */
  reset(): void {
    this.#unit.requireOpen();
    this.#unit.exports.reset();
  }

  /** Refuses further use. */
  close(): void {
    this.#unit.close();
  }

  #update(block: Float32Array, start: number, frames: number): number {
    const { exports, floats } = this.#unit;
    const base = this.#unit.inputIndex;
    const { channels } = this;
    if (channels === 1) {
      floats.set(start === 0 && frames === block.length ? block : block.subarray(start, start + frames), base);
    } else {
      const stride = exports.inputStride();
      for (let c = 0; c < channels; c++) {
        for (let n = 0; n < frames; n++) floats[base + c * stride + n] = block[(start + n) * channels + c] as number; // whole frames
      }
    }
    return exports.update(frames);
  }

  #given(frames: number): Float32Array {
    if (this.channels === 1) return this.#unit.output(frames);
    const { floats, outputIndex, exports } = this.#unit;
    const stride = exports.outputStride();
    const { channels } = this;
    for (let c = 0; c < channels; c++) {
      for (let n = 0; n < frames; n++) this.#interleaved[n * channels + c] = floats[outputIndex + c * stride + n] as number; // frames ≤ stride
    }
    return this.#interleaved.subarray(0, frames * channels);
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
