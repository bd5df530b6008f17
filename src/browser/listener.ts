/**
 * What is done with a microphone's samples beyond `CaptureProcessor`: utterances travel in pieces
 * while they are spoken, levels are thinned out for drawing, and the loudspeaker's thread is told when
 * somebody speaks into its voice. Runs in the audio worker; knows nothing of threads, so that tests
 * drive it sample by sample.
 *
 * An onset that is confirmed holds the voice that plays at once. When the sound proves to be no
 * speech, the voice goes on at the very sample; when it proves long enough to be meant, `interrupt`
 * follows. From there on, and after any other utterance, the voice is the session's affair.
 */
import { CaptureProcessor, type CaptureFrame } from '../audio/capture-processor.js';
import type { PlayoutCommand } from '../audio/playout-message.js';
import type { SegmentEvent, SegmenterOptions } from '../audio/segmenter.js';
import { Spectrum } from '../audio/spectrum.js';
import { Vad } from '../audio/vad.js';
import type { VAD } from '../audio/voice-activity.js';
import { requireNumber } from '../base/option.js';
import type { InputMode } from '../voice/voice-input.js';
import { AudioTimeline } from './audio-timeline.js';
import { SPEECH_RATE, type Heard, type HeardLevel } from './heard.js';
import { HoldGate } from './hold-gate.js';
import { roomVad } from './room-vad.js';
import { UtteranceAudio } from './utterance-audio.js';

/** What an interruption does to the voice that plays. */
export type BargeIn = 'pause' | 'cut' | 'off';

/** Thresholds of listening; those of the segmenter, and one more. */
export interface ListeningThresholds extends Pick<SegmenterOptions, 'positiveThreshold' | 'negativeThreshold' | 'confirmMs' | 'onsetGapMs' | 'redemptionMs' | 'minSpeechMs' | 'preRollMs' | 'maxTurnMs'> {
  /** Voiced time after which speech counts as meant and `interrupt` is sent. @default 250 */
  readonly interruptMs?: number;
}

/** Where a {@link Listener} says what it hears. */
export interface ListenerOutput {
  readonly element: (item: Heard) => void;
  /** `spectrum` is valid during the call only. */
  readonly level: (level: HeardLevel) => void;
  /** Commands for the voice that plays. */
  readonly playout: (command: PlayoutCommand) => void;
}

/** How a {@link Listener} is made. */
export interface ListenerOptions {
  /** Rate of what is pushed, in Hz. */
  readonly deviceSampleRate: number;
  readonly thresholds?: ListeningThresholds;
  /** @default 'pause' */
  readonly bargeIn?: BargeIn;
  /** @default 'handsFree' */
  readonly mode?: InputMode;
  /** Whether levels come with magnitudes. @default false */
  readonly spectrum?: boolean;
  /** Compiled audio.wasm. @default the loaded one */
  readonly module?: WebAssembly.Module;
  /** Another detector, for frames of 10 ms. @default the built-in one */
  readonly vad?: VAD;
  readonly output: ListenerOutput;
}

const PIECE = 320; // 20 ms: the delay that streaming recognisers expect of a piece
const FRAME_MS = 10; // hop of the voice activity detector
const LEVEL_FRAMES = 2; // one level per 20 ms: 50 a second, below the 60 that a screen shows
const SPECTRUM_SIZE = 512;
const PRE_ROLL_MS = 400; // the default of `Segmenter`
// The memory must reach back over the frames in which the onset was found.
const ONSET_MS = 100;

/** Listens to one stream of samples. */
export class Listener {
  readonly #output: ListenerOutput;
  readonly #capture: CaptureProcessor;
  readonly #ownVad: Vad | undefined;
  readonly #spectrum: Spectrum | undefined;
  readonly #bins: Float32Array | null;
  readonly #audio: UtteranceAudio;
  readonly #timeline = new AudioTimeline();
  readonly #hold: HoldGate;
  readonly #deviceRate: number;
  readonly #preRollMs: number;
  readonly #interruptMs: number;
  readonly #voicedAt: number;
  #mode: InputMode;
  #bargeIn: BargeIn;
  #lostMs = 0;
  #frames = 0;
  #rms = 0;
  #peak = 0;
  #voicedMs = 0;
  #playing = false;
  #silencing = false;
  #interrupted = false;
  #nowMs = 0;

