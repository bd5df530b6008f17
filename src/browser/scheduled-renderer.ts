/**
 * Rendering without a worklet: the same playout core runs on this thread, ahead of the clock, and its
 * blocks are scheduled as buffers one after the other. Pausing keeps what was scheduled and not yet
 * played; cutting drops it. A busy page delays both, and one that is busy for longer than the lead
 * leaves a gap: the worklet has neither fault.
 *
 * The core runs ahead of the clock only while it sounds: while it waits for audio it is kept at the
 * present, or the wait would be scheduled too.
 */
import type { PlayoutCommand, PlayoutReport } from '../audio/playout-message.js';
import { PlayoutProcessor } from '../audio/playout-processor.js';
import type { Clock } from '../base/clock.js';
import { BlockSchedule, QUANTUM, type Block } from './block-schedule.js';
import type { PlayoutControlCommand, PlayoutNotice } from './playout-link.js';
import { REPORT_EVERY_MS, type Renderer, type RendererSetup } from './renderer.js';
import type { SampleRoute } from './sample-transport.js';

// Timers of a visible page are late by tens of milliseconds, those of a hidden one come once a second.
const LEAD_S = 0.25;
const HIDDEN_LEAD_S = 1.5;
const TICK_MS = 40;
const BLOCK_S = 0.04;

/** Makes the renderer; it needs nothing of the browser but `AudioContext`. */
export function scheduledRenderer(setup: RendererSetup, clock: Clock): Renderer {
  return new ScheduledRenderer(setup, clock);
}

