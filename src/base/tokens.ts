/**
 * How many tokens a text costs a model, estimated. A real tokenizer weighs megabytes and differs from
 * model to model, so the counter can be replaced; the default is length/4 for ASCII, as the seeds
 * have it, and dearer where byte-pair vocabularies are: length/4 counts a Chinese text at a quarter
 * of what it costs.
 */

/** Counts the tokens of a text. Must be pure. */
export type TokenCounter = (text: string) => number;

/**
 * Estimates tokens per code point: ASCII 1/4; Latin with diacritics, Greek, Cyrillic, Hebrew, Arabic
 * 1/2; Indic, Thai and other alphabets 3/4; ideographs, kana, hangul 1; emoji and other astral signs 2.
 * At least 1 for a text that is not empty. Meant to be an upper bound on common vocabularies.
 */
export const estimateTokens: TokenCounter = (text) => {
  let quarters = 0;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code < 0x80) quarters += 1;
    else if (code >= 0xd800 && code <= 0xdfff) quarters += 4; // half of a pair: two units, two tokens
    else quarters += quartersOf(code);
  }
  return text.length === 0 ? 0 : Math.max(1, Math.floor(quarters / 4));
};

function quartersOf(code: number): number {
  if (code < 0x700) return 2; // Latin supplements, Greek, Cyrillic, Armenian, Hebrew, Arabic
  if (code < 0x1100) return 3; // Syriac to Georgian: Indic, Thai, Lao, Tibetan, Myanmar
  if (code >= 0x1e00 && code < 0x2000) return 2; // Latin and Greek extended
  return 4; // hangul, kana, ideographs, symbols, dingbats, joiners
}
