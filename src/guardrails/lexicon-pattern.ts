/** From words to the pattern that finds them, drawn out or not. */
import { drawnOutPattern } from './skeleton.js';

/** `text` as a pattern that matches just it. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The pattern of `words` and `stems`, in lower case. A stem finds every word that holds it. */
export function lexiconPattern(words: readonly string[], stems: readonly string[]): string {
  const terms = [...new Set([...stems, ...words])].filter((word) => !stems.some((stem) => stem !== word && word.includes(stem)));
  return `(?:${terms.map((term) => (/^[a-z]+$/.test(term) ? drawnOutPattern(term) : escapePattern(term))).join('|')})`;
}