class ScheduledRenderer implements Renderer {
  readonly kind = 'scheduled';
  readonly #schedule: BlockSchedule;
  readonly #clock: Clock;
  readonly #processor: PlayoutProcessor;
  readonly #onNotice: (notice: PlayoutNotice) => void;
  readonly #blockFrames: number;
  #ports: readonly MessagePort[] = [];
  #held: readonly Block[] = [];
  // Reports of what is scheduled; they are true when their frame has come.
  #due: PlayoutNotice[] = [];
  #rendered = 0;
  // The last block held sound, so the next one must follow it without a gap.
  #sounding = false;
  // The core has an answer that is not rendered to its end.
  #active = false;
  #generation = 0;
  #paused = false;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor({ context, module, capacityMs, prebufferMs, slowBelowMs, onNotice }: RendererSetup, clock: Clock) {
    this.#schedule = new BlockSchedule(context);
    this.#clock = clock;
    this.#onNotice = onNotice;
    this.#blockFrames = this.#schedule.frames(BLOCK_S);
    this.#processor = new PlayoutProcessor({ sampleRate: context.sampleRate, capacityMs, reportEveryMs: REPORT_EVERY_MS, initialStartMs: prebufferMs, slowBelowMs, ...(module === null ? {} : { module }) });
  }

  get node(): GainNode {
    return this.#schedule.node;
  }

  command(command: PlayoutCommand): void {
    switch (command.type) {
      case 'pause':
        if (this.#isCurrent(command.generation) && this.#unheard && !this.#paused) this.#pause();
        return;
      case 'resume':
        if (this.#isCurrent(command.generation) && this.#paused) this.#resume();
        return;
      case 'cut':
        if (this.#isCurrent(command.generation)) this.#cut(command);
        else this.#processor.receive(command);
        return;
      case 'report':
        this.#say('position', this.#schedule.nowFrame);
        return;
      case 'open':
      case 'audio':
        if (command.generation > this.#generation) this.#begin(command.generation);
        break;
      default:
        break;
    }
    this.#processor.receive(command);
    // What waits for audio goes on at once; what sounds has time until its next tick.
    if (this.#active && !this.#sounding) this.#soon(0);
  }

  attach(port: MessagePort, route: SampleRoute): void {
    // The echo gate needs what sounds now; what is rendered here sounds a quarter of a second later.
    for (const end of route.sinkTransfer) (end as MessagePort).close();
    this.#ports = [...this.#ports, port];
    port.onmessage = (event: MessageEvent<PlayoutControlCommand>) => {
      const command = event.data;
      if (command.type !== 'detach') return this.command(command);
      port.close();
      this.#ports = this.#ports.filter((one) => one !== port);
    };
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#active = false;
    for (const port of this.#ports) port.close();
    this.#ports = [];
    this.#schedule.close();
  }

  /** Whether something of the answer is not heard yet. */
  get #unheard(): boolean {
    return this.#active || !this.#schedule.empty || this.#held.length > 0;
  }

  #isCurrent(generation: number | undefined): boolean {
    return generation === undefined || generation >= this.#generation;
  }

  #begin(generation: number): void {
    if (this.#unheard) this.#cut({ type: 'cut' });
    this.#generation = generation;
    this.#active = true;
  }

  #tick(): void {
    this.#cancel = undefined;
    const now = this.#schedule.nowFrame;
    this.#schedule.forget(now);
    this.#deliver(now);
    if (this.#active || this.#sounding) this.#render(now);
    // The last notices of an answer are due after the last block was rendered.
    if (this.#active || this.#sounding || this.#due.length > 0) this.#soon(TICK_MS);
  }

  #render(now: number): void {
    const schedule = this.#schedule;
    const hidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
    const ahead = now + schedule.frames(hidden ? HIDDEN_LEAD_S : LEAD_S);
    if (!this.#sounding) schedule.nextFrame = Math.max(schedule.nextFrame, now);
    while ((this.#active || this.#sounding) && schedule.nextFrame < (this.#sounding ? ahead : now + QUANTUM)) this.#renderBlock(now);
  }

  #renderBlock(now: number): void {
    const schedule = this.#schedule;
    const samples = new Float32Array(this.#sounding ? this.#blockFrames : QUANTUM);
    const from = this.#processor.position;
    const before = this.#rendered;
    for (let at = 0; at < samples.length; at += QUANTUM) this.#processor.process(samples.subarray(at, at + QUANTUM));
    this.#rendered += samples.length;
    const sounds = this.#processor.playing || samples.some((sample) => sample !== 0);
    // After silence, and when the page was busy for longer than the lead, which is heard as a gap.
    if (sounds && (!this.#sounding || schedule.nextFrame < now + 2 * QUANTUM)) schedule.nextFrame = Math.max(schedule.nextFrame, schedule.safeFrame(now));
    this.#sounding = sounds;
    for (let report = this.#processor.takeReport(); report !== undefined; report = this.#processor.takeReport()) {
      this.#due.push({ ...report, contextFrame: schedule.nextFrame + report.frame - before });
      if (report.type === 'ended') this.#active = false;
    }
    if (sounds) schedule.add({ samples, from, to: this.#processor.position });
    else schedule.nextFrame += samples.length;
  }

  /** Keeps what was scheduled and not yet played. */
  #silence(now: number): void {
    this.#stopTimer();
    this.#held = [...this.#held, ...this.#schedule.silence(now)];
    this.#sounding = false;
  }

  #pause(): void {
    this.#paused = true;
    const now = this.#schedule.nowFrame;
    this.#deliver(now);
    this.#silence(now);
    this.#say('paused', now);
    // What is held will be true later, by as much as the pause lasts.
    this.#shift(-now);
  }

  #resume(): void {
    this.#paused = false;
    const start = this.#schedule.safeFrame(this.#schedule.nowFrame);
    this.#shift(start);
    this.#schedule.nextFrame = start;
    this.#say('resumed', start);
    for (const block of this.#held) this.#schedule.add(block);
    this.#sounding = this.#held.length > 0;
    this.#held = [];
    this.#soon(0);
  }

  #cut(command: PlayoutCommand): void {
    const now = this.#schedule.nowFrame;
    this.#deliver(now);
    if (!this.#unheard) return this.#processor.receive(command);
    this.#silence(now);
    this.#due = [];
    this.#paused = false;
    this.#active = false;
    this.#processor.receive(command);
    // The core's own report tells the place that it had reached, and there is none when it had ended.
    while (this.#processor.takeReport() !== undefined);
    this.#say('cut', now);
    this.#held = [];
    // The core fades at its own place, which lies ahead: that sound was never scheduled and must not come.
    const bin = new Float32Array(QUANTUM);
    for (let n = 0; n < this.#blockFrames; n += QUANTUM) this.#processor.process(bin);
    this.#rendered += this.#blockFrames;
  }

  // A notice about now, made from the core's own, which is ahead by what is scheduled or held.
  #say(type: PlayoutReport['type'], contextFrame: number): void {
    this.#processor.receive({ type: 'report' });
    const report = this.#processor.takeReport();
    if (report !== undefined) this.#tell({ ...report, type, position: this.#placeAt(contextFrame), playing: !this.#paused && type !== 'cut' && this.#unheard, contextFrame });
  }

  #placeAt(frame: number): number {
    return this.#schedule.placeAt(frame) ?? this.#held[0]?.from ?? this.#processor.position;
  }

  #shift(frames: number): void {
    this.#due = this.#due.map((notice) => ({ ...notice, contextFrame: notice.contextFrame + frames }));
  }

  #deliver(now: number): void {
    while (this.#due[0] !== undefined && this.#due[0].contextFrame <= now) this.#tell(this.#due.shift() as PlayoutNotice); // there is one
  }

  #tell(notice: PlayoutNotice): void {
    this.#onNotice(notice);
    for (const port of this.#ports) port.postMessage(notice);
  }

  #soon(delayMs: number): void {
    if (this.#closed || this.#paused) return;
    this.#stopTimer();
    this.#cancel = this.#clock.after(delayMs, () => this.#tick());
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
