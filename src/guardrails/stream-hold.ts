/**
 * How much of a growing text a stream guard holds back: decision points, at which the text so far is
 * judged, and the open end, which may still become part of a finding.
 *
 * Both depend on the text alone, never on how it was cut into pieces. That is why a stream's findings
 * are the same for every cutting.
 */
import { DIGIT_WORDS, REPEAT_WORDS, SIGN_WORDS, TEEN_WORDS, TENS_WORDS } from './spoken-words.js';

/** What a check needs to see together: words and numbers, phrases of several words, or whole sentences. */
export type Reach = 'word' | 'phrase' | 'sentence';

/** Longest stretch held for each reach, in UTF-16 units: a dictated card number; a phrase; a sentence. */
export const HOLD_BACK: Readonly<Record<Reach, number>> = { word: 160, phrase: 192, sentence: 480 };

// Text is judged at the end of a clause, and otherwise at the first word that begins so far behind the last judgement.
const STRIDE = 24;
// A word without end (an encoded file, a script without blanks) is judged every so many units.
const LONGEST_WORD = 256;
// Phrases of several words hold the words that stand this far back.
const PHRASE = 64;
const SENTENCE = 400;
// Words behind a number that say what it was count this far.
const AFTER_NUMBER = 36;

const BLANK = /\s/;
// Scripts that write without blanks: every character is a word of its own.
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;
const DIGIT = /\p{Nd}/u;
const CLAUSE_END = /[.!?,;:。！？，；：…\n]["'”’)\]]*$/u;

/** The first decision point behind `from`, or undefined when the text does not reach it yet. */
export function nextDecision(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    const before = text.charAt(at - 1);
    const here = text.charAt(at);
    const wordBegins = (BLANK.test(before) && !BLANK.test(here)) || (UNSPACED.test(before) && at > from + 1);
    if (wordBegins && (at - from >= STRIDE || CLAUSE_END.test(text.slice(Math.max(from, at - 6), at).trimEnd()))) return at;
    if (at - from >= LONGEST_WORD && !isLowSurrogate(here)) return at;
  }
  return undefined;
}

/** The first unit of `text[0, end)` that may still become part of a finding. */
export function openFrom(text: string, end: number, reach: Reach): number {
  let open = wordsOpenFrom(text, end);
  if (reach !== 'word') open = Math.min(open, wordStart(text, Math.max(0, end - PHRASE)));
  if (reach === 'sentence') open = Math.min(open, sentenceStart(text, end));
  return open;
}

function isLowSurrogate(unit: string): boolean {
  return unit >= '\udc00' && unit <= '\udfff';
}

function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_WORD && !BLANK.test(text.charAt(start - 1)) && !UNSPACED.test(text.charAt(start - 1))) start--;
  if (isLowSurrogate(text.charAt(start))) start--;
  return start;
}

/** The start of the last words that may belong together with what follows: numbers, signs, spelled letters, and the word before them. */
function wordsOpenFrom(text: string, end: number): number {
  const floor = Math.max(0, end - HOLD_BACK.word);
  let open = end;
  let at = end;
  let plain = 0; // ordinary words in a row, from the right
  while (at > floor) {
    let stop = at;
    while (stop > floor && BLANK.test(text.charAt(stop - 1))) stop--;
    if (stop <= floor) break;
    const start = Math.max(floor, Math.min(stop - 1, wordStart(text, stop)));
    const word = text.slice(start, stop);
    const number = DIGIT.test(word) || isSpokenNumber(word);
    if ((number && end - stop <= AFTER_NUMBER) || (plain < 2 && (number || isSticky(word)))) plain = 0;
    else plain++;
    if (plain < 2) open = start; // one ordinary word may be the name before a sign
    else if (end - start > AFTER_NUMBER) break;
    at = start;
  }
  return open < floor + 1 && floor > 0 ? wordStart(text, floor) : open;
}

function bare(word: string): string {
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

function isSpokenNumber(word: string): boolean {
  const plain = bare(word);
  return plain.split('-').every((part) => DIGIT_WORDS.has(part) || TEEN_WORDS.has(part) || TENS_WORDS.has(part) || REPEAT_WORDS.has(part) || part === 'hundred');
}

function isSticky(word: string): boolean {
  const plain = bare(word);
  if ([...plain].length <= 2 && !UNSPACED.test(plain)) return true; // single letters, signs, pairs of a hexadecimal dump
  if (SIGN_WORDS.has(plain) || plain === 'and' || plain === 'sign') return true;
  return /^[A-Z]{2,4}$/.test(word) || /[@[\]()<>{}]/.test(word);
}

/** The start of the sentence that is open at `end`; of its last words where it is too long. */
function sentenceStart(text: string, end: number): number {
  const from = Math.max(0, end - SENTENCE);
  let start = from === 0 ? 0 : wordStart(text, from);
  for (const match of text.slice(from, end).matchAll(/[.!?。！？…]+["'”’)\]]*(?:\s+|$)|\n{2,}/gu)) start = from + match.index + match[0].length;
  return Math.min(start, end);
}
