/**
 * How much to hold before an answer starts: learned from how late its chunks come.
 *
 * A chunk whose media begins `m` after the answer's first sample and that arrives `a` after the first
 * chunk needs a lead of `a − m`. The largest lead of an answer is what would have played it without a
 * gap; the target follows it quickly upwards and slowly downwards, within its limits.
 *
 * Beside it stands the pace: audio that came per time it took to come. A source well ahead of real time
 * has more audio than it has yet sent, so that a low level says nothing.
 */

/** Limits of the target in samples. */
export interface PlayoutTargetLimits {
  readonly min: number;
  readonly initial: number;
  readonly max: number;
  /** What is held beyond this makes the pace of a source invisible. */
  readonly enough: number;
}

// Half of the shortfall at once, little of the excess per answer: one calm answer must not undo what a stall taught.
const RISE = 0.5;
const FALL = 0.03;
// A source that makes audio in less than half the time it lasts catches up with any stall it had.
const AHEAD = 2;
// Weight of what is older by one chunk: the pace is that of the last few.
const OLDER = 0.85;
// Pieces of one chunk arrive within two quanta.
const TOGETHER = 256;
// A pause counts as so many lengths of the chunk before it: one between sentences alone does not make a source slow.
const PAUSE = 2;

/** Adaptive start level. */
export class PlayoutTarget {
  readonly #limits: PlayoutTargetLimits;
  #target: number;
  #first = 0;
  #lead = 0;
  #media = 0;
  #chunks = 0;
  #last = 0;
  #size = 0;
  #time = 0;
  #audio = 0;

  constructor(limits: PlayoutTargetLimits) {
    this.#limits = limits;
    this.#target = limits.initial;
  }

  /** Samples to hold before an answer starts or goes on. */
  get samples(): number {
    return this.#target;
  }

  /** Whether the source is well ahead of real time, or has given no sign that it is not. */
  get ahead(): boolean {
    return this.#time * AHEAD <= this.#audio;
  }

  /** The source was silent for so long that its pace says nothing any more. */
  forgetPace(): void {
    this.#time = 0;
    this.#audio = 0;
  }

  /** A new answer begins. Learns from the one before. */
  begin(): void {
    if (this.#chunks > 1) {
      const { min, max } = this.#limits;
      const miss = this.#lead - this.#target;
      this.#target = Math.min(max, Math.max(min, this.#target + miss * (miss > 0 ? RISE : FALL)));
    }
    this.#chunks = 0;
    this.#lead = 0;
    this.#media = 0;
    this.forgetPace();
  }

  /** A chunk of `length` samples arrived at `frame` of the output clock, while `held` samples were waiting. */
  arrived(frame: number, length: number, held = 0): void {
    if (this.#chunks === 0) this.#first = frame;
    else if (frame - this.#last <= TOGETHER) {
      this.#size += length;
      this.#last = frame;
      this.#media += length;
      return;
    }
    // While enough is held the source may be waiting for room.
    else if (held <= this.#limits.enough) {
      this.#time = this.#time * OLDER + Math.min(frame - this.#last, this.#size * PAUSE);
      this.#audio = this.#audio * OLDER + this.#size;
    }
    this.#last = frame;
    this.#size = length;
    this.#lead = Math.max(this.#lead, frame - this.#first - this.#media);
    this.#media += length;
    this.#chunks++;
  }
}
