/**
 * Host side of `speech.wasm`: one small class per kind of instance, each with its own memory, made
 * synchronously from a compiled module. Pointers stay here; callers pass and get typed arrays.
 *
 * None of these is for the audio thread: they work on utterances. A returned view is valid until the
 * next call on the same object.
 */
import { SluiceError } from '../base/errors.js';
import { Kernel } from './kernel.js';
import { speechBytes } from './speech-bytes.generated.js';

/** speech.wasm of this package; loaded at the first use of a voice or a recogniser. */
export const speechKernel: Kernel = new Kernel('speech', speechBytes, 'deflate');

/** `speech.wasm` could not be instantiated, or refused a table. */
export class SpeechKernelError extends SluiceError {
  override readonly name: string = 'SpeechKernelError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'SPEECH_KERNEL', cause });
  }
}

interface SpeechExports {
  readonly memory: WebAssembly.Memory;
  init(kind: number, size: number, a: number, b: number): number;
  load(bytes: number): number;
  inputWindow(): number;
  outputWindow(): number;
  tableWindow(): number;
  scoreWindow(): number;
  cepstraWindow(): number;
  update(n: number): number;
  finish(mode: number): number;
  reset(seed: number): number;
}

const VOICE = 0;
const MEL = 1;
const MODEL = 2;
const MATCH = 3;

/** Values of one frame of synthesis parameters; their order is that of assembly/speech/formant.ts. */
export const VOICE_FRAME = 32;
/** Log-mel energies per frame. */
export const MEL_BANDS = 26;
/** Milliseconds from one frame of features to the next. */
export const FRAME_MS = 10;

function start(module: WebAssembly.Module, kind: number, size: number, a: number, b: number): SpeechExports {
  try {
    const exports = new WebAssembly.Instance(module, {}).exports as unknown as SpeechExports;
    exports.init(kind, size, a, b);
    return exports;
  } catch (cause) {
    throw new SpeechKernelError('speech.wasm could not be started. Pass the module that speechKernel.load() gives, compiled from speech.wasm of the same version.', cause);
  }
}

/** The formant synthesiser: parameters in, samples out. */
export class VoiceUnit {
  readonly #exports: SpeechExports;
  readonly #most: number;

  /** Renders at `sampleRate` with `frameSamples` samples per frame (a multiple of five), at most `mostFrames` per call. */
  constructor(module: WebAssembly.Module, sampleRate: number, frameSamples: number, mostFrames: number) {
    this.#exports = start(module, VOICE, mostFrames, sampleRate, frameSamples);
    this.#most = mostFrames;
  }

