/**
 * Rendering without a worklet: the same playout core runs on this thread, ahead of the clock, and its
 * blocks are scheduled as buffers one after the other. Pausing keeps what was scheduled and not yet
 * played; cutting drops it. A busy page delays both, and one that is busy for longer than the lead
 * leaves a gap: the worklet has neither fault.
 *
 * A buffer whose start lies in the past begins late and runs into the next one. So sound that follows
 * silence is scheduled some way ahead, and the core runs ahead of the clock only while it sounds:
 * while it waits for audio it is kept at the present, or the wait would be scheduled too.
 */
import type { PlayoutCommand, PlayoutReport } from '../audio/playout-message.js';
import { PlayoutProcessor } from '../audio/playout-processor.js';
import type { Clock } from '../base/clock.js';
import type { PlayoutControlCommand, PlayoutNotice } from './playout-link.js';
import { REPORT_EVERY_MS, type Renderer, type RendererSetup } from './renderer.js';
import type { SampleRoute } from './sample-transport.js';

// Timers of a visible page are late by tens of milliseconds, those of a hidden one come once a second.
const LEAD_S = 0.25;
const HIDDEN_LEAD_S = 1.5;
const TICK_MS = 40;
const BLOCK_S = 0.04;
const FADE_S = 0.008;
const QUANTUM = 128;
// The clock stands still during a task: a start must outlast the task that sets it and the callbacks
// of the device that are under way.
const TASK_S = 0.03;
const CALLBACKS = 2;

/** Sound from `from` to `to` of the answer. */
interface Block {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly from: number;
  readonly to: number;
}

interface Scheduled extends Block {
  readonly startFrame: number;
  readonly source: AudioBufferSourceNode;
}

/** Makes the renderer; it needs nothing of the browser but `AudioContext`. */
export function scheduledRenderer(setup: RendererSetup, clock: Clock): Renderer {
  return new ScheduledRenderer(setup, clock);
}

class ScheduledRenderer implements Renderer {
  readonly kind = 'scheduled';
  readonly node: GainNode;
  readonly #context: AudioContext;
  readonly #clock: Clock;
  readonly #processor: PlayoutProcessor;
  readonly #onNotice: (notice: PlayoutNotice) => void;
  readonly #blockFrames: number;
  #ports: readonly MessagePort[] = [];
  #scheduled: readonly Scheduled[] = [];
  #held: readonly Block[] = [];
  // Reports of what is scheduled; they are true when their frame has come.
  #due: PlayoutNotice[] = [];
  #nextFrame = 0;
  // No sound before this frame: the fade of what was silenced ends there.
  #quietUntil = 0;
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
    this.#context = context;
    this.#clock = clock;
    this.#onNotice = onNotice;
    this.node = context.createGain();
    this.#blockFrames = Math.ceil((context.sampleRate * BLOCK_S) / QUANTUM) * QUANTUM;
    this.#processor = new PlayoutProcessor({ sampleRate: context.sampleRate, capacityMs, reportEveryMs: REPORT_EVERY_MS, initialStartMs: prebufferMs, slowBelowMs, ...(module === null ? {} : { module }) });
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
        this.#say('position', this.#nowFrame);
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
    for (const { source } of this.#scheduled) source.stop();
    for (const port of this.#ports) port.close();
    this.#ports = [];
    this.node.disconnect();
  }

  /** Whether something of the answer is not heard yet. */
  get #unheard(): boolean {
    return this.#active || this.#scheduled.length > 0 || this.#held.length > 0;
  }

