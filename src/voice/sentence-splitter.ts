/**
 * Cuts a stream of tokens into pieces that a voice can speak: whole sentences, and optionally a first
 * clause early, so that speech starts before the first sentence is complete.
 *
 * The splitter reads left to right and decides each possible boundary exactly once, as soon as the
 * text that could change the decision has arrived. Hence the pieces do not depend on how the text was
 * cut into tokens, and joined together they are the text, unaltered. Markdown is kept whole: a fenced
 * block, a code span, a link and a row of a table are never cut inside.
 *
 * Where it belongs: after the guard (a piece may be spoken as soon as it is returned), before the
 * spoken form of numbers and markup.
 */
import { requireBoolean, requireNumber } from '../base/option.js';
import { isSentenceStarter } from './abbreviations.js';
import { type ClauseLimits, clauseEnd } from './first-clause.js';
import { lineEnd } from './line-end.js';
import { SentenceContext } from './sentence-context.js';
import { NO, pictureEnd, sentenceEnd, WAIT } from './sentence-end.js';
import { PICTURE, PLAIN_TERMINATOR, SPACE, TERMINATOR } from './sentence-marks.js';
import { spacedEnd } from './spaced-script.js';

/** Options of a {@link SentenceSplitter}. */
export interface SentenceSplitterOptions {
  /** Return the first clause as soon as it can be spoken. @default false */
  readonly firstClause?: boolean;
  /** Fewest words of a first clause that ends at a comma, colon, semicolon or dash. @default 3 */
  readonly clauseMinWords?: number;
  /** Words after which the first clause ends without punctuation. @default 10 */
  readonly clauseMaxWords?: number;
}

/** Cuts text into sentences while it comes. `flush` makes it as new. */
export class SentenceSplitter {
  readonly #firstClause: boolean;
  readonly #limits: ClauseLimits;
  #text = ''; // from the start of the sentence
  #at = 0; // positions of #text before this one are decided
  #given = 0; // so much of #text was returned as a clause
  #started = false; // something was returned since the last flush
  #context = new SentenceContext();

  constructor(options: SentenceSplitterOptions = {}) {
    const { firstClause = false, clauseMinWords = 3, clauseMaxWords = 10 } = options;
    this.#firstClause = requireBoolean('SentenceSplitter.firstClause', firstClause);
    const minWords = requireNumber('SentenceSplitter.clauseMinWords', clauseMinWords, { min: 1, integer: true });
    const maxWords = requireNumber('SentenceSplitter.clauseMaxWords', clauseMaxWords, { min: clauseMinWords, integer: true });
    this.#limits = { minWords, maxWords };
  }

  /** Takes a token and returns the pieces that are complete. */
  push(token: string): readonly string[] {
    this.#text += token;
    return this.#take(false);
  }

  /** Returns what is left, cut into sentences; the splitter is then as new. */
  flush(): readonly string[] {
    const pieces = this.#take(true);
    const rest = this.#text.slice(this.#given);
    this.#text = '';
    this.#at = this.#given = 0;
    this.#started = false;
    this.#context = new SentenceContext();
    return rest === '' ? pieces : [...pieces, rest];
  }

  #take(final: boolean): readonly string[] {
    const pieces: string[] = [];
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (isPlain(code)) {
        this.#context.readPlain(this.#at++);
        continue;
      }
      if (code === SPACE_CODE && (this.#started || !this.#firstClause) && (this.#at === 0 || this.#text.charCodeAt(this.#at - 1) < 128)) {
        this.#context.readSpace(this.#at++);
        continue;
      }
      const end = this.#sentenceAt(this.#at, final);
      if (end === WAIT) break;
      // A piece without a word (a lone bullet, a stray mark) is not worth a breath: it joins the next one.
      if (end !== NO && this.#context.words > 0) {
        this.#giveSentence(end, pieces);
        continue;
      }
      const clause = end !== NO ? NO : this.#clauseAt(this.#at, final);
      if (clause === WAIT) break;
      if (clause === NO) {
        this.#context.read(this.#text, this.#at);
        this.#at++;
      } else this.#giveClause(clause, pieces);
    }
    return pieces;
  }

  #giveClause(end: number, pieces: string[]): void {
    pieces.push(this.#text.slice(0, end));
    for (; this.#at < end; this.#at++) this.#context.read(this.#text, this.#at);
    this.#given = end;
    this.#started = true;
  }

  #giveSentence(end: number, pieces: string[]): void {
    pieces.push(this.#text.slice(this.#given, end));
    this.#context.nextSentence(this.#text.slice(this.#at, end).includes('\n'));
    this.#text = this.#text.slice(end);
    this.#at = this.#given = 0;
    this.#started = true;
  }

  /** Where the sentence ends that ends at the character at `at`. */
  #sentenceAt(at: number, final: boolean): number {
    const text = this.#text;
    const char = text[at] as string; // at < length
    if (!final && at === text.length - 1 && char >= '\ud800' && char <= '\udbff') return WAIT; // half a character
    const context = this.#context;
    if (context.fenced) return NO;
    if (char === '\n') return lineEnd(text, at, context, final);
    if (context.lineKind === 'table') return NO;
    if (PLAIN_TERMINATOR.test(char) || TERMINATOR.test(char) || isLocalTerminator(text, at, char)) return sentenceEnd(text, at, context, final);
    if (context.holding(at) > 0 || context.inCode(at)) return NO;
    if (SPACE.test(char)) return spacedEnd(text, at, final);
    if (char === ')' || char === '(' || (char > '\u2190' && isPicture(text, at))) return pictureEnd(text, at, final, isSentenceStarter);
    return NO;
  }

  #clauseAt(at: number, final: boolean): number {
    if (!this.#firstClause || this.#started) return NO;
    const context = this.#context;
    if (context.fenced || context.lineKind === 'table' || context.holding(at) > 0 || context.inCode(at)) return NO;
    return clauseEnd(this.#text, at, context.words, this.#limits, final);
  }
}

const SPACE_CODE = 32;

// Letters and digits of ASCII: most of what comes, and never a boundary.
function isPlain(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

function isPicture(text: string, at: number): boolean {
  return PICTURE.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

/** Marks that end a sentence in one script only: the semicolon in Greek, the colon in Armenian, two word spaces in Ethiopic. */
function isLocalTerminator(text: string, at: number, char: string): boolean {
  if (char === ';') return /\p{Script=Greek}[»”"')]*\s?$/u.test(text.slice(Math.max(0, at - 3), at));
  if (char === ':') return /\p{Script=Armenian}$/u.test(text.slice(Math.max(0, at - 1), at));
  return char === '፡' && text[at - 1] === '፡';
}