  /** Throws `InvalidOptionError` for options out of range, `AudioNotLoadedError` without audio.wasm. */
  constructor(options: ListenerOptions) {
    const { deviceSampleRate, thresholds = {}, bargeIn = 'pause', mode = 'handsFree', spectrum = false, output } = options;
    const { interruptMs = 250, preRollMs = PRE_ROLL_MS, minSpeechMs = 50, maxTurnMs = 30000, positiveThreshold = 0.5, ...rest } = thresholds;
    const module = options.module === undefined ? {} : { module: options.module };
    this.#output = output;
    this.#deviceRate = deviceSampleRate;
    this.#interruptMs = requireNumber('Listener.thresholds.interruptMs', interruptMs, { min: 0, max: 5000 });
    this.#preRollMs = preRollMs;
    this.#voicedAt = rest.negativeThreshold ?? Math.min(0.35, positiveThreshold);
    this.#ownVad = options.vad === undefined ? new Vad(module) : undefined;
    this.#capture = new CaptureProcessor({
      inputRate: deviceSampleRate,
      onEvent: (event) => this.#handle(event),
      onFrame: (frame) => this.#take(frame),
      // Audio travels while it is spoken: what was never detected is not handed out at the end.
      segmenter: { ...rest, positiveThreshold, preRollMs, minSpeechMs, maxTurnMs, failOpen: false },
      quality: 'std',
      vad: roomVad(options.vad ?? (this.#ownVad as Vad)), // made above when there is no other
      ...module,
    });
    this.#spectrum = spectrum ? new Spectrum({ size: SPECTRUM_SIZE, ...module }) : undefined;
    this.#bins = spectrum ? new Float32Array(SPECTRUM_SIZE / 2) : null;
    this.#audio = new UtteranceAudio(samplesOf(preRollMs + ONSET_MS), PIECE, (samples, position) => output.element({ type: 'audio', samples, timestampMs: msOf(position) }));
    this.#hold = new HoldGate(minSpeechMs, maxTurnMs);
    this.#mode = mode;
    this.#bargeIn = bargeIn;
  }

  /** Whether an answer is audible now; the thread that plays says so. */
  setPlaying(playing: boolean): void {
    this.#playing = playing;
    if (!playing) this.#silencing = false;
  }

  /** What an interruption does from now on. */
  setBargeIn(action: BargeIn): void {
    this.#bargeIn = action;
  }

