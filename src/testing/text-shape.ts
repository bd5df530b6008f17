/**
 * Texts without their content: letters and digits are replaced, but length, words, case, punctuation
 * and grammar (the words that decide where a sentence or a turn ends) stay, so that the text takes as
 * long to say and is cut in the same places. It tells no name, number or fact of anybody; lengths of
 * words and function words remain visible.
 */
import { abbreviationKind, isSentenceStarter, isSpeechVerb } from '../voice/abbreviations.js';
import { turnWords } from '../voice/turn-language.js';

// With the dots inside: "e.g", "p.m".
const WORD = /[\p{L}\p{M}\p{N}]+(?:\.[\p{L}\p{M}\p{N}]+)*/gu;
const SYLLABIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * The shape of a text, of the same length; the shape of its beginning is the beginning of its shape, cut between words.
 * `language` is a BCP 47 tag. @default 'en'
 */
export function textShape(text: string, language = 'en'): string {
  let previous = '';
  return text.replace(WORD, (word: string, at: number) => {
    const shape = isGrammar(word, previous, language) ? word : shapeOf(word, language);
    previous = text[at + word.length] === '.' ? `${word}.` : word;
    return shape;
  });
}

/** Shapes of texts that belong together, cut as they were. */
export function shapesOf(parts: readonly string[], language?: string): readonly string[] {
  const shape = textShape(parts.join(''), language);
  let at = 0;
  return parts.map((part) => shape.slice(at, (at += part.length)));
}

// Closed classes of words, which are the same in everybody's mouth.
function isGrammar(word: string, previous: string, language: string): boolean {
  if (/\p{N}/u.test(word) || word.length === 1) return false;
  const lower = word.toLowerCase();
  const { open, backchannel } = turnWords(language);
  return open.has(lower) || backchannel.has(lower) || isSentenceStarter(word) || isSpeechVerb(word) || abbreviationKind(word, previous) !== 'none';
}

function shapeOf(word: string, language: string): string {
  const { digits } = turnWords(language);
  if (digits.has(word.toLowerCase())) return [...digits].find((digit) => digit.length === word.length) ?? word;
  let shape = '';
  let n = 0;
  for (const sign of word) {
    if (!/[\p{L}\p{M}\p{N}]/u.test(sign)) {
      shape += sign;
      continue;
    }
    const stand = /\p{N}/u.test(sign) ? '0' : SYLLABIC.test(sign) ? '\u5b57' : n++ % 2 === 0 ? 'b' : 'a';
    shape += (/\p{Lu}/u.test(sign) ? stand.toUpperCase() : stand).repeat(sign.length);
  }
  return shape;
}
