/**
 * Whether a sentence ends at a mark, as a reader decides it from the text on both sides. A decision
 * that holds for some text holds for every continuation of it; where the continuation matters the
 * answer is `WAIT`. Positions are UTF-16 units from the start of the sentence.
 */
import { isSentenceStarter, isSpeechVerb } from './abbreviations.js';
import { periodEnds, startsLower } from './period.js';
import type { SentenceContext } from './sentence-context.js';
import { CLOSER, CLOSING_QUOTE, HAN_OR_KANA, openingOf, PLAIN_TERMINATOR, skipPictures, skipSpaces, SPACE, TERMINATOR, WORD } from './sentence-marks.js';

/** No sentence ends here. */
export const NO: number = -1;
/** Later text decides. */
export const WAIT: number = -2;

// Words before an ellipsis that are a hesitation rather than a sentence: "Well... I think so."
const HESITATION = 2;
const EMOTICON = /^[:;=8][-']?[)(DPp3\]]+(?=\s|$)/u;

/** What closes behind a mark. */
interface Closers {
  end: number;
  brackets: number;
  quote: boolean;
}

/** A mark with its surroundings. */
interface Mark {
  readonly text: string;
  readonly at: number;
  /** Behind the closers and pictures. */
  readonly end: number;
  /** The next visible character. */
  readonly start: number;
  /** Something closes behind the mark. */
  readonly closed: boolean;
  /** A quotation closes behind it. */
  readonly quote: boolean;
  /** A bracket closes behind it. */
  readonly bracket: boolean;
  /** That bracket stands within a sentence. */
  readonly aside: boolean;
  readonly context: SentenceContext;
  readonly final: boolean;
}

/** Where the piece ends whose mark is at `at`: an exclusive position that includes closers and white space, {@link NO} or {@link WAIT}. */
export function sentenceEnd(text: string, at: number, context: SentenceContext, final: boolean): number {
  const char = text[at] as string; // at < length
  const next = text[at + 1];
  if (next === undefined && !final) return WAIT;
  // Only the last of a run of terminators is a candidate: "?!", "...".
  if (next !== undefined && (TERMINATOR.test(next) || PLAIN_TERMINATOR.test(next))) return NO;
  if (context.inCode(at)) return NO;
  const closers = readClosers(text, at + 1, final);
  if (closers === 'wait') return WAIT;
  if (context.holding(at, closers.brackets) > 0) return NO;
  let { end } = closers;
  let closed = end > at + 1;
  let start = skipSpaces(text, end);
  if (start >= text.length && !final) return WAIT;
  if (start > end && text[start] === '»') {
    // French puts a space before the closing mark.
    end = start + 1;
    start = skipSpaces(text, end);
    closed = closers.quote = true;
    if (start >= text.length && !final) return WAIT;
  }
  for (let pictures = behindPictures(text, start, final); pictures !== start; pictures = behindPictures(text, start, final)) {
    if (pictures === WAIT) return WAIT;
    end = pictures;
    start = skipSpaces(text, end);
    closed = true;
    if (start >= text.length && !final) return WAIT;
  }
  if (start >= text.length) return text.length;
  if (text[start] === '\n') return NO; // the newline decides
  const bracket = closers.brackets > 0;
  const mark: Mark = { text, at, end, start, closed, quote: closers.quote, bracket, aside: bracket && context.closesAside(closers.brackets), context, final };
  const plain = PLAIN_TERMINATOR.test(char) && !(char === '．' && /\p{N}/u.test(next ?? ''));
  const ends = plain ? afterPlain(mark) : afterSpaced(mark);
  return ends === 'wait' ? WAIT : ends ? start : NO;
}

/** A sentence without a full stop ends at a smile or a picture when a capital follows. */
export function pictureEnd(text: string, at: number, final: boolean, starts: (word: string) => boolean): number {
  const smile = /[)(DPp3]/u.test(text[at] ?? '') && /(?:^|\s)[:;=8][-']?$/u.test(text.slice(Math.max(0, at - 3), at));
  const end = smile ? at + 1 : skipPictures(text, at);
  if (end === at) return NO;
  if (end >= text.length) return final ? NO : WAIT;
  const start = skipSpaces(text, end);
  if (start >= text.length) return final ? NO : WAIT;
  if (start === end || !/\p{Lu}/u.test(text[start] as string)) return NO;
  if (smile) return start;
  const word = /^[\p{L}\p{M}'’]*/u.exec(text.slice(start))?.[0] ?? '';
  if (start + word.length >= text.length && !final) return WAIT;
  return starts(word) ? start : NO;
}

/** Quotes, brackets, stars, references and closing tags from `from` on. */
function readClosers(text: string, from: number, final: boolean): Closers | 'wait' {
  const found: Closers = { end: from, brackets: 0, quote: false };
  for (;;) {
    const char = text[found.end];
    if (char === undefined) return final ? found : 'wait';
    const rest = char === '[' || char === '<' ? text.slice(found.end) : '';
    const extra = /^\[\d{1,3}\]|^<\/[A-Za-z]+>/u.exec(rest)?.[0]; // "known.[1]", "done.</b>"
    if (extra !== undefined) found.end += extra.length;
    else if (rest !== '' && !final && /^\[\d{0,3}$|^<(?:\/[A-Za-z]*)?$/u.test(rest)) return 'wait';
    else if (/[¹²³⁰-⁹]/u.test(char)) found.end++;
    else if (isCloser(text, found.end)) {
      if (openingOf(char) !== undefined) found.brackets++;
      if (CLOSING_QUOTE.test(char)) found.quote = true;
      found.end++;
    } else return found;
  }
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

function behindPictures(text: string, start: number, final: boolean): number {
  if (!final && /^[:;=8][-']?[)(DPp3\]]*$/u.test(text.slice(start, start + 6)) && start + 6 > text.length) return WAIT;
  const smile = EMOTICON.exec(text.slice(start, start + 6))?.[0];
  if (smile !== undefined) return start + smile.length;
  if (!final && start === text.length - 1 && /[\ud800-\udbff]/u.test(text[start] ?? '')) return WAIT; // half a character
  return skipPictures(text, start);
}

/** After an unambiguous terminator a sentence goes on only behind a quotation or an aside, or in the run of marks. */
function afterPlain({ text, at, end, start, quote, bracket, aside, final }: Mark): boolean | 'wait' {
  const next = text[start] as string; // start < length
  if (aside || PLAIN_TERMINATOR.test(next) || /[,;，、،]/u.test(next)) return false;
  if (start > end) {
    const lower = startsLower(text, start, final);
    return lower === 'wait' ? 'wait' : !lower;
  }
  const head = text.slice(end, end + 8);
  if (TERMINATOR.test(next)) return false;
  if (quote || bracket) {
    if (/^(?:と|って|など|なんて|だ|で|は|が|を|に|の|も|라|고)/u.test(head)) return false;
    return HAN_OR_KANA.test(next) ? quotationStands(head, final) : true;
  }
  if (next === 'と' && /[！？!?‼⁇⁈⁉]/u.test(text[at] as string)) {
    if (head.length < 2 && !final) return 'wait';
    return !/^と(?:\p{Script=Han}|、|い)/u.test(head); // "すごい！と思った"
  }
  return true;
}

/** False when a Chinese quotation is followed by who said it: 「你好嗎？」他問。 */
function quotationStands(head: string, final: boolean): boolean | 'wait' {
  const said = /^(?!.{0,3}[没沒不])\p{Script=Han}{1,3}?(?:說道|说道|問道|问道|喊道|答道|回答|說|说|問|问|道|喊|叫|答|笑道)[。，！,]/u;
  if (said.test(head)) return false;
  return head.length < 8 && !final && /^\p{Script=Han}+$/u.test(head) ? 'wait' : true;
}

/** After `.`, `!`, `?` or `…`. */
function afterSpaced({ text, at, end, start, closed, quote, aside, context, final }: Mark): boolean | 'wait' {
  const char = text[at] as string; // at < length
  const head = text.slice(start);
  const before = text[at - 1] ?? '';
  const ellipsis = char === '…' || (char === '.' && before === '.');
  if (start === end) return afterUnspaced(text, at, head, closed, ellipsis);
  if (/^[,;:)\]،؛]/u.test(head)) return false;
  const lower = startsLower(text, start, final);
  if (lower === 'wait') return 'wait';
  if (lower) {
    // A writer who begins sentences without capitals ends them with full stops all the same.
    if (closed || ellipsis || !/^[^\p{L}]*\p{Ll}(?!\p{Ll}{0,2}\p{Lu})/u.test(text.slice(0, at))) return false;
    return char === '.' ? periodEnds(text, at, start, context, final) : true;
  }
  if (/^[-–—]/u.test(head)) {
    if (head.length === 1 && !final) return 'wait';
    const behind = skipSpaces(text, start + 1); // "Go! – they" goes on, "Go! – They" does not
    if (behind >= text.length && !final) return 'wait';
    const goesOn = startsLower(text, behind, final);
    return goesOn === 'wait' ? 'wait' : !goesOn; // «Ты идёшь?» — спросил он.
  }
  if (ellipsis && !closed && /^I(?:['’]\p{L}+)?(?:\s|$)/u.test(head) && context.words <= HESITATION) return head.length === 1 && !final ? 'wait' : false;
  if (aside || (char === '.' && !ellipsis && !closed)) return periodEnds(text, at, start, context, final, aside);
  if (char === '!' && /^(?:I|L|C|G)/u.test(head)) {
    if (/^(?:Inc|Ltd|Corp|Co|LLC|GmbH)\b/u.test(head)) return false; // a company with a mark in its name
    if (/^\p{L}{1,4}$/u.test(head) && !final) return 'wait';
  }
  return quote && (char !== '.' || /^\p{Script=Hangul}/u.test(head)) ? quoteStands(head, final) : true;
}

function afterUnspaced(text: string, at: number, head: string, closed: boolean, ellipsis: boolean): boolean {
  const char = text[at] as string; // at < length
  const before = text[at - 1] ?? '';
  const next = String.fromCodePoint(head.codePointAt(0) ?? 0);
  const caseless = /[\p{Lo}\p{Script=Georgian}]/u.test(next);
  // "雨停了……我们走了。" ends a sentence, the hesitation of "我……我" does not; in Japanese it is always one.
  if (ellipsis) return char === '…' && before === '…' && /\p{Script=Han}/u.test(next) && /\p{Script=Han}{3}…+$/u.test(text.slice(0, at));
  if (closed) return HAN_OR_KANA.test(next);
  if (char === '.') return HAN_OR_KANA.test(next) && HAN_OR_KANA.test(before);
  if (caseless) return WORD.test(before);
  // "Really?Yes": a capital behind a small letter, but not within an address.
  return /\p{Lu}/u.test(next) && /\p{Ll}/u.test(before) && !/[/=@&:]\S*$/u.test(text.slice(Math.max(0, at - 60), at));
}

/** False when who said it follows: “Why?” Tom asked. */
function quoteStands(head: string, final: boolean): boolean | 'wait' {
  if (isSentenceStarter(/^[\p{L}'’]+(?=\s)/u.exec(head)?.[0] ?? '')) return true;
  if (/^\p{Script=Hangul}+[가이는은] (?:물었|말했|대답|외쳤|했)/u.test(head)) return false;
  const named = /^(?:\p{Lu}[\p{L}'’.-]*\s+){1,3}(\p{Ll}+)(?=[^\p{L}])/u.exec(head);
  if (named !== null) return !isSpeechVerb(named[1] ?? '');
  return !final && /^(?:\p{Lu}[\p{L}'’.-]*\s+){0,3}(?:\p{Lu}?[\p{L}'’.-]*)$|^\p{Script=Hangul}+ ?[\p{Script=Hangul}]{0,1}$/u.test(head) ? 'wait' : true;
}
