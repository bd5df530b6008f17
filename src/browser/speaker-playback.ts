/**
 * One answer on its way to the ear: takes chunks, converts them to the rate of the context, sends no
 * more than the renderer has credit for, and knows from the renderer's notices what was heard.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { PlayoutCommand } from '../audio/playout-message.js';
import { deferred } from '../base/deferred.js';
import { toError } from '../base/errors.js';
import type { HeardPosition, Playback, PlaybackReport } from '../voice/voice-output.js';
import type { PlayoutNotice } from './playout-link.js';
import { PlayoutTimeline } from './playout-timeline.js';
import { monoSamples, rateConverter, type RateConverter } from './rate-converter.js';

/** One answer on its way to the ear, as a speaker gives it. */
export interface SpeakerPlayback extends Playback {
  /** Number of this playback, from 1; grows. */
  readonly generation: number;
  /** Milliseconds of audio that were written and are not yet rendered. */
  readonly queuedMs: number;
}

/** The speaker, as its playbacks see it. Frames are those of the context's clock. */
export interface PlaybackHost {
  /** Rate of the context; 0 before it is open. */
  readonly sampleRate: number;
  /** audio.wasm for conversion; `null` where it cannot run. */
  readonly module: WebAssembly.Module | null;
  readonly maxQueuedMs: number;
  /** Resolves when there is something to play on. */
  readonly ready: Promise<void>;
  command(command: PlayoutCommand): void;
  /** Frame that is rendered now, and the one that is heard now. */
  readonly renderFrame: number;
  readonly heardFrame: number;
  /** Session clock at which `frame` is heard. */
  heardAt(frame: number): number;
  /** Calls `run` when `frame` is heard, and at once when it was. */
  whenHeard(frame: number, run: () => void): void;
  /** Calls `run` after `delayMs`. */
  after(delayMs: number, run: () => void): void;
}

// Pieces in which long chunks are sent: short enough to give credit in steps, long enough to cost nothing.
const SLICE_MS = 200;
// A renderer that runs reports a cut within two quanta; one that is suspended never does.
const CUT_MS = 150;

/** A playback of a speaker. */
export class QueuedPlayback implements SpeakerPlayback {
  readonly generation: number;
  readonly done: Promise<PlaybackReport>;
  readonly #host: PlaybackHost;
  readonly #settled = deferred<PlaybackReport>();
  readonly #timeline = new PlayoutTimeline();
  #converter: RateConverter | undefined;
  #converterRate = 0;
  #wake: (() => void) | undefined;
  #chain: Promise<unknown> = Promise.resolve();
  #opened = false;
  #ended = false;
  #over = false;
  #writtenMs = 0;
  #sent = 0;
  #position = 0;
  #firstHeardAtMs: number | null = null;
  #underruns = 0;
  #heldBack = false;
  #reported = false;

  constructor(generation: number, host: PlaybackHost) {
    this.generation = generation;
    this.#host = host;
    this.done = this.#settled.promise;
    this.done.catch(() => undefined); // whoever awaits it gets the error; nobody has to
  }

  get queuedMs(): number {
    const { sampleRate } = this.#host;
    return sampleRate === 0 ? this.#writtenMs : ((this.#sent - this.#position) / sampleRate) * 1000;
  }

  /** True once it is cut, finished or failed. */
  get over(): boolean {
    return this.#over;
  }

