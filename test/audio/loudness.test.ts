import { describe, expect, it } from 'vitest';
import { LoudnessMeter } from '../../src/audio/loudness.js';
import { audioWasm as module } from './audio-wasm.js';

/** Feeds 1 kHz tones given as [seconds, dBFS of the peak per channel], in blocks that do not fit the meter's own. */
function measure(parts: readonly (readonly [number, readonly number[]])[], sampleRate = 48000): LoudnessMeter {
  const channels = parts[0]![1].length;
  const meter = new LoudnessMeter({ sampleRate, channels, module });
  let frame = 0;
  const block = new Float32Array(4001 * channels);
  for (const [seconds, levels] of parts) {
    const amplitudes = levels.map((level) => 10 ** (level / 20));
    for (let left = Math.round(seconds * sampleRate); left > 0; ) {
      const count = Math.min(left, 4001);
      for (let n = 0; n < count; n++, frame++) {
        const value = Math.sin((2 * Math.PI * 1000 * frame) / sampleRate);
        for (let c = 0; c < channels; c++) block[n * channels + c] = value * amplitudes[c]!;
      }
      meter.push(block.subarray(0, count * channels));
      left -= count;
    }
  }
  return meter;
}

const both = (level: number): readonly number[] => [level, level];

describe('LoudnessMeter', () => {
  it.each([-23, -33])('EBU Tech 3341 signals 1 and 2: a stereo tone of %i dBFS', (level) => {
    const meter = measure([[20, both(level)]]);
    for (const value of [meter.momentary, meter.shortTerm, meter.integrated]) expect(Math.abs(value - level)).toBeLessThan(0.1);
  });

  it.each([
    ['3', [[10, -36], [60, -23], [10, -36]]],
    ['4', [[10, -72], [10, -36], [60, -23], [10, -36], [10, -72]]],
    ['5', [[20, -26], [20.1, -20], [20, -26]]],
  ] as const)('EBU Tech 3341 signal %s: the gates leave −23 LUFS', (_, parts) => {
    expect(Math.abs(measure(parts.map(([seconds, level]) => [seconds, both(level)])).integrated + 23)).toBeLessThan(0.1);
  });

  it('EBU Tech 3341 signal 6: surround channels by their weights', () => {
    expect(Math.abs(measure([[20, [-28, -28, -24, -300, -30, -30]]]).integrated + 23)).toBeLessThan(0.1);
  });

  it.each([
    ['1', [-20, -30], 10],
    ['2', [-20, -15], 5],
    ['3', [-40, -20], 20],
    ['4', [-50, -35, -20, -35, -50], 15],
  ] as const)('EBU Tech 3342 signal %s: the loudness range', (_, levels, range) => {
    expect(Math.abs(measure(levels.map((level) => [20, both(level)])).range - range)).toBeLessThan(0.1);
  });

  it.each([8000, 16000, 44100, 96000])('reads the same at %i Hz', (sampleRate) => {
    expect(Math.abs(measure([[4, both(-23)]], sampleRate).integrated + 23)).toBeLessThan(0.1);
  });

  it('a mono tone is 3 LU below the same tone on two channels', () => {
    expect(measure([[4, [-20]]]).integrated - measure([[4, both(-20)]]).integrated).toBeCloseTo(-3.01, 2);
  });

  it('has no value before there is enough signal, in silence, and after reset', () => {
    const short = measure([[0.3, [-20]]]);
    expect([short.momentary, short.shortTerm, short.integrated, short.range]).toEqual([-Infinity, -Infinity, -Infinity, 0]);
    expect(measure([[5, [-300]]]).integrated).toBe(-Infinity);
    const meter = measure([[4, [-20]]]);
    meter.reset();
    expect([meter.momentary, meter.integrated]).toEqual([-Infinity, -Infinity]);
  });

  it('refuses torn frames, wrong options and use after close', () => {
    expect(() => new LoudnessMeter({ sampleRate: 1, module })).toThrow(/sampleRate/);
    const meter = new LoudnessMeter({ sampleRate: 48000, channels: 2, module });
    expect(() => meter.push(new Float32Array(3))).toThrow(/block length/);
    meter.close();
    expect(() => meter.push(new Float32Array(2))).toThrow(/closed/);
  });
});
