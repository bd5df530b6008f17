/**
 * The tune of a phrase: a line that sinks, a rise and fall on every stressed syllable, and an ending
 * that says what comes: a fall for a statement, a rise for a yes-or-no question, a small rise before
 * a comma.
 */
import type { Phrase } from './utterance.js';

/** A point of the tune: milliseconds from the start of the phrase, and a factor of the voice's pitch. */
export interface PitchPoint {
  readonly timeMs: number;
  readonly factor: number;
}

/** The tune over the phrase; `starts` are the beginnings of its segments, `totalMs` its length. */
export function tune(phrase: Phrase, starts: readonly number[], lengths: readonly number[], totalMs: number): readonly PitchPoint[] {
  const accents = phrase.segments.flatMap(({ stress }, n) => (stress === 1 ? [n] : []));
  const points: PitchPoint[] = [{ timeMs: 0, factor: 1.08 }];
  const line = (timeMs: number): number => 1.1 - 0.16 * Math.min(1, timeMs / Math.max(600, totalMs));
  accents.forEach((at, n) => {
    const start = starts[at] ?? 0;
    const length = lengths[at] ?? 0;
    const last = n === accents.length - 1;
    const size = (n === 0 ? 0.24 : 0.16) * (last ? 1.1 : 1);
    points.push({ timeMs: Math.max(1, start - 45), factor: line(start) * 0.97 });
    points.push({ timeMs: start + length * 0.4, factor: line(start) * (1 + size) });
    if (!last) points.push({ timeMs: start + length + 60, factor: line(start + length) });
    else ending(phrase, start, length, totalMs, line(start), points);
  });
  points.push(...(accents.length === 0 ? [{ timeMs: totalMs, factor: 0.85 }] : []));
  return points.sort((a, b) => a.timeMs - b.timeMs);
}

function ending(phrase: Phrase, start: number, length: number, totalMs: number, level: number, points: PitchPoint[]): void {
  const after = start + length;
  if (phrase.pause === 'question' && !phrase.asks) {
    points.push({ timeMs: start + length * 0.55, factor: level * 1.05 }, { timeMs: totalMs, factor: level * 1.55 });
  } else if (phrase.pause === 'comma') {
    points.push({ timeMs: Math.min(totalMs - 1, after), factor: level * 0.92 }, { timeMs: totalMs, factor: level * 1.06 });
  } else {
    points.push({ timeMs: Math.min(totalMs - 1, start + length * 0.95), factor: level * 0.88 }, { timeMs: totalMs, factor: 0.74 });
  }
}
