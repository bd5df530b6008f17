/**
 * Masks: what a redacted span looks like. `shape` keeps the separators of a number, `email` keeps the
 * name and the top-level domain, `full` keeps nothing but the length.
 */
import type { MaskStyle } from './rule.js';

/** The masked form of `text`, one redaction character for each character that is hidden. */
export function maskText(text: string, style: MaskStyle, character: string): string {
  if (style === 'email') return maskEmail(text, character);
  if (style === 'shape' && /\d/.test(text)) return text.replace(/[\p{L}\p{N}\p{M}]/gu, character);
  return character.repeat([...text].length);
}

// me@test.com → me@***.com: as many marks as the domain has characters before its last dot, three at least.
function maskEmail(text: string, character: string): string {
  const at = text.lastIndexOf('@');
  const dot = text.lastIndexOf('.');
  if (at < 1 || dot < at) return character.repeat([...text].length);
  return text.slice(0, at + 1) + character.repeat(3) + text.slice(dot);
}
