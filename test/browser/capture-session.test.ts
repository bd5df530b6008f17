import { describe, expect, it, vi, type TestContext } from 'vitest';
import { systemClock } from '../../src/base/clock.js';
import { openCapture, type CaptureSession, type CaptureSetup } from '../../src/browser/capture-session.js';
import type { SpeakerControl } from '../../src/browser/speaker-contract.js';
import { connectWorkers } from '../../src/browser/workers.js';
import type { StreamElement } from '../../src/stream/element.js';
import type { InputLevel } from '../../src/voice/voice-input.js';
import { fakeVoice, type FakeVoice } from './fake-voice.js';
import { until } from './sounds.js';

interface Opening {
  readonly source: FakeVoice;
  readonly setup: CaptureSetup;
  readonly abort: AbortController;
  readonly levels: InputLevel[];
  /** What the session told besides levels. */
  readonly told: string[];
  readonly contexts: AudioContext[];
}

// Everything that is opened on the way is written down, so that what stays open can be seen.
async function opening({ onTestFinished }: Pick<TestContext, 'onTestFinished'>, changes: Partial<CaptureSetup> = {}): Promise<Opening> {
  const source = await fakeVoice();
  const workers = connectWorkers();
  const contexts: AudioContext[] = [];
  const Real = AudioContext;
  vi.stubGlobal('AudioContext', class extends Real {
    constructor(options?: AudioContextOptions) {
      super(options);
      contexts.push(this);
    }
  });
  onTestFinished(async () => {
    vi.unstubAllGlobals();
    await workers.close();
    await source.close();
  });
  const abort = new AbortController();
  const levels: InputLevel[] = [];
  const told: string[] = [];
  const setup: CaptureSetup = {
    constraints: { audio: true }, openStream: source.open, audio: workers.audio, worklet: undefined, control: Promise.resolve(null),
    sharedMemory: globalThis.crossOriginIsolated === true, thresholds: {}, bargeIn: 'pause', mode: 'handsFree', spectrum: false, clock: systemClock, signal: abort.signal,
    onLevel: (level) => levels.push(level),
    onContext: (state) => told.push(`context ${state}`),
    onMute: (muted) => told.push(muted ? 'muted' : 'unmuted'),
    onFailure: () => told.push('failure'),
    ...changes,
  };
  return { source, setup, abort, levels, told, contexts };
}

function elementsOf(session: CaptureSession): { elements: StreamElement[]; ended: Promise<void> } {
  const elements: StreamElement[] = [];
  const ended = (async () => {
    for await (const item of session.elements) elements.push(item);
  })();
  return { elements, ended };
}

/** A way to a loudspeaker that a test holds both ends of. */
function controlPort(): { control: SpeakerControl; far: MessagePort; received: unknown[] } {
  const { port1, port2 } = new MessageChannel();
  const reference = new MessageChannel();
  const received: unknown[] = [];
  port2.onmessage = ({ data }) => received.push(data);
  return { control: { port: port1, reference: { kind: 'port', port: reference.port1 }, sampleRate: 48000, transfer: [port1, reference.port1] }, far: port2, received };
}

const nothingOpen = async ({ source, contexts }: Opening): Promise<void> => {
  await until(() => contexts.every(({ state }) => state === 'closed') && source.tracks.every(({ readyState }) => readyState === 'ended'));
};

