import { describe, expect, it } from 'vitest';
import { audibleFrame, latencyMs } from '../../src/browser/output-latency.js';

/** The parts of a context that are looked at. */
function context(parts: { currentTime?: number; baseLatency?: number; outputLatency?: number }): AudioContext {
  return { currentTime: 10, sampleRate: 48000, ...parts } as AudioContext;
}

describe('how far the ear is behind', () => {
  it.each([
    ['both latencies', { baseLatency: 0.01, outputLatency: 0.03 }, 40],
    ['no output latency, as some engines say 0', { baseLatency: 0.02, outputLatency: 0 }, 20],
    ['neither', {}, 0],
    ['more than any device has', { baseLatency: 0.01, outputLatency: 9 }, 2000],
    ['less than nothing', { baseLatency: -1, outputLatency: 0 }, 0],
  ])('follows from %s', (_name, parts, ms) => {
    expect(latencyMs(context(parts))).toBeCloseTo(ms, 6);
    expect(audibleFrame(context(parts))).toBeCloseTo(480_000 - ms * 48, 3);
  });
});
