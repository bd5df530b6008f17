/**
 * Silero VAD v5 behind the `VAD` interface, through whatever runs ONNX models (onnxruntime-web is an
 * optional peer: session and tensor class are passed in).
 *
 * The model is fed its 64 samples of context before every frame of 512, without which it is far worse.
 * Inference is asynchronous and a `VAD` is not: `process` starts the inference of its frame and answers
 * with the newest probability there is, one frame (32 ms) old when inference keeps up. `infer` is the
 * exact form for those who can wait.
 */
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, requireFunction } from '../base/option.js';
import type { VAD } from './voice-activity.js';

/** A tensor as ONNX runtimes have it. */
export interface OnnxTensor {
  readonly data: unknown;
}

/** What is needed of a tensor class. */
export type OnnxTensorConstructor = new (type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]) => OnnxTensor;

/** What is needed of an inference session. */
export interface OnnxSession {
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
}

/** How a {@link SileroVad} is made. */
export interface SileroVadOptions {
  /** Session of `silero_vad.onnx`, version 5 or 6. */
  readonly session: OnnxSession;
  /** The runtime's tensor class, for example `ort.Tensor`. */
  readonly Tensor: OnnxTensorConstructor;
  /** Frames that may wait for inference; more fail, so that a detector that cannot keep up is noticed. @default 8 */
  readonly maxPending?: number;
}

/** Inference failed or cannot keep up; `cause` says why. */
export class SileroVadError extends SluiceError {
  override readonly name: string = 'SileroVadError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'SILERO_VAD', cause });
  }
}

const FRAME = 512;
const CONTEXT = 64;
const STATE_SHAPE = [2, 1, 128] as const;
const STATE_SIZE = 256;

/** Neural voice activity by Silero's model. */
export class SileroVad implements VAD {
  /** Samples of a frame: 512, which is 32 ms at 16 kHz. */
  readonly frameSize: number = FRAME;
  readonly #session: OnnxSession;
  readonly #Tensor: OnnxTensorConstructor;
  readonly #rate: OnnxTensor;
  readonly #maxPending: number;
  readonly #context: Float32Array = new Float32Array(CONTEXT);
  #state: OnnxTensor;
  #latest = 0;
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();
  #generation = 0;
  #failure: SileroVadError | undefined;

  constructor(options: SileroVadOptions) {
    const { session, Tensor, maxPending = 8 } = options;
    requireFunction('SileroVad.session.run', session.run);
    this.#session = session;
    this.#Tensor = requireFunction('SileroVad.Tensor', Tensor);
    this.#maxPending = maxPending;
    this.#rate = new Tensor('int64', BigInt64Array.of(16000n), []);
    this.#state = this.#blankState();
  }

  /** Starts inference of 512 samples and gives the newest probability. Throws {@link SileroVadError} once inference has failed or fallen behind. */
  process(frame: Float32Array): number {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending >= this.#maxPending) throw new SileroVadError(`${this.#pending} frames wait for inference: the runtime is slower than real time. Use a faster execution provider, or the built-in Vad.`);
    this.infer(frame).catch((error: unknown) => {
      this.#failure ??= error instanceof SileroVadError ? error : new SileroVadError('Inference of the Silero model failed. See the cause.', error);
    });
    return this.#latest;
  }

  /** Probability that the 512 samples are speech. Calls are answered in order. */
  infer(frame: Float32Array): Promise<number> {
    if (frame.length !== FRAME) throw new InvalidOptionError('SileroVad frame', frame, `${FRAME} samples (32 ms at 16 kHz)`);
    const input = new Float32Array(CONTEXT + FRAME);
    input.set(this.#context);
    input.set(frame, CONTEXT);
    this.#context.set(frame.subarray(FRAME - CONTEXT));
    const generation = this.#generation;
    this.#pending++;
    const result = this.#last.then(() => this.#run(input, generation));
    this.#last = result.then(
      () => this.#pending--,
      () => this.#pending--,
    );
    return result;
  }

  /** Forgets what was heard. Inference under way has no effect on what follows. */
  reset(): void {
    this.#generation++;
    this.#context.fill(0);
    this.#state = this.#blankState();
    this.#latest = 0;
    this.#failure = undefined;
  }

  async #run(input: Float32Array, generation: number): Promise<number> {
    const feeds = { input: new this.#Tensor('float32', input, [1, CONTEXT + FRAME]), state: this.#state, sr: this.#rate };
    const results = await this.#session.run(feeds);
    const state = results['stateN'];
    const output = results['output']?.data;
    if (state === undefined || !(output instanceof Float32Array)) throw new SileroVadError('The session has no outputs named output and stateN. Load silero_vad.onnx of version 5 or 6.');
    const probability = output[0] ?? 0;
    if (generation === this.#generation) {
      this.#state = state;
      this.#latest = probability;
    }
    return probability;
  }

  #blankState(): OnnxTensor {
    return new this.#Tensor('float32', new Float32Array(STATE_SIZE), STATE_SHAPE);
  }
}
