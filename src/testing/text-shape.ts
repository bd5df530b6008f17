/**
 * Texts without their content: each letter and digit is replaced, but length, words, case, punctuation
 * and the words that decide where a sentence ends stay, so that the text takes as long to say and is
 * cut in the same places. It tells no name, number or word of anybody; lengths of words remain visible.
 */
import { abbreviationKind, isSentenceStarter } from '../voice/abbreviations.js';

// With the dots inside: "e.g", "p.m".
const WORD = /[\p{L}\p{M}\p{N}]+(?:\.[\p{L}\p{M}\p{N}]+)*/gu;
const SYLLABIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The shape of a text; the same text has the same shape, and the shape of its beginning is the beginning of its shape, cut between words. */
export function textShape(text: string): string {
  return text.replace(WORD, (word) => (isGrammar(word) ? word : shapeOf(word)));
}

// Function words and abbreviations: a few dozen words of grammar, which say nothing about anybody.
function isGrammar(word: string): boolean {
  return word.length > 1 && word.length <= 8 && (abbreviationKind(word) !== 'none' || isSentenceStarter(word));
}

function shapeOf(word: string): string {
  let shape = '';
  let n = 0;
  for (const sign of word) {
    if (sign === '.') {
      shape += sign;
      continue;
    }
    const syllabic = SYLLABIC.test(sign);
    const stand = /\p{N}/u.test(sign) ? '0' : syllabic ? '\u5b57' : n++ % 2 === 0 ? 'b' : 'a';
    shape += (/\p{Lu}/u.test(sign) ? stand.toUpperCase() : stand).repeat(sign.length);
  }
  return shape;
}

/** Shapes of texts that belong together, cut as they were. */
export function shapesOf(parts: readonly string[]): readonly string[] {
  const shape = textShape(parts.join(''));
  let at = 0;
  return parts.map((part) => shape.slice(at, (at += part.length)));
}
