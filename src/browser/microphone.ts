/**
 * The user's voice from a microphone: `getUserMedia` at the device's own rate → capture worklet →
 * ring or port → audio worker (16 kHz, level, voice activity, segmenter) → elements on this thread,
 * and only while somebody speaks.
 *
 * Everything a browser does to a microphone on the way is either recovered from or reported:
 *
 * | what happens                                   | state       | then                                   |
 * |------------------------------------------------|-------------|----------------------------------------|
 * | unplugged, taken back, worklet or worker died  | recovering  | everything opened anew; failed if not  |
 * | another default device                         | recovering  | opened anew on that one                |
 * | context interrupted (call, locked phone)       | recovering  | resumed when the system allows         |
 * | muted by the system, or by `mute`              | muted       | listening when unmuted                 |
 * | no samples for 0.5 s, at first for 1.5 s       | recovering  | opened anew                            |
 * | failed, then a device or the permission is back| recovering  | opened anew                            |
 */
import { sleep, systemClock, type Clock } from '../base/clock.js';
import { AbortedError, ClosedError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber, requireOneOf } from '../base/option.js';
import { Channel } from '../stream/channel.js';
import type { ChannelReader } from '../stream/channel-ends.js';
import { element, type StreamElement } from '../stream/element.js';
import type { InputLevel, InputMode, InputState, SpeechEndMetadata } from '../voice/voice-input.js';
import { openCapture, type CaptureSession } from './capture-session.js';
import { DeviceError } from './device-errors.js';
import { DeviceWatch } from './device-watch.js';
import type { BargeIn } from './listener.js';
import type { Microphone, MicrophoneOptions, MicrophoneStats } from './microphone-contract.js';
import { connectWorkers, type Workers } from './workers.js';

const OPTIONS = ['workers', 'speaker', 'bargeIn', 'deviceId', 'echoCancellation', 'noiseSuppression', 'autoGainControl', 'thresholds', 'spectrum', 'sharedMemory', 'worklet', 'clock', 'openStream'];
// Half a second without samples is silence that no device gives: frames come every 10 ms.
const WATCH_MS = 500;
// The first samples take longer where a headset changes its profile or a busy machine starts its audio process: so many
// looks in vain are forgiven.
const FIRST_LOOKS = 2;
// Opened so often without a single sample, a device is given up.
const DEAF_OPENS = 2;
// Waits between attempts to open a microphone again, each short enough that a device which says nothing is back within
// half a second of being there. Sums to 3 s; after that it takes an event of the device to try once more.
const RETRY_MS: readonly number[] = [0, 100, 200, 250, 250, 250, 250, 250, 250, 250, 250, 250, 250, 250];

class BrowserMicrophone implements Microphone {
  readonly #options: MicrophoneOptions;
  readonly #clock: Clock;
  readonly #workers: Workers;
  readonly #elements = new Channel<StreamElement>({ capacity: 64, priorityOf: (item) => item.priority });
  readonly #watch: DeviceWatch;
  readonly #onState = new Set<(state: InputState, error?: Error) => void>();
  readonly #onLevel = new Set<(level: InputLevel) => void>();
  readonly #unlisten: (() => void)[] = [];
  #state: InputState = 'stopped';
  #error: Error | null = null;
  #session: CaptureSession | undefined;
  #running: AbortController | undefined;
  #starting: Promise<void> | undefined;
  #mode: InputMode = 'handsFree';
  #bargeIn: BargeIn;
  #endSilenceMs: number | undefined;
  #deviceId: string | undefined;
  #muted = false;
  #open = false; // an utterance has begun and not ended
  #levelSeen = false;
  #forgiven = 0;
  #fruitless = 0;
  #recoveries = 0;
  #reopening = false;
  #retryNow: (() => void) | undefined;
  #closed = false;

  constructor(options: MicrophoneOptions) {
    refuseUnknownOptions('createMicrophone', options, OPTIONS);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#bargeIn = requireOneOf('createMicrophone.bargeIn', options.bargeIn ?? 'pause', ['pause', 'cut', 'off']);
    this.#deviceId = options.deviceId;
    this.#workers = options.workers ?? connectWorkers({ clock: this.#clock });
    this.#watch = new DeviceWatch({ onDefaultChanged: () => this.#deviceChanged(), onAvailable: () => this.#tryAgain() });
    this.#unlisten.push(this.#workers.audio.onLost(() => this.#recover()));
    if (options.speaker !== undefined) this.#unlisten.push(options.speaker.onEvent((event) => event.type === 'rebuilt' && this.#recover()));
  }

  get elements(): ChannelReader<StreamElement> {
    return this.#elements;
  }

  get state(): InputState {
    return this.#state;
  }

  get error(): Error | null {
    return this.#error;
  }

  get deviceLabel(): string {
    return this.#session?.track.label ?? '';
  }

