/**
 * Host side of `audio.wasm`: one instance with its own memory per processor, made synchronously from
 * a compiled module, so that workers and worklets can make them in a constructor. Pointers stay in
 * this folder; callers see typed arrays over the instance's memory.
 *
 * Real-time notes: after construction nothing here allocates but the views that are handed
 * out; memory never grows, so views stay attached.
 */
import { ClosedError, SluiceError } from '../base/errors.js';

/** What an instance may become. */
export const AudioKind = { SCRATCH: 0, RESAMPLER: 1, SPECTRUM: 2, VAD: 3, MATCH: 4, HIGH_PASS: 5, LOUDNESS: 6, AGC: 7 } as const;
/** Number that names a processor. */
export type AudioKind = (typeof AudioKind)[keyof typeof AudioKind];

/** `audio.wasm` could not be instantiated or refused its set-up. */
export class AudioKernelError extends SluiceError {
  override readonly name: string = 'AudioKernelError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'AUDIO_KERNEL', cause });
  }
}

/** Exports of the module; addresses are byte offsets into `memory`. */
export interface AudioExports {
  readonly memory: WebAssembly.Memory;
  init(kind: number, a: number, b: number, c: number, d: number, x: number, y: number, z: number): number;
  inputWindow(): number;
  outputWindow(): number;
  inputStride(): number;
  outputStride(): number;
  update(n: number): number;
  finish(): number;
  reset(): void;
  latency(): number;
  prime(n: number): void;
  level(n: number): number;
  levelPeak(): number;
  from16(n: number): void;
  to16(n: number): void;
  from24(n: number): void;
  to24(n: number): void;
  from32(n: number): void;
  to32(n: number): void;
  fromMu(n: number): void;
  toMu(n: number): void;
  fromA(n: number): void;
  toA(n: number): void;
  gain(n: number, from: number, to: number): void;
  mix(n: number, from: number, to: number): void;
  match(template: number, length: number, from: number, to: number, group: number): number;
  result(channel: number): number;
  table(): number;
  tableLength(): number;
  seal(): void;
  featureWindow(): number;
  featureCount(): number;
}

/** Numbers that `init` takes; what they mean depends on the kind. */
export interface AudioSetup {
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
  readonly d?: number;
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
}

// Making a view costs more than a small kernel.
const MOST_KEPT = 4096;

/** One processor of `audio.wasm`. */
export class AudioUnit {
  /** The module's functions; only `src/wasm` looks at addresses. */
  readonly exports: AudioExports;
  readonly #name: string;
  readonly #floats: Float32Array;
  readonly #bytes: Uint8Array;
  readonly #outputs: (Float32Array | undefined)[] = [];
  #closed = false;

  /** Throws {@link AudioKernelError} when the module is not `audio.wasm` or memory cannot be had. */
  constructor(module: WebAssembly.Module, kind: AudioKind, name: string, setup: AudioSetup = {}) {
    const { a = 0, b = 0, c = 0, d = 0, x = 0, y = 0, z = 0 } = setup;
    let refused: number;
    try {
      this.exports = new WebAssembly.Instance(module, {}).exports as unknown as AudioExports;
      refused = this.exports.init(kind, a, b, c, d, x, y, z);
    } catch (cause) {
      throw new AudioKernelError(`${name} could not start its WebAssembly instance. Pass the module that loadAudio() gives, compiled from audio.wasm of the same version.`, cause);
    }
    if (refused !== 0) throw new AudioKernelError(`${name} was refused by audio.wasm. Use the audio.wasm of the same version of the library.`);
    this.#name = name;
    this.#floats = new Float32Array(this.exports.memory.buffer);
    this.#bytes = new Uint8Array(this.exports.memory.buffer);
  }

  /** All of the instance's memory as f32; index = address / 4. */
  get floats(): Float32Array {
    return this.#floats;
  }

  /** All of the instance's memory as bytes; index = address. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Index into {@link floats} of the input window. */
  get inputIndex(): number {
    return this.exports.inputWindow() >>> 2;
  }

  /** Index into {@link floats} of the output window. */
  get outputIndex(): number {
    return this.exports.outputWindow() >>> 2;
  }

  /** A view of `length` values at the input window. Allocates the view. */
  input(length: number): Float32Array {
    return this.#floats.subarray(this.inputIndex, this.inputIndex + length);
  }

  /** A view of `length` values at the output window, whose address is fixed; made once for each of the lengths up to 4,096. */
  output(length: number): Float32Array {
    const kept = this.#outputs[length];
    if (kept !== undefined) return kept;
    const view = this.#floats.subarray(this.outputIndex, this.outputIndex + length);
    if (length <= MOST_KEPT) this.#outputs[length] = view;
    return view;
  }

  /** Fills the table of weights and seals it. Throws {@link AudioKernelError} when the length is not the kernel's. */
  load(weights: Float32Array): void {
    if (weights.length !== this.exports.tableLength()) throw new AudioKernelError(`${this.#name} got ${weights.length} weights for a table of ${this.exports.tableLength()}. Use weights and audio.wasm of the same version of the library.`);
    this.#floats.set(weights, this.exports.table() >>> 2);
    this.exports.seal();
  }

  /** A view of the features behind the last answer. Allocates the view. */
  features(): Float32Array {
    const index = this.exports.featureWindow() >>> 2;
    return this.#floats.subarray(index, index + this.exports.featureCount());
  }

  /** Throws `ClosedError` after {@link close}. */
  requireOpen(): void {
    if (this.#closed) throw new ClosedError(this.#name);
  }

  /** True after {@link close}. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Refuses further use; the memory is collected with the last view of it. */
  close(): void {
    this.#closed = true;
  }
}