  write(chunk: AudioChunk): Promise<boolean> | boolean {
    if (this.#over || this.#ended) return false;
    const samples = monoSamples(chunk);
    this.#writtenMs += chunk.durationMs;
    return this.#next(() => this.#send(samples, chunk.sampleRate));
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    void this.#next(async () => {
      await this.#host.ready;
      this.#open();
      if (this.#converter !== undefined) await this.#queue(this.#converter.flush());
      if (!this.#over) this.#host.command({ type: 'end', generation: this.generation });
      return !this.#over;
    });
  }

  // The renderer fades within 8 ms, whatever length is asked for.
  cut(): void {
    if (this.#over) return;
    if (!this.#opened) return this.#settle(true, 0, 0);
    this.#host.command({ type: 'cut', generation: this.generation });
    const heard = this.#at(this.#host.heardFrame);
    this.#host.after(CUT_MS, () => this.#settle(true, heard, this.#at(this.#host.renderFrame)));
    this.#stopWriting();
  }

  pause(): void {
    this.#hold(true);
  }

  resume(): void {
    this.#hold(false);
  }

  heard(): HeardPosition {
    return { heardMs: this.#ms(this.#at(this.#host.heardFrame)), renderedMs: this.#ms(this.#at(this.#host.renderFrame)) };
  }

  /** A notice about this generation. */
  notice(notice: PlayoutNotice): void {
    if (this.#reported) return;
    this.#timeline.mark(notice.contextFrame, notice.position, notice.playing);
    this.#position = notice.position;
    if (notice.type === 'underrun') this.#underruns++;
    if (notice.type === 'started') this.#firstHeardAtMs = this.#host.heardAt(notice.contextFrame);
    else if (notice.type === 'cut') this.#settle(true, this.#at(notice.contextFrame - (this.#host.renderFrame - this.#host.heardFrame)), notice.position);
    else if (notice.type === 'ended') {
      this.#stopWriting();
      this.#host.whenHeard(notice.contextFrame, () => this.#settle(false, notice.position, notice.position));
    }
    this.#wake?.();
  }

  /** The device is gone: settles with what was heard, or rejects when `error` is given. */
  fail(error?: Error): void {
    if (error === undefined) this.#settle(true, this.#at(this.#host.heardFrame), this.#at(this.#host.renderFrame));
    else if (!this.#reported) {
      this.#reported = true;
      this.#settled.reject(error); // first, so that a writer who is told to stop can know why
      this.#stopWriting();
      this.#converter?.close();
    }
  }

  #hold(hold: boolean): void {
    if (this.#over) return;
    if (this.#opened) this.#host.command({ type: hold ? 'pause' : 'resume', generation: this.generation });
    else this.#heldBack = hold;
  }

  // One write after the other, whatever the writer awaits.
  #next(run: () => Promise<boolean>): Promise<boolean> {
    const turn = this.#chain.then(run);
    this.#chain = turn.catch((error: unknown) => this.fail(toError(error)));
    return turn.catch(() => false); // the error is what `done` rejects with
  }

  async #send(samples: Float32Array, rate: number): Promise<boolean> {
    await this.#host.ready;
    if (this.#over) return false;
    this.#open();
    if (this.#converter === undefined || this.#converterRate !== rate) {
      if (this.#converter !== undefined) await this.#queue(this.#converter.flush());
      this.#converter?.close();
      this.#converter = rateConverter(rate, this.#host.sampleRate, this.#host.module);
      this.#converterRate = rate;
    }
    const slice = Math.ceil((rate * SLICE_MS) / 1000);
    for (let at = 0; at < samples.length && !this.#over; at += slice) {
      await this.#queue(this.#converter.process(samples.subarray(at, at + slice)));
    }
    return !this.#over;
  }

  async #queue(samples: Float32Array): Promise<void> {
    if (samples.length === 0 || this.#over) return;
    const copy = samples.slice();
    this.#sent += copy.length;
    this.#host.command({ type: 'audio', generation: this.generation, samples: copy });
    while (!this.#over && this.queuedMs > this.#host.maxQueuedMs) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #open(): void {
    if (this.#opened || this.#over) return;
    this.#opened = true;
    this.#host.command({ type: 'open', generation: this.generation });
    if (this.#heldBack) this.#host.command({ type: 'pause', generation: this.generation });
  }

  #at(frame: number): number {
    return this.#timeline.at(frame, this.#sent);
  }

  #ms(samples: number): number {
    const { sampleRate } = this.#host;
    return sampleRate === 0 ? 0 : (samples / sampleRate) * 1000;
  }

  #stopWriting(): void {
    this.#over = true;
    this.#wake?.();
  }

  #settle(interrupted: boolean, heard: number, rendered: number): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#stopWriting();
    this.#converter?.close();
    const heardMs = this.#ms(heard);
    this.#settled.resolve({ heardMs, renderedMs: this.#ms(rendered), writtenMs: this.#writtenMs, interrupted, firstHeardAtMs: heardMs > 0 ? this.#firstHeardAtMs : null, underruns: this.#underruns });
  }
}
