/**
 * What a voice stage says between its audio elements, so that the playout can tell which words were
 * heard. Marks travel as `value` elements and are in order with the audio they describe.
 */
import { valueElement, type ElementOf, type ElementOptions, type StreamElement } from '../stream/element.js';

/** A mark. Word times are milliseconds from the first sample of the piece. */
export type SpeechMark =
  | { readonly mark: 'pieceStart'; readonly source: string }
  | { readonly mark: 'word'; readonly sourceEnd: number; readonly endMs: number }
  | { readonly mark: 'pieceEnd' };

/** Wraps a mark as an element. */
export function speechMarkElement(mark: SpeechMark, options?: ElementOptions): ElementOf<'value'> {
  return valueElement(mark, options);
}

/** The mark an element carries, if it carries one. */
export function speechMarkOf(item: StreamElement): SpeechMark | undefined {
  if (item.type !== 'value' || typeof item.value !== 'object' || item.value === null || !('mark' in item.value)) return undefined;
  return item.value as SpeechMark;
}
