/**
 * The capture core: device-rate blocks in, speech events out. Resampling to 16 kHz, level, voice
 * activity, echo gate and segmentation in one pure object, for the audio worker, for servers that get
 * raw audio, and for tests.
 *
 * Contract for wiring: `new CaptureProcessor({ inputRate, module, onEvent })`; `push(block)` with mono
 * blocks of any size at the device's rate. `onEvent` is called synchronously. When an echo gate is
 * wanted, `pushReference(block)` gives what playout rendered, at the same rate and on the same clock
 * as the blocks captured, before the `push` of the same stretch of time.
 * A frame event is the same object each time and its `audio` is a view: copy what must be kept.
 */
import { requireFunction, requireNumber } from '../base/option.js';
import { EchoGate, type EchoGateOptions } from './echo-gate.js';
import { LevelMeter } from './level-meter.js';
import { Resampler, type ResamplerQuality } from './resampler.js';
import { Ring } from './ring.js';
import { Segmenter, type SegmentEvent, type SegmenterOptions } from './segmenter.js';
import { Vad } from './vad.js';
import type { VAD } from './voice-activity.js';

/** One analysed frame; valid only during the call. */
export interface CaptureFrame {
  readonly type: 'frame';
  /** The frame at 16 kHz. */
  readonly audio: Float32Array;
  /** Probability of speech after the echo gate. */
  readonly probability: number;
  /** Root mean square of the frame. */
  readonly rms: number;
  /** Largest magnitude of the frame. */
  readonly peak: number;
  /** Audio time at the end of the frame. */
  readonly atMs: number;
}

/** How a {@link CaptureProcessor} is made. */
export interface CaptureProcessorOptions {
  /** Rate of the blocks pushed, in Hz. */
  readonly inputRate: number;
  /** Receives segment events. */
  readonly onEvent: (event: SegmentEvent) => void;
  /** Receives every analysed frame, for drawing or streaming. */
  readonly onFrame?: (frame: CaptureFrame) => void;
  /** Another detector. @default the built-in `Vad` */
  readonly vad?: VAD;
  /** Thresholds of segmentation. */
  readonly segmenter?: SegmenterOptions;
  /** Options of the echo gate; it only works while references are pushed. */
  readonly echoGate?: EchoGateOptions;
  /** @default 'voice' */
  readonly quality?: ResamplerQuality;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const RATE = 16000;
// 100 ms of reference that no captured block has met.
const MOST_AHEAD = 1600;

/** Microphone to speech events. */
export class CaptureProcessor {
  readonly #resampler: Resampler | undefined;
  readonly #referenceResampler: Resampler | undefined;
  readonly #level: LevelMeter;
  readonly #vad: VAD;
  readonly #ownVad: Vad | undefined;
  readonly #gate: EchoGate;
  readonly #segmenter: Segmenter;
  readonly #onEvent: (event: SegmentEvent) => void;
  readonly #onFrame: ((frame: CaptureFrame) => void) | undefined;
  readonly #frame: Float32Array;
  readonly #report: Mutable<CaptureFrame>;
  readonly #reference: Float32Array;
  readonly #references: Ring;
  #filled = 0;
  #vadFailed = false;
  #vadError: unknown;

