/**
 * Spoken words of a text with their pauses: what the formant voice says. The text is read as English
 * (`spokenForm`); every word keeps the range of the text it stands for, so that word times can be
 * reported on the text that was asked for. Punctuation becomes breaks.
 */
import { spokenForm, type SpokenPart } from '../spoken/spoken-form.js';

/** How speech pauses after a word: not, at a comma, or at the end of a sentence. */
export type Break = 'none' | 'comma' | 'stop' | 'question';

/** A piece of text that is spoken as one or more words. */
export interface SpokenToken {
  /** Half-open range in the text, UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Lower-case words; a single capital letter is spelled by its name. */
  readonly words: readonly string[];
  /** The pause after it. */
  readonly pause: Break;
}

type OpenToken = { -readonly [Key in keyof SpokenToken]: SpokenToken[Key] extends readonly string[] ? string[] : SpokenToken[Key] };

const WORD_OR_MARK = /(?<word>[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)*)|[.!?;:,…()[\]\n"“”—–]/gu;

/** Splits text into what is spoken. Never throws; what has no sound is left out. */
export function spokenTokens(text: string): readonly SpokenToken[] {
  const form = spokenForm(text, { language: 'en' });
  const tokens: OpenToken[] = [];
  let part = 0;
  let openPart = -1; // the part whose words the last token still takes
  for (const match of form.text.matchAll(WORD_OR_MARK)) {
    while ((form.parts[part]?.end ?? Infinity) <= match.index) part++;
    const word = match.groups?.['word'];
    if (word === undefined) {
      const last = tokens.at(-1);
      // The full stop of an initial is no pause.
      const initial = match[0] === '.' && /(?:^|[^\p{L}'’])\p{Lu}$/u.test(form.text.slice(Math.max(0, match.index - 2), match.index)) && /^\.\s?\p{Lu}/u.test(form.text.slice(match.index, match.index + 3));
      if (last !== undefined && !initial && (last.pause === 'none' || last.pause === 'comma')) last.pause = match[0] === '?' ? 'question' : '.!\n…'.includes(match[0]) ? 'stop' : 'comma';
      openPart = -1;
      continue;
    }
    const here = form.parts[part] as SpokenPart; // the parts cover the text
    const asWritten = text.slice(here.sourceStart, here.sourceEnd) === form.text.slice(here.start, here.end);
    const said = wordOrLetters(word, !asWritten);
    const last = tokens.at(-1);
    if (!asWritten && openPart === part && last !== undefined) {
      last.words.push(...said);
      continue;
    }
    const start = Math.max(sourceOf(here, match.index, asWritten), last?.end ?? 0);
    const end = Math.max(start + 1, asWritten ? endOf(form.parts, part, match.index + word.length) : chunkEnd(form.text, here, match.index));
    if (end > text.length || start >= end) {
      last?.words.push(...said); // a pause within a part that has no room for another range
      continue;
    }
    tokens.push({ start, end, words: [...said], pause: 'none' });
    openPart = asWritten ? -1 : part;
  }
  return tokens;
}

/** The position in the text of a position in what is said: exact where it is said as written, in proportion elsewhere. */
function sourceOf(part: SpokenPart, spoken: number, asWritten: boolean): number {
  if (asWritten) return part.sourceStart + spoken - part.start;
  return part.sourceStart + Math.floor(((spoken - part.start) * (part.sourceEnd - part.sourceStart)) / (part.end - part.start));
}

/** Where the words from `spoken` on end that are said in one breath: at the next pause within the part, or with it. */
function chunkEnd(text: string, part: SpokenPart, spoken: number): number {
  const pause = text.slice(spoken, part.end).search(/[,;.]\s\S/u);
  return pause < 0 ? part.sourceEnd : sourceOf(part, spoken + pause, false);
}

function endOf(parts: readonly SpokenPart[], from: number, spokenEnd: number): number {
  let at = from;
  while (at + 1 < parts.length && (parts[at] as SpokenPart).end < spokenEnd) at++;
  const last = parts[at] as SpokenPart; // at < length
  return Math.min(last.sourceEnd, last.sourceStart + spokenEnd - last.start);
}

// Capitals without a vowel, or at most three of them, are spelled; everything else is read. A capital
// alone is a letter where the reading made it one ("A four"), and else an article or a pronoun.
function wordOrLetters(word: string, made: boolean): readonly string[] {
  const lower = word.toLowerCase();
  if (lower === 'ok') return ['okay'];
  const spelled = word.length > 1 && word === word.toUpperCase() && /^[A-Z]+$/u.test(word) && (word.length <= 3 || !/[AEIOUY]/u.test(word));
  if (spelled) return Array.from(word);
  if (word.length === 1 && ((made && /^[A-Z]$/u.test(word)) || !/^[aAiI]$/u.test(word))) return [word.toUpperCase()];
  return [lower.replaceAll('’', "'").normalize('NFD').replace(/[\u0300-\u036f]/gu, '')];
}
