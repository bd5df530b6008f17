/**
 * Rendering without a worklet: the same playout core runs on this thread, ahead of the clock, and its
 * blocks are scheduled as buffers one after the other. Pausing keeps what was scheduled and not yet
 * played; cutting drops it. A busy page delays both, and one that is busy for longer than the lead
 * leaves a gap: the worklet has neither fault.
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

interface Scheduled {
  readonly samples: Float32Array<ArrayBuffer>;
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
  #held: readonly Float32Array<ArrayBuffer>[] = [];
  // Reports of what is scheduled; they are true when their frame has come.
  #due: PlayoutNotice[] = [];
  #nextFrame = 0;
  #rendered = 0;
  #active = false;
  #paused = false;
  #cancel: (() => void) | undefined;

  constructor({ context, module, capacityMs, prebufferMs, onNotice }: RendererSetup, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
    this.#onNotice = onNotice;
    this.node = context.createGain();
    this.#blockFrames = Math.ceil((context.sampleRate * BLOCK_S) / QUANTUM) * QUANTUM;
    this.#processor = new PlayoutProcessor({ sampleRate: context.sampleRate, capacityMs, reportEveryMs: REPORT_EVERY_MS, initialStartMs: prebufferMs, ...(module === null ? {} : { module }) });
  }

  command(command: PlayoutCommand): void {
    switch (command.type) {
      case 'pause':
        if (this.#active && !this.#paused) this.#pause();
        return;
      case 'resume':
        if (this.#paused) this.#resume();
        return;
      case 'cut':
        this.#cut(command);
        return;
      case 'open':
        if (this.#active) this.#cut({ type: 'cut' });
        break;
      default:
        break;
    }
    this.#processor.receive(command);
    this.#active = true;
    if (!this.#paused && this.#cancel === undefined) this.#tick();
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
    this.#stopTimer();
    this.#active = false;
    for (const { source } of this.#scheduled) source.stop();
    for (const port of this.#ports) port.close();
    this.#ports = [];
    this.node.disconnect();
  }

  get #nowFrame(): number {
    return Math.round(this.#context.currentTime * this.#context.sampleRate);
  }

  #tick(): void {
    this.#cancel = undefined;
    const now = this.#nowFrame;
    this.#scheduled = this.#scheduled.filter(({ startFrame, samples }) => startFrame + samples.length > now);
    this.#deliver(now);
    if (!this.#active) return;
    const hidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
    const until = now + (hidden ? HIDDEN_LEAD_S : LEAD_S) * this.#context.sampleRate;
    while (this.#active && this.#nextFrame < until) this.#renderBlock(now);
    this.#cancel = this.#clock.after(TICK_MS, () => this.#tick());
  }

  #renderBlock(now: number): void {
    // Late: what is rendered next begins now, which the listener hears as a gap.
    if (this.#nextFrame < now) this.#nextFrame = now + QUANTUM;
    const samples = new Float32Array(this.#blockFrames);
    const start = this.#nextFrame;
    const renderedBefore = this.#rendered;
    for (let at = 0; at < samples.length; at += QUANTUM) this.#processor.process(samples.subarray(at, at + QUANTUM));
    this.#rendered += samples.length;
    for (let report = this.#processor.takeReport(); report !== undefined; report = this.#processor.takeReport()) {
      this.#due.push({ ...report, contextFrame: start + report.frame - renderedBefore });
      if (report.type === 'ended') this.#active = false;
    }
    this.#schedule(samples);
  }

  #schedule(samples: Float32Array<ArrayBuffer>): void {
    const { sampleRate } = this.#context;
    const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.node);
    source.start(this.#nextFrame / sampleRate);
    this.#scheduled = [...this.#scheduled, { samples, startFrame: this.#nextFrame, source }];
    this.#nextFrame += samples.length;
  }

  // Fades and stops what is scheduled; returns what was not played of it, in order.
  #silence(): Float32Array<ArrayBuffer>[] {
    this.#stopTimer();
    const { currentTime, sampleRate } = this.#context;
    const end = currentTime + FADE_S;
    this.node.gain.setValueAtTime(1, currentTime);
    this.node.gain.linearRampToValueAtTime(0, end);
    this.node.gain.setValueAtTime(1, end + QUANTUM / sampleRate);
    const now = this.#nowFrame;
    const rest: Float32Array<ArrayBuffer>[] = [];
    for (const { source, startFrame, samples } of this.#scheduled) {
      source.stop(end);
      if (startFrame + samples.length > now) rest.push(samples.slice(Math.max(0, now - startFrame)));
    }
    this.#scheduled = [];
    this.#nextFrame = 0;
    return rest;
  }

  #pause(): void {
    this.#paused = true;
    const now = this.#nowFrame;
    this.#deliver(now);
    this.#held = [...this.#held, ...this.#silence()];
    this.#say('paused', now, length(this.#held));
    // What is held will be true later, by as much as the pause lasts.
    for (let n = 0; n < this.#due.length; n++) this.#due[n] = { ...(this.#due[n] as PlayoutNotice), contextFrame: (this.#due[n] as PlayoutNotice).contextFrame - now }; // n < length
  }

  #resume(): void {
    this.#paused = false;
    const start = this.#nowFrame + 2 * QUANTUM;
    this.#due = this.#due.map((notice) => ({ ...notice, contextFrame: notice.contextFrame + start }));
    this.#nextFrame = start;
    this.#say('resumed', start, length(this.#held));
    for (const samples of this.#held) this.#schedule(samples);
    this.#held = [];
    this.#tick();
  }

  #cut(command: PlayoutCommand): void {
    const now = this.#nowFrame;
    this.#deliver(now);
    const unplayed = length(this.#held) + length(this.#silence());
    this.#held = [];
    this.#due = [];
    this.#paused = false;
    this.#active = false;
    this.#processor.receive(command);
    for (let report = this.#processor.takeReport(); report !== undefined; report = this.#processor.takeReport()) {
      this.#tell({ ...report, position: Math.max(0, report.position - unplayed), contextFrame: now });
    }
    // The core fades at its own place, which lies ahead: that sound was never scheduled and must not come.
    const bin = new Float32Array(QUANTUM);
    for (let n = 0; n < this.#blockFrames; n += QUANTUM) this.#processor.process(bin);
    this.#rendered += Math.ceil(this.#blockFrames / QUANTUM) * QUANTUM;
  }

  // A notice about now, made from the core's own, which is ahead by what was not played.
  #say(type: PlayoutReport['type'], contextFrame: number, unplayed: number): void {
    this.#processor.receive({ type: 'report' });
    const report = this.#processor.takeReport();
    if (report !== undefined) this.#tell({ ...report, type, position: Math.max(0, report.position - unplayed), playing: type === 'resumed', contextFrame });
  }

  #deliver(now: number): void {
    while (this.#due[0] !== undefined && this.#due[0].contextFrame <= now) this.#tell(this.#due.shift() as PlayoutNotice); // there is one
    // The last notice of an answer is due after the last tick that renders.
    if (this.#due.length > 0 && !this.#active && !this.#paused) this.#cancel = this.#clock.after(TICK_MS, () => this.#tick());
  }

  #tell(notice: PlayoutNotice): void {
    this.#onNotice(notice);
    for (const port of this.#ports) port.postMessage(notice);
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function length(blocks: readonly Float32Array[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0);
}
