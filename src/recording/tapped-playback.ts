/**
 * A playback that says what was heard of it and when. The device tells a position; from positions at known moments
 * follows where each sample lies on the clock:
 *
 *     playing   samples follow each other; the position only says how many were heard
 *     resumed   the samples heard since then end at this moment
 *     paused    the samples heard since then begin where the last ones ended, and silence follows
 *     ran dry   the position lags by more than it can err: the samples end at this moment, silence lies before them
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { HeardPosition, Playback, PlaybackReport } from '../voice/voice-output.js';
import { joined, RateStream } from './rate-stream.js';

// Positions of real devices are estimates that jump by a few milliseconds; a real gap is longer than this.
const JITTER_MS = 20;

/** Told what was heard: samples that begin at a frame of the recording. */
export interface PlaybackListener {
  heard(start: number, samples: Float32Array): void;
  written(chunk: AudioChunk, atMs: number): void;
  ended(report: PlaybackReport): void;
}

/** What the tap needs to know of the recording. */
export interface PlaybackTap {
  readonly sampleRate: number;
  now(): number;
  frameAt(atMs: number): number;
}

/** One answer on its way to the ear, watched. */
export class TappedPlayback implements Playback {
  readonly done: Promise<PlaybackReport>;
  readonly #inner: Playback;
  readonly #tap: PlaybackTap;
  readonly #listener: PlaybackListener;
  readonly #rates: RateStream;
  #samples: Float32Array = new Float32Array(0); // written and not heard yet
  #heard = 0; // frames that were placed
  #next: number | undefined; // frame at which the next sample is heard, if nothing comes between
  #writtenMs = 0;
  #paused = false;
  #ended = false;

  constructor(inner: Playback, tap: PlaybackTap, listener: PlaybackListener) {
    this.#inner = inner;
    this.#tap = tap;
    this.#listener = listener;
    this.#rates = new RateStream(tap.sampleRate);
    this.done = inner.done.then((report) => {
      this.#finish(report);
      return report;
    });
  }

  write(chunk: AudioChunk): Promise<boolean> | boolean {
    this.observe();
    const taken = this.#inner.write(chunk);
    if (taken === false) return false;
    this.#listener.written(chunk, this.#writtenMs);
    this.#writtenMs += chunk.durationMs;
    this.#samples = joined(this.#samples, this.#rates.push(chunk));
    return taken;
  }

  end(): void {
    this.#samples = joined(this.#samples, this.#rates.flush());
    this.#inner.end();
  }

  cut(fadeMs?: number): void {
    this.observe();
    if (fadeMs === undefined) this.#inner.cut();
    else this.#inner.cut(fadeMs);
  }

  pause(): void {
    this.observe();
    this.#paused = true;
    this.#inner.pause();
  }

  resume(): void {
    this.observe();
    this.#paused = false;
    this.#next = undefined;
    this.#inner.resume();
  }

  heard(): HeardPosition {
    return this.#inner.heard();
  }

  /** Looks where the playback is. */
  observe(): void {
    if (!this.#ended) this.#place(this.#inner.heard().heardMs, this.#tap.frameAt(this.#tap.now()));
  }

  /** Places what was heard up to `heardMs`, the last of it at frame `now`. */
  #place(heardMs: number, now: number): void {
    const frames = Math.min(this.#samples.length, Math.round((heardMs / 1000) * this.#tap.sampleRate) - this.#heard);
    if (frames <= 0) return;
    const latest = now - frames;
    const jitter = (JITTER_MS / 1000) * this.#tap.sampleRate;
    const start = this.#next === undefined || (!this.#paused && Math.abs(latest - this.#next) > jitter) ? latest : this.#next;
    this.#listener.heard(start, this.#samples.slice(0, frames));
    this.#samples = this.#samples.slice(frames);
    this.#heard += frames;
    this.#next = start + frames;
  }

  #finish(report: PlaybackReport): void {
    if (this.#ended) return;
    this.#samples = joined(this.#samples, this.#rates.flush());
    this.#place(report.heardMs, this.#tap.frameAt(this.#tap.now()));
    this.#ended = true;
    this.#samples = new Float32Array(0);
    this.#listener.ended(report);
  }
}
