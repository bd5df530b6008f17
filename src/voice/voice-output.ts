/**
 * Where the assistant's voice goes: a loudspeaker in a browser, a socket at the edge, a recorder in a
 * test. One answer is one playback; beginning the next one drops whatever is left of the one before,
 * and nothing of a dropped playback is ever heard again.
 */
import type { AudioChunk } from '../audio/chunk.js';

/** How much of a playback was really heard. */
export interface HeardPosition {
  /** Milliseconds of the answer's audio that have left the loudspeaker: samples rendered minus output latency. */
  readonly heardMs: number;
  /** Milliseconds of the answer's audio that were rendered. */
  readonly renderedMs: number;
}

/** What a playback reports when it has ended. */
export interface PlaybackReport extends HeardPosition {
  /** Milliseconds of audio that were written to it. */
  readonly writtenMs: number;
  /** True when it was cut before its end. */
  readonly interrupted: boolean;
  /** When its first sample left the loudspeaker, milliseconds on the session's clock; `null` when none did. */
  readonly firstHeardAtMs: number | null;
  /** How often it ran dry. */
  readonly underruns: number;
}

/** One answer on its way to the ear. */
export interface Playback {
  /** Adds audio; waits while enough is queued. `false` once the playback was cut or another one began: write no more. */
  write(chunk: AudioChunk): Promise<boolean> | boolean;
  /** Says that all audio was written; `done` settles when the last sample was heard. */
  end(): void;
  /** Fades within `fadeMs` (5 to 10 ms) and drops the rest; `done` settles with the position heard. @default 8 */
  cut(fadeMs?: number): void;
  /** Fades and holds; the next sample after `resume` is the one that follows the last one heard. */
  pause(): void;
  resume(): void;
  /** The position now. */
  heard(): HeardPosition;
  /** Settles once, never rejects but with the error that broke the device. */
  readonly done: Promise<PlaybackReport>;
}

/** The assistant's voice at the ear. */
export interface VoiceOutput {
  /** Opens the device; must be called from a user's gesture where the browser asks for one. */
  start(): Promise<void>;
  /** Begins an answer; an earlier playback is cut. */
  begin(): Playback;
  /** Releases everything. */
  close(): Promise<void>;
  /** Estimated milliseconds between rendering a sample and hearing it. */
  readonly latencyMs: number;
}
