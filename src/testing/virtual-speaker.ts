/**
 * A loudspeaker on a clock: plays at exactly real time of that clock and makes no sound. With a manual
 * clock a conversation of minutes takes milliseconds, and what was heard is exact.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { Playback, PlaybackReport, VoiceOutput } from '../voice/voice-output.js';
import { VirtualPlayback, type VirtualDevice } from './virtual-playback.js';

/** Options of a {@link VirtualSpeaker}. */
export interface VirtualSpeakerOptions {
  /** @default the system's */
  readonly clock?: Clock;
  /** Milliseconds between rendering a sample and hearing it. @default 0 */
  readonly latencyMs?: number;
  /** Audio that may be queued ahead, in milliseconds. @default 3000 */
  readonly maxQueuedMs?: number;
  /** What the device renders at once, in milliseconds; 0 renders continuously. @default 0 */
  readonly quantumMs?: number;
}

/** A loudspeaker without sound. */
export class VirtualSpeaker implements VoiceOutput, VirtualDevice {
  readonly clock: Clock;
  readonly maxQueuedMs: number;
  readonly quantumMs: number;
  #latencyMs: number;
  #stalledUntilMs = 0;
  readonly #playbacks: VirtualPlayback[] = [];
  #reports: PlaybackReport[] = [];
  #closed = false;

  constructor(options: VirtualSpeakerOptions = {}) {
    refuseUnknownOptions('VirtualSpeaker', options, ['clock', 'latencyMs', 'maxQueuedMs', 'quantumMs']);
    this.clock = options.clock ?? systemClock;
    this.#latencyMs = requireNumber('VirtualSpeaker.latencyMs', options.latencyMs ?? 0, { min: 0 });
    this.maxQueuedMs = requireNumber('VirtualSpeaker.maxQueuedMs', options.maxQueuedMs ?? 3000, { min: 1 });
    this.quantumMs = requireNumber('VirtualSpeaker.quantumMs', options.quantumMs ?? 0, { min: 0, max: 1000 });
  }

  /** Milliseconds between rendering a sample and hearing it. */
  get latencyMs(): number {
    return this.#latencyMs;
  }

  /** Until when the device renders nothing, on its clock; in the past when it renders. */
  get stalledUntilMs(): number {
    return this.#stalledUntilMs;
  }

  /** Reports of all playbacks that have ended, oldest first. */
  get reports(): readonly PlaybackReport[] {
    return this.#reports;
  }

  /** All playbacks, oldest first. */
  get playbacks(): readonly VirtualPlayback[] {
    return this.#playbacks;
  }

  /** True after `close`. */
  get closed(): boolean {
    return this.#closed;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  begin(): Playback {
    this.#playbacks.at(-1)?.cut();
    const playback = new VirtualPlayback(this);
    this.#playbacks.push(playback);
    void playback.done.then((report) => this.#reports.push(report));
    return playback;
  }

  /** The device renders nothing for `ms`; what is queued waits. */
  stall(ms: number): void {
    requireNumber('VirtualSpeaker.stall.ms', ms, { min: 0 });
    const playback = this.#playbacks.at(-1);
    playback?.update();
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.clock.now() + ms);
    playback?.reschedule();
  }

  /** Another device takes over after `gapMs`, with its own latency. */
  switchTo(latencyMs: number, gapMs: number): void {
    requireNumber('VirtualSpeaker.switchTo.latencyMs', latencyMs, { min: 0 });
    this.stall(gapMs);
    this.#latencyMs = latencyMs;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#playbacks.at(-1)?.cut();
    return Promise.resolve();
  }
}