  /** Samples for whole frames of `VOICE_FRAME` values; a new array. */
  render(frames: Float32Array): Float32Array {
    const count = Math.floor(frames.length / VOICE_FRAME);
    const parts: Float32Array[] = [];
    for (let at = 0; at < count; at += this.#most) {
      const block = frames.subarray(at * VOICE_FRAME, Math.min(count, at + this.#most) * VOICE_FRAME);
      new Float32Array(this.#exports.memory.buffer, this.#exports.inputWindow(), block.length).set(block);
      const samples = this.#exports.update(block.length / VOICE_FRAME);
      parts.push(new Float32Array(this.#exports.memory.buffer.slice(this.#exports.outputWindow(), this.#exports.outputWindow() + samples * 4)));
    }
    return joined(parts);
  }

  /** Silence, and the noise generator back to `seed`: the same frames then give the same samples. */
  reset(seed: number): void {
    this.#exports.reset(seed);
  }
}

/** Log-mel energies of 16 kHz samples, block by block. */
export class MelUnit {
  readonly #exports: SpeechExports;
  static readonly #BLOCK = 1600;

  constructor(module: WebAssembly.Module) {
    this.#exports = start(module, MEL, MelUnit.#BLOCK, 0, 0);
  }

  /** Rows of `MEL_BANDS` values completed by these samples; a new array, perhaps empty. */
  push(samples: Float32Array): Float32Array {
    const parts: Float32Array[] = [];
    for (let at = 0; at < samples.length; at += MelUnit.#BLOCK) {
      const block = samples.subarray(at, at + MelUnit.#BLOCK);
      new Float32Array(this.#exports.memory.buffer, this.#exports.inputWindow(), block.length).set(block);
      const rows = this.#exports.update(block.length);
      parts.push(new Float32Array(this.#exports.memory.buffer.slice(this.#exports.outputWindow(), this.#exports.outputWindow() + rows * MEL_BANDS * 4)));
    }
    return joined(parts);
  }

  /** Forgets the samples of an unfinished frame. */
  reset(): void {
    this.#exports.reset(0);
  }
}

/** The acoustic model: log-mel rows of an utterance in, log likelihoods of phone states out. */
export class ModelUnit {
  readonly #exports: SpeechExports;
  readonly #most: number;
  /** Likelihoods per frame. */
  readonly width: number;

  /** Reads the model's table. Throws {@link SpeechKernelError} when it is damaged. */
  constructor(module: WebAssembly.Module, table: Uint8Array, mostFrames: number) {
    this.#exports = start(module, MODEL, mostFrames, table.length, 0);
    new Uint8Array(this.#exports.memory.buffer, this.#exports.tableWindow(), table.length).set(table);
    this.width = this.#exports.load(table.length);
    this.#most = mostFrames;
    if (this.width < 0) throw new SpeechKernelError('The acoustic model is damaged. Use the model that ships with this version, or train one with test/tools/train-commands.');
  }

  /** Likelihoods of the first `mostFrames` rows; a view of `width` values per row. */
  score(rows: Float32Array): Float32Array {
    const frames = Math.min(this.#most, Math.floor(rows.length / MEL_BANDS));
    if (frames === 0) return new Float32Array(0);
    new Float32Array(this.#exports.memory.buffer, this.#exports.inputWindow(), frames * MEL_BANDS).set(rows.subarray(0, frames * MEL_BANDS));
    this.#exports.update(frames);
    return new Float32Array(this.#exports.memory.buffer, this.#exports.outputWindow(), frames * this.width);
  }

  /** The cepstra that the last {@link score} used: a view of 16 values per row, for tests. */
  cepstra(frames: number): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, this.#exports.cepstraWindow(), frames * 16);
  }
}

/** One arc of a path: frames `[start, end)` and the score of the whole path up to `end`. */
export interface PathArc {
  readonly arc: number;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Connected-word matching over one network. */
export class MatchUnit {
  readonly #exports: SpeechExports;
  readonly #most: number;
  readonly #columns: number;

  /** Reads a network (see assembly/speech/match.ts). Throws {@link SpeechKernelError} when it is damaged. */
  constructor(module: WebAssembly.Module, table: Uint8Array, columns: number, mostFrames: number) {
    this.#exports = start(module, MATCH, mostFrames, table.length, columns);
    new Uint8Array(this.#exports.memory.buffer, this.#exports.tableWindow(), table.length).set(table);
    this.#most = mostFrames;
    this.#columns = columns;
    if (this.#exports.load(table.length) < 0) throw new SpeechKernelError('The word network is damaged. Build it with compileNetwork() of the same version.');
  }

  /** Forgets the utterance and takes the rows of another, from its start. Returns the frames taken. */
  run(likelihoods: Float32Array): number {
    const frames = Math.min(this.#most, Math.floor(likelihoods.length / this.#columns));
    this.#exports.reset(0);
    new Float32Array(this.#exports.memory.buffer, this.#exports.inputWindow(), frames * this.#columns).set(likelihoods.subarray(0, frames * this.#columns));
    return this.#exports.update(frames);
  }

  /** The best path in order of time; with `anywhere`, also one that ends inside an arc. Undefined when there is none. */
  path(anywhere: boolean): readonly PathArc[] | undefined {
    const count = this.#exports.finish(anywhere ? 1 : 0);
    if (count < 0) return undefined;
    const at = this.#exports.outputWindow();
    const ints = new Int32Array(this.#exports.memory.buffer, at, count * 4);
    const floats = new Float32Array(this.#exports.memory.buffer, at, count * 4);
    return Array.from({ length: count }, (_, n) => {
      const cell = (count - 1 - n) * 4;
      return { arc: ints[cell] ?? 0, start: ints[cell + 1] ?? 0, end: ints[cell + 2] ?? 0, score: floats[cell + 3] ?? 0 };
    });
  }

  /** Best score of anything after each of `frames` frames; a view. */
  scores(frames: number): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, this.#exports.scoreWindow(), frames);
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
