import { describe, expect, it } from 'vitest';
import { LevelMeter } from '../../src/audio/level-meter.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, rms, sine } from './signals.js';

describe('LevelMeter', () => {
  it.each([0, 1, 3, 7, 8, 9, 128, 480, 1001])('measures blocks of %i samples', (length) => {
    const meter = new LevelMeter({ module });
    const x = noise(length, length, 0.9);
    meter.measure(x);
    expect(meter.rms).toBeCloseTo(rms(x), 6);
    expect(meter.peak).toBe(x.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  });

  it('keeps nothing of the block before', () => {
    const meter = new LevelMeter({ module });
    meter.measure(sine(480, 440, 16000, 1));
    expect([meter.measure(new Float32Array(100)).rms, meter.peak]).toEqual([0, 0]);
  });

  it('refuses longer blocks and use after close', () => {
    const meter = new LevelMeter({ maxBlock: 10, module });
    expect(() => meter.measure(new Float32Array(11))).toThrow(/block length/);
    meter.close();
    expect(() => meter.measure(new Float32Array(1))).toThrow(/closed/);
  });
});
