/**
 * The audio of utterances, cut from the running stream: a short memory of what was before the onset,
 * and pieces of equal length once somebody speaks. What was handed out once is never handed out
 * again, so two utterances close to each other share no sample.
 */

/** Receives a piece: samples that belong to the receiver, and where they begin in the stream. */
export type PieceTaker = (samples: Float32Array, position: number) => void;

/** Cuts utterances out of a stream of frames. */
export class UtteranceAudio {
  readonly #memory: Float32Array;
  readonly #piece: Float32Array;
  readonly #take: PieceTaker;
  #position = 0;
  #floor = 0;
  #filled = 0;
  #open = false;

  /** `memorySamples` are kept from before an onset; pieces have `pieceSamples`, but for the first and last of an utterance. */
  constructor(memorySamples: number, pieceSamples: number, take: PieceTaker) {
    this.#memory = new Float32Array(Math.max(1, memorySamples));
    this.#piece = new Float32Array(pieceSamples);
    this.#take = take;
  }

  /** Samples pushed so far. */
  get position(): number {
    return this.#position;
  }

  /** True between {@link begin} and {@link end}. */
  get open(): boolean {
    return this.#open;
  }

  /** Takes the next samples. */
  push(frame: Float32Array): void {
    const { length } = this.#memory;
    for (let n = 0; n < frame.length; n++) this.#memory[(this.#position + n) % length] = frame[n] as number; // n < length
    this.#position += frame.length;
    if (!this.#open) return;
    let at = 0;
    while (at < frame.length) {
      const count = Math.min(frame.length - at, this.#piece.length - this.#filled);
      this.#piece.set(frame.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#piece.length) this.#flush(this.#position - frame.length + at);
    }
  }

  /** Begins an utterance: hands out what is remembered from `position` on, as one piece. */
  begin(position: number): void {
    const from = this.start(position);
    this.#open = true;
    this.#filled = 0;
    if (from >= this.#position) return;
    const samples = new Float32Array(this.#position - from);
    for (let n = 0; n < samples.length; n++) samples[n] = this.#memory[(from + n) % this.#memory.length] as number; // remembered
    this.#floor = this.#position;
    this.#take(samples, from);
  }

  /** Where an utterance that begins at `position` really begins: what is forgotten or was handed out is not given again. */
  start(position: number): number {
    return Math.max(position, this.#floor, this.#position - this.#memory.length, 0);
  }

  /** Ends the utterance: hands out what is left of it. */
  end(): void {
    if (this.#filled > 0) this.#flush(this.#position);
    this.#floor = this.#position;
    this.#open = false;
  }

  #flush(end: number): void {
    this.#take(this.#piece.slice(0, this.#filled), end - this.#filled);
    this.#filled = 0;
  }
}
