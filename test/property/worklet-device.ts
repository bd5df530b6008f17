// The playout of a browser without the browser: the real playout core, rendered callback by callback on a clock, the
// real playback before it, and a loudspeaker that keeps what it gave out.
import { PlayoutProcessor } from '../../src/audio/playout-processor.js';
import type { PlayoutCommand } from '../../src/audio/playout-message.js';
import { QueuedPlayback, type PlaybackHost } from '../../src/browser/speaker-playback.js';
import type { Clock } from '../../src/base/clock.js';
import type { Playback, VoiceOutput } from '../../src/voice/voice-output.js';

export const RATE = 48000;
export const QUANTUM = 128;
export const QUANTUM_MS = (QUANTUM * 1000) / RATE;

/** A stretch of samples that left the loudspeaker. */
export interface Given {
  /** Frame of the device's clock at which it was rendered. */
  readonly frame: number;
  /** When its first sample left the loudspeaker, on the session's clock. */
  readonly heardAtMs: number;
  readonly samples: Float32Array;
}

/** A loudspeaker made of the library's own playout, on a clock. */
export class WorkletDevice implements VoiceOutput, PlaybackHost {
  readonly sampleRate: number = RATE;
  readonly module: WebAssembly.Module | null = null;
  readonly maxQueuedMs = 3000;
  readonly ready: Promise<void> = Promise.resolve();
  readonly given: Given[] = [];
  readonly #clock: Clock;
  readonly #processor = new PlayoutProcessor({ sampleRate: RATE, initialStartMs: 60, reportEveryMs: 20 });
  /** Commands on their way from the page to the audio thread. */
  readonly #underway: PlayoutCommand[] = [];
  #current: QueuedPlayback | undefined;
  #generation = 0;
  #frame = 0;
  #latencyMs: number;
  #stalled = 0;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(clock: Clock, latencyMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  get latencyMs(): number {
    return this.#latencyMs;
  }

  get renderFrame(): number {
    return this.#frame;
  }

  get heardFrame(): number {
    return this.#frame - (this.#latencyMs * RATE) / 1000;
  }

  /** Quanta rendered at once, as devices with larger buffers do. */
  quantaPerCallback = 1;

  start(): Promise<void> {
    if (this.#frame === 0) this.#next();
    return Promise.resolve();
  }

  begin(): Playback {
    this.#current?.cut();
    this.#current = new QueuedPlayback(++this.#generation, this);
    return this.#current;
  }

  close(): Promise<void> {
    this.#current?.cut();
    this.#current?.fail();
    this.#closed = true;
    this.#cancel();
    return Promise.resolve();
  }

  command(command: PlayoutCommand): void {
    this.#underway.push(command);
  }

  heardAt(frame: number): number {
    return this.#clock.now() + ((frame - this.heardFrame) / RATE) * 1000;
  }

  whenHeard(frame: number, run: () => void): void {
    this.#clock.after(Math.max(0, this.heardAt(frame) - this.#clock.now()), run);
  }

  after(delayMs: number, run: () => void): void {
    this.#clock.after(delayMs, run);
  }

  /** The device calls back so much later once. */
  stall(ms: number): void {
    this.#stalled += ms;
  }

  /** Another device: nothing is rendered for `gapMs`, then with another latency. */
  switchTo(latencyMs: number, gapMs: number): void {
    this.#stalled += gapMs;
    this.#latencyMs = latencyMs;
  }

  #next(): void {
    if (this.#closed) return;
    const delayMs = QUANTUM_MS * this.quantaPerCallback + this.#stalled;
    this.#stalled = 0;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#render();
      this.#next();
    });
  }

  #render(): void {
    for (const command of this.#underway.splice(0)) this.#processor.receive(command);
    for (let n = 0; n < this.quantaPerCallback; n++) {
      const samples = new Float32Array(QUANTUM);
      this.#processor.process(samples);
      this.given.push({ frame: this.#frame, heardAtMs: this.#clock.now() + n * QUANTUM_MS + this.#latencyMs, samples });
      this.#frame += QUANTUM;
      while (this.#processor.reportDue) {
        const report = this.#processor.takeReport();
        if (report !== undefined && report.generation === this.#current?.generation) this.#current.notice({ ...report, contextFrame: report.frame });
      }
    }
  }
}
