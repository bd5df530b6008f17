/**
 * The assistant's voice at the ear: an `AudioContext` with the playout worklet, or scheduled buffers
 * where a worklet cannot be had. Chunks of any rate are converted to the context's rate by our own
 * resampler (the browser's aliases), positions count samples that were really rendered, and nothing of
 * a playback that was cut is heard again.
 *
 * This file is the life of the context and its renderer; one answer is `speaker-playback`.
 */
import type { PlayoutCommand } from '../audio/playout-message.js';
import { systemClock, type Clock } from '../base/clock.js';
import { deferred } from '../base/deferred.js';
import { ClosedError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber, requireOneOf } from '../base/option.js';
import { loadAudio } from '../wasm/audio-load.js';
import { WasmUnavailableError } from '../wasm/kernel.js';
import { ContextGate } from './context-gate.js';
import { DeviceError } from './device-errors.js';
import { audibleFrame, latencyMs } from './output-latency.js';
import type { PlayoutNotice } from './playout-link.js';
import type { Renderer, RendererSetup } from './renderer.js';
import { sampleRoute } from './sample-transport.js';
import { scheduledRenderer } from './scheduled-renderer.js';
import type { Speaker, SpeakerControl, SpeakerEvent, SpeakerOptions, SpeakerRenderer, SpeakerState } from './speaker-contract.js';
import { QueuedPlayback, type PlaybackHost, type SpeakerPlayback } from './speaker-playback.js';
import { workletRenderer } from './worklet-renderer.js';

const OPTIONS = ['context', 'sinkId', 'maxQueuedMs', 'prebufferMs', 'volume', 'renderer', 'worklet', 'audioWasm', 'tap', 'clock'];
// What a renderer holds beyond the queue: the longest slice that is sent at once, twice.
const SLACK_MS = 1000;
// Below this a source that speaks in real time is played slower; with a short queue less, or everything would be.
const SLOW_BELOW_MS = 160;
// A renderer that failed so often without a sound in between will fail again.
const RENDERER_FAILURES = 2;
// An answer whose first sound waits this long for a gesture or a device is given up; its text is on the screen.
const BLOCKED_MS = 5000;

interface Open {
  readonly context: AudioContext;
  readonly gate: ContextGate;
  readonly volume: GainNode;
  readonly module: WebAssembly.Module | null;
  readonly tap: MediaStreamAudioDestinationNode | null;
  renderer: Renderer;
}

class BrowserSpeaker implements Speaker, PlaybackHost {
  readonly maxQueuedMs: number;
  readonly #options: SpeakerOptions;
  readonly #clock: Clock;
  readonly #prebufferMs: number;
  readonly #listeners = new Set<(event: SpeakerEvent) => void>();
  #volume: number;
  #state: SpeakerState = 'stopped';
  #opening: Promise<void> | undefined;
  #open: Open | undefined;
  #current: QueuedPlayback | undefined;
  #generation = 0;
  #failures = 0;

  constructor(options: SpeakerOptions) {
    refuseUnknownOptions('createSpeaker', options, OPTIONS);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.maxQueuedMs = requireNumber('createSpeaker.maxQueuedMs', options.maxQueuedMs ?? 3000, { min: 100, max: 60000 });
    this.#prebufferMs = requireNumber('createSpeaker.prebufferMs', options.prebufferMs ?? 60, { min: 20, max: 400 });
    this.#volume = requireNumber('createSpeaker.volume', options.volume ?? 1, { min: 0, max: 1 });
    requireOneOf('createSpeaker.renderer', options.renderer ?? 'auto', ['auto', 'scheduled']);
  }

  get state(): SpeakerState {
    return this.#state;
  }

  get renderer(): SpeakerRenderer | null {
    return this.#open?.renderer.kind ?? null;
  }

  get sampleRate(): number {
    return this.#open?.context.sampleRate ?? 0;
  }

  get module(): WebAssembly.Module | null {
    return this.#open?.module ?? null;
  }

  get latencyMs(): number {
    return this.#open === undefined ? 0 : latencyMs(this.#open.context);
  }

  get recording(): MediaStream | null {
    return this.#open?.tap?.stream ?? null;
  }

  get ready(): Promise<void> {
    return this.start();
  }