  async start(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#closed) throw new ClosedError('Microphone');
    // What failed while it ran waits for the device; a start does not.
    if (this.#state === 'failed' && this.#running !== undefined) await this.stop();
    if (this.#starting !== undefined) return this.#starting;
    const running = new AbortController();
    this.#running = running;
    const onAbort = (): void => running.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted === true) onAbort();
    this.#setState('starting');
    this.#starting = this.#connect(running.signal).catch(async (error: unknown) => {
      if (this.#running === running) {
        this.#starting = undefined;
        this.#running = undefined;
        if (running.signal.aborted) this.#setState('stopped');
        else this.#setState('failed', toError(error));
      }
      throw error;
    }).finally(() => options.signal?.removeEventListener('abort', onAbort));
    await this.#starting;
    this.#watch.start();
    this.#keepWatch(running.signal);
  }

  async stop(): Promise<void> {
    this.#running?.abort();
    this.#running = undefined;
    this.#starting = undefined;
    this.#watch.stop();
    this.#setState('stopped');
    await this.#disconnect();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.stop();
    for (const end of this.#unlisten) end();
    if (this.#options.workers === undefined) await this.#workers.close();
    this.#elements.close();
  }

  setMode(mode: InputMode): void {
    this.#mode = requireOneOf('Microphone.setMode mode', mode, ['handsFree', 'hold']);
    this.#tell((remote) => remote.setMode(mode));
  }

  hold(): void {
    this.#tell((remote) => remote.hold());
  }

  release(): void {
    this.#tell((remote) => remote.release());
  }

  setBargeIn(action: BargeIn): void {
    this.#bargeIn = requireOneOf('Microphone.setBargeIn action', action, ['pause', 'cut', 'off']);
    this.#tell((remote) => remote.setBargeIn(action));
  }

  get bargeIn(): BargeIn {
    return this.#bargeIn;
  }

  setEndSilence(silenceMs: number): void {
    this.#endSilenceMs = requireNumber('Microphone.setEndSilence silenceMs', silenceMs, { min: 10, max: 60000 });
  }

  mute(): void {
    this.#setMuted(true);
  }

  unmute(): void {
    this.#setMuted(false);
  }

  async useDevice(deviceId: string | null): Promise<void> {
    this.#deviceId = deviceId ?? undefined;
    if (this.#running === undefined) return;
    await this.stop();
    await this.start();
  }

  async stats(): Promise<MicrophoneStats> {
    const session = this.#session;
    const figures = session === undefined ? { framesReceived: 0, framesDropped: 0, elementsDropped: 0 } : await session.stats();
    return { ...figures, deviceSampleRate: session?.sampleRate ?? 0, transport: session?.transport ?? 'none', recoveries: this.#recoveries };
  }

  onState(listener: (state: InputState, error?: Error) => void): () => void {
    this.#onState.add(listener);
    return () => this.#onState.delete(listener);
  }

  onLevel(listener: (level: InputLevel) => void): () => void {
    this.#onLevel.add(listener);
    return () => this.#onLevel.delete(listener);
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { speaker, echoCancellation = true, noiseSuppression = true, autoGainControl = true } = this.#options;
    const openStream = this.#options.openStream ?? browserStream();
    const sharedMemory = this.#options.sharedMemory !== 'never' && globalThis.crossOriginIsolated === true;
    const session = await openCapture({
      constraints: { audio: { echoCancellation, noiseSuppression, autoGainControl, channelCount: { ideal: 1 }, ...(this.#deviceId === undefined ? {} : { deviceId: { exact: this.#deviceId } }) } },
      openStream, sharedMemory, signal,
      audio: this.#workers.audio,
      worklet: this.#options.worklet,
      control: speaker === undefined ? Promise.resolve(null) : speaker.openControl(sharedMemory),
      thresholds: { ...(this.#endSilenceMs === undefined ? {} : { redemptionMs: this.#endSilenceMs }), ...this.#options.thresholds },
      bargeIn: this.#bargeIn,
      mode: this.#mode,
      spectrum: this.#options.spectrum ?? false,
      clock: this.#clock,
      onLevel: (level) => this.#level(level),
      onContext: () => this.#follow(),
      onMute: () => this.#follow(),
      onFailure: () => this.#recover(),
    });
    if (signal.aborted) {
      await session.close();
      throw new AbortedError('Opening the microphone', signal.reason);
    }
    this.#session = session;
    session.track.enabled = !this.#muted;
    void this.#pump(session);
    this.#levelSeen = true;
    this.#forgiven = FIRST_LOOKS;
    await this.#watch.opened(this.#deviceId === undefined);
    this.#follow();
  }

  async #disconnect(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  // Elements of one session after the other come out of one channel; an utterance that a session left open is ended here.
  async #pump(session: CaptureSession): Promise<void> {
    try {
      for await (const item of session.elements) {
        if (item.type === 'speechStart') this.#open = true;
        else if (item.type === 'speechEnd') this.#open = false;
        if (!(await this.#elements.write(item))) break;
      }
    } catch {
      // The worker is gone; the recovery that follows is what tells.
    }
    if (!this.#open) return;
    this.#open = false;
    const metadata: SpeechEndMetadata = { endMs: this.#clock.now(), speechMs: 0, misfire: false, truncated: true };
    await this.#elements.write(element({ type: 'speechEnd' }, { source: 'microphone', timestampMs: this.#clock.epochMs(), metadata: { ...metadata } }));
  }

  #recover(): void {
    const running = this.#running;
    if (running === undefined || this.#reopening || this.#state === 'starting') return;
    this.#reopening = true;
    this.#setState('recovering');
    void this.#reopen(running.signal).finally(() => {
      this.#reopening = false;
    });
  }

  // A device that opens and gives nothing, again and again, is lost, however often it opens.
  #deaf(): void {
    if (++this.#fruitless <= DEAF_OPENS) return this.#recover();
    this.#setState('failed', new DeviceError('DEVICE_LOST'));
    void this.#disconnect();
  }

  async #reopen(signal: AbortSignal): Promise<void> {
    await this.#disconnect();
    let failure: unknown;
    for (const delayMs of RETRY_MS) {
      try {
        await this.#untilRetry(delayMs, signal);
        await this.#connect(signal);
        this.#recoveries++;
        return;
      } catch (error) {
        if (signal.aborted) return;
        failure = error;
        // Asking again would only be refused again.
        if (error instanceof DeviceError && error.code === 'PERMISSION_DENIED') break;
      }
    }
    this.#setState('failed', failure instanceof DeviceError && failure.code === 'NO_DEVICE' ? new DeviceError('DEVICE_LOST', failure) : toError(failure));
  }

  // Ends early when something says that a device may be there.
  async #untilRetry(delayMs: number, signal: AbortSignal): Promise<void> {
    const wait = new AbortController();
    this.#retryNow = () => wait.abort();
    await sleep(this.#clock, delayMs, AbortSignal.any([signal, wait.signal])).catch(() => signal.throwIfAborted());
    this.#retryNow = undefined;
  }

  #tryAgain(): void {
    this.#retryNow?.();
    if (this.#state === 'failed' && this.#running !== undefined) this.#recover();
  }

  #deviceChanged(): void {
    if (this.#state === 'listening' || this.#state === 'muted') this.#recover();
  }

  // The state follows from the context and the track of the session that runs.
  #follow(): void {
    const session = this.#session;
    if (session === undefined || this.#running === undefined) return;
    if (session.gate.state !== 'running') {
      // It runs again by itself when the user or the system lets it: `ContextGate` sees to that.
      this.#setState('recovering', session.gate.state === 'blocked' ? new DeviceError('GESTURE_NEEDED') : undefined);
    } else this.#setState(this.#muted || session.track.muted ? 'muted' : 'listening');
  }

  #keepWatch(signal: AbortSignal): void {
    const check = async (): Promise<void> => {
      if (signal.aborted) return;
      const session = this.#session;
      const expected = session !== undefined && session.gate.state === 'running' && !this.#reopening;
      if (expected && !this.#levelSeen && this.#forgiven > 0) this.#forgiven--;
      else if (expected && !this.#levelSeen) {
        // A page that was blocked has levels waiting; the worker knows whether samples still come.
        const before = await session.stats().catch(() => undefined);
        await sleep(this.#clock, WATCH_MS / 5, signal).catch(() => undefined);
        const after = await session.stats().catch(() => undefined);
        if (this.#session === session && !this.#levelSeen && (after === undefined || after.framesReceived === before?.framesReceived)) this.#deaf();
      }
      this.#levelSeen = false;
      if (!signal.aborted) this.#clock.after(WATCH_MS, () => void check());
    };
    this.#clock.after(WATCH_MS, () => void check());
  }

  #level(level: InputLevel): void {
    this.#levelSeen = true;
    this.#forgiven = 0;
    this.#fruitless = 0;
    for (const listener of this.#onLevel) listener(level);
  }

  #setMuted(muted: boolean): void {
    this.#muted = muted;
    const session = this.#session;
    if (session === undefined) return;
    session.track.enabled = !muted;
    if (this.#state === 'listening' || this.#state === 'muted') this.#follow();
  }

  // A session that is gone takes no command; the next one is opened with what is set now.
  #tell(run: (remote: CaptureSession['remote']) => Promise<unknown>): void {
    const session = this.#session;
    if (session !== undefined) run(session.remote).catch(() => undefined);
  }

  #setState(state: InputState, error?: Error): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#error = state === 'failed' ? (error ?? null) : null;
    for (const listener of this.#onState) listener(state, error);
  }
}

function browserStream(): (constraints: MediaStreamConstraints) => Promise<MediaStream> {
  const devices = (globalThis.navigator as Navigator | undefined)?.mediaDevices as MediaDevices | undefined;
  if (devices?.getUserMedia === undefined) throw new DeviceError(globalThis.isSecureContext === false ? 'INSECURE_PAGE' : 'UNSUPPORTED');
  if (typeof AudioContext === 'undefined' || typeof AudioWorkletNode === 'undefined') throw new DeviceError('UNSUPPORTED');
  return (constraints) => devices.getUserMedia(constraints);
}

/**
 * Makes a microphone; it asks for permission at `start`.
 *
 * @example
 * const microphone = createMicrophone({ speaker });
 * await microphone.start();
 * for await (const item of microphone.elements) console.log(item.type);
 */
export function createMicrophone(options: MicrophoneOptions = {}): Microphone {
  return new BrowserMicrophone(options);
}
