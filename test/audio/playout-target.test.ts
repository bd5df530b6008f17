import { describe, expect, it } from 'vitest';
import { PlayoutTarget } from '../../src/audio/playout-target.js';

// Milliseconds at 48 kHz.
const MS = 48;
const LIMITS = { min: 20 * MS, initial: 100 * MS, max: 400 * MS, enough: 320 * MS };

/** One answer of chunks of 40 ms that arrive at these milliseconds. */
function answer(target: PlayoutTarget, times: readonly number[]): void {
  target.begin();
  for (const time of times) target.arrived(time * MS, 40 * MS);
}

const every = (step: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * step);

describe('PlayoutTarget', () => {
  it('begins with what it was given, and keeps it until an answer has shown more', () => {
    const target = new PlayoutTarget(LIMITS);
    expect(target.samples / MS).toBe(100);
    answer(target, [0]);
    target.begin();
    expect(target.samples / MS).toBe(100);
  });

  it('rises by half of what was missing, and falls by three hundredths of what was too much', () => {
    const target = new PlayoutTarget(LIMITS);
    // The third chunk lies 80 into the answer and comes at 380: it needs a lead of 300.
    answer(target, [0, 40, 380, 390]);
    target.begin();
    expect(target.samples / MS).toBe(100 + 0.5 * (300 - 100));
    answer(target, every(40, 10));
    target.begin();
    expect(target.samples / MS).toBeCloseTo(200 - 0.03 * 200, 9);
  });

  it('stays within its limits', () => {
    const target = new PlayoutTarget(LIMITS);
    for (let n = 0; n < 20; n++) answer(target, [0, 5000]);
    target.begin();
    expect(target.samples / MS).toBe(400);
    for (let n = 0; n < 300; n++) answer(target, every(10, 5));
    target.begin();
    expect(target.samples / MS).toBe(20);
  });

  it.each([
    ['no chunk', [], true],
    ['one chunk', [0], true],
    ['chunks at once', [0, 0, 0, 0], true],
    ['chunks in a third of their length', every(13, 20), true],
    ['chunks in nine tenths of their length', every(36, 20), false],
    ['chunks slower than they play', every(50, 20), false],
    ['a burst of five at a time, in real time', every(1, 60).map((n) => Math.floor(n / 5) * 200), false],
    ['one pause among chunks that come at once', [...every(10, 12), 3000, 3010, 3020], true],
  ])('sees from %s whether a source is well ahead of real time', (_name, times, ahead) => {
    const target = new PlayoutTarget(LIMITS);
    answer(target, times);
    expect(target.ahead).toBe(ahead);
  });

  it('keeps its view while so much is held that the source may be waiting for room', () => {
    const target = new PlayoutTarget(LIMITS);
    answer(target, every(10, 10));
    for (const time of every(40, 50)) target.arrived((100 + time) * MS, 40 * MS, 321 * MS);
    expect(target.ahead).toBe(true);
    for (const time of every(40, 50)) target.arrived((2200 + time) * MS, 40 * MS, 320 * MS);
    expect(target.ahead).toBe(false);
  });

  it('forgets the pace with each answer, and when it is told to', () => {
    const target = new PlayoutTarget(LIMITS);
    answer(target, every(50, 20));
    expect(target.ahead).toBe(false);
    target.forgetPace();
    expect(target.ahead).toBe(true);
    answer(target, every(50, 20));
    expect(target.ahead).toBe(false);
    target.begin();
    expect(target.ahead).toBe(true);
  });
});
