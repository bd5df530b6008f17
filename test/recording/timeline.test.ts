import { describe, expect, it } from 'vitest';
import { Timeline } from '../../src/recording/timeline.js';

const samples = (...values: number[]): Float32Array => Float32Array.from(values);

describe('Timeline', () => {
  it('interleaves what was placed on both tracks, with silence where nothing was', () => {
    const timeline = new Timeline(1000, 500);
    timeline.place('user', timeline.frameAt(501), samples(1, 2));
    timeline.place('assistant', timeline.frameAt(502), samples(3, 4));
    expect([...timeline.take(2)]).toEqual([0, 0, 1, 0]);
    expect([...timeline.take(5)]).toEqual([2, 3, 0, 4, 0, 0]);
    expect([timeline.taken, timeline.held, timeline.late]).toEqual([5, 0, 0]);
    expect(timeline.take(5)).toHaveLength(0);
  });

  it('drops what comes too late, and counts it', () => {
    const timeline = new Timeline(1000, 0);
    timeline.take(3);
    timeline.place('user', 1, samples(1, 2, 3, 4));
    expect([...timeline.take(5)]).toEqual([3, 0, 4, 0]);
    expect(timeline.late).toBe(2);
  });

  it('drops what was heard before the recording began', () => {
    const timeline = new Timeline(1000, 0);
    timeline.place('assistant', -2, samples(1, 2, 3));
    expect([...timeline.take(2)]).toEqual([0, 3, 0, 0]);
    expect(timeline.late).toBe(0);
  });

  it('lets the later piece win where two overlap', () => {
    const timeline = new Timeline(1000, 0);
    timeline.place('user', 0, samples(1, 1, 1));
    timeline.place('user', 1, samples(2));
    expect([...timeline.take(3)]).toEqual([1, 0, 2, 0, 1, 0]);
  });

  it('silences a span of one track', () => {
    const timeline = new Timeline(1000, 0);
    timeline.place('user', 0, samples(1, 1, 1, 1));
    timeline.place('assistant', 0, samples(5, 5, 5, 5));
    timeline.take(1);
    timeline.mute('user', 0, 3);
    expect([...timeline.take(4)]).toEqual([0, 5, 0, 5, 1, 5]);
  });
});
