/**
 * Cuts a stream of tokens into pieces that a voice can speak: whole sentences, and optionally a first
 * clause early, so that speech starts before the first sentence is complete.
 *
 * The splitter reads left to right and decides each possible boundary exactly once, as soon as the
 * text that could change the decision has arrived. Hence the pieces do not depend on how the text was
 * cut into tokens, and joined together they are the text, unaltered.
 *
 * Where it belongs: after the guard (a piece may be spoken as soon as it is returned), before the
 * spoken form of numbers and markup.
 */
import { requireBoolean, requireNumber } from '../base/option.js';
import { abbreviationKind, continuesTime, isSentenceStarter, monthFollowsOrdinal } from './abbreviations.js';

/** Options of a {@link SentenceSplitter}. */
export interface SentenceSplitterOptions {
  /** Return the first clause as soon as it can be spoken. @default false */
  readonly firstClause?: boolean;
  /** Fewest words of a first clause that ends at a comma, colon, semicolon or dash. @default 3 */
  readonly clauseMinWords?: number;
  /** Words after which the first clause ends without punctuation. @default 10 */
  readonly clauseMaxWords?: number;
}

/** Whether a sentence ends at a position; `wait` when later text could change the answer. */
type Decision = 'end' | 'no' | 'wait';

// Full stops and question marks that mean nothing else: CJK, Devanagari, Arabic, Urdu, Armenian,
// Ethiopic, Burmese, Khmer, Mongolian, Tibetan, Thai, Lao, Greek question mark, and others.
const PLAIN_TERMINATOR = /[。｡！？．।॥۔؟։።፧፨။៕។᠃᠉᭚᭛᭞᭟꓿꘎꘏꤯꧈꧉꩝꩞꩟꫰꫱꯫།༎๚๛‼⁇⁈⁉\u037e]/u;
const TERMINATOR = /[.!?…]/u;
const CLOSER = /["'”’“»›」』】）)\]}〉》〕*_]/u;
// A picture behind a sentence belongs to it; marks of skin and sex, joiners and variation selectors belong to the picture.
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\ud800-\udfff]/u;
const SPACE = /\s/u;
const WORD = /[\p{L}\p{M}\p{N}]/u;
const CLAUSE_MARK = /[,;:—–،؛、，；：]/u;
const LIST_MARK = /^(?:[-*•‣◦–]\s|#{1,6}\s|\d{1,3}[.)]\s|>\s)/u;
const LIST_PREFIX = /^(?:[-*•‣◦–#>\d.)\s]*)$/u;

/** Cuts text into sentences while it comes. `flush` makes it as new. */
export class SentenceSplitter {
  readonly #firstClause: boolean;
  readonly #clauseMinWords: number;
  readonly #clauseMaxWords: number;
  #text = ''; // not yet returned
  #at = 0; // positions of #text before this one are decided
  #started = false; // something was returned since the last flush

  constructor(options: SentenceSplitterOptions = {}) {
    const { firstClause = false, clauseMinWords = 3, clauseMaxWords = 10 } = options;
    this.#firstClause = requireBoolean('SentenceSplitter.firstClause', firstClause);
    this.#clauseMinWords = requireNumber('SentenceSplitter.clauseMinWords', clauseMinWords, { min: 1, integer: true });
    this.#clauseMaxWords = requireNumber('SentenceSplitter.clauseMaxWords', clauseMaxWords, { min: clauseMinWords, integer: true });
  }

  /** Takes a token and returns the pieces that are complete. */
  push(token: string): readonly string[] {
    this.#text += token;
    return this.#take(false);
  }

  /** Returns what is left, cut into sentences; the splitter is then as new. */
  flush(): readonly string[] {
    const pieces = this.#take(true);
    const rest = this.#text;
    this.#text = '';
    this.#at = 0;
    this.#started = false;
    return rest === '' ? pieces : [...pieces, rest];
  }

  #take(final: boolean): readonly string[] {
    const pieces: string[] = [];
    while (this.#at < this.#text.length) {
      const end = this.#decide(this.#at, final);
      if (end === 'wait') break;
      if (end === 'no') {
        this.#at++;
        continue;
      }
      // A piece without a word (a lone bullet, a stray mark) is not worth a breath: it joins the next one.
      if (!WORD.test(this.#text.slice(0, end))) {
        this.#at = end;
        continue;
      }
      pieces.push(this.#text.slice(0, end));
      this.#text = this.#text.slice(end);
      this.#at = 0;
      this.#started = true;
    }
    return pieces;
  }

  /** Where the piece ends that ends at the character at `at`: an exclusive position that includes closers and white space. */
  #decide(at: number, final: boolean): number | 'no' | 'wait' {
    const text = this.#text;
    const char = text[at] as string; // at < length
    if (char === '\n') return this.#decideNewline(at, final);
    if (PLAIN_TERMINATOR.test(char) || TERMINATOR.test(char)) return this.#decideTerminator(at, char, final);
    if (char === ';' && /\p{Script=Greek}/u.test(text.slice(0, at))) return this.#decideTerminator(at, char, final);
    if (this.#firstClause && !this.#started) return this.#decideClause(at, char, final);
    return 'no';
  }

  #decideNewline(at: number, final: boolean): number | 'no' | 'wait' {
    const text = this.#text;
    let next = at + 1;
    while (next < text.length && SPACE.test(text[next] as string)) next++;
    if (next >= text.length) return final ? text.length : 'wait';
    const gap = text.slice(at, next);
    if (gap.indexOf('\n', 1) > 0) return next;
    // A list mark needs up to five characters to be told from a number or a dash.
    if (!final && text.length - next < 5) return 'wait';
    const following = text.slice(next);
    if (LIST_MARK.test(following)) return next;
    return /^[\p{Ll}(]/u.test(following) ? 'no' : next;
  }

  #decideTerminator(at: number, char: string, final: boolean): number | 'no' | 'wait' {
    const text = this.#text;
    const next = text[at + 1];
    if (next === undefined && !final) return 'wait';
    // Only the last of a run of terminators is a candidate: "?!", "...".
    if (next !== undefined && (TERMINATOR.test(next) || PLAIN_TERMINATOR.test(next))) return 'no';
    let end = at + 1;
    while (end < text.length && isCloser(text, end)) end++;
    if (end >= text.length) return final ? text.length : 'wait';
    const closed = end > at + 1;
    let start = skipSpaces(text, end);
    if (start >= text.length && !final) return 'wait';
    if (start > end && text[start] === '»') {
      // French puts a space before the closing mark.
      end = start + 1;
      start = skipSpaces(text, end);
      if (start >= text.length && !final) return 'wait';
    }
    while (start < text.length && PICTURE.test(text[start] as string)) {
      while (start < text.length && PICTURE.test(text[start] as string)) start++;
      end = start;
      start = skipSpaces(text, end);
      if (start >= text.length && !final) return 'wait';
    }
    if (start < text.length && text[start] === '\n') return 'no'; // the newline decides
    const decision = PLAIN_TERMINATOR.test(char) ? decidePlain(text, end, closed) : decideSpaced(text, at, char, end, start, closed, final);
    return decision === 'end' ? start : decision;
  }

  #decideClause(at: number, char: string, final: boolean): number | 'no' | 'wait' {
    const text = this.#text;
    const wide = /[、，；：]/u.test(char);
    const isMark = CLAUSE_MARK.test(char);
    if (!isMark && !SPACE.test(char)) return 'no';
    const words = countWords(text.slice(0, at));
    if (isMark) {
      if (words < this.#clauseMinWords && !(wide && at >= 6)) return 'no';
      let end = at + 1;
      if (end >= text.length) return final ? 'no' : 'wait';
      if (!wide && !SPACE.test(text[end] as string)) return 'no';
      while (end < text.length && SPACE.test(text[end] as string) && text[end] !== '\n') end++;
      if (end >= text.length) return final ? 'no' : 'wait';
      return text[end] === '\n' ? 'no' : end;
    }
    if (words < this.#clauseMaxWords || CLAUSE_MARK.test(text[at - 1] ?? '') || SPACE.test(text[at - 1] ?? '')) return 'no';
    if (at + 1 >= text.length) return final ? 'no' : 'wait';
    return at + 1;
  }
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.test(text[at] as string) && text[at] !== '\n') at++;
  return at;
}

function isCloser(text: string, at: number): boolean {
  const char = text[at] as string; // callers stay within the text
  if (!CLOSER.test(char)) return false;
  // Straight quotes and stars close only what stands directly before a space, an end or another closer.
  if (/["'*_]/u.test(char)) {
    const after = text[at + 1];
    return after === undefined || SPACE.test(after) || CLOSER.test(after) || !WORD.test(after);
  }
  return true;
}

/** After an unambiguous terminator only a Japanese or Chinese quotation that goes on is no end. */
function decidePlain(text: string, end: number, closed: boolean): Decision {
  return closed && /^[とって、，]/u.test(text.slice(end)) ? 'no' : 'end';
}

/** After `.`, `!`, `?` or `…`: `end` is behind the closers, `start` at the next visible character. */
function decideSpaced(text: string, at: number, char: string, end: number, start: number, closed: boolean, final: boolean): Decision {
  if (start >= text.length) return 'end';
  const head = text.slice(start);
  const caseless = /^[\p{Lo}\p{Script=Georgian}]/u.test(head);
  if (start === end && !closed) return caseless && WORD.test(text[at - 1] ?? '') && char !== '.' ? 'end' : 'no'; // "3.14", "example.com", "a?b"
  if (start === end) return 'no';
  if (/^(?!\p{Script=Georgian})\p{Ll}/u.test(head)) return 'no'; // "Yahoo! is", "he said"; Georgian has no capitals
  if (/^[,;:)\]]/u.test(head)) return 'no';
  if (/^[-–—]/u.test(head)) {
    if (head.length === 1 && !final) return 'wait';
    if (!/^.\s/u.test(head)) return 'no'; // "Go! –they" goes on, "Go! - They" does not
  }
  if (char !== '.' || text[at - 1] === '.') return 'end';
  return closed ? 'end' : decidePeriod(text, at, start, final);
}

/** A full stop with white space and an upper-case letter, a digit or another start behind it. */
function decidePeriod(text: string, at: number, start: number, final: boolean): Decision {
  const before = text.slice(0, at);
  const token = /[\p{L}\p{M}\p{N}.'’]*$/u.exec(before)?.[0] ?? '';
  const head = text.slice(start);
  const nextWord = /^[\p{L}\p{M}'’]*/u.exec(head)?.[0] ?? '';
  const nextIsWhole = nextWord.length < head.length || final;
  if (/^\p{N}+$/u.test(token)) {
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (LIST_PREFIX.test(line)) return 'no'; // "1. First"
    if (nextWord === '') return 'end';
    if (!nextIsWhole) return 'wait';
    return monthFollowsOrdinal(nextWord) && token.length <= 2 ? 'no' : 'end'; // "3. Mai"
  }
  const kind = abbreviationKind(token);
  if (kind === 'none') return 'end';
  if (kind === 'title') return 'no';
  if (kind === 'number') return /^[\p{N}#]/u.test(head) ? 'no' : 'end';
  if (kind === 'joining') return 'no';
  if (!nextIsWhole) return 'wait';
  if (kind === 'time') return continuesTime(nextWord) ? 'no' : 'end';
  return nextWord === '' ? (/^\p{N}/u.test(head) ? 'no' : 'end') : isSentenceStarter(nextWord) ? 'end' : 'no';
}

function countWords(text: string): number {
  return text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)?/gu)?.length ?? 0;
}
