/**
 * A loudspeaker on a clock: plays at exactly real time of that clock and makes no sound. With a manual
 * clock a conversation of minutes takes milliseconds, and what was heard is exact.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { systemClock, type Clock } from '../base/clock.js';
import { deferred, type Deferred } from '../base/deferred.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { HeardPosition, Playback, PlaybackReport, VoiceOutput } from '../voice/voice-output.js';

/** Options of a {@link VirtualSpeaker}. */
export interface VirtualSpeakerOptions {
  /** @default the system's */
  readonly clock?: Clock;
  /** Milliseconds between rendering a sample and hearing it. @default 0 */
  readonly latencyMs?: number;
  /** Audio that may be queued ahead, in milliseconds. @default 3000 */
  readonly maxQueuedMs?: number;
}

/** A loudspeaker without sound. */
export class VirtualSpeaker implements VoiceOutput {
  /** Milliseconds between rendering a sample and hearing it. */
  readonly latencyMs: number;
  readonly #clock: Clock;
  readonly #maxQueuedMs: number;
  #current: VirtualPlayback | undefined;
  #reports: PlaybackReport[] = [];
  #closed = false;

  constructor(options: VirtualSpeakerOptions = {}) {
    refuseUnknownOptions('VirtualSpeaker', options, ['clock', 'latencyMs', 'maxQueuedMs']);
    this.#clock = options.clock ?? systemClock;
    this.latencyMs = requireNumber('VirtualSpeaker.latencyMs', options.latencyMs ?? 0, { min: 0 });
    this.#maxQueuedMs = requireNumber('VirtualSpeaker.maxQueuedMs', options.maxQueuedMs ?? 3000, { min: 1 });
  }

  /** Reports of all playbacks that have ended, oldest first. */
  get reports(): readonly PlaybackReport[] {
    return this.#reports;
  }

  /** True after `close`. */
  get closed(): boolean {
    return this.#closed;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  begin(): Playback {
    this.#current?.cut();
    const playback = new VirtualPlayback(this.#clock, this.latencyMs, this.#maxQueuedMs);
    this.#current = playback;
    void playback.done.then((report) => this.#reports.push(report));
    return playback;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#current?.cut();
    return Promise.resolve();
  }
}

class VirtualPlayback implements Playback {
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #maxQueuedMs: number;
  readonly #done: Deferred<PlaybackReport> = deferred();
  #writtenMs = 0;
  #renderedMs = 0;
  #updatedMs = 0;
  #firstRenderedMs: number | undefined;
  #dry = false;
  #underruns = 0;
  #paused = false;
  #ended = false;
  #over = false;
  #cancelTimer: (() => void) | undefined;
  readonly #writers: (() => void)[] = [];

  constructor(clock: Clock, latencyMs: number, maxQueuedMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#maxQueuedMs = maxQueuedMs;
  }

  get done(): Promise<PlaybackReport> {
    return this.#done.promise;
  }

  write(chunk: AudioChunk): Promise<boolean> | boolean {
    if (this.#over || this.#ended) return false;
    this.#update();
    if (this.#dry) {
      this.#dry = false;
      this.#underruns++;
    }
    this.#firstRenderedMs ??= this.#clock.now();
    this.#writtenMs += chunk.durationMs;
    this.#schedule();
    if (this.#writtenMs - this.#renderedMs <= this.#maxQueuedMs) return true;
    return new Promise<boolean>((resolve) => this.#writers.push(() => resolve(!this.#over)));
  }

  end(): void {
    this.#ended = true;
    this.#update();
    this.#schedule();
  }

  cut(): void {
    this.#update();
    this.#finish(true);
  }

  pause(): void {
    this.#update();
    this.#paused = true;
    this.#schedule();
  }

  resume(): void {
    this.#update();
    this.#paused = false;
    this.#schedule();
  }

  heard(): HeardPosition {
    this.#update();
    const sinceFirst = this.#firstRenderedMs === undefined ? 0 : this.#clock.now() - this.#firstRenderedMs;
    // What was rendered within the last `latencyMs` is still on its way; after a pause of that length all of it has arrived.
    return { renderedMs: this.#renderedMs, heardMs: Math.max(0, Math.min(this.#renderedMs, sinceFirst - this.#latencyMs, this.#renderedMs - (this.#paused ? 0 : this.#latencyMs))) };
  }

  /** Brings the rendered position up to now. */
  #update(): void {
    const now = this.#clock.now();
    if (!this.#paused && !this.#over && this.#firstRenderedMs !== undefined) {
      const room = this.#writtenMs - this.#renderedMs;
      const passed = now - this.#updatedMs;
      this.#renderedMs += Math.min(room, passed);
      if (passed > room && !this.#ended) this.#dry = this.#writtenMs > 0;
    }
    this.#updatedMs = now;
  }

  /** Sets the timer for the next thing that happens by itself: room for a writer, or the end. */
  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#over || this.#paused) return;
    const queued = this.#writtenMs - this.#renderedMs;
    if (this.#writers.length > 0 && queued <= this.#maxQueuedMs) for (const wake of this.#writers.splice(0)) wake();
    if (this.#writers.length > 0) this.#wakeAfter(queued - this.#maxQueuedMs);
    else if (this.#ended) {
      if (queued > 0) this.#wakeAfter(queued);
      else this.#cancelTimer = this.#clock.after(this.#writtenMs > 0 ? this.#latencyMs : 0, () => this.#finish(false));
    }
  }

  #wakeAfter(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#update();
      this.#schedule();
    });
  }

  #finish(interrupted: boolean): void {
    if (this.#over) return;
    const { renderedMs, heardMs } = this.heard();
    this.#over = true;
    this.#cancelTimer?.();
    for (const wake of this.#writers.splice(0)) wake();
    const anything = this.#firstRenderedMs !== undefined && (heardMs > 0 || !interrupted);
    this.#done.resolve({
      renderedMs,
      heardMs: interrupted ? heardMs : renderedMs,
      writtenMs: this.#writtenMs,
      interrupted,
      firstHeardAtMs: anything ? (this.#firstRenderedMs as number) + this.#latencyMs : null, // `anything` has tested it
      underruns: this.#underruns,
    });
  }
}
