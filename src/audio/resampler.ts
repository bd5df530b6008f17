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
  /** Stop-band in dB of a first stage that lowers the rate by a whole factor, where that saves work; 0 for none, which delays less. */
  readonly firstStageDb: number;
}

const PRESETS: Readonly<Record<ResamplerQuality, Preset>> = {
  fast: { span: 26.66, cutoff: 0.91, beta: 6, firstStageDb: 0 },
  voice: { span: 53.33, cutoff: 0.95, beta: 8.5, firstStageDb: 0 },
  std: { span: 101.33, cutoff: 0.955, beta: 10.35, firstStageDb: 112 },
  best: { span: 210.66, cutoff: 0.98, beta: 13, firstStageDb: 138 },
};

// The first stage leaves at least this multiple of the output rate, so that its own filter is short.
const SPARE = 1.3;

/** Streaming sample-rate converter. */
export class Resampler {
  /** Rate of the input in Hz. */
  readonly from: number;
  /** Rate of the output in Hz. */
  readonly to: number;
  /** Interleaved channels. */
  readonly channels: number;
  readonly #factor: number;
  readonly #first: AudioUnit | undefined;
  readonly #unit: AudioUnit;
  readonly #maxBlock: number;
  readonly #interleaved: Float32Array;
  #received = 0;
  #produced = 0;

  constructor(options: ResamplerOptions) {
    const { from, to, channels = 1, quality = 'std', maxBlock = 4096 } = options;
    this.from = requireNumber('Resampler.from', from, { min: 8000, max: 192000, integer: true });
    this.to = requireNumber('Resampler.to', to, { min: 8000, max: 192000, integer: true });
    this.channels = requireNumber('Resampler.channels', channels, { min: 1, max: 8, integer: true });
    this.#maxBlock = requireNumber('Resampler.maxBlock', maxBlock, { min: 128, max: 65536, integer: true });
    const { span, cutoff, beta, firstStageDb } = PRESETS[requireOneOf('Resampler.quality', quality, ['fast', 'voice', 'std', 'best'])];
    const module = audioModule(options.module);
    this.#factor = firstStageDb === 0 ? 1 : Math.max(1, Math.floor(from / to / SPARE));
    const factor = this.#factor;
    this.#first = factor === 1 ? undefined : new AudioUnit(module, AudioKind.RESAMPLER, 'Resampler', { a: factor, b: 1, c: channels, d: maxBlock, ...firstStage(from, to, factor, firstStageDb) });
    // Rates count only by their ratio; a first stage has lowered `from` by the factor.
    const block = factor === 1 ? maxBlock : Math.ceil(maxBlock / factor) + 1 + Math.ceil(this.#firstTaps() / factor);
    this.#unit = new AudioUnit(module, AudioKind.RESAMPLER, 'Resampler', { a: from, b: to * factor, c: channels, d: block, x: span, y: cutoff, z: beta });
    this.#interleaved = new Float32Array(channels === 1 ? 0 : this.#unit.exports.outputStride() * channels);
    this.#begin();
  }

  /** Delay of the output behind the input in milliseconds. */
  get latencyMs(): number {
    return ((this.#firstTaps() / 2 + this.#unit.exports.latency() * this.#factor) / this.from) * 1000;
  }

  /** Converts the next block of interleaved samples (whole frames). The result is valid until the next call. */
  process(block: Float32Array): Float32Array {
    this.#unit.requireOpen();
    const frames = block.length / this.channels;
    if (!Number.isInteger(frames)) requireNumber('Resampler.process block length / channels', frames, { integer: true });
    this.#received += frames;
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
    const { channels } = this;
    const left = Math.ceil((this.#received * this.to) / this.from) - this.#produced;
    let tail: Float32Array;
    if (this.#first === undefined) {
      tail = this.#given(this.#unit.exports.finish());
    } else {
      const behind = this.#given(this.#pass(this.#silence(this.#first))).slice();
      const last = this.#given(this.#pass(this.#first.exports.finish())).slice();
      tail = joined([behind, last, this.#given(this.#unit.exports.finish())]).subarray(0, left * channels);
    }
    this.#begin();
    return tail;
  }

  /** Forgets the stream so far; the next block begins a new one. */
  reset(): void {
    this.#unit.requireOpen();
    this.#first?.exports.reset();
    this.#unit.exports.reset();
    this.#begin();
  }

  /** Refuses further use. */
  close(): void {
    this.#first?.close();
    this.#unit.close();
  }

  /** Begins a stream: the first stage's answer to what begins at 0 begins half a filter before. */
  #begin(): void {
    this.#received = 0;
    this.#produced = 0;
    if (this.#first === undefined) return;
    this.#unit.exports.prime(this.#margin());
    this.#pass(this.#silence(this.#first));
  }

  /** Half the first filter, in frames of the second stage. */
  #margin(): number {
    return Math.ceil(this.#firstTaps() / 2 / this.#factor);
  }

  /** Feeds the first stage half a filter of silence; returns how many frames it gives. */
  #silence(first: AudioUnit): number {
    const count = this.#margin() * this.#factor;
    const stride = first.exports.inputStride();
    const base = first.inputIndex;
    for (let c = 0; c < this.channels; c++) first.floats.fill(0, base + c * stride, base + c * stride + count);
    return first.exports.update(count);
  }

  #firstTaps(): number {
    return this.#first === undefined ? 0 : this.#first.exports.latency() * 2;
  }

  #update(block: Float32Array, start: number, frames: number): number {
    const unit = this.#first ?? this.#unit;
    const { exports, floats } = unit;
    const base = unit.inputIndex;
    const { channels } = this;
    if (channels === 1) {
      floats.set(start === 0 && frames === block.length ? block : block.subarray(start, start + frames), base);
    } else {
      const stride = exports.inputStride();
      for (let c = 0; c < channels; c++) {
        for (let n = 0; n < frames; n++) floats[base + c * stride + n] = block[(start + n) * channels + c] as number; // whole frames
      }
    }
    const made = exports.update(frames);
    return this.#first === undefined ? made : this.#pass(made);
  }

  /** Hands `frames` of the first stage's output to the second; returns what that gives. */
  #pass(frames: number): number {
    const first = this.#first as AudioUnit; // only called where there is one
    if (this.channels === 1) {
      this.#unit.floats.set(first.output(frames), this.#unit.inputIndex);
      return this.#unit.exports.update(frames);
    }
    const from = first.outputIndex;
    const to = this.#unit.inputIndex;
    const fromStride = first.exports.outputStride();
    const toStride = this.#unit.exports.inputStride();
    for (let c = 0; c < this.channels; c++) {
      for (let n = 0; n < frames; n++) this.#unit.floats[to + c * toStride + n] = first.floats[from + c * fromStride + n] as number; // inside both windows
    }
    return this.#unit.exports.update(frames);
  }

  #given(frames: number): Float32Array {
    this.#produced += frames;
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

/**
 * Filter of a stage that keeps every `factor`-th sample: passes what the output can hold and stops what
 * would fold onto it (Kaiser's formulas for length and beta, Oppenheim & Schafer §7.6).
 */
function firstStage(from: number, to: number, factor: number, stopDb: number): { x: number; y: number; z: number } {
  const rate = from / factor;
  const transition = (rate - to) / from;
  const taps = (stopDb - 8) / (2.285 * 2 * Math.PI * transition) + 1;
  return { x: taps / factor, y: 1, z: 0.1102 * (stopDb - 8.7) };
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
