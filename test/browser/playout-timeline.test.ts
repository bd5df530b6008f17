import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlayoutTimeline } from '../../src/browser/playout-timeline.js';

describe('where an answer stood', () => {
  it('is nowhere before the first mark', () => {
    const timeline = new PlayoutTimeline();
    expect(timeline.at(1000, 500)).toBe(0);
    timeline.mark(100, 0, true);
    expect(timeline.at(99, 500)).toBe(0);
  });

  it('goes on with the clock while it plays, and stands while it does not', () => {
    const timeline = new PlayoutTimeline();
    timeline.mark(100, 0, true);
    timeline.mark(300, 200, false);
    timeline.mark(500, 200, true);
    expect([100, 150, 300, 400, 500, 550].map((frame) => timeline.at(frame, 1000))).toEqual([0, 50, 200, 200, 200, 250]);
  });

  it('never goes beyond what was sent, nor beyond the next mark', () => {
    const timeline = new PlayoutTimeline();
    timeline.mark(0, 0, true);
    expect(timeline.at(10_000, 480)).toBe(480);
    // Ran dry at 100 and was reported later.
    timeline.mark(300, 100, false);
    expect(timeline.at(200, 480)).toBe(100);
  });

  it('knows the last seconds of a long answer', () => {
    const timeline = new PlayoutTimeline();
    for (let n = 0; n < 1000; n++) timeline.mark(n * 960, n * 960, true);
    expect(timeline.at(999 * 960 + 5, 1e9)).toBe(999 * 960 + 5);
    expect(timeline.at(950 * 960 + 5, 1e9)).toBe(950 * 960 + 5);
    // Longer ago than is kept: at least what had been heard by then.
    expect(timeline.at(0, 1e9)).toBe(872 * 960);
  });

  it('never falls as time goes on', () => {
    const steps = fc.array(fc.record({ frames: fc.integer({ min: 1, max: 500 }), playing: fc.boolean() }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, (list) => {
        const timeline = new PlayoutTimeline();
        let frame = 0;
        let position = 0;
        for (const { frames, playing } of list) {
          timeline.mark(frame, position, playing);
          frame += frames;
          if (playing) position += frames;
        }
        let before = 0;
        for (let at = 0; at < frame; at += 7) {
          const now = timeline.at(at, position);
          expect(now).toBeGreaterThanOrEqual(before);
          expect(now).toBeLessThanOrEqual(position);
          before = now;
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
