import { describe, expect, it } from 'vitest';
import { BlockSchedule, QUANTUM, type Block } from '../../src/browser/block-schedule.js';

const RATE = 48000;

interface Buffer {
  readonly samples: readonly number[];
  readonly frame: number;
  stopped: number | undefined;
}

/** A context that only writes down what it is asked for; `clock.frame` is its time. */
function scheduling(baseLatency = 0.01): { schedule: BlockSchedule; clock: { frame: number }; buffers: Buffer[]; gains: [string, number, number][]; disconnected: () => number } {
  const clock = { frame: 0 };
  const buffers: Buffer[] = [];
  const gains: [string, number, number][] = [];
  let disconnected = 0;
  const context = {
    sampleRate: RATE,
    baseLatency,
    get currentTime() { return clock.frame / RATE; },
    createGain: () => ({
      gain: { setValueAtTime: (value: number, at: number) => gains.push(['set', value, Math.round(at * RATE)]), linearRampToValueAtTime: (value: number, at: number) => gains.push(['ramp', value, Math.round(at * RATE)]) },
      disconnect: () => disconnected++,
    }),
    createBuffer: () => ({ samples: [] as number[], copyToChannel(samples: Float32Array) { this.samples = [...samples]; } }),
    createBufferSource: () => {
      let made: Buffer | undefined;
      return {
        buffer: { samples: [] as number[] },
        connect: () => undefined,
        start(at: number) { buffers.push((made = { samples: this.buffer.samples, frame: Math.round(at * RATE), stopped: undefined })); },
        stop(at = 0) { if (made !== undefined) made.stopped = Math.round(at * RATE); },
      };
    },
  } as unknown as AudioContext;
  return { schedule: new BlockSchedule(context), clock, buffers, gains, disconnected: () => disconnected };
}

const block = (from: number, to: number, length = to - from): Block => ({ samples: Float32Array.from({ length }, (_, n) => from + n), from, to });

describe('a schedule of blocks', () => {
  it('puts one block behind the other, sample for sample', () => {
    const { schedule, buffers } = scheduling();
    schedule.nextFrame = 1000;
    schedule.add(block(0, 256));
    schedule.add(block(256, 384));
    expect(buffers.map(({ frame, samples }) => [frame, samples[0], samples.length])).toEqual([[1000, 0, 256], [1256, 256, 128]]);
    expect(schedule.nextFrame).toBe(1384);
  });

  it('counts in whole quanta', () => {
    const { schedule } = scheduling();
    expect([0, 1 / RATE, 0.001, 0.04].map((seconds) => schedule.frames(seconds) / QUANTUM)).toEqual([0, 1, 1, 15]);
  });

  it.each([[0.01, 0.05], [0, 0.03]])('is safe behind the task and two callbacks of a device with a base latency of %f s', (baseLatency, seconds) => {
    const { schedule } = scheduling(baseLatency);
    expect(schedule.safeFrame(512)).toBe(512 + schedule.frames(seconds));
  });

  it('forgets what was played, and knows the place of every frame that was not', () => {
    const { schedule } = scheduling();
    schedule.nextFrame = 1000;
    schedule.add(block(0, 256));
    // Played faster: 128 frames of sound carry 200 samples of the answer.
    schedule.add(block(256, 456, 128));
    expect([0, 1000, 1100, 1256, 1320, 1383].map((frame) => schedule.placeAt(frame))).toEqual([0, 0, 100, 256, 356, 454]);
    expect(schedule.placeAt(1384)).toBeUndefined();
    schedule.forget(1255);
    expect(schedule.placeAt(1000)).toBe(0);
    schedule.forget(1256);
    expect(schedule.placeAt(1256)).toBe(256);
    expect(schedule.empty).toBe(false);
    schedule.forget(1384);
    expect(schedule.empty).toBe(true);
  });

  it('hands back what was not played when it is silenced, and fades', () => {
    const { schedule, clock, buffers, gains } = scheduling();
    schedule.nextFrame = 1024;
    schedule.add(block(0, 256));
    schedule.add(block(256, 512));
    clock.frame = 1152;
    const rest = schedule.silence(1152);
    expect(rest.map(({ from, to, samples }) => [from, to, samples[0], samples.length])).toEqual([[128, 256, 128, 128], [256, 512, 256, 256]]);
    // 8 ms are 384 frames.
    expect(buffers.map(({ stopped }) => stopped)).toEqual([1152 + 384, 1152 + 384]);
    const quietUntil = 1152 + 384 + QUANTUM;
    expect(gains).toEqual([['set', 1, 1152], ['ramp', 0, 1152 + 384], ['set', 1, quietUntil]]);
    expect(schedule.empty).toBe(true);
    expect(schedule.safeFrame(1152)).toBeGreaterThanOrEqual(quietUntil);
    expect(schedule.safeFrame(0)).toBe(Math.max(schedule.frames(0.05), quietUntil));
  });

  it('hands back nothing of what was played', () => {
    const { schedule, clock } = scheduling();
    schedule.add(block(0, 256));
    clock.frame = 256;
    expect(schedule.silence(256)).toEqual([]);
  });

  it('stops everything when it is closed', () => {
    const { schedule, buffers, disconnected } = scheduling();
    schedule.add(block(0, 256));
    schedule.close();
    expect(buffers[0]?.stopped).toBe(0);
    expect(schedule.empty).toBe(true);
    expect(disconnected()).toBe(1);
  });
});