  /** Changes the mode; an utterance that is open ends. */
  setMode(mode: InputMode): void {
    if (mode === this.#mode) return;
    this.finish();
    this.#mode = mode;
  }

  /** Mode `hold`: an utterance begins now. */
  hold(): void {
    if (this.#mode !== 'hold' || this.#audio.open) return;
    this.#hold.press(this.#positionMs);
    this.#begin(this.#positionMs);
    this.#silence();
    this.#interrupt();
  }

  /** Mode `hold`: the utterance ends with the samples captured until `nowMs`. */
  release(nowMs: number): void {
    if (this.#mode !== 'hold' || !this.#audio.open) return;
    // Samples spoken before the release are still on their way; without a time line none will come.
    const until = nowMs - this.#timeline.at(this.#lostMs);
    if (Number.isNaN(until)) this.#endHold(false);
    else this.#hold.release(until);
  }

  /** Ends an utterance that is open, because no more samples come. */
  finish(): void {
    if (!this.#audio.open) return;
    if (this.#mode === 'hold') this.#endHold(true);
    else this.#end(this.#positionMs, this.#voicedMs, false, true);
  }

  /** Takes what was rendered during the block that is pushed next, at the same rate. */
  pushReference(block: Float32Array): void {
    this.#capture.pushReference(block);
  }

  /**
   * Takes the next samples at the device's rate, which arrived at `arrivedMs`; `lost` samples are
   * missing before them. The block is not kept.
   */
  push(block: Float32Array, arrivedMs: number, lost = 0): void {
    this.#nowMs = arrivedMs;
    this.#lostMs += (lost / this.#deviceRate) * 1000;
    this.#capture.push(block);
    this.#timeline.observe(this.#positionMs + this.#lostMs, arrivedMs);
  }

  /** Releases the kernels. */
  close(): void {
    this.#capture.close();
    this.#ownVad?.close();
    this.#spectrum?.close();
  }

  // Called before the events of the same frame.
  #take(frame: CaptureFrame): void {
    this.#spectrum?.push(frame.audio);
    this.#measure(frame);
    this.#audio.push(frame.audio);
    if (!this.#audio.open) return;
    if (Number.isNaN(frame.probability) || frame.probability >= this.#voicedAt) this.#voicedMs += FRAME_MS;
    if (this.#mode === 'hold') {
      if (this.#hold.take(this.#positionMs)) this.#endHold(this.#hold.tooLong);
    } else if (!this.#interrupted && this.#voicedMs >= this.#interruptMs) this.#interrupt();
  }

  #handle(event: SegmentEvent): void {
    if (this.#mode === 'hold') return;
    if (event.type === 'speechStart') return this.#begin(event.startMs);
    // What began under another mode, or before `finish`, is over.
    if (!this.#audio.open) return;
    if (event.type === 'speechConfirmed') this.#silence();
    else if (event.type === 'speechEnd') this.#end(event.endMs, event.endMs - event.startMs, false, event.reason === 'maxTurn');
    else if (event.type === 'misfire') this.#end(event.startMs, 0, true, false);
  }

  #begin(onsetMs: number): void {
    this.#interrupted = false;
    this.#voicedMs = 0;
    const from = samplesOf(onsetMs - this.#preRollMs);
    this.#output.element({ type: 'speechStart', onsetMs: this.#timeAt(onsetMs), detectedMs: this.#nowMs, audioStartMs: this.#timeAt(msOf(this.#audio.start(from))) });
    this.#audio.begin(from);
  }

  #end(endMs: number, speechMs: number, misfire: boolean, truncated: boolean): void {
    this.#audio.end();
    this.#output.element({ type: 'speechEnd', endMs: this.#timeAt(endMs), speechMs, misfire, truncated });
    if (misfire && this.#silencing) this.#output.playout({ type: 'resume' });
    this.#silencing = false;
  }

  #endHold(truncated: boolean): void {
    this.#end(this.#positionMs, this.#voicedMs, this.#hold.slipped(this.#positionMs, this.#voicedMs), truncated);
  }

  // The first thing that happens once speech is certain, before anything is said to the page.
  #silence(): void {
    if (!this.#playing || this.#bargeIn === 'off') return;
    this.#silencing = true;
    this.#output.playout({ type: 'pause' });
  }

  #interrupt(): void {
    this.#interrupted = true;
    if (this.#silencing && this.#bargeIn === 'cut') this.#output.playout({ type: 'cut' });
    this.#output.element({ type: 'interrupt', atMs: this.#nowMs, silenced: this.#silencing });
  }

  #measure({ rms, peak, probability }: CaptureFrame): void {
    this.#rms = Math.max(this.#rms, rms);
    this.#peak = Math.max(this.#peak, peak);
    if (++this.#frames < LEVEL_FRAMES) return;
    const spectrum = this.#bins === null ? null : (this.#spectrum?.read(this.#bins) ?? null);
    this.#output.level({ rms: this.#rms, peak: this.#peak, speech: probability, spectrum });
    this.#frames = 0;
    this.#rms = 0;
    this.#peak = 0;
  }

  get #positionMs(): number {
    return msOf(this.#audio.position);
  }

  #timeAt(positionMs: number): number {
    const time = this.#timeline.at(positionMs + this.#lostMs);
    return Number.isNaN(time) ? this.#nowMs : time;
  }
}

const msOf = (samples: number): number => (samples / SPEECH_RATE) * 1000;
const samplesOf = (ms: number): number => Math.round((ms * SPEECH_RATE) / 1000);
