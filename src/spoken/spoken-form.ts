/**
 * What a voice should say for a piece of written text: markup is dropped; in English, numbers, dates,
 * money, units, abbreviations, addresses and signs are written out as a person reads them. Text of
 * other languages is left to the voice, which knows them better. The result remembers where each
 * spoken part came from, so that a word's time can be traced back to the text that was generated.
 *
 * Where it belongs: after the sentence splitter, which never cuts a number; before the voice.
 */
import { ADDRESSES } from './english-addresses.js';
import { AMOUNTS, MONEY } from './english-amounts.js';
import { NUMERIC_DATES, WORDY_DATES } from './english-dates.js';
import { SIGNS } from './english-signs.js';
import { WORDS } from './english-words.js';
import { isEnglish } from './language.js';
import { ENGLISH_MARKUP, MARKUP } from './markup.js';
import { type Part, readAt, type Rule } from './reading.js';

/** Spoken text with its way back to the source. */
export interface SpokenForm {
  /** What to say; empty when there is nothing to say. */
  readonly text: string;
  /** The parts of the text in order: each was said for a half-open range of the source. */
  readonly parts: readonly SpokenPart[];
  /** End in the source of what was said completely before `spokenEnd` in `text`. */
  sourceEnd(spokenEnd: number): number;
}

/** A part of a spoken form. All positions are UTF-16 units, half-open. */
export interface SpokenPart {
  readonly start: number;
  readonly end: number;
  readonly sourceStart: number;
  readonly sourceEnd: number;
}

/** Options of {@link spokenForm}. */
export interface SpokenFormOptions {
  /** Language of the text as BCP 47 tag. @default told from `previousText` and the text itself */
  readonly language?: string;
  /** What stands before the text, by which its language is told. @default '' */
  readonly previousText?: string;
}

const AT_DIGIT: readonly Rule[] = [...NUMERIC_DATES, ...AMOUNTS];
const AT_LETTER: readonly Rule[] = [...WORDY_DATES, ...WORDS];
const AT_SIGN: readonly Rule[] = [...MONEY, ...AMOUNTS, ...WORDY_DATES, ...SIGNS];
const PLAIN = /[\p{L}\p{M}'’]+|[ \t]+(?=[\p{L}\p{N}"“(])/uy;

/** The spoken form of `source`. Text without markup and signs comes back as it is. */
export function spokenForm(source: string, options: SpokenFormOptions = {}): SpokenForm {
  const { language, previousText = '' } = options;
  const english = language === undefined ? isEnglish(previousText + source) : /^en(?:$|[-_])/iu.test(language);
  const parts: SpokenPart[] = [];
  let text = '';
  for (let at = 0; at < source.length;) {
    for (const [length, said] of read(source, at, english)) {
      parts.push({ start: text.length, end: text.length + said.length, sourceStart: at, sourceEnd: at + length });
      text += said;
      at += length;
    }
  }
  return {
    text: /[\p{L}\p{N}]/u.test(text) ? text : '',
    parts,
    sourceEnd(spokenEnd) {
      // The last part that is said completely; parts are in order, so a binary search finds it.
      let low = 0;
      let high = parts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        const part = parts[middle] as SpokenPart; // middle < length
        if (part.start + text.slice(part.start, part.end).trimEnd().length <= spokenEnd) low = middle + 1;
        else high = middle;
      }
      const next = parts[low];
      if (next === undefined) return source.length;
      // Silent parts behind the last word, such as a space or closing stars, belong to what comes next.
      const silent = ({ start, end }: SpokenPart): boolean => text.slice(start, end).trim() === '';
      while (low > 0 && silent(parts[low - 1] as SpokenPart)) low--; // low > 0
      const done = low === 0 ? 0 : (parts[low - 1] as SpokenPart).sourceEnd; // low > 0
      // Within text that is said as it is written, letter by letter.
      if (next.end - next.start !== next.sourceEnd - next.sourceStart || spokenEnd <= next.start) return done;
      return source.slice(next.sourceStart, next.sourceEnd) === text.slice(next.start, next.end) ? next.sourceStart + spokenEnd - next.start : done;
    },
  };
}

// Most of a text: words in small letters that no rule begins with, and the spaces between words. "vs" and "et al." are read otherwise.
const COMMON = /(?!(?:vs|et)\b)[a-z]+(?=[ ,;!?)\n]|$)|(?<=[^\s]) (?=[\p{L}\p{N}]|$)/uy;
// Words that begin sentences and no rule, before a word in small letters.
const COMMON_FIRST = /(?:The|Then|There|These|They|This|Those|That|It|Its|You|Your|We|Our|He|His|She|Her|Their|My|And|But|So|If|When|What|Where|Who|Why|How|Yes|Is|Are|Was|Were|Do|Does|Did|Can|Could|Would|Should|Will|Have|Has|Had|Please|Sure|Here|Now|Not|Some|Many|Most|All|Each|Every)(?= [a-z])/uy;
// A mark behind a word and before a space or the end: no rule begins with it.
const COMMON_MARK = /(?<=[a-z])[.,;!?](?= |$)/uy;

/** What is said for the source from `at` on: at least one part. */
function read(source: string, at: number, english: boolean): readonly Part[] {
  const code = source.charCodeAt(at);
  if (english && (code === 32 || (code >= 97 && code <= 122))) {
    COMMON.lastIndex = at;
    const common = COMMON.exec(source)?.[0];
    if (common !== undefined) return [[common.length, common]];
  } else if (english && code >= 65 && code <= 90) {
    COMMON_FIRST.lastIndex = at;
    const common = at === 0 || source[at - 1] === ' ' ? COMMON_FIRST.exec(source)?.[0] : undefined;
    if (common !== undefined) return [[common.length, common]];
  } else if (english && code < 64) {
    COMMON_MARK.lastIndex = at;
    if (COMMON_MARK.test(source)) return [[1, source[at] as string]]; // a match is at `at`
  }
  if (isLetter(code) || !english) {
    const found = english && startsWord(source, at) ? (readAt(ADDRESSES, source, at) ?? readAt(MONEY, source, at) ?? readAt(AT_LETTER, source, at)) : english ? undefined : readAt(MARKUP, source, at);
    if (found !== undefined) return found;
  } else {
    const found = readAt(ENGLISH_MARKUP, source, at) ?? readAt(ADDRESSES, source, at) ?? readAt(isDigit(code) ? AT_DIGIT : AT_SIGN, source, at);
    if (found !== undefined) return found;
  }
  PLAIN.lastIndex = at;
  const plain = english || isLetter(code) ? PLAIN.exec(source)?.[0] : undefined;
  const taken = plain ?? String.fromCodePoint(source.codePointAt(at) as number); // at < length
  return [[taken.length, taken]];
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code < 0x2000 && code !== 0xd7 && code !== 0xf7);

function startsWord(source: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(source[at - 1] as string); // at > 0
}
