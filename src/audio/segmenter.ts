/**
 * Cuts a stream of frames with speech probabilities into turns. Pure: all times are audio times
 * counted from the samples pushed, so audio that comes faster than real time gives the same turns.
 *
 * Contract for wiring: after each `Vad.process(frame)` call `push(frame, probability)`; every call
 * returns the events that the frame caused, in order (a shared empty array when there are none). A
 * probability that is not a number (a detector that failed) counts as speech: the segmenter fails
 * open. `flush()` at the end of the stream completes what is open.
 *
 * | state    | frame                                    | next     | events                           |
 * |----------|------------------------------------------|----------|----------------------------------|
 * | silence  | p ≥ positive                             | onset    | speechStart                      |
 * | onset    | voiced reaches confirmMs                 | speech   | speechConfirmed                  |
 * | onset    | unvoiced for onsetGapMs                  | silence  | misfire                          |
 * | speech   | unvoiced for redemptionMs, voiced enough | silence  | speechEnd                        |
 * | speech   | same, voiced < minSpeechMs               | silence  | misfire                          |
 * | speech   | turn longer than maxTurnMs               | silence  | maxTurn, speechEnd               |
 *
 * "Voiced" in onset and speech means p ≥ negative, so that short dips do not end a turn.
 */
import { InvalidOptionError, requireBoolean, requireNumber, refuseUnknownOptions } from '../base/option.js';

/** Thresholds of a {@link Segmenter}; times in milliseconds of audio. */
export interface SegmenterOptions {
  /** Frames per second of what is pushed. @default 16000 */
  readonly sampleRate?: number;
  /** Probability from which a turn may begin. @default 0.5 */
  readonly positiveThreshold?: number;
  /** Probability below which a frame counts as silence. @default 0.35, at most the positive threshold */
  readonly negativeThreshold?: number;
  /** Voiced time that confirms an onset. @default 60 */
  readonly confirmMs?: number;
  /** Unvoiced time that undoes an onset that is not confirmed. @default 100 */
  readonly onsetGapMs?: number;
  /** Silence after the last voiced frame that ends a turn. @default 500 */
  readonly redemptionMs?: number;
  /** Voiced time that a turn must have. @default 50 */
  readonly minSpeechMs?: number;
  /** Audio kept from before the onset. @default 400 */
  readonly preRollMs?: number;
  /** Audio kept from after the last voiced frame, at most `redemptionMs`. @default 200 */
  readonly postRollMs?: number;
  /** Longest turn; longer speech is cut there and goes on as the next turn. @default 30000 */
  readonly maxTurnMs?: number;
  /** Whether `flush` hands out audio in which nothing was ever detected: at least 50 ms, at most the last `maxTurnMs`. @default true */
  readonly failOpen?: boolean;
}

/** What happened, in audio time from the first sample pushed. */
export type SegmentEvent =
  /** Something that may be speech began at `startMs`. */
  | { readonly type: 'speechStart'; readonly startMs: number; readonly atMs: number }
  /** It is speech. The moment for ducking or pausing the assistant. */
  | { readonly type: 'speechConfirmed'; readonly startMs: number; readonly atMs: number }
  /** A turn is complete. `startMs … endMs` is the speech, `audio` includes pre-roll and post-roll and begins at `audioStartMs`. */
  | { readonly type: 'speechEnd'; readonly startMs: number; readonly endMs: number; readonly audioStartMs: number; readonly audio: Float32Array; readonly reason: SegmentEndReason; readonly atMs: number }
  /** What began at `startMs` was too short to be speech. */
  | { readonly type: 'misfire'; readonly startMs: number; readonly atMs: number }
  /** The turn reached `maxTurnMs`; its `speechEnd` follows. */
  | { readonly type: 'maxTurn'; readonly startMs: number; readonly atMs: number };

/** Why a turn ended. */
export type SegmentEndReason = 'silence' | 'maxTurn' | 'flush' | 'undetected';

const NONE: readonly SegmentEvent[] = Object.freeze([]);
const OPTIONS = ['sampleRate', 'positiveThreshold', 'negativeThreshold', 'confirmMs', 'onsetGapMs', 'redemptionMs', 'minSpeechMs', 'preRollMs', 'postRollMs', 'maxTurnMs', 'failOpen'];
// Audio shorter than this is never forwarded undetected: no word is that short.
const UNDETECTED_MIN_MS = 50;

