/**
 * Two tracks on one clock. Pieces of sound are placed by the moment at which they were heard; everything before a
 * moment that is settled is taken out in order, left and right interleaved, and forgotten. Where nothing was placed
 * is silence.
 */

/** The tracks: what the user said on the left, what the assistant was heard to say on the right. */
export const TRACKS = ['user', 'assistant'] as const;
export type Track = (typeof TRACKS)[number];

interface Piece {
  readonly start: number;
  samples: Float32Array;
}

/** The timeline of one recording; positions are frames from its start. */
export class Timeline {
  readonly sampleRate: number;
  readonly #originMs: number;
  readonly #pieces: Readonly<Record<Track, Piece[]>> = { user: [], assistant: [] };
  #taken = 0;
  #late = 0;

  /** `originMs` is the moment of frame 0 on the session's clock. */
  constructor(sampleRate: number, originMs: number) {
    this.sampleRate = sampleRate;
    this.#originMs = originMs;
  }

  /** Frames that were taken out. */
  get taken(): number {
    return this.#taken;
  }

  /** Frames that came too late to be placed. */
  get late(): number {
    return this.#late;
  }

  /** Frames that wait. */
  get held(): number {
    return TRACKS.reduce((sum, track) => sum + this.#pieces[track].reduce((frames, { samples }) => frames + samples.length, 0), 0);
  }

  /** The frame at a moment of the session's clock. */
  frameAt(atMs: number): number {
    return Math.round(((atMs - this.#originMs) / 1000) * this.sampleRate);
  }

  /** Places samples so that the first is heard at frame `start`; what lies before the frames already taken is dropped. A later piece wins over an earlier one where they overlap. */
  place(track: Track, start: number, samples: Float32Array): void {
    const drop = Math.min(samples.length, Math.max(0, this.#taken - start));
    this.#late += start < 0 ? Math.max(0, drop + Math.min(0, start)) : drop;
    if (drop < samples.length) this.#pieces[track].push({ start: start + drop, samples: samples.slice(drop) });
  }

  /** Silences a track from frame `start` to `end`, as far as it was not taken out yet. */
  mute(track: Track, start: number, end: number): void {
    for (const piece of this.#pieces[track]) piece.samples.fill(0, Math.max(0, start - piece.start), Math.max(0, end - piece.start));
  }

  /** Everything up to frame `end`, interleaved. */
  take(end: number): Float32Array {
    const from = this.#taken;
    if (end <= from) return new Float32Array(0);
    const out = new Float32Array((end - from) * TRACKS.length);
    TRACKS.forEach((track, channel) => {
      const kept: Piece[] = [];
      for (const { start, samples } of this.#pieces[track]) {
        const last = Math.min(end, start + samples.length);
        for (let frame = Math.max(from, start); frame < last; frame++) out[(frame - from) * TRACKS.length + channel] = samples[frame - start] as number; // start ≤ frame < start + length
        if (start + samples.length > end) kept.push(start >= end ? { start, samples } : { start: end, samples: samples.slice(end - start) });
      }
      this.#pieces[track].splice(0, Infinity, ...kept);
    });
    this.#taken = end;
    return out;
  }
}
