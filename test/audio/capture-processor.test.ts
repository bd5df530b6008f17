import { describe, expect, it } from 'vitest';
import { CaptureProcessor, type CaptureProcessorOptions } from '../../src/audio/capture-processor.js';
import type { SegmentEvent } from '../../src/audio/segmenter.js';
import type { VAD } from '../../src/audio/voice-activity.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, rms, sine } from './signals.js';

/** Takes every frame louder than −40 dB for speech. */
class Loudness implements VAD {
  readonly frameSize: number;
  constructor(frameSize = 160) {
    this.frameSize = frameSize;
  }
  process(frame: Float32Array): number {
    return rms(frame) > 0.01 ? 0.95 : 0.02;
  }
  reset(): void {}
}

/** Silence, a tone of one second from 1 s on, silence; at `rate`. */
function toneAmidSilence(rate: number): Float32Array {
  const x = noise(rate * 3, 1, 0.0005);
  sine(rate, 300, rate, 0.3).forEach((value, n) => (x[rate + n]! += value));
  return x;
}

function run(x: Float32Array, block: number, options: Partial<CaptureProcessorOptions> & { inputRate: number }): { events: SegmentEvent[]; processor: CaptureProcessor } {
  const events: SegmentEvent[] = [];
  const processor = new CaptureProcessor({ module, vad: new Loudness(), onEvent: (event) => events.push(event), ...options });
  for (let n = 0; n < x.length; n += block) processor.push(x.subarray(n, n + block));
  processor.flush();
  return { events, processor };
}

describe('CaptureProcessor', () => {
  it.each([[48000, 128], [44100, 128], [16000, 160], [16000, 37], [24000, 4000], [8000, 80]])('finds the turn in audio of %i Hz in blocks of %i', (inputRate, block) => {
    const { events } = run(toneAmidSilence(inputRate), block, { inputRate });
    expect(events.map(({ type }) => type)).toEqual(['speechStart', 'speechConfirmed', 'speechEnd']);
    const end = events[2] as Extract<SegmentEvent, { type: 'speechEnd' }>;
    expect(Math.abs(end.startMs - 1000)).toBeLessThanOrEqual(20);
    expect(Math.abs(end.endMs - 2000)).toBeLessThanOrEqual(20);
    const offset = Math.round((1300 - end.audioStartMs) * 16);
    expect(rms(end.audio.subarray(offset, offset + 4800))).toBeCloseTo(0.3 / Math.SQRT2, 2);
  });

  it('gives the same events for any partition of the input', () => {
    const x = toneAmidSilence(48000);
    const [a, b] = [run(x, 128, { inputRate: 48000 }).events, run(x, 4801, { inputRate: 48000 }).events];
    expect(a).toEqual(b);
  });

  it('hands out every frame with level and time, whatever the frame size of the detector', () => {
    for (const size of [160, 512]) {
      const frames: { atMs: number; rms: number; peak: number; length: number }[] = [];
      run(toneAmidSilence(16000), 100, { inputRate: 16000, vad: new Loudness(size), onFrame: ({ audio, atMs, rms: level, peak }) => frames.push({ atMs, rms: level, peak, length: audio.length }) });
      expect(frames.length).toBe(Math.ceil(48000 / size));
      expect(frames.every(({ length, atMs }, n) => length === size && Math.abs(atMs - ((n + 1) * size) / 16) < 1e-6)).toBe(true);
      const middle = frames[Math.round(24000 / size)]!;
      expect(middle.rms).toBeCloseTo(0.3 / Math.SQRT2, 1);
      expect(middle.peak).toBeCloseTo(0.3, 1);
    }
  });

  it('uses the built-in detector unless given another', () => {
    const { events } = run(noise(48000, 1, 0.001), 128, { inputRate: 16000, vad: undefined as never, segmenter: { failOpen: false } });
    expect(events).toEqual([]);
  });

  it('fails open when the detector throws, and says so', () => {
    const broken: VAD = { process: () => { throw new Error('no'); }, reset: () => undefined };
    const { events, processor } = run(toneAmidSilence(16000), 160, { inputRate: 16000, vad: broken });
    expect(events.map(({ type }) => type)).toEqual(['speechStart', 'speechConfirmed', 'speechEnd']);
    expect([processor.vadFailed, (processor.vadError as Error).message]).toEqual([true, 'no']);
  });

  it('does not hear the assistant: what is only the reference is gated, a louder user is not', () => {
    const rate = 48000;
    const voice = noise(rate * 6, 3, 0.5).map((value, n) => value * (Math.sin((2 * Math.PI * 2.3 * n) / rate) > 0 ? 1 : 0.01));
    const events: SegmentEvent[] = [];
    const processor = new CaptureProcessor({ inputRate: rate, module, vad: new Loudness(), onEvent: (event) => events.push(event) });
    const delay = 0.12 * rate;
    const play = (from: number, to: number, user: number): void => {
      for (let at = from * rate; at < to * rate; at += 128) {
        processor.pushReference(voice.subarray(at, at + 128));
        processor.push(Float32Array.from({ length: 128 }, (_, n) => 0.1 * (voice[at + n - delay] ?? 0) + user * Math.sin((at + n) * 0.05)));
      }
    };
    play(0, 4, 0);
    expect(events.filter(({ type }) => type === 'speechConfirmed')).toEqual([]);
    play(4, 5, 0.3);
    const confirmed = events.find(({ type }) => type === 'speechConfirmed');
    expect(confirmed?.atMs).toBeLessThan(4200);
    expect(confirmed?.atMs).toBeGreaterThan(4000);
  });

  it.each([{ inputRate: 100 }, { inputRate: 48000, onEvent: 3 as never }, { inputRate: 48000, onFrame: {} as never }])('refuses %o', (options) => {
    expect(() => new CaptureProcessor({ module, onEvent: () => undefined, ...options })).toThrow(/CaptureProcessor\./);
  });

  it('closes what it made', () => {
    const processor = new CaptureProcessor({ inputRate: 48000, module, onEvent: () => undefined });
    processor.close();
    expect(() => processor.push(new Float32Array(128))).toThrow(/closed/);
  });
});
