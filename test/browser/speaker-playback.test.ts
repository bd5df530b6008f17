import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import type { PlayoutCommand, PlayoutReportType } from '../../src/audio/playout-message.js';
import { deferred } from '../../src/base/deferred.js';
import { QueuedPlayback, type PlaybackHost } from '../../src/browser/speaker-playback.js';
import { sine } from './sounds.js';

const RATE = 1000; // one sample is one millisecond
const LATENCY = 30;

/** A speaker whose device the test moves: frames are milliseconds, and nothing is rendered that the test does not render. */
function device(options: { ready?: Promise<void>; maxQueuedMs?: number; rate?: number } = {}) {
  const commands: PlayoutCommand[] = [];
  const timers: { delayMs: number; run: () => void }[] = [];
  const heard: { frame: number; run: () => void }[] = [];
  const state = { frame: 0 };
  const host: PlaybackHost = {
    sampleRate: options.rate ?? RATE,
    module: null,
    maxQueuedMs: options.maxQueuedMs ?? 1000,
    ready: options.ready ?? Promise.resolve(),
    command: (command) => commands.push(command),
    get renderFrame() { return state.frame; },
    get heardFrame() { return state.frame - LATENCY; },
    heardAt: (frame) => frame + LATENCY,
    whenHeard: (frame, run) => heard.push({ frame, run }),
    after: (delayMs, run) => timers.push({ delayMs, run }),
  };
  const playback = new QueuedPlayback(3, host);
  return {
    playback, commands, timers, heard, state,
    kinds: () => commands.map(({ type }) => type),
    samples: () => commands.flatMap((command) => (command.type === 'audio' ? [...command.samples] : [])),
    notice: (type: PlayoutReportType, position: number, playing = true, contextFrame = state.frame) =>
      playback.notice({ type, position, playing, contextFrame, generation: 3, frame: contextFrame, buffered: 0, released: position, underruns: 0, gapFrames: 0, concealed: 0, skipped: 0, repeated: 0, dropped: 0, stale: 0, target: 0 }),
  };
}

const chunk = (ms: number, sampleRate = RATE): AudioChunk => new AudioChunk({ float32: sine(50, ms, sampleRate), sampleRate });
/** An answer of `ms` that has been written and whose first sample is rendered at frame 1000. */
const started = async (ms: number): Promise<ReturnType<typeof device>> => {
  const made = device();
  await made.playback.write(chunk(ms));
  made.state.frame = 1000;
  made.notice('started', 0);
  return made;
};
/** Lets everything that can go on without the device go on. */
const settle = async (): Promise<void> => {
  for (let n = 0; n < 50; n++) await Promise.resolve();
};

