/**
 * How much to hold before an answer starts: learned from how late its chunks come.
 *
 * A chunk whose media begins `m` after the answer's first sample and that arrives `a` after the first
 * chunk needs a lead of `a − m`. The largest lead of an answer is what would have played it without a
 * gap; the target follows it quickly upwards and slowly downwards, within its limits.
 */

/** Limits of the target in samples. */
export interface PlayoutTargetLimits {
  readonly min: number;
  readonly initial: number;
  readonly max: number;
}

// Half of the shortfall at once, little of the excess per answer: one calm answer must not undo what a stall taught.
const RISE = 0.5;
const FALL = 0.03;

/** Adaptive start level. */
export class PlayoutTarget {
  readonly #limits: PlayoutTargetLimits;
  #target: number;
  #first = 0;
  #lead = 0;
  #media = 0;
  #chunks = 0;

  constructor(limits: PlayoutTargetLimits) {
    this.#limits = limits;
    this.#target = limits.initial;
  }

  /** Samples to hold before an answer starts or goes on. */
  get samples(): number {
    return this.#target;
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
  }

  /** A chunk of `length` samples arrived at `frame` of the output clock. */
  arrived(frame: number, length: number): void {
    if (this.#chunks === 0) this.#first = frame;
    this.#lead = Math.max(this.#lead, frame - this.#first - this.#media);
    this.#media += length;
    this.#chunks++;
  }
}
