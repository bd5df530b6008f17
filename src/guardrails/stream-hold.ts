/** Where a text that is still growing may hold the beginning of something. */

// Findings of several words reach back this far at most; numbers, addresses and words less.
const REACH = 96;
// A sentence is held until its end, and no longer than this.
const SENTENCE = 400;

/** The first unit that may not be released yet: the start of the sentence, or of the last words where the sentence is long. */
export function openFrom(text: string): number {
  let end = 0;
  for (const match of text.matchAll(/[.!?。！？…]+["'”’)\]]*\s+(?=[\p{Lu}\p{Lo}"'“‘(\[])|\n{2,}/gu)) end = match.index + match[0].length;
  if (text.length - end <= SENTENCE) return Math.min(end, text.length);
  let at = text.length - REACH;
  while (at > 0 && !/\s/.test(text.charAt(at - 1))) at--;
  return Math.max(end, at);
}
