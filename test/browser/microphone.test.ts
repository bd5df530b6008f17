import { describe, expect, it, vi, type TestContext } from 'vitest';
import { createMicrophone } from '../../src/browser/microphone.js';
import type { Microphone, MicrophoneOptions } from '../../src/browser/microphone-contract.js';
import { createSpeaker } from '../../src/browser/speaker.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { connectWorkers } from '../../src/browser/workers.js';
import type { StreamElement } from '../../src/stream/element.js';
import type { InputLevel, InputState } from '../../src/voice/voice-input.js';
import { fakeVoice } from './fake-voice.js';
import { scale } from '../tools/scale.js';
import { frames, sineChunk, until } from './sounds.js';

// Most of the time is that of the sounds, so what neither blocks this thread, nor stands in for something global, nor counts
// every state runs side by side: several devices that begin at once on a busy machine may be opened anew.
type Test = Pick<TestContext, 'onTestFinished'>;

function microphoneWith({ onTestFinished }: Test, options: MicrophoneOptions = {}): { microphone: Microphone; states: InputState[]; elements: StreamElement[]; levels: InputLevel[] } {
  const microphone = createMicrophone(options);
  onTestFinished(() => microphone.close());
  const states: InputState[] = [];
  const elements: StreamElement[] = [];
  const levels: InputLevel[] = [];
  microphone.onState((state) => states.push(state));
  microphone.onLevel((level) => levels.push({ ...level }));
  void (async () => {
    for await (const item of microphone.elements) elements.push(item);
  })();
  return { microphone, states, elements, levels };
}

async function voice({ onTestFinished }: Test): Promise<Awaited<ReturnType<typeof fakeVoice>>> {
  const made = await fakeVoice();
  onTestFinished(() => made.close());
  return made;
}

// Waits of the microphone's own pass ten times as fast; sounds do not.
const hasty: Clock = { ...systemClock, after: (delayMs, run) => systemClock.after(delayMs / 10, run) };

