/** One answer in a recording: where its samples were heard, and where its words lie. */
import type { AudioChunk } from '../audio/chunk.js';
import type { PlaybackReport } from '../voice/voice-output.js';
import type { PlaybackListener } from './tapped-playback.js';
import type { SpokenPiece, SpokenPieces } from './tapped-voice.js';
import type { Timeline } from './timeline.js';
import type { TranscriptWord } from './transcript.js';

interface Span {
  /** Frame of the answer. */
  readonly from: number;
  readonly frames: number;
  /** Frame of the recording. */
  readonly start: number;
}

/** The answer, as it is followed. */
export class SpokenAnswer implements PlaybackListener {
  readonly #timeline: Timeline;
  readonly #pieces: SpokenPieces;
  readonly #spans: Span[] = [];
  readonly #starts = new Map<SpokenPiece, number>(); // in milliseconds of the answer
  #frames = 0;
  /** Set when the playback has ended. */
  report: PlaybackReport | undefined;

  constructor(timeline: Timeline, pieces: SpokenPieces) {
    this.#timeline = timeline;
    this.#pieces = pieces;
  }

  heard(start: number, samples: Float32Array): void {
    this.#timeline.place('assistant', start, samples);
    const last = this.#spans.at(-1);
    // Samples that follow each other are one span, so that an answer of minutes keeps a handful.
    if (last !== undefined && last.start + last.frames === start) this.#spans.splice(-1, 1, { ...last, frames: last.frames + samples.length });
    else this.#spans.push({ from: this.#frames, frames: samples.length, start });
    this.#frames += samples.length;
  }

  written(chunk: AudioChunk, atMs: number): void {
    const place = this.#pieces.placeOf(chunk);
    if (place !== undefined && !this.#starts.has(place.piece)) this.#starts.set(place.piece, atMs - place.offsetMs);
  }

  ended(report: PlaybackReport): void {
    this.report = report;
  }

  /** From the first to the last sample that was heard, in milliseconds of the recording; nothing when none was. */
  get place(): { readonly startMs: number; readonly endMs: number } | undefined {
    const [first, last] = [this.#spans[0], this.#spans.at(-1)];
    return first === undefined || last === undefined ? undefined : { startMs: this.#ms(first.start), endMs: this.#ms(last.start + last.frames) };
  }

  /** The words whose beginning was heard, in milliseconds of the recording. */
  get words(): readonly TranscriptWord[] {
    return [...this.#starts].flatMap(([piece, pieceMs]) => piece.words.flatMap(({ text, startMs, endMs }) => {
      const start = this.#recorded(pieceMs + startMs);
      return start === undefined ? [] : [{ text, startMs: start, endMs: Math.max(start, this.#recorded(pieceMs + endMs) ?? this.place?.endMs ?? start) }];
    }));
  }

  #recorded(answerMs: number): number | undefined {
    const frame = (answerMs / 1000) * this.#timeline.sampleRate;
    const span = this.#spans.find(({ from, frames }) => frame >= from && frame < from + frames);
    return span === undefined ? undefined : this.#ms(span.start + frame - span.from);
  }

  #ms(frame: number): number {
    return (frame / this.#timeline.sampleRate) * 1000;
  }
}
