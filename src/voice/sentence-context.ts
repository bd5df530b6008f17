/**
 * What a reader of a sentence knows at a position from what stands before it: open brackets, code,
 * the kind of line. It is fed character by character, so it depends on the text alone.
 */
import { isOpening, openingOf, SPACE, WORD } from './sentence-marks.js';

/** What the current line is in Markdown. */
export type LineKind = 'text' | 'heading' | 'table' | 'fenceEnd';

interface OpenBracket {
  readonly char: string;
  readonly at: number;
  /** Sentences do not end inside: it stands within a sentence, or it is a link or a quotation of East Asia. */
  readonly holds: boolean;
}

// A bracket that was never closed stops holding: after this many characters, or with its line.
const LONGEST_BRACKET = 160;
const LONGEST_CODE = 100;

/** State since the start of the sentence; positions count from there. */
export class SentenceContext {
  /** Where the current line starts; -1 when it began in an earlier sentence. */
  lineStart = 0;
  lineKind: LineKind = 'text';
  /** Within a fenced block of code. */
  fenced = false;
  /** Words so far; a run of letters without spaces counts as one. */
  words = 0;
  /** The last number of a list that was seen, as in "2. Stir". */
  lastItem = 0;
  /** True in the first line of the text. */
  firstLine = true;
  #codeAt = -1;
  #ticks = 0;
  #inWord = false;
  #lineOpen = true; // nothing but white space on this line so far
  #brackets: OpenBracket[] = [];

  /** Takes an ASCII letter or digit at `at`. */
  readPlain(at: number): void {
    if (this.#ticks > 0) this.#endTicks(at);
    if (!this.#inWord && (!this.fenced || this.words === 0)) this.words++;
    this.#inWord = true;
    this.#lineOpen = false;
  }

  /** Takes a space at `at`. */
  readSpace(at: number): void {
    if (this.#ticks > 0) this.#endTicks(at);
    this.#inWord = false;
  }

  /** Takes any character at `at`, which ends no sentence. */
  read(text: string, at: number): void {
    const char = text[at] as string; // at < length
    if (char === '`') {
      this.#ticks++;
      if (this.#ticks === 3) this.#fence();
    } else if (this.#ticks > 0) this.#endTicks(at);
    if (this.fenced) {
      if (this.words === 0 && WORD.test(char)) this.words = 1;
      return;
    }
    if (char === '\n') {
      this.lineBreak(at + 1);
      return;
    }
    const word = WORD.test(char);
    if (word && !this.#inWord) this.words++;
    this.#inWord = word || (this.#inWord && (char === "'" || char === '’'));
    if (this.#lineOpen && !SPACE.test(char)) {
      this.#lineOpen = false;
      if (char === '#') this.lineKind = 'heading';
      if (char === '|') this.lineKind = 'table';
    }
    if (word) return;
    if (isOpening(char)) {
      const eyes = char === '(' && /[:;=][-']?$/u.test(text.slice(Math.max(0, at - 2), at)); // a sad face
      if (!eyes) this.#brackets.push({ char, at, holds: this.words > 0 || '[「『'.includes(char) });
    } else {
      const opening = openingOf(char);
      if (opening === undefined) return;
      for (let n = this.#brackets.length - 1; n >= 0; n--) {
        if (this.#brackets[n]?.char !== opening) continue;
        this.#brackets.length = n;
        break;
      }
    }
  }

  /** A line starts at `at`. */
  lineBreak(at: number): void {
    this.lineStart = at;
    this.lineKind = 'text';
    this.firstLine = false;
    this.#lineOpen = true;
    this.#inWord = false;
    this.#ticks = 0;
    this.#codeAt = -1;
    this.#brackets.length = 0;
  }

  /** A sentence ended; the next one starts in a new line or in the same. */
  nextSentence(newLine: boolean): void {
    if (newLine) this.lineBreak(0);
    else this.lineStart = -1;
    this.words = 0;
    this.#ticks = 0; // those before the mark were the end of its code
    this.#codeAt = -1;
    this.#inWord = false;
    this.#brackets.length = 0;
  }

  /** Within code between backticks. */
  inCode(at: number): boolean {
    return this.#codeAt >= 0 ? this.#ticks === 0 && at - this.#codeAt <= LONGEST_CODE : this.#ticks > 0;
  }

  /** Brackets around `at` within which no sentence ends, when the innermost `closed` ones are closed. */
  holding(at: number, closed = 0): number {
    let count = 0;
    for (let n = 0; n < this.#brackets.length - closed; n++) {
      const bracket = this.#brackets[n] as OpenBracket; // n < length
      if (bracket.holds && at - bracket.at <= LONGEST_BRACKET) count++;
    }
    return count;
  }

  /** True when one of the innermost `closed` brackets is a parenthesis within a sentence. */
  closesAside(closed: number): boolean {
    return this.#brackets.slice(Math.max(0, this.#brackets.length - closed)).some(({ char, holds }) => holds && !'「『'.includes(char));
  }

  #fence(): void {
    this.fenced = !this.fenced;
    this.#codeAt = -1;
    if (!this.fenced) {
      this.lineKind = 'fenceEnd';
      this.#lineOpen = false;
    }
  }

  #endTicks(at: number): void {
    if (this.#ticks < 3 && !this.fenced) this.#codeAt = this.#codeAt >= 0 ? -1 : at;
    this.#ticks = 0;
  }
}