describe('an answer on its way to the ear', () => {
  it('is opened, sent in pieces of at most 200 ms, and ended, in order', async () => {
    const { playback, commands, kinds, samples } = device();
    expect(await playback.write(chunk(450))).toBe(true);
    playback.end();
    await settle();
    expect(kinds()).toEqual(['open', 'audio', 'audio', 'audio', 'end']);
    expect(samples()).toEqual([...sine(50, 450, RATE)]);
    expect(commands.every((command) => 'generation' in command && command.generation === 3)).toBe(true);
    expect(playback.queuedMs).toBe(450);
  });

  it('sends writes that are not awaited one after the other', async () => {
    const { playback, samples } = device();
    void playback.write(chunk(30));
    void playback.write(chunk(20));
    playback.end();
    await settle();
    expect(samples()).toEqual([...sine(50, 30, RATE), ...sine(50, 20, RATE)]);
  });

  it('waits for the device, and sends nothing when it is cut meanwhile', async () => {
    const ready = deferred<void>();
    const { playback, kinds } = device({ ready: ready.promise });
    const written = playback.write(chunk(100));
    await settle();
    expect(kinds()).toEqual([]);
    playback.cut();
    expect(await playback.done).toMatchObject({ heardMs: 0, renderedMs: 0, writtenMs: 100, interrupted: true, firstHeardAtMs: null });
    ready.resolve();
    expect(await written).toBe(false);
    expect(kinds()).toEqual([]);
  });

  it('lets the writer wait while more is queued than allowed, and go on as the device renders', async () => {
    const { playback, notice, state } = device({ maxQueuedMs: 250 });
    let went = false;
    const written = Promise.resolve(playback.write(chunk(600))).then((value) => { went = true; return value; });
    await settle();
    expect([went, playback.queuedMs]).toEqual([false, 400]);
    state.frame = 200;
    notice('position', 200);
    await settle();
    expect([went, playback.queuedMs]).toEqual([false, 400]);
    state.frame = 400;
    notice('position', 400);
    await settle();
    expect(await written).toBe(true);
  });

  it('knows what was heard, which is what was rendered one latency ago', async () => {
    const { playback, notice, state } = await started(500);
    state.frame = 1100;
    notice('position', 100);
    state.frame = 1110;
    expect(playback.heard()).toEqual({ heardMs: 80, renderedMs: 110 });
  });

  it('settles when its last sample is heard, not when it is rendered', async () => {
    const { playback, notice, state, heard } = device();
    await playback.write(chunk(100));
    playback.end();
    await settle();
    state.frame = 1000;
    notice('started', 0);
    state.frame = 1100;
    notice('underrun', 40);
    notice('ended', 100, false);
    expect(playback.over).toBe(true);
    expect(heard.map(({ frame }) => frame)).toEqual([1100]);
    heard[0]?.run();
    expect(await playback.done).toEqual({ heardMs: 100, renderedMs: 100, writtenMs: 100, interrupted: false, firstHeardAtMs: 1000 + LATENCY, underruns: 1 });
  });

  it('reports what was heard of it when it is cut, and takes nothing any more', async () => {
    const { playback, notice, state, kinds } = await started(500);
    state.frame = 1200;
    notice('position', 200);
    playback.cut();
    playback.cut();
    notice('cut', 205, false);
    expect(await playback.done).toMatchObject({ heardMs: 170, renderedMs: 205, interrupted: true });
    expect(await playback.write(chunk(10))).toBe(false);
    playback.pause();
    playback.end();
    await settle();
    expect(kinds().filter((type) => type !== 'audio')).toEqual(['open', 'cut']);
  });

  it('settles by itself when a device that stands still never says that it cut', async () => {
    const { playback, notice, state, timers } = await started(500);
    state.frame = 1100;
    notice('position', 100);
    playback.cut();
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([150]);
    timers[0]?.run();
    expect(await playback.done).toMatchObject({ heardMs: 70, renderedMs: 100, interrupted: true });
  });

  it('was not heard at all when it is cut within the latency of the device', async () => {
    const { playback, notice, state } = await started(500);
    state.frame = 1020;
    playback.cut();
    notice('cut', 20, false);
    expect(await playback.done).toMatchObject({ heardMs: 0, renderedMs: 20, firstHeardAtMs: null });
  });

  it('remembers a pause from before it is opened, and forgets one that was taken back', async () => {
    for (const [resumed, expected] of [[false, ['open', 'pause', 'audio']], [true, ['open', 'audio']]] as const) {
      const { playback, kinds } = device();
      playback.pause();
      if (resumed) playback.resume();
      await playback.write(chunk(10));
      expect(kinds()).toEqual(expected);
    }
  });

  it('passes a pause and its end on once it is open', async () => {
    const { playback, kinds } = device();
    await playback.write(chunk(10));
    playback.pause();
    playback.resume();
    expect(kinds()).toEqual(['open', 'audio', 'pause', 'resume']);
  });

  it('converts chunks of another rate, and gives what the converter holds before the rate changes and at the end', async () => {
    const { playback, samples } = device({ rate: 16000 });
    await playback.write(chunk(100, 8000));
    await playback.write(chunk(50, 16000));
    playback.end();
    await settle();
    expect(Math.abs(samples().length - 2400)).toBeLessThanOrEqual(2);
    expect(playback.queuedMs).toBeCloseTo(150, 0);
  });

  it('rejects with what the device failed of, and still answers the writer', async () => {
    const failure = new Error('no device');
    const ready = deferred<void>();
    const { playback } = device({ ready: ready.promise });
    const written = playback.write(chunk(10));
    ready.reject(failure);
    expect(await written).toBe(false);
    await expect(playback.done).rejects.toBe(failure);
    expect(await playback.write(chunk(10))).toBe(false);
  });

  it('settles with what was heard when the device is lost, and once only', async () => {
    const { playback, notice, state } = await started(500);
    state.frame = 1100;
    notice('position', 100);
    playback.fail();
    playback.fail(new Error('later'));
    notice('ended', 500, false);
    expect(await playback.done).toMatchObject({ heardMs: 70, renderedMs: 100, interrupted: true });
  });
});
