/**
 * Redaction: spans of a text replaced, with the way back from the new text to the old.
 */
import type { Location } from './violation.js';

/** A span and what stands in its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text after its replacements. */
export interface Redacted {
  readonly text: string;
  /** The replacements that were made, in order. */
  readonly replacements: readonly Replacement[];
  /** Where a span of the new text stood in the old one; a span that touches a replacement takes it in whole. */
  toOriginal(start: number, end: number): Location;
}

/** Replaces spans, which must be in order and not overlap. */
export function redact(text: string, replacements: readonly Replacement[]): Redacted {
  let written = '';
  let at = 0;
  for (const { start, end, text: replacement } of replacements) {
    written += text.slice(at, start) + replacement;
    at = end;
  }
  return {
    text: written + text.slice(at),
    replacements,
    toOriginal: (start, end) => [origin(replacements, start, false), origin(replacements, end, true)],
  };
}

function origin(replacements: readonly Replacement[], position: number, isEnd: boolean): number {
  let shift = 0;
  for (const { start, end, text } of replacements) {
    const from = start + shift;
    const to = from + text.length;
    if (isEnd ? position <= from : position < from) break;
    if (isEnd ? position <= to : position < to) return isEnd ? end : start;
    shift += text.length - (end - start);
  }
  return position - shift;
}