describe('a capture session', () => {
  it.for([true, false])('gives levels and utterances at the rate of the device (shared memory: %s)', async (sharedMemory, test) => {
    const all = await opening(test, { sharedMemory, spectrum: true });
    const session = await openCapture(all.setup);
    const { elements, ended } = elementsOf(session);
    expect(session.transport).toBe(sharedMemory ? 'sharedMemory' : 'port');
    expect(session.sampleRate).toBe(session.track.getSettings().sampleRate ?? all.contexts[0]?.sampleRate);
    expect(session.gate.state).toBe('running');
    await until(() => all.levels.length > 10);
    expect(all.levels.at(-1)?.spectrum?.length).toBe(256);
    all.source.speak(500);
    await until(() => elements.some(({ type }) => type === 'speechStart'));
    const { framesReceived, framesDropped } = await session.stats();
    expect(framesReceived).toBeGreaterThan(session.sampleRate * 0.2);
    expect(framesDropped).toBe(0);
    // What is open ends with the session.
    await session.close();
    await ended;
    expect(elements.at(-1)).toMatchObject({ type: 'speechEnd', metadata: { truncated: true } });
    await nothingOpen(all);
  });

  it('tells that its device ended, that it was muted, and that its context was taken away', async (test) => {
    const all = await opening(test);
    const session = await openCapture(all.setup);
    session.track.dispatchEvent(new Event('mute'));
    session.track.dispatchEvent(new Event('unmute'));
    expect(all.told.filter((what) => !what.startsWith('context'))).toEqual(['muted', 'unmuted']);
    await all.contexts[0]?.suspend();
    await until(() => all.told.some((what) => what.startsWith('context') && what !== 'context running'));
    all.source.unplug();
    expect(all.told.at(-1)).toBe('failure');
    await session.close();
    all.told.length = 0;
    session.track.dispatchEvent(new Event('ended'));
    expect(all.told).toEqual([]);
  });

  it('closes once, whoever asks, also when the worker is gone', async (test) => {
    const all = await opening(test);
    const session = await openCapture(all.setup);
    all.setup.audio.close();
    const closing = session.close();
    expect(session.close()).toBe(closing);
    await closing;
    await nothingOpen(all);
  });

  it.for([
    ['the user refuses', { openStream: () => Promise.reject(new DOMException('no', 'NotAllowedError')) }, { code: 'PERMISSION_DENIED' }],
    ['the device has no sound', { openStream: async () => new MediaStream() }, { code: 'NO_DEVICE' }],
    ['the worklet does not load', { worklet: { url: '/nowhere.js' } }, { code: 'WORKER_UNAVAILABLE' }],
    ['the thresholds are out of range', { thresholds: { confirmMs: -1 } }, { code: 'INVALID_OPTION' }],
  ] as const)('leaves nothing open when %s', async ([_, changes, error], test) => {
    const all = await opening(test, changes as Partial<CaptureSetup>);
    await expect(openCapture(all.setup)).rejects.toMatchObject(error);
    await nothingOpen(all);
  });

  it('closes a stream that the user allows after it was given up', async (test) => {
    let allow: (() => void) | undefined;
    const all = await opening(test);
    const opened = openCapture({ ...all.setup, openStream: (constraints) => new Promise((resolve) => { allow = () => resolve(all.source.open(constraints)); }) });
    await until(() => allow !== undefined);
    all.abort.abort();
    await expect(opened).rejects.toMatchObject({ code: 'ABORTED' });
    allow?.();
    await until(() => all.source.tracks.length === 1);
    await nothingOpen(all);
  });

  it('lets go of the loudspeaker when it cannot be opened', async (test) => {
    const { control, far, received } = controlPort();
    const all = await opening(test, { control: Promise.resolve(control), openStream: () => Promise.reject(new DOMException('no', 'NotFoundError')) });
    await expect(openCapture(all.setup)).rejects.toMatchObject({ code: 'NO_DEVICE' });
    await until(() => received.length > 0);
    expect(received).toEqual([{ type: 'detach' }]);
    far.close();
  });

  it('holds the voice that plays when somebody speaks, and lets go of it when it closes', async (test) => {
    const { control, far, received } = controlPort();
    const all = await opening(test, { control: Promise.resolve(control) });
    const session = await openCapture(all.setup);
    const { elements } = elementsOf(session);
    far.postMessage({ type: 'started', playing: true });
    await until(() => all.levels.length > 10);
    all.source.speak(900);
    await until(() => elements.some(({ type }) => type === 'interrupt'));
    expect(received).toEqual([{ type: 'pause' }]);
    await session.close();
    await until(() => received.length === 2);
    expect(received[1]).toEqual({ type: 'detach' });
    far.close();
  });
});
