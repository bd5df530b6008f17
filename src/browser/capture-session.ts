/**
 * One opened microphone from end to end: stream, context, worklet, session in the audio worker. It is
 * opened whole or not at all, never repaired: when any part of it fails it is closed, and the
 * microphone opens another one.
 */
import { releaseProxy, transfer, type Remote } from 'comlink';
import type { Clock } from '../base/clock.js';
import { AbortedError } from '../base/errors.js';
import type { StreamElement } from '../stream/element.js';
import type { InputLevel, InputMode } from '../voice/voice-input.js';
import type { AudioService, ListeningSession, ListenSetup, ListenStats } from './audio-service.js';
import { CAPTURE_PROCESSOR, type CaptureCommand } from './capture-message.js';
import { ContextGate, type ContextState } from './context-gate.js';
import { DeviceError, deviceErrorOf } from './device-errors.js';
import { captureWorkletEntry } from './entries.js';
import { addWorklet, type WorkletSource } from './entry.js';
import { heardDecoder, type HeardLevel } from './heard.js';
import { readLatest } from './latest-port.js';
import type { BargeIn, ListeningThresholds } from './listener.js';
import type { PlayoutControlCommand } from './playout-link.js';
import { portReader, type PortReader } from './port-channel.js';
import { sampleRoute } from './sample-transport.js';
import type { SpeakerControl } from './speaker-contract.js';
import type { WorkerLink } from './worker-link.js';

/** What a session is opened with. */
export interface CaptureSetup {
  readonly constraints: MediaStreamConstraints;
  readonly openStream: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
  readonly audio: WorkerLink<AudioService>;
  readonly worklet: WorkletSource | undefined;
  /** The way to the loudspeaker's thread; opened beside the device. */
  readonly control: Promise<SpeakerControl | null>;
  readonly sharedMemory: boolean;
  readonly thresholds: ListeningThresholds;
  readonly bargeIn: BargeIn;
  readonly mode: InputMode;
  readonly spectrum: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLevel: (level: InputLevel) => void;
  /** The state of the context changed. */
  readonly onContext: (state: ContextState) => void;
  /** The track was muted or unmuted by the system. */
  readonly onMute: (muted: boolean) => void;
  /** Some part has failed; the session must be closed. */
  readonly onFailure: () => void;
}

// A worker that does not end its session within this time is not waited for.
const CLOSE_MS = 500;
// The filter tables of a resampler take tens of milliseconds; a slow machine ten times that.
const LISTEN_MS = 5000;

/** An opened microphone. */
export interface CaptureSession {
  readonly track: MediaStreamTrack;
  readonly gate: ContextGate;
  /** Elements of this session; ends with it. */
  readonly elements: PortReader<StreamElement>;
  readonly transport: 'sharedMemory' | 'port';
  /** Rate of the samples, in Hz. */
  readonly sampleRate: number;
  /** The session in the worker. */
  readonly remote: Remote<ListeningSession>;
  stats(): Promise<ListenStats>;
  /** Ends an open utterance and releases the device. */
  close(): Promise<void>;
}

/** Opens everything. Rejects with a `DeviceError`, `WORKER_UNAVAILABLE`, `WASM_UNAVAILABLE` or `ABORTED`; nothing stays open then. */
export async function openCapture(setup: CaptureSetup): Promise<CaptureSession> {
  const undo: (() => unknown)[] = [];
  const given = <T>(value: T, release: (value: T) => unknown): T => {
    undo.push(() => release(value));
    setup.signal.throwIfAborted();
    return value;
  };
  try {
    return await openParts(setup, given);
  } catch (error) {
    // Once it has gone to the worker this port is empty, and the worker's session lets go of it.
    void setup.control.then((control) => control?.port.postMessage({ type: 'detach' } satisfies PlayoutControlCommand));
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => undefined); // one part that is gone already must not keep the others open
    if (setup.signal.aborted) throw new AbortedError('Opening the microphone', setup.signal.reason);
    throw error;
  }
}