/** Turn detector by voice activity. */
export class Segmenter {
  readonly #rate: number;
  readonly #positive: number;
  readonly #negative: number;
  readonly #confirm: number;
  readonly #onsetGap: number;
  readonly #redemption: number;
  readonly #minSpeech: number;
  readonly #preRoll: number;
  readonly #postRoll: number;
  readonly #maxTurn: number;
  readonly #failOpen: boolean;
  readonly #capacityLimit: number;
  // A ring addressed by absolute sample positions; grows by doubling up to one turn with its pre-roll.
  #kept: Float32Array;
  #position = 0;
  #floor = 0;
  #state: 'silence' | 'onset' | 'speech' = 'silence';
  #start = 0;
  #voicedEnd = 0;
  #voiced = 0;
  #everDetected = false;

  /** Throws `InvalidOptionError` for values out of range. */
  constructor(options: SegmenterOptions = {}) {
    refuseUnknownOptions('Segmenter', options, OPTIONS);
    const { sampleRate = 16000, positiveThreshold = 0.5, confirmMs = 60, onsetGapMs = 100, redemptionMs = 500, minSpeechMs = 50, preRollMs = 400, maxTurnMs = 30000, failOpen = true } = options;
    const { negativeThreshold = Math.min(0.35, positiveThreshold), postRollMs = Math.min(200, redemptionMs) } = options;
    this.#rate = requireNumber('Segmenter.sampleRate', sampleRate, { min: 1000, max: 768000 });
    this.#positive = requireNumber('Segmenter.positiveThreshold', positiveThreshold, { min: 0, max: 1 });
    this.#negative = requireNumber('Segmenter.negativeThreshold', negativeThreshold, { min: 0, max: positiveThreshold });
    const samples = (name: string, ms: number, range: { min: number; max?: number }): number => Math.round((requireNumber(`Segmenter.${name}`, ms, range) * sampleRate) / 1000);
    this.#confirm = samples('confirmMs', confirmMs, { min: 0, max: 5000 });
    this.#onsetGap = samples('onsetGapMs', onsetGapMs, { min: 0, max: 5000 });
    this.#redemption = samples('redemptionMs', redemptionMs, { min: 10, max: 60000 });
    this.#minSpeech = samples('minSpeechMs', minSpeechMs, { min: 0, max: 60000 });
    this.#preRoll = samples('preRollMs', preRollMs, { min: 0, max: 10000 });
    this.#postRoll = samples('postRollMs', postRollMs, { min: 0, max: redemptionMs });
    this.#maxTurn = samples('maxTurnMs', maxTurnMs, { min: 500, max: 600000 });
    this.#failOpen = requireBoolean('Segmenter.failOpen', failOpen);
    this.#capacityLimit = this.#maxTurn + this.#preRoll + this.#redemption;
    this.#kept = new Float32Array(Math.min(this.#capacityLimit, this.#preRoll + this.#redemption + Math.round(sampleRate)));
  }

  /** Where the audio stands, in milliseconds since the first sample or the last {@link reset}. */
  get positionMs(): number {
    return this.#ms(this.#position);
  }

  /** True from `speechStart` until the turn ends. */
  get inSpeech(): boolean {
    return this.#state !== 'silence';
  }

  /** Voiced time of the turn that is open, 0 in silence. */
  get voicedMs(): number {
    return this.#state === 'silence' ? 0 : this.#ms(this.#voiced);
  }

