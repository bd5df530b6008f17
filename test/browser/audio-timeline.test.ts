import { describe, expect, it } from 'vitest';
import { AudioTimeline } from '../../src/browser/audio-timeline.js';

describe('the time line of audio', () => {
  it('knows nothing before the first block', () => {
    expect(new AudioTimeline().at(0)).toBeNaN();
  });

  it('believes the earliest arrival of the last quarter of a second', () => {
    const timeline = new AudioTimeline();
    for (let n = 1; n <= 100; n++) timeline.observe(n * 10, 1000 + n * 10 + (n % 7));
    expect(timeline.at(500)).toBeCloseTo(1500, 6);
    timeline.observe(1010, 2060);
    expect(timeline.at(500)).toBeCloseTo(1500, 6);
  });

  it('forgets a burst of stale samples within a third of a second', () => {
    const timeline = new AudioTimeline();
    timeline.observe(400, 1000);
    for (let n = 1; n <= 30; n++) timeline.observe(400 + n * 10, 1400 + n * 10);
    expect(timeline.at(700)).toBeCloseTo(1700, 6);
  });

  it('begins anew after a long pause', () => {
    const timeline = new AudioTimeline();
    timeline.observe(10, 1000);
    timeline.observe(20, 9000);
    expect(timeline.at(20)).toBe(9000);
  });
});
