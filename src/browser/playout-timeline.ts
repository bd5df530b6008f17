/**
 * Where an answer stood at a moment: the notices of the renderer, read backwards in time. What the
 * loudspeaker gives out now was rendered one output latency ago, so the position heard is a look into
 * this record and never a guess about the future.
 */

interface Mark {
  readonly frame: number;
  readonly position: number;
  readonly playing: boolean;
}

// Notices come every 20 ms; two seconds of them cover every output latency, Bluetooth included.
const KEPT = 128;

/** Positions of one answer over time. */
export class PlayoutTimeline {
  readonly #marks: Mark[] = [];

  /** At `frame` of the context's clock the answer stood at `position`, and went on from there or not. */
  mark(frame: number, position: number, playing: boolean): void {
    this.#marks.push({ frame, position, playing });
    if (this.#marks.length > KEPT) this.#marks.shift();
  }

  /** Samples rendered before `frame`; from the last mark on, no more than `known`. */
  at(frame: number, known: number): number {
    for (let n = this.#marks.length - 1; n >= 0; n--) {
      const mark = this.#marks[n] as Mark; // n is inside
      if (mark.frame > frame) continue;
      const limit = this.#marks[n + 1]?.position ?? known;
      return mark.playing ? Math.min(limit, mark.position + Math.floor(frame - mark.frame)) : mark.position;
    }
    // Older than what is kept: everything before the oldest mark of a long answer was heard, nothing of a short one.
    return this.#marks.length < KEPT ? 0 : (this.#marks[0] as Mark).position;
  }
}
