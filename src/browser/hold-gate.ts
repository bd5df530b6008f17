/**
 * When an utterance in mode `hold` ends: once the samples that were spoken before the release have
 * arrived, or at the longest turn. A press that is too short to hold a word is a slip; a long silent
 * one is not, because the recogniser is the better judge of a quiet voice.
 */

// A spoken syllable takes longer; shorter presses are slips of the finger.
const SLIP_MS = 120;

/** The span of one press, in audio time. */
export class HoldGate {
  readonly #minSpeechMs: number;
  readonly #maxMs: number;
  #fromMs = 0;
  #untilMs = Infinity;
  #tooLong = false;

  constructor(minSpeechMs: number, maxMs: number) {
    this.#minSpeechMs = minSpeechMs;
    this.#maxMs = maxMs;
  }

  /** True when the utterance ended because it was too long. */
  get tooLong(): boolean {
    return this.#tooLong;
  }

  /** The button went down at `positionMs`. */
  press(positionMs: number): void {
    this.#fromMs = positionMs;
    this.#untilMs = Infinity;
    this.#tooLong = false;
  }

  /** The button went up; samples up to `untilMs` belong to the utterance. */
  release(untilMs: number): void {
    this.#untilMs = Math.min(this.#untilMs, untilMs);
  }

  /** Samples up to `positionMs` were taken; true when the utterance is complete with them. */
  take(positionMs: number): boolean {
    this.#tooLong = positionMs - this.#fromMs >= this.#maxMs;
    return this.#tooLong || positionMs >= this.#untilMs;
  }

  /** True when the press that ends at `positionMs`, with so much voice in it, was none. */
  slipped(positionMs: number, voicedMs: number): boolean {
    return Math.min(positionMs, this.#untilMs) - this.#fromMs < SLIP_MS && voicedMs < this.#minSpeechMs;
  }
}
