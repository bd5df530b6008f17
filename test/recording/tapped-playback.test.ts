import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { TappedPlayback } from '../../src/recording/tapped-playback.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import type { HeardPosition, Playback, PlaybackReport } from '../../src/voice/voice-output.js';

const RATE = 16000;
const perMs = RATE / 1000;
/** `ms` of samples that count up from `from`, so that each tells its place. */
const count = (from: number, ms: number): AudioChunk => new AudioChunk({ float32: Float32Array.from({ length: ms * perMs }, (_, n) => from * perMs + n), sampleRate: RATE });

interface Stage {
  readonly clock: ManualClock;
  readonly playback: TappedPlayback;
  /** Spans that were heard: moment, first sample in ms of the answer, length in ms. */
  readonly spans: (readonly [atMs: number, fromMs: number, ms: number])[];
  /** Moves time, looking every `every` ms. */
  run(ms: number, every?: number): Promise<void>;
}

function stage(latencyMs = 0): Stage {
  const clock = new ManualClock();
  const playback = new VirtualSpeaker({ clock, latencyMs }).begin();
  const spans: [number, number, number][] = [];
  const tapped = new TappedPlayback(playback, { sampleRate: RATE, now: () => clock.now(), frameAt: (atMs) => Math.round(atMs * perMs) }, {
    heard(start, samples) {
      const [atMs, fromMs, ms] = [start / perMs, (samples[0] ?? NaN) / perMs, samples.length / perMs];
      const last = spans.at(-1);
      if (last !== undefined && last[0] + last[2] === atMs && last[1] + last[2] === fromMs) last[2] += ms;
      else spans.push([atMs, fromMs, ms]);
      expect([...samples].every((sample, n) => sample === (samples[0] as number) + n)).toBe(true);
    },
    written: () => undefined,
    ended: () => undefined,
  });
  return { clock, playback: tapped, spans, async run(ms, every = 50) {
    for (let left = ms; left > 0; left -= every) {
      await clock.advance(Math.min(every, left));
      tapped.observe();
    }
  } };
}

describe('TappedPlayback', () => {
  it('places an answer where it was heard, to the sample', async () => {
    const { clock, playback, spans, run } = stage();
    await clock.advance(123);
    void playback.write(count(0, 300));
    playback.end();
    await run(1000);
    expect((await playback.done).interrupted).toBe(false);
    expect(spans).toEqual([[123, 0, 300]]);
  });

  it('shifts an answer by the latency of the device', async () => {
    const { playback, spans, run } = stage(40);
    void playback.write(count(0, 300));
    playback.end();
    await run(1000);
    expect(spans).toEqual([[40, 0, 300]]);
  });

  it.each([[0, 7], [0, 300], [0, 2000], [40, 300]])('keeps a pause as it was (latency %i ms, pause %i ms)', async (latencyMs, pauseMs) => {
    const { playback, spans, run } = stage(latencyMs);
    void playback.write(count(0, 500));
    playback.end();
    await run(173);
    playback.pause();
    await run(pauseMs);
    playback.resume();
    await run(1000);
    if (latencyMs === 0) expect(spans).toEqual([[0, 0, 173], [173 + pauseMs, 173, 327]]);
    else {
      // The virtual device cannot say when a held sample arrives; the rest is exact, the join lies within its latency.
      expect(spans[0]).toEqual([40, 0, expect.any(Number) as number]);
      expect(spans.reduce((sum, [, , ms]) => sum + ms, 0)).toBe(500);
      const last = spans.at(-1) ?? [0, 0, 0];
      expect(last[0] + last[2]).toBeGreaterThanOrEqual(500 + pauseMs);
      expect(last[0] + last[2]).toBeLessThanOrEqual(500 + pauseMs + 2 * latencyMs);
    }
  });

  it('ends with the sample at which the answer was cut', async () => {
    const { playback, spans, run } = stage();
    void playback.write(count(0, 500));
    await run(211, 500);
    playback.cut();
    const report = await playback.done;
    expect([report.heardMs, spans]).toEqual([211, [[0, 0, 211]]]);
    expect(playback.write(count(500, 10))).toBe(false);
  });

  it('leaves the gap of an answer that ran dry', async () => {
    const { playback, spans, run } = stage();
    void playback.write(count(0, 100));
    await run(300);
    void playback.write(count(100, 100));
    playback.end();
    await run(500);
    expect(spans).toEqual([[0, 0, 100], [300, 100, 100]]);
  });

  it('does not tear an answer whose device tells its position with jitter', async () => {
    const clock = new ManualClock();
    const jitter = [0, 4, -5, 7, -3, 2, -6, 5];
    let look = 0;
    let finish: (report: PlaybackReport) => void = () => undefined;
    const device: Playback = { write: () => true, end: () => undefined, cut: () => undefined, pause: () => undefined, resume: () => undefined, done: new Promise((resolve) => (finish = resolve)), heard: (): HeardPosition => ({ renderedMs: clock.now(), heardMs: Math.max(0, clock.now() + (jitter[look++ % jitter.length] ?? 0)) }) };
    const starts: number[] = [];
    let next = 0;
    const playback = new TappedPlayback(device, { sampleRate: RATE, now: () => clock.now(), frameAt: (atMs) => Math.round(atMs * perMs) }, { heard(start, samples) { if (start !== next) starts.push(start); next = start + samples.length; }, written: () => undefined, ended: () => undefined });
    void playback.write(count(0, 2000));
    for (let n = 0; n < 40; n++) {
      await clock.advance(50);
      playback.observe();
    }
    finish({ heardMs: 2000, renderedMs: 2000, writtenMs: 2000, interrupted: false, firstHeardAtMs: 0, underruns: 0 });
    await playback.done;
    expect(starts.length).toBeLessThanOrEqual(1); // where it began
    expect(Math.abs(next / perMs - 2000)).toBeLessThanOrEqual(20);
  });
});