  #isCurrent(generation: number | undefined): boolean {
    return generation === undefined || generation >= this.#generation;
  }

  #begin(generation: number): void {
    if (this.#unheard) this.#cut({ type: 'cut' });
    this.#generation = generation;
    this.#active = true;
  }

  get #nowFrame(): number {
    return Math.round(this.#context.currentTime * this.#context.sampleRate);
  }

  // Whole quanta, so that blocks lie on the grid that the device is rendered in.
  #frames(seconds: number): number {
    return Math.ceil((seconds * this.#context.sampleRate) / QUANTUM) * QUANTUM;
  }

  /** The first frame after `now` at which a buffer that is scheduled now is sure to begin in time. */
  #safeFrame(now: number): number {
    return now + this.#frames(TASK_S + CALLBACKS * (this.#context.baseLatency ?? 0));
  }

  #tick(): void {
    this.#cancel = undefined;
    const now = this.#nowFrame;
    this.#scheduled = this.#scheduled.filter(({ startFrame, samples }) => startFrame + samples.length > now);
    this.#deliver(now);
    if (this.#active || this.#sounding) this.#render(now);
    // The last notices of an answer are due after the last block was rendered.
    if (this.#active || this.#sounding || this.#due.length > 0) this.#soon(TICK_MS);
  }

  #render(now: number): void {
    const hidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
    const ahead = now + this.#frames(hidden ? HIDDEN_LEAD_S : LEAD_S);
    if (!this.#sounding) this.#nextFrame = Math.max(this.#nextFrame, now);
    while ((this.#active || this.#sounding) && this.#nextFrame < (this.#sounding ? ahead : now + QUANTUM)) this.#renderBlock(now);
  }

  #renderBlock(now: number): void {
    const samples = new Float32Array(this.#sounding ? this.#blockFrames : QUANTUM);
    const from = this.#processor.position;
    const before = this.#rendered;
    for (let at = 0; at < samples.length; at += QUANTUM) this.#processor.process(samples.subarray(at, at + QUANTUM));
    this.#rendered += samples.length;
    const sounds = this.#processor.playing || samples.some((sample) => sample !== 0);
    // After silence, and when the page was busy for longer than the lead, which is heard as a gap.
    if (sounds && (!this.#sounding || this.#nextFrame < now + 2 * QUANTUM)) this.#nextFrame = Math.max(this.#nextFrame, this.#safeFrame(now), this.#quietUntil);
    this.#sounding = sounds;
    for (let report = this.#processor.takeReport(); report !== undefined; report = this.#processor.takeReport()) {
      this.#due.push({ ...report, contextFrame: this.#nextFrame + report.frame - before });
      if (report.type === 'ended') this.#active = false;
    }
    if (sounds) this.#schedule({ samples, from, to: this.#processor.position });
    else this.#nextFrame += samples.length;
  }

  #schedule(block: Block): void {
    const { sampleRate } = this.#context;
    const buffer = this.#context.createBuffer(1, block.samples.length, sampleRate);
    buffer.copyToChannel(block.samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.node);
    source.start(this.#nextFrame / sampleRate);
    this.#scheduled = [...this.#scheduled, { ...block, startFrame: this.#nextFrame, source }];
    this.#nextFrame += block.samples.length;
  }

  // Fades and stops what is scheduled; returns what was not played of it, in order.
  #silence(now: number): Block[] {
    this.#stopTimer();
    const { currentTime, sampleRate } = this.#context;
    const end = currentTime + FADE_S;
    this.#quietUntil = now + this.#frames(FADE_S) + QUANTUM;
    this.node.gain.setValueAtTime(1, currentTime);
    this.node.gain.linearRampToValueAtTime(0, end);
    this.node.gain.setValueAtTime(1, this.#quietUntil / sampleRate);
    const rest: Block[] = [];
    for (const { source, startFrame, ...block } of this.#scheduled) {
      source.stop(end);
      const played = Math.max(0, now - startFrame);
      if (played < block.samples.length) rest.push(played === 0 ? block : { samples: block.samples.slice(played), from: placeIn(block, played), to: block.to });
    }
    this.#scheduled = [];
    this.#sounding = false;
    return rest;
  }

  #pause(): void {
    this.#paused = true;
    const now = this.#nowFrame;
    this.#deliver(now);
    this.#held = [...this.#held, ...this.#silence(now)];
    this.#say('paused', now);
    // What is held will be true later, by as much as the pause lasts.
    this.#shift(-now);
  }

  #resume(): void {
    this.#paused = false;
    const start = Math.max(this.#safeFrame(this.#nowFrame), this.#quietUntil);
    this.#shift(start);
    this.#nextFrame = start;
    this.#say('resumed', start);
    for (const block of this.#held) this.#schedule(block);
    this.#sounding = this.#held.length > 0;
    this.#held = [];
    this.#soon(0);
  }

  #cut(command: PlayoutCommand): void {
    const now = this.#nowFrame;
    this.#deliver(now);
    if (!this.#unheard) return this.#processor.receive(command);
    this.#held = [...this.#held, ...this.#silence(now)];
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
    const next = this.#scheduled.find(({ startFrame, samples }) => startFrame + samples.length > frame);
    return next === undefined ? (this.#held[0]?.from ?? this.#processor.position) : placeIn(next, Math.max(0, frame - next.startFrame));
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

/** Place in the answer after `played` samples of a block: time-stretching makes the two differ. */
function placeIn({ samples, from, to }: Block, played: number): number {
  return Math.round(from + ((to - from) * played) / samples.length);
}