const samplesOf = (elements: readonly StreamElement[]): Float32Array => {
  const parts = elements.flatMap((item) => (item.type === 'audio' ? [new Float32Array(item.audio.data.buffer, item.audio.data.byteOffset, item.audio.frames)] : []));
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

describe.each([['shared memory', 'auto', 'sharedMemory'], ['a port', 'never', 'port']] as const)('a microphone over %s', (_name, sharedMemory, transport) => {
  it('gives an utterance as start, audio with pre-roll, interrupt and end', async (test) => {
    const source = await voice(test);
    const { microphone, states, elements, levels } = microphoneWith(test, { openStream: source.open, sharedMemory, spectrum: true });
    await microphone.start();
    expect(microphone.state).toBe('listening');
    // The noise floor has settled.
    await until(() => levels.length > 12);
    const before = performance.now();
    source.speak(900);
    await until(() => elements.some((item) => item.type === 'speechEnd'));
    const stats = await microphone.stats();
    expect(stats.transport).toBe(transport);
    expect(stats.framesDropped).toBe(0);
    expect(stats.elementsDropped).toBe(0);
    const marks = elements.filter((item) => item.type !== 'audio').map((item) => item.type);
    expect(marks).toEqual(['speechStart', 'interrupt', 'speechEnd']);
    expect(elements[0]?.type).toBe('speechStart');
    expect(elements[1]?.type).toBe('audio');
    const start = elements[0]?.metadata as { onsetMs: number; detectedMs: number };
    const end = elements.at(-1)?.metadata as { endMs: number; speechMs: number; misfire: boolean; truncated: boolean };
    // Times are those of the samples, so only their differences are free of how busy this machine is.
    expect(start.onsetMs).toBeGreaterThan(before - 20);
    expect(start.detectedMs).toBeGreaterThanOrEqual(start.onsetMs);
    expect(end.endMs - start.onsetMs).toBeGreaterThan(600);
    expect(end.endMs - start.onsetMs).toBeLessThan(1500);
    expect(end.misfire).toBe(false);
    expect(end.truncated).toBe(false);
    const audio = samplesOf(elements);
    // Pre-roll, the speech, and the end silence.
    expect(audio.length / 16).toBeGreaterThan(400 + 700);
    expect(audio.length / 16).toBeLessThan(400 + 900 + 1200);
    expect(elements.filter((item) => item.type === 'audio').every((item) => item.type === 'audio' && item.audio.sampleRate === 16000)).toBe(true);
    expect(elements.map((item) => item.sequence)).toEqual(elements.map((_, n) => n));
    expect(levels.length).toBeGreaterThan(12);
    expect(Math.max(...levels.map((level) => level.peak))).toBeGreaterThan(0.1);
    expect(Math.max(...levels.map((level) => level.speech))).toBeGreaterThan(0.5);
    expect(levels.at(-1)?.spectrum?.length).toBe(256);
    await microphone.stop();
    expect(states).toEqual(['starting', 'listening', 'stopped']);
  });

  it.concurrent('keeps the audio of an utterance without a hole or a repeated sample', async (test) => {
    const source = await voice(test);
    const { microphone, elements } = microphoneWith(test, { openStream: source.open, sharedMemory });
    await microphone.start();
    source.speak(1200);
    await until(() => elements.some((item) => item.type === 'speechEnd'));
    let expected: number | undefined;
    for (const item of elements) {
      if (item.type !== 'audio') continue;
      if (expected !== undefined) expect(item.audio.timestampMs).toBeCloseTo(expected, 6);
      expected = item.audio.timestampMs + item.audio.durationMs;
    }
    expect(expected).toBeGreaterThan(1000);
  });

  it.concurrent('holds an utterance as long as the button is held', async (test) => {
    const source = await voice(test);
    const { microphone, elements, levels } = microphoneWith(test, { openStream: source.open, sharedMemory });
    const quiet = (): boolean => levels.length > 10 && levels.slice(-10).every(({ peak }) => peak < 0.02);
    const loud = (): boolean => levels.some(({ peak }) => peak > 0.1);
    microphone.setMode('hold');
    await microphone.start();
    source.speak(400);
    await until(loud);
    await until(quiet);
    expect(elements).toEqual([]);
    microphone.hold();
    await until(() => elements.length > 0);
    levels.length = 0;
    source.speak(300);
    await until(loud);
    await until(quiet);
    expect(elements.some((item) => item.type === 'speechEnd')).toBe(false);
    microphone.release();
    await until(() => elements.some((item) => item.type === 'speechEnd'));
    expect(elements.at(-1)?.metadata).toMatchObject({ misfire: false, truncated: false });
  });

  it('holds the voice that plays when somebody speaks into it, without this thread', async (test) => {
    const source = await voice(test);
    const speaker = createSpeaker();
    test.onTestFinished(() => speaker.close());
    await speaker.start();
    const { microphone, elements } = microphoneWith(test, { openStream: source.open, sharedMemory, speaker });
    await microphone.start();
    const playback = speaker.begin();
    void playback.write(sineChunk(300, 4000, 16000, 0.05));
    playback.end();
    await until(() => playback.heard().renderedMs > 300);
    source.speak(1800);
    // Blocks this thread while the worker finds the onset: what it does must not need this thread.
    const end = performance.now() + 600;
    while (performance.now() < end) Math.sqrt(end);
    await until(() => elements.some((item) => item.type === 'interrupt'));
    const interrupt = elements.find((item) => item.type === 'interrupt');
    expect(interrupt?.metadata).toMatchObject({ silenced: true });
    const held = playback.heard();
    await frames(12);
    expect(playback.heard().renderedMs).toBeCloseTo(held.renderedMs, 0);
    expect(held.renderedMs).toBeLessThan(4000);
    playback.cut();
    expect((await playback.done).interrupted).toBe(true);
  });
});

describe('a microphone', () => {
  it.concurrent.for([
    ['NotAllowedError', 'PERMISSION_DENIED'],
    ['NotFoundError', 'NO_DEVICE'],
    ['NotReadableError', 'DEVICE_BUSY'],
    ['OverconstrainedError', 'NO_DEVICE'],
  ])('reports %s of the browser as %s', async ([name, code], test) => {
    const { microphone, states } = microphoneWith(test, { openStream: () => Promise.reject(new DOMException('no', name)) });
    await expect(microphone.start()).rejects.toMatchObject({ code });
    expect(microphone.state).toBe('failed');
    expect(microphone.error).toMatchObject({ code });
    expect(states).toEqual(['starting', 'failed']);
  });

  it.concurrent('can be started again after it failed', async (test) => {
    const source = await voice(test);
    let refuse = true;
    const { microphone } = microphoneWith(test, { openStream: (constraints) => (refuse ? Promise.reject(new DOMException('no', 'NotAllowedError')) : source.open(constraints)) });
    await expect(microphone.start()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    refuse = false;
    await microphone.start();
    expect(microphone.state).toBe('listening');
  });

  it.concurrent('asks for the device that was chosen, with the processing that was asked for', async (test) => {
    const source = await voice(test);
    const asked: MediaStreamConstraints[] = [];
    const { microphone } = microphoneWith(test, { deviceId: 'desk', noiseSuppression: false, openStream: (constraints) => (asked.push(constraints), source.open(constraints)) });
    await microphone.start();
    expect(asked).toEqual([{ audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: true, channelCount: { ideal: 1 }, deviceId: { exact: 'desk' } } }]);
    await microphone.useDevice(null);
    expect(asked[1]).toEqual({ audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: true, channelCount: { ideal: 1 } } });
    expect(microphone.state).toBe('listening');
  });

  it.concurrent('opens the real (fake) device of this browser', async (test) => {
    const { microphone, levels } = microphoneWith(test);
    await microphone.start();
    await until(() => levels.length > 5);
    expect(microphone.deviceLabel).toContain('Fake');
    const stats = await microphone.stats();
    expect(stats.deviceSampleRate).toBeGreaterThan(0);
  });

  it.concurrent('comes back when its device is lost and there is another', async (test) => {
    const source = await voice(test);
    const { microphone, states, elements } = microphoneWith(test, { openStream: source.open });
    await microphone.start();
    source.speak(1000);
    await until(() => elements.some((item) => item.type === 'speechStart'));
    source.unplug();
    expect(microphone.state).toBe('recovering');
    // How soon is measured by `npm run bench`.
    await until(() => microphone.state === 'listening');
    expect(states).toEqual(['starting', 'listening', 'recovering', 'listening']);
    // The utterance that was cut off has ended, and is marked.
    expect(elements.find((item) => item.type === 'speechEnd')?.metadata).toMatchObject({ truncated: true });
    expect((await microphone.stats()).recoveries).toBe(1);
    const count = elements.length;
    source.speak(700);
    await until(() => elements.slice(count).some((item) => item.type === 'speechEnd'));
  });

  it.concurrent('fails with an error when its device is lost and the permission with it', async (test) => {
    const source = await voice(test);
    let refuse = false;
    const { microphone } = microphoneWith(test, { openStream: (constraints) => (refuse ? Promise.reject(new DOMException('no', 'NotAllowedError')) : source.open(constraints)) });
    await microphone.start();
    refuse = true;
    source.unplug();
    await until(() => microphone.state === 'failed');
    expect(microphone.error).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it.concurrent('can be started by hand after it failed while it ran', async (test) => {
    const source = await voice(test);
    let refuse = false;
    const { microphone } = microphoneWith(test, { openStream: (constraints) => (refuse ? Promise.reject(new DOMException('no', 'NotAllowedError')) : source.open(constraints)) });
    await microphone.start();
    refuse = true;
    source.unplug();
    await until(() => microphone.state === 'failed');
    await expect(microphone.start()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    refuse = false;
    await microphone.start();
    expect(microphone.state).toBe('listening');
  });

  it.concurrent('comes back when a device appears after none was left', async (test) => {
    const source = await voice(test);
    let gone = false;
    const { microphone } = microphoneWith(test, { clock: hasty, openStream: (constraints) => (gone ? Promise.reject(new DOMException('no', 'NotFoundError')) : source.open(constraints)) });
    await microphone.start();
    gone = true;
    source.unplug();
    await until(() => microphone.state === 'failed');
    expect(microphone.error).toMatchObject({ code: 'DEVICE_LOST' });
    gone = false;
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await until(() => microphone.state === 'listening');
  });

  it.concurrent('tries again at once when a device appears while it waits for the next attempt', async (test) => {
    const source = await voice(test);
    let gone = false;
    let refused = 0;
    // Waits of a tenth of a second and more never end here, so that only the event can end them.
    const clock: Clock = { ...systemClock, after: (delayMs, run) => (delayMs >= 100 ? () => undefined : systemClock.after(delayMs, run)) };
    const openStream: MicrophoneOptions['openStream'] = (constraints) => {
      if (!gone) return source.open(constraints);
      refused++;
      return Promise.reject(new DOMException('no', 'NotFoundError'));
    };
    const { microphone } = microphoneWith(test, { openStream, clock });
    await microphone.start();
    gone = true;
    source.unplug();
    await until(() => refused === 1);
    gone = false;
    await frames(3);
    expect(microphone.state).toBe('recovering');
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await until(() => microphone.state === 'listening');
    expect(refused).toBe(1);
  });

  it.concurrent('opens a device anew that gives no samples, and gives it up in the end', async (test) => {
    const source = await voice(test);
    const deaf = 'registerProcessor("sluice-capture", class extends AudioWorkletProcessor { process() { return true; } })';
    const { microphone, states } = microphoneWith(test, { openStream: source.open, worklet: { source: deaf }, clock: hasty });
    await microphone.start();
    await until(() => microphone.state === 'failed');
    expect(microphone.error).toMatchObject({ code: 'DEVICE_LOST' });
    expect(states).toEqual(['starting', 'listening', 'recovering', 'listening', 'recovering', 'listening', 'failed']);
    expect(source.tracks.every((track) => track.readyState === 'ended')).toBe(true);
  });

  it.concurrent('is muted and unmuted without losing the device', async (test) => {
    const source = await voice(test);
    const { microphone, states, levels } = microphoneWith(test, { openStream: source.open });
    await microphone.start();
    microphone.mute();
    expect(microphone.state).toBe('muted');
    source.speak(500);
    // What was under way when it was muted may still come.
    await until(() => levels.length > 10 && levels.slice(-5).every(({ peak }) => peak < 0.01));
    levels.length = 0;
    await until(() => levels.length > 15);
    expect(Math.max(...levels.map((level) => level.peak))).toBeLessThan(0.01);
    microphone.unmute();
    source.speak(500);
    await until(() => levels.some(({ peak }) => peak > 0.1));
    expect(states).toEqual(['starting', 'listening', 'muted', 'listening']);
  });

  it.concurrent('comes back when its worker dies, and the utterance that was open has ended', async (test) => {
    const source = await voice(test);
    const made: Worker[] = [];
    const workers = connectWorkers({
      audio: {
        create: () => {
          const worker = new Worker(new URL('/@sluice/audio.worker.js', location.href), { type: 'module' });
          made.push(worker);
          return worker;
        },
      },
    });
    test.onTestFinished(() => workers.close());
    const { microphone, elements, states } = microphoneWith(test, { openStream: source.open, workers });
    await microphone.start();
    source.speak(1500);
    await until(() => elements.some((item) => item.type === 'speechStart'));
    made[0]?.terminate();
    await until(() => elements.some((item) => item.type === 'speechEnd'));
    await until(() => states.at(-1) === 'listening' && states.length > 3);
    expect(made).toHaveLength(2);
    elements.length = 0;
    source.speak(600);
    await until(() => elements.some((item) => item.type === 'speechEnd'));
  });

  it.concurrent('gives up opening when it is stopped meanwhile, and leaves nothing open', async (test) => {
    const source = await voice(test);
    const { microphone } = microphoneWith(test, { openStream: source.open });
    const starting = microphone.start();
    await microphone.stop();
    await expect(starting).rejects.toMatchObject({ code: 'ABORTED' });
    await until(() => source.tracks.every((track) => track.readyState === 'ended'));
    expect(microphone.state).toBe('stopped');
    await microphone.start();
    expect(microphone.state).toBe('listening');
  });

  it.concurrent('ends with the signal it was started with', async (test) => {
    const { microphone } = microphoneWith(test, { openStream: () => new Promise(() => undefined) });
    const abort = new AbortController();
    const starting = microphone.start({ signal: abort.signal });
    abort.abort();
    await expect(starting).rejects.toMatchObject({ code: 'ABORTED' });
    expect(microphone.state).toBe('stopped');
  });
});

describe('a microphone, with the page to itself', () => {
  it.for(['auto', 'never'] as const)('loses no sample while this thread is busy (shared memory: %s)', async (sharedMemory, test) => {
    const { microphone } = microphoneWith(test, { sharedMemory });
    await microphone.start();
    const seconds = scale(1, 600);
    const first = await microphone.stats();
    let stats = first;
    while (stats.framesReceived - first.framesReceived < seconds * stats.deviceSampleRate) {
      // 80 of every 100 ms; the statistics are asked for now and then.
      for (let n = 0; n < scale(5, 50); n++) {
        const end = performance.now() + 80;
        while (performance.now() < end) Math.sqrt(end);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      stats = await microphone.stats();
    }
    expect(stats).toMatchObject({ framesDropped: 0, elementsDropped: 0, recoveries: 0 });
    expect(microphone.state).toBe('listening');
  });

  it('follows the default device of the system', async (test) => {
    const source = await voice(test);
    let group = 'desk';
    vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockImplementation(async () => [{ kind: 'audioinput', deviceId: 'default', groupId: group, label: '', toJSON: () => ({}) }]);
    const { microphone, states } = microphoneWith(test, { openStream: source.open });
    await microphone.start();
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await frames(4);
    expect(states).toEqual(['starting', 'listening']);
    group = 'headset';
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await until(() => states.length === 4);
    expect(states).toEqual(['starting', 'listening', 'recovering', 'listening']);
    expect(source.tracks.map((track) => track.readyState)).toEqual(['ended', 'live']);
    vi.restoreAllMocks();
  });

  it('stays with a device that was chosen when the default changes', async (test) => {
    const source = await voice(test);
    let group = 'desk';
    vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockImplementation(async () => [{ kind: 'audioinput', deviceId: 'default', groupId: group, label: '', toJSON: () => ({}) }]);
    const { microphone, states } = microphoneWith(test, { openStream: source.open, deviceId: 'desk' });
    await microphone.start();
    group = 'headset';
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await frames(6);
    expect(states).toEqual(['starting', 'listening']);
    vi.restoreAllMocks();
  });

  it('says that its context was taken away, and goes on when it is given back', async (test) => {
    const source = await voice(test);
    const Real = AudioContext;
    const contexts: AudioContext[] = [];
    vi.stubGlobal('AudioContext', class extends Real {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
      }
    });
    const { microphone, states, elements } = microphoneWith(test, { openStream: source.open });
    await microphone.start();
    vi.unstubAllGlobals();
    await contexts[0]?.suspend();
    await until(() => states.length === 4);
    expect(states).toEqual(['starting', 'listening', 'recovering', 'listening']);
    source.speak(600);
    await until(() => elements.some((item) => item.type === 'speechEnd'));
  });

  it('releases the device, the context and the worker when it is closed', async (test) => {
    const source = await voice(test);
    const closed = vi.spyOn(AudioContext.prototype, 'close');
    const terminated = vi.spyOn(Worker.prototype, 'terminate');
    const { microphone, states } = microphoneWith(test, { openStream: source.open });
    await microphone.start();
    await microphone.close();
    expect(source.tracks.every((track) => track.readyState === 'ended')).toBe(true);
    expect(closed).toHaveBeenCalledTimes(1);
    expect(terminated).toHaveBeenCalledTimes(1);
    expect(microphone.elements.ended).toBe(true);
    expect(states.at(-1)).toBe('stopped');
    await expect(microphone.start()).rejects.toMatchObject({ code: 'CLOSED' });
    vi.restoreAllMocks();
  });

  it('leaves nothing behind when it is started and stopped again and again', async (test) => {
    const source = await voice(test);
    const workers = connectWorkers();
    test.onTestFinished(() => workers.close());
    const Real = AudioContext;
    const contexts: AudioContext[] = [];
    vi.stubGlobal('AudioContext', class extends Real {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
      }
    });
    const { microphone, levels } = microphoneWith(test, { openStream: source.open, workers });
    for (let n = 0; n < 12; n++) {
      levels.length = 0;
      await microphone.start();
      if (n % 3 === 0) await until(() => levels.length > 0);
      await microphone.stop();
    }
    vi.unstubAllGlobals();
    expect(contexts.map((context) => context.state)).toEqual(Array(12).fill('closed'));
    expect(source.tracks.map((track) => track.readyState)).toEqual(Array(12).fill('ended'));
    expect(workers.audio.starts).toBe(1);
    expect(microphone.state).toBe('stopped');
  });
});
