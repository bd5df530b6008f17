/**
 * The protocol of playout: commands to a `PlayoutProcessor` and reports from it. All of them survive
 * structured cloning; `samples` of an `audio` command may be transferred.
 *
 * Contract for wiring:
 * - An answer is a *generation*: a whole number greater than those before. `open` it, send its
 *   `audio` in order at the processor's sample rate, `end` it. Opening a newer generation cuts the
 *   older. Commands of a generation that is cut or older than the open one are counted as stale and
 *   have no effect, so nothing of a cancelled answer can play later.
 * - Any thread may send `cut`, `pause` and `resume`: the audio worker does it over its own port for a
 *   barge-in. Without `generation` they mean the one that plays.
 * - Credits: the processor holds `capacity` samples. A producer may have at most
 *   `sent − report.released ≤ capacity`; what does not fit is dropped and counted in `dropped`.
 * - Position heard: `position` is the place in the answer; silence, concealment and repeated material
 *   do not move it. At context time t it is heard `outputLatency` later; `frame` tells at which
 *   frame of the output clock (frames since the processor began) the report was true.
 */

/** What a `PlayoutProcessor` can be told. */
export type PlayoutCommand =
  /** Begins an answer and makes it the current one. */
  | { readonly type: 'open'; readonly generation: number }
  /** The next samples of the answer, mono, at the processor's rate. */
  | { readonly type: 'audio'; readonly generation: number; readonly samples: Float32Array }
  /** No more audio follows; plays to the last sample, then reports `ended`. */
  | { readonly type: 'end'; readonly generation: number }
  /** Flush: fades out at once and drops everything of this generation and older ones. */
  | { readonly type: 'cut'; readonly generation?: number }
  /** Fades out and holds the exact sample; audio may still be sent. */
  | { readonly type: 'pause'; readonly generation?: number }
  /** Goes on at the sample held. */
  | { readonly type: 'resume'; readonly generation?: number }
  /** Ducking: approaches `gain` (0 … 4) linearly within `rampMs`. */
  | { readonly type: 'gain'; readonly gain: number; readonly rampMs: number }
  /** Asks for a `position` report now. */
  | { readonly type: 'report' };

/** Kinds of {@link PlayoutReport}. */
export type PlayoutReportType =
  /** The first sample of the answer was rendered. */
  | 'started'
  /** Ran dry before the end; silence or concealment until `recovered`. */
  | 'underrun'
  /** Plays again after an underrun. */
  | 'recovered'
  | 'paused'
  | 'resumed'
  /** The last sample was rendered. */
  | 'ended'
  /** The answer was cut; `position` is what was heard of it at full level. */
  | 'cut'
  /** Periodic, and on request. */
  | 'position';

/** State of playout at `frame`. */
export interface PlayoutReport {
  readonly type: PlayoutReportType;
  /** Generation that the report is about; 0 when none was opened yet. */
  readonly generation: number;
  /** Frames of output rendered since the processor began. */
  readonly frame: number;
  /** Place in the answer: samples of this generation rendered or left out by time-stretching. */
  readonly position: number;
  /** Samples of this generation held and not yet rendered. */
  readonly buffered: number;
  /** Samples of all generations that are no longer held, since the processor began. */
  readonly released: number;
  /** Whether audio of the answer is being rendered now. */
  readonly playing: boolean;
  /** Underruns since the processor began. */
  readonly underruns: number;
  /** Output frames of silence inside answers, that is between `underrun` and `recovered`. */
  readonly gapFrames: number;
  /** Output frames that were made up to hide gaps. */
  readonly concealed: number;
  /** Samples left out by time-stretching, since the processor began. */
  readonly skipped: number;
  /** Samples played twice by time-stretching, since the processor began. */
  readonly repeated: number;
  /** Samples dropped: cut, or sent without credit. */
  readonly dropped: number;
  /** Commands or samples of generations that were over; they had no effect. */
  readonly stale: number;
  /** Samples that would be buffered before an answer starts or goes on now. */
  readonly target: number;
}
