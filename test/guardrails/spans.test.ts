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
});
