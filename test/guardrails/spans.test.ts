import { describe, expect, it } from 'vitest';
import { SpanSet, type Span } from '../../src/guardrails/spans.js';
import { mulberry32 } from '../conformance/random-patterns.js';

describe('a set of spans', () => {
  it('keeps what does not overlap, in order of place', () => {
    const set = new SpanSet<Span>();
    expect([[5, 8], [0, 3], [3, 5], [7, 9], [2, 4], [8, 8]].map(([start = 0, end = 0]) => set.add({ start, end }))).toEqual([true, true, true, false, false, true]);
    expect(set.all.map(({ start }) => start)).toEqual([0, 3, 5, 8]);
  });

  it('knows what lies inside one of its spans', () => {
    const set = new SpanSet<Span>();
    set.add({ start: 2, end: 6 });
    expect(set.holds({ start: 2, end: 6 })).toBe(true);
    expect(set.holds({ start: 3, end: 4 })).toBe(true);
    expect(set.holds({ start: 1, end: 4 })).toBe(false);
    expect(set.holds({ start: 5, end: 7 })).toBe(false);
  });

  it('agrees with trying every pair, on random spans', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = mulberry32(seed);
      const set = new SpanSet<Span>();
      const kept: Span[] = [];
      for (let n = 0; n < 60; n++) {
        const start = Math.floor(random() * 100);
        const span = { start, end: start + 1 + Math.floor(random() * 8) };
        const free = kept.every((other) => other.end <= span.start || other.start >= span.end);
        expect(set.add(span)).toBe(free);
        if (free) kept.push(span);
      }
      expect(set.all).toEqual(kept.sort((a, b) => a.start - b.start));
    }
  });

  it.each([
    ['front to back', (n: number) => n],
    ['back to front', (n: number) => 5999 - n],
    ['every other one first', (n: number) => (n < 3000 ? 2 * n : 2 * (n - 3000) + 1)],
    ['scattered', (n: number) => (n * 2741) % 6000],
  ])('keeps thousands in order when they come %s', (_order, place) => {
    const set = new SpanSet<Span>();
    for (let n = 0; n < 6000; n++) {
      const start = place(n) * 10;
      expect(set.add({ start, end: start + 9 })).toBe(true);
      if (n % 97 === 0) expect([set.add({ start: start + 8, end: start + 10 }), set.holds({ start: start + 1, end: start + 9 }), set.holds({ start: start + 1, end: start + 10 })]).toEqual([false, true, false]);
    }
    expect(set.all.map(({ start }) => start)).toEqual(Array.from({ length: 6000 }, (_, n) => n * 10));
  });
});
