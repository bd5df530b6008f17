/** Where a guard's replacements lie in the text it returned. */
import type { Redaction } from './turn.js';

interface Located {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/**
 * Finds the replaced parts: `violations` are the guard's, in wire form, with locations in `original`.
 * The text between two violations is the same in both texts, which is how the places are found.
 */
export function redactionsOf(original: string, transformed: string, violations: unknown): readonly Redaction[] {
  if (original === transformed || !Array.isArray(violations)) return [];
  const found = mergeOverlaps(violations.flatMap(locate));
  const redactions: Redaction[] = [];
  let from = 0; // in `original`
  let at = 0; // in `transformed`
  found.forEach(({ start, end, label }, index) => {
    const kept = original.slice(from, start);
    if (!transformed.startsWith(kept, at)) return; // this part was changed by another rule; leave it unmarked
    const replacementStart = at + kept.length;
    const next = found[index + 1];
    const after = original.slice(end, next?.start ?? original.length);
    const replacementEnd = next === undefined ? transformed.length - after.length : after === '' ? replacementStart + (end - start) : transformed.indexOf(after, replacementStart);
    if (replacementEnd < replacementStart) return;
    if (transformed.slice(replacementStart, replacementEnd) !== original.slice(start, end)) redactions.push({ start: replacementStart, end: replacementEnd, label });
    from = end;
    at = replacementEnd;
  });
  return redactions;
}

function locate(violation: unknown): readonly Located[] {
  const { location, type, metadata } = (violation ?? {}) as { location?: unknown; type?: unknown; metadata?: { pii_type?: unknown } };
  if (!Array.isArray(location)) return [];
  const [start, end] = location as unknown[];
  if (typeof start !== 'number' || typeof end !== 'number' || end <= start) return [];
  return [{ start, end, label: String(metadata?.pii_type ?? type ?? 'redacted') }];
}

function mergeOverlaps(parts: readonly Located[]): readonly Located[] {
  const sorted = [...parts].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Located[] = [];
  for (const part of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && part.start < last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, part.end) };
    else merged.push(part);
  }
  return merged;
}