  constructor(options: CaptureProcessorOptions) {
    const { inputRate, onEvent, onFrame, vad, segmenter, echoGate, quality = 'voice', module } = options;
    requireNumber('CaptureProcessor.inputRate', inputRate, { min: 8000, max: 192000, integer: true });
    this.#onEvent = requireFunction('CaptureProcessor.onEvent', onEvent);
    this.#onFrame = onFrame === undefined ? undefined : requireFunction('CaptureProcessor.onFrame', onFrame);
    const shared = { quality, ...(module === undefined ? {} : { module }) };
    if (inputRate !== RATE) {
      this.#resampler = new Resampler({ from: inputRate, to: RATE, ...shared });
      this.#referenceResampler = new Resampler({ from: inputRate, to: RATE, ...shared });
    }
    const withModule = module === undefined ? {} : { module };
    this.#ownVad = vad === undefined ? new Vad(withModule) : undefined;
    this.#vad = vad ?? (this.#ownVad as Vad); // made above when there is no other
    const frameSize = requireNumber('CaptureProcessor.vad.frameSize', this.#vad.frameSize ?? 160, { min: 16, max: 16000, integer: true });
    this.#level = new LevelMeter({ maxBlock: frameSize, ...withModule });
    this.#gate = new EchoGate({ frameMs: (frameSize * 1000) / RATE, ...echoGate });
    this.#segmenter = new Segmenter({ ...segmenter, sampleRate: RATE });
    this.#frame = new Float32Array(frameSize);
    this.#reference = new Float32Array(frameSize);
    this.#references = Ring.create({ capacity: RATE });
    this.#report = { type: 'frame', audio: this.#frame, probability: 0, rms: 0, peak: 0, atMs: 0 };
  }

  /** Audio time so far, in milliseconds of whole frames. */
  get positionMs(): number {
    return this.#segmenter.positionMs;
  }

  /** Whether the detector has thrown; from then on all audio counts as speech, so that nothing is lost. */
  get vadFailed(): boolean {
    return this.#vadFailed;
  }

  /** What the detector threw, when {@link vadFailed}. */
  get vadError(): unknown {
    return this.#vadError;
  }

  /** Takes what playout rendered during the block that is pushed next. */
  pushReference(block: Float32Array): void {
    this.#references.push(this.#referenceResampler === undefined ? block : this.#referenceResampler.process(block));
  }

  /** Takes the next captured block. */
  push(block: Float32Array): void {
    this.#feed(this.#resampler === undefined ? block : this.#resampler.process(block));
  }

  /** Ends the stream: completes the resampler's tail, the last frame (padded with silence) and the open turn. */
  flush(): void {
    if (this.#resampler !== undefined) this.#feed(this.#resampler.flush());
    if (this.#filled > 0) {
      this.#frame.fill(0, this.#filled);
      this.#analyse();
    }
    for (const event of this.#segmenter.flush()) this.#onEvent(event);
  }

  /** Refuses further use. A detector that was passed in stays its owner's. */
  close(): void {
    this.#resampler?.close();
    this.#referenceResampler?.close();
    this.#level.close();
    this.#ownVad?.close();
  }

  #feed(samples: Float32Array): void {
    const size = this.#frame.length;
    for (let start = 0; start < samples.length; ) {
      const count = Math.min(size - this.#filled, samples.length - start);
      for (let n = 0; n < count; n++) this.#frame[this.#filled + n] = samples[start + n] as number; // within both
      this.#filled += count;
      start += count;
      if (this.#filled === size) this.#analyse();
    }
  }

  #analyse(): void {
    this.#filled = 0;
    // A reference that runs ahead of the capture is caught up with, so that delays stay within the gate's search.
    while (this.#references.available > MOST_AHEAD) this.#references.pop(this.#reference);
    const referenced = this.#references.available >= this.#reference.length && this.#references.pop(this.#reference) > 0;
    const probability = this.#gate.process(this.#frame, referenced ? this.#reference : undefined, this.#detect());
    const events = this.#segmenter.push(this.#frame, probability);
    if (this.#onFrame !== undefined) {
      this.#level.measure(this.#frame);
      const report = this.#report;
      report.probability = probability;
      report.rms = this.#level.rms;
      report.peak = this.#level.peak;
      report.atMs = this.#segmenter.positionMs;
      this.#onFrame(report);
    }
    for (const event of events) this.#onEvent(event);
  }

  #detect(): number {
    if (this.#vadFailed) return NaN;
    try {
      return this.#vad.process(this.#frame);
    } catch (error) {
      // Fails open: a broken detector must not swallow what the user says.
      this.#vadError = error;
      this.#vadFailed = true;
      return NaN;
    }
  }
}