  /** Takes the next frame, of any length, and its probability of speech. */
  push(frame: Float32Array, probability: number): readonly SegmentEvent[] {
    if (!(frame instanceof Float32Array)) throw new InvalidOptionError('Segmenter.push frame', frame, 'a Float32Array');
    const begin = this.#position;
    this.#keep(frame);
    const speech = Number.isNaN(probability) ? 1 : probability;
    if (this.#state === 'silence') {
      if (!(speech >= this.#positive) || frame.length === 0) return NONE;
      this.#state = 'onset';
      this.#everDetected = true;
      this.#start = begin;
      this.#voiced = 0;
      this.#voicedEnd = this.#position;
      const started: SegmentEvent = { type: 'speechStart', startMs: this.#ms(begin), atMs: this.positionMs };
      return [started, ...this.#advance(frame.length)];
    }
    if (speech >= this.#negative) {
      this.#voicedEnd = this.#position;
      return this.#advance(frame.length);
    }
    return this.#wait();
  }

  /** Completes the turn that is open, as at the end of a stream. */
  flush(): readonly SegmentEvent[] {
    if (this.#state === 'speech' || (this.#state === 'onset' && this.#voiced >= this.#minSpeech)) return this.#end('flush');
    if (this.#state === 'onset') return this.#misfire();
    const held = this.#position - this.#oldest();
    if (!this.#failOpen || this.#everDetected || this.#ms(held) < UNDETECTED_MIN_MS) return NONE;
    this.#start = Math.max(this.#oldest(), this.#position - this.#maxTurn);
    this.#voicedEnd = this.#position;
    this.#everDetected = true;
    return [this.#turn('undetected')];
  }

  /** Forgets everything; the next sample is at 0 ms. */
  reset(): void {
    this.#position = 0;
    this.#floor = 0;
    this.#state = 'silence';
    this.#everDetected = false;
  }

  #ms(samples: number): number {
    return (samples / this.#rate) * 1000;
  }

  #oldest(): number {
    return Math.max(this.#floor, this.#position - this.#kept.length, 0);
  }

  /** Counts voiced time, confirms an onset, cuts at the longest turn. */
  #advance(length: number): readonly SegmentEvent[] {
    this.#voiced += length;
    const events: SegmentEvent[] = [];
    if (this.#state === 'onset' && this.#voiced >= this.#confirm) {
      this.#state = 'speech';
      events.push({ type: 'speechConfirmed', startMs: this.#ms(this.#start), atMs: this.positionMs });
    }
    return this.#cut(events);
  }

  /** Silence inside an onset or a turn. */
  #wait(): readonly SegmentEvent[] {
    const silent = this.#position - this.#voicedEnd;
    if (this.#state === 'onset') return silent >= this.#onsetGap ? this.#misfire() : NONE;
    if (silent < this.#redemption) return this.#cut(NONE);
    return this.#voiced < this.#minSpeech ? this.#misfire() : this.#end('silence');
  }

  #cut(events: readonly SegmentEvent[]): readonly SegmentEvent[] {
    if (this.#state !== 'speech' || this.#position - this.#start < this.#maxTurn) return events;
    const limit: SegmentEvent = { type: 'maxTurn', startMs: this.#ms(this.#start), atMs: this.positionMs };
    this.#voicedEnd = this.#position;
    return [...events, limit, ...this.#end('maxTurn')];
  }

  #misfire(): readonly SegmentEvent[] {
    this.#state = 'silence';
    return [{ type: 'misfire', startMs: this.#ms(this.#start), atMs: this.positionMs }];
  }

  #end(reason: SegmentEndReason): readonly SegmentEvent[] {
    this.#state = 'silence';
    return [this.#turn(reason)];
  }

  #turn(reason: SegmentEndReason): SegmentEvent {
    const from = Math.max(this.#oldest(), reason === 'undetected' ? this.#start : this.#start - this.#preRoll);
    const to = Math.min(this.#position, this.#voicedEnd + this.#postRoll);
    const audio = this.#copy(from, to);
    // What was handed out is never handed out again as pre-roll of the next turn.
    this.#floor = to;
    return { type: 'speechEnd', startMs: this.#ms(this.#start), endMs: this.#ms(this.#voicedEnd), audioStartMs: this.#ms(from), audio, reason, atMs: this.positionMs };
  }

  #keep(frame: Float32Array): void {
    const needed = this.#state === 'silence' && this.#everDetected ? this.#preRoll : this.#state === 'silence' ? this.#capacityLimit : this.#position - this.#start + this.#preRoll;
    if (needed + frame.length > this.#kept.length) this.#grow(frame.length);
    const size = this.#kept.length;
    const skip = Math.max(0, frame.length - size);
    const start = (this.#position + skip) % size;
    const first = Math.min(frame.length - skip, size - start);
    this.#kept.set(frame.subarray(skip, skip + first), start);
    if (skip + first < frame.length) this.#kept.set(frame.subarray(skip + first), 0);
    this.#position += frame.length;
  }

  #grow(extra: number): void {
    const limit = this.#capacityLimit + extra;
    // Only a ring that is really full of wanted samples grows.
    if (this.#kept.length >= limit || this.#position - this.#oldest() + extra <= this.#kept.length) return;
    const from = this.#oldest();
    const held = this.#copy(from, this.#position);
    this.#kept = new Float32Array(Math.min(limit, this.#kept.length * 2 + extra));
    for (let n = 0; n < held.length; n++) this.#kept[(from + n) % this.#kept.length] = held[n] as number; // n < length
  }

  #copy(from: number, to: number): Float32Array {
    const size = this.#kept.length;
    const count = Math.max(0, to - from);
    const start = from % size;
    const first = Math.min(count, size - start);
    const copy = new Float32Array(count);
    copy.set(this.#kept.subarray(start, start + first));
    copy.set(this.#kept.subarray(0, count - first), first);
    return copy;
  }
}