async function openParts(setup: CaptureSetup, given: <T>(value: T, release: (value: T) => unknown) => T): Promise<CaptureSession> {
  const { audio, clock } = setup;
  // The worker starts while the user is asked for the microphone.
  const starting = audio.start();
  starting.catch(() => undefined); // awaited below, after the device
  given(useAudioSession('play-and-record'), (before) => useAudioSession(before));
  const stream = given(await openStream(setup), stopTracks);
  const track = stream.getAudioTracks()[0];
  if (track === undefined) throw new DeviceError('NO_DEVICE');
  const context = given(makeContext(track), (opened) => opened.close());
  const gate = given(new ContextGate(context, clock, setup.onContext), (opened) => opened.close());
  const running = gate.resume();
  await addWorklet(context, captureWorkletEntry, setup.worklet);
  const source = context.createMediaStreamSource(stream);
  // One output, never written, keeps the node in the graph of engines that render only what is connected.
  const node = new AudioWorkletNode(context, CAPTURE_PROCESSOR, { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1], channelCount: 1, channelCountMode: 'explicit' });
  const tell = (command: CaptureCommand, transferred: Transferable[] = []): void => node.port.postMessage(command, transferred);
  given(node, () => {
    tell({ type: 'close' });
    source.disconnect();
    node.disconnect();
    node.port.close();
  });
  const route = sampleRoute(context.sampleRate, setup.sharedMemory);
  const elements = new MessageChannel();
  const levels = new MessageChannel();
  await starting;
  const control = await setup.control;
  const listen: ListenSetup = {
    deviceSampleRate: context.sampleRate,
    samples: route.source,
    elements: elements.port2,
    levels: levels.port2,
    playout: control === null ? null : { port: control.port, reference: control.reference, sampleRate: control.sampleRate },
    thresholds: setup.thresholds,
    bargeIn: setup.bargeIn,
    mode: setup.mode,
    spectrum: setup.spectrum,
  };
  const transferred = [elements.port2, levels.port2, ...route.sourceTransfer, ...(control?.transfer ?? [])];
  // Ports are transferred once, so this call cannot be made again on another worker: `onFailure` opens everything anew.
  const { remote, timeOrigin } = await audio.call(async (service) => ({ remote: await service.listen(transfer(listen, transferred)), timeOrigin: await service.timeOrigin() }), { signal: setup.signal, deadlineMs: LISTEN_MS, retry: false });
  // What belongs to this worker must not wake another one.
  const here = { start: audio.starts, deadlineMs: CLOSE_MS };
  given(remote, () => audio.call(() => remote.close(), here));
  const shift = timeOrigin - performance.timeOrigin - performance.now() + clock.now();
  const reader = given(portReader<StreamElement>(elements.port1, { decode: heardDecoder('microphone', (ms) => ms + shift, () => clock.epochMs()) }), (opened) => opened.cancel());
  const stopLevels = given(readLatest<HeardLevel>(levels.port1, (level) => setup.onLevel(level.spectrum === null ? { rms: level.rms, peak: level.peak, speech: level.speech } : { ...level, spectrum: level.spectrum })), (stop) => stop());
  tell({ type: 'connect', sink: route.sink }, route.sinkTransfer);
  source.connect(node);
  node.connect(context.destination);
  await running;
  setup.signal.throwIfAborted();
  node.onprocessorerror = setup.onFailure;
  track.onended = setup.onFailure;
  track.onmute = () => setup.onMute(true);
  track.onunmute = () => setup.onMute(false);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    track.onended = track.onmute = track.onunmute = node.onprocessorerror = null;
    stopTracks(stream);
    source.disconnect();
    tell({ type: 'close' });
    // The worker ends the utterance that is open; a worker that is gone cannot.
    await audio.call(() => remote.close(), here).then(() => remote[releaseProxy](), () => reader.cancel());
    stopLevels();
    gate.close();
    node.disconnect();
    node.port.close();
    await context.close();
    useAudioSession('auto');
  };
  return {
    track, gate, elements: reader, remote,
    transport: route.sink.kind === 'ring' ? 'sharedMemory' : 'port',
    sampleRate: context.sampleRate,
    stats: () => audio.call(() => remote.stats(), here),
    close: () => (closing ??= close()),
  };
}

// The browser's question to the user cannot be taken back: a stream that comes after the abort is closed.
function openStream({ openStream: open, constraints, signal }: CaptureSetup): Promise<MediaStream> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new AbortedError('Opening the microphone', signal.reason));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    open(constraints).then(
      (stream) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) stopTracks(stream);
        resolve(stream);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(deviceErrorOf(error));
      },
    );
  });
}

// At the device's own rate, so that only our resampler converts; Firefox takes no other rate than its default.
function makeContext(track: MediaStreamTrack): AudioContext {
  const { sampleRate } = track.getSettings();
  if (sampleRate !== undefined && sampleRate >= 8000 && sampleRate <= 192000) {
    try {
      return new AudioContext({ sampleRate, latencyHint: 'interactive' });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
  return new AudioContext({ latencyHint: 'interactive' });
}

// WebKit plays through the earpiece, or not at all, while it records, unless it is told that both happen. Gives what was set before.
function useAudioSession(type: string): string {
  const session = (navigator as { audioSession?: { type: string } }).audioSession;
  const before = session?.type ?? 'auto';
  if (session !== undefined) session.type = type;
  return before;
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
