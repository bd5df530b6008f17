/**
 * One answer on a virtual loudspeaker: rendered in whole quanta, heard one output latency later, held
 * up when the device stalls. Beside the position it reports, as a real device would, it keeps the
 * truth: which milliseconds of the answer left the loudspeaker when.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import { deferred, type Deferred } from '../base/deferred.js';
import type { HeardPosition, Playback, PlaybackReport } from '../voice/voice-output.js';

/** A stretch of an answer that was rendered without a gap. */
export interface RenderedSpan {
  /** Its place in the answer, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When its first sample left the loudspeaker, on the clock. */
  readonly heardAtMs: number;
}

/** A piece of audio that was written to a playback. */
export interface WrittenChunk {
  /** Its place in the answer, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly chunk: AudioChunk;
}

/** The device, as its playbacks see it. */
export interface VirtualDevice {
  readonly clock: Clock;
  readonly latencyMs: number;
  readonly maxQueuedMs: number;
  /** What is rendered at once; 0 renders continuously. */
  readonly quantumMs: number;
  /** Until when the device renders nothing. */
  readonly stalledUntilMs: number;
}

/** A playback of a `VirtualSpeaker`. */
export class VirtualPlayback implements Playback {
  readonly #device: VirtualDevice;
  readonly #done: Deferred<PlaybackReport> = deferred();
  readonly #spans: RenderedSpan[] = [];
  readonly #written: WrittenChunk[] = [];
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

  constructor(device: VirtualDevice) {
    this.#device = device;
  }

  get done(): Promise<PlaybackReport> {
    return this.#done.promise;
  }

  /** What left the loudspeaker when, in order. */
  get spans(): readonly RenderedSpan[] {
    this.update();
    return this.#spans;
  }

  /** What was written, in order. */
  get written(): readonly WrittenChunk[] {
    return this.#written;
  }

  /** Milliseconds of the answer that have left the loudspeaker by `atMs`, from the record of what was rendered. */
  heardBy(atMs: number): number {
    this.update();
    let heardMs = 0;
    for (const { fromMs, toMs, heardAtMs } of this.#spans) heardMs += Math.min(toMs - fromMs, Math.max(0, atMs - heardAtMs));
    return heardMs;
  }

  write(chunk: AudioChunk): Promise<boolean> | boolean {
    if (this.#over || this.#ended) return false;
    this.update();
    if (this.#dry) {
      this.#dry = false;
      this.#underruns++;
    }
    this.#written.push({ fromMs: this.#writtenMs, toMs: this.#writtenMs + chunk.durationMs, chunk });
    this.#writtenMs += chunk.durationMs;
    if (this.#writtenMs - this.#renderedMs <= this.#device.maxQueuedMs) return true;
    const taken = new Promise<boolean>((resolve) => this.#writers.push(() => resolve(!this.#over)));
    this.#schedule();
    return taken;
  }

  end(): void {
    this.#ended = true;
    this.update();
    this.#schedule();
  }

  cut(): void {
    this.update();
    this.#finish(true);
  }

  pause(): void {
    this.update();
    this.#paused = true;
    this.#schedule();
  }

  resume(): void {
    this.update();
    this.#paused = false;
    this.#schedule();
  }

  heard(): HeardPosition {
    this.update();
    const { clock, latencyMs } = this.#device;
    const sinceFirst = this.#firstRenderedMs === undefined ? 0 : clock.now() - this.#firstRenderedMs;
    // What was rendered within the last `latencyMs` is still on its way; while nothing is rendered all of it has arrived.
    const onItsWay = this.#paused ? 0 : latencyMs;
    return { renderedMs: this.#renderedMs, heardMs: Math.max(0, Math.min(this.#renderedMs, sinceFirst - latencyMs, this.#renderedMs - onItsWay)) };
  }

  /** Brings the rendered position up to now. The device calls it before it changes. */
  update(): void {
    const { clock, quantumMs, stalledUntilMs, latencyMs } = this.#device;
    const now = clock.now();
    const from = Math.min(now, Math.max(this.#updatedMs, stalledUntilMs));
    this.#updatedMs = now;
    if (this.#paused || this.#over || this.#writtenMs === 0) return;
    // Quanta begin at multiples of their length on the device's own clock.
    const passed = quantumMs === 0 ? now - from : (Math.floor(now / quantumMs + 1e-9) - Math.floor(from / quantumMs + 1e-9)) * quantumMs;
    const room = this.#writtenMs - this.#renderedMs;
    const rendered = Math.min(room, passed);
    const begunMs = quantumMs === 0 ? from : (Math.floor(from / quantumMs + 1e-9) + 1) * quantumMs;
    if (rendered > 0) {
      this.#firstRenderedMs ??= begunMs;
      this.#span(rendered, begunMs + latencyMs);
      this.#renderedMs += rendered;
    }
    if (passed > room && !this.#ended) this.#dry = true;
  }

  /** Sets the timer for the next thing that happens by itself. The device calls it when it has changed. */
  reschedule(): void {
    this.#schedule();
  }

  #span(lengthMs: number, heardAtMs: number): void {
    const last = this.#spans.at(-1);
    const joins = last !== undefined && Math.abs(last.heardAtMs + (last.toMs - last.fromMs) - heardAtMs) < 1e-6;
    if (joins) this.#spans[this.#spans.length - 1] = { ...last, toMs: this.#renderedMs + lengthMs };
    else this.#spans.push({ fromMs: this.#renderedMs, toMs: this.#renderedMs + lengthMs, heardAtMs });
  }

  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#over || this.#paused) return;
    const { maxQueuedMs, latencyMs, clock } = this.#device;
    const queued = this.#writtenMs - this.#renderedMs;
    if (this.#writers.length > 0 && queued <= maxQueuedMs) for (const wake of this.#writers.splice(0)) wake();
    if (this.#writers.length > 0) this.#wakeAfter(queued - maxQueuedMs);
    else if (this.#ended) {
      if (queued > 1e-6) this.#wakeAfter(queued);
      else this.#cancelTimer = clock.after(this.#writtenMs > 0 ? latencyMs : 0, () => this.#finish(false));
    }
  }

  #wakeAfter(delayMs: number): void {
    const { clock, quantumMs, stalledUntilMs } = this.#device;
    const untilMs = Math.max(clock.now(), stalledUntilMs) + delayMs;
    const wakeMs = quantumMs === 0 ? untilMs : Math.ceil(untilMs / quantumMs - 1e-9) * quantumMs;
    this.#cancelTimer = clock.after(Math.max(wakeMs - clock.now(), 1e-3), () => {
      this.update();
      this.#schedule();
    });
  }

  #finish(interrupted: boolean): void {
    if (this.#over) return;
    const { renderedMs, heardMs } = this.heard();
    this.#over = true;
    this.#cancelTimer?.();
    for (const wake of this.#writers.splice(0)) wake();
    const first = heardMs > 0 || !interrupted ? this.#spans[0] : undefined;
    this.#done.resolve({
      renderedMs,
      heardMs: interrupted ? heardMs : renderedMs,
      writtenMs: this.#writtenMs,
      interrupted,
      firstHeardAtMs: first?.heardAtMs ?? null,
      underruns: this.#underruns,
    });
  }
}