  get renderFrame(): number {
    return this.#open === undefined ? 0 : this.#open.context.currentTime * this.#open.context.sampleRate;
  }

  get heardFrame(): number {
    return this.#open === undefined ? 0 : audibleFrame(this.#open.context);
  }

  start(): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(new ClosedError('Speaker'));
    if (this.#opening === undefined) {
      const opening = this.#start();
      this.#opening = opening;
      opening.catch((error: unknown) => {
        if (this.#opening !== opening) return;
        this.#opening = undefined;
        if (this.#state !== 'closed') this.#setState('failed', toError(error));
      });
    }
    return this.#opening;
  }

  async unlock(): Promise<boolean> {
    await this.start();
    return (await this.#open?.gate.resume()) ?? false;
  }

  begin(): SpeakerPlayback {
    if (this.#state === 'closed') throw new ClosedError('Speaker');
    this.#current?.cut();
    const playback = new QueuedPlayback(++this.#generation, this);
    this.#current = playback;
    // The failure to start is told by the state and by the playback, whose writes wait for the start.
    this.start().catch((error: unknown) => playback.fail(toError(error)));
    this.#giveUpUnheard(playback);
    playback.done.then((report) => this.#emit({ type: 'finished', generation: playback.generation, report }), () => undefined);
    return playback;
  }

  setVolume(volume: number): void {
    this.#volume = requireNumber('Speaker.setVolume volume', volume, { min: 0, max: 1 });
    // 20 ms: a step would click.
    this.#open?.volume.gain.setTargetAtTime(volume, this.#open.context.currentTime, 0.02);
  }

  onEvent(listener: (event: SpeakerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async openControl(sharedMemory: boolean): Promise<SpeakerControl | null> {
    try {
      await this.start();
    } catch {
      return null; // told by the state; listening works without a loudspeaker
    }
    const open = this.#open;
    if (open === undefined) return null;
    const { port1, port2 } = new MessageChannel();
    const route = sampleRoute(open.context.sampleRate, sharedMemory);
    open.renderer.attach(port1, route);
    return { port: port2, reference: route.source, sampleRate: open.context.sampleRate, transfer: [port2, ...route.sourceTransfer] };
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#current?.cut();
    this.#current?.fail();
    this.#setState('closed');
    await this.#opening?.catch(() => undefined); // what failed to open has nothing to close
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    open.gate.close();
    open.renderer.close();
    open.volume.disconnect();
    if (this.#options.context === undefined && open.context.state !== 'closed') await open.context.close();
  }

  command(command: PlayoutCommand): void {
    this.#open?.renderer.command(command);
  }

  heardAt(frame: number): number {
    return this.#clock.now() + ((frame - this.heardFrame) / Math.max(1, this.sampleRate)) * 1000;
  }

  whenHeard(frame: number, run: () => void): void {
    const delayMs = this.heardAt(frame) - this.#clock.now();
    if (delayMs <= 0) run();
    else this.#clock.after(delayMs, run);
  }

  after(delayMs: number, run: () => void): void {
    this.#clock.after(delayMs, run);
  }

  async #start(): Promise<void> {
    this.#setState('starting');
    if (typeof AudioContext === 'undefined') throw new DeviceError('UNSUPPORTED');
    const context = this.#options.context ?? new AudioContext({ latencyHint: 'interactive' });
    const gate = new ContextGate(context, this.#clock, () => this.#follow());
    // Asked first of all, while the gesture that led here still counts.
    const running = gate.resume();
    try {
      const module = await this.#loadModule();
      const volume = new GainNode(context, { gain: this.#volume });
      volume.connect(context.destination);
      const tap = this.#options.tap === true ? context.createMediaStreamDestination() : null;
      if (tap !== null) volume.connect(tap);
      const renderer = await this.#makeRenderer(context, module);
      renderer.node.connect(volume);
      await this.#chooseSink(context);
      await running;
      this.#open = { context, gate, volume, module, tap, renderer };
      if (this.#state === 'closed') return;
      this.#follow();
    } catch (error) {
      gate.close();
      if (this.#options.context === undefined) await context.close();
      throw error;
    }
  }

  async #loadModule(): Promise<WebAssembly.Module | null> {
    const { audioWasm } = this.#options;
    try {
      return await loadAudio(audioWasm);
    } catch (error) {
      // What was given must work; without it, plain conversion and playback need no WebAssembly.
      if (audioWasm !== undefined || !(error instanceof WasmUnavailableError)) throw error;
      return null;
    }
  }

  async #makeRenderer(context: AudioContext, module: WebAssembly.Module | null): Promise<Renderer> {
    const setup: RendererSetup = {
      context, module, prebufferMs: this.#prebufferMs, capacityMs: this.maxQueuedMs + SLACK_MS,
      slowBelowMs: Math.min(SLOW_BELOW_MS, this.maxQueuedMs / 4),
      onNotice: (notice) => this.#notice(notice),
      onFailure: (error) => void this.#rebuild(error),
    };
    if (this.#options.renderer === 'scheduled' || context.audioWorklet === undefined) return scheduledRenderer(setup, this.#clock);
    try {
      return await workletRenderer(setup, this.#options.worklet);
    } catch (error) {
      // An address that was given must work; without one, buffers scheduled from here still make sound.
      if (this.#options.worklet !== undefined) throw error;
      return scheduledRenderer(setup, this.#clock);
    }
  }

  async #chooseSink(context: AudioContext): Promise<void> {
    const { sinkId } = this.#options;
    if (sinkId === undefined) return;
    const choose = (context as { setSinkId?(id: string): Promise<void> }).setSinkId;
    if (choose === undefined) throw new DeviceError('UNSUPPORTED');
    try {
      await choose.call(context, sinkId);
    } catch (error) {
      throw new DeviceError('NO_DEVICE', error);
    }
  }

  // A context that may not run, or finds no loudspeaker, says nothing: its promises stay open.
  #giveUpUnheard(playback: QueuedPlayback): void {
    const look = (): void => {
      if (this.#state === 'blocked') playback.fail(new DeviceError('GESTURE_NEEDED'));
      else stop = this.#clock.after(BLOCKED_MS, look);
    };
    let stop = this.#clock.after(BLOCKED_MS, look);
    playback.done.then(() => stop(), () => stop());
  }

  async #rebuild(error: Error): Promise<void> {
    const open = this.#open;
    if (open === undefined || this.#state === 'closed') return;
    this.#current?.fail();
    open.renderer.close();
    if (++this.#failures > RENDERER_FAILURES) return this.#setState('failed', error);
    this.#setState('recovering', error);
    try {
      open.renderer = await this.#makeRenderer(open.context, open.module);
      open.renderer.node.connect(open.volume);
      this.#emit({ type: 'rebuilt' });
      this.#follow();
    } catch (failure) {
      this.#setState('failed', toError(failure));
    }
  }

  // The state of the context is the state of the speaker, once there is one.
  #follow(): void {
    const open = this.#open;
    if (open === undefined || this.#state === 'closed') return;
    const { state } = open.gate;
    if (state === 'running') this.#setState('ready');
    else if (state === 'blocked') this.#setState('blocked', new DeviceError('GESTURE_NEEDED'));
    else if (state === 'interrupted') this.#setState('recovering');
    else {
      this.#current?.fail(new DeviceError('DEVICE_LOST'));
      this.#setState('failed', new DeviceError('DEVICE_LOST'));
    }
  }

  #notice(notice: PlayoutNotice): void {
    const playback = this.#current;
    if (playback === undefined || playback.generation !== notice.generation) return;
    playback.notice(notice);
    const { generation } = notice;
    if (notice.type === 'started') this.#failures = 0;
    if (notice.type === 'started') this.#emit({ type: 'started', generation, atMs: this.heardAt(notice.contextFrame) });
    else if (notice.type === 'underrun' || notice.type === 'paused' || notice.type === 'resumed') this.#emit({ type: notice.type, generation });
  }

  #setState(state: SpeakerState, error?: Error): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emit({ type: 'state', state, ...(error === undefined ? {} : { error }) });
  }

  #emit(event: SpeakerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/**
 * Makes a speaker; it opens at `start`, or when the first answer begins.
 *
 * @example
 * const speaker = createSpeaker();
 * button.onclick = () => speaker.start();
 */
export function createSpeaker(options: SpeakerOptions = {}): Speaker {
  return new BrowserSpeaker(options);
}
