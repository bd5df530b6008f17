/**
 * The spoken view: dictated numbers and addresses as they would be written. `four one one one` becomes
 * `4111`, `double seven` `77`, `jane dot doe at gmail dot com` `jane.doe@gmail.com`. Everything else
 * stays, so words around a number still say what it is.
 *
 * Numbers are rewritten from three words on; addresses only where a spoken domain follows the `at`.
 *
 * Application order: after the base view.
 */
import { DIGIT_WORDS, NOT_A_NAME, REPEAT_WORDS, SIGN_WORDS, SPOKEN_ENDINGS, TEEN_WORDS, TENS_WORDS } from './spoken-words.js';
import { ViewBuilder, type View } from './view.js';

interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** True when nothing but blanks, a comma or a hyphen stands between the token before and this one. */
  readonly joined: boolean;
}

const TOKEN = /[\p{L}\p{M}]+|\d+/gu;
const GAP = /^(?: {1,3}|, ?|-|\n)$/;
const LEAST_NUMBER_WORDS = 3;
// Words of numbers, as a pattern of plain letters: asked of every text, so cheap to compile and to run.
const NUMBER_WORD = new RegExp(`(?:${[...DIGIT_WORDS.keys(), ...TEEN_WORDS.keys(), ...TENS_WORDS.keys(), ...REPEAT_WORDS.keys(), 'hundred'].join('|')})(?![a-z])`, 'g');
const NUMBER_GAP = /^[ ,-]{1,3}(?:(?:dot|point|punto|punkt|dash|hyphen) )?$/;
const ADDRESS = /(?:^|[^a-z])(?:at|arroba|arobase|klammeraffe)(?: sign)? (?:[^\s.,;:!?]+ ){1,8}(?:dot|point|punto|punkt) /;

// Whether two words of numbers stand in a row, or a domain is said after an "at".
function isDictated(text: string): boolean {
  const lower = text.toLowerCase();
  let last = -1;
  for (const { 0: word, index } of lower.matchAll(NUMBER_WORD)) {
    if (last >= 0 && index - last <= 10 && NUMBER_GAP.test(lower.slice(last, index))) return true;
    last = index + word.length;
  }
  return ADDRESS.test(lower);
}

/** Makes the spoken view; undefined when nothing is dictated. */
export function spokenView(source: View): View | undefined {
  const plain = withoutBrackets(source);
  const { text } = plain ?? source;
  if (!isDictated(text)) return plain;
  const tokens = tokenize(text);
  const builder = new ViewBuilder(plain ?? source);
  const addresses = findAddresses(tokens);
  let copied = 0;
  let written = false;
  for (let n = 0; n < tokens.length; ) {
    const address = addresses.get(n);
    const end = address ?? numberEnd(tokens, n);
    if (end === n) {
      n++;
      continue;
    }
    const first = tokens[n] as Token; // n < length, as below
    builder.copy(copied, first.start);
    writeRun(builder, tokens, n, end, address !== undefined);
    copied = (tokens[end - 1] as Token).end;
    written = true;
    n = end;
  }
  if (!written) return plain;
  builder.copy(copied, text.length);
  return builder.build('spoken');
}

const BRACKETED = / ?[[({<] ?(at|dot|punkt|punto|@|\.) ?[\])}>] ?/gi;

/** `name [at] example (dot) org` with its signs; undefined when no sign is in brackets. */
function withoutBrackets(source: View): View | undefined {
  const { text } = source;
  const builder = new ViewBuilder(source);
  let copied = 0;
  for (const match of text.matchAll(BRACKETED)) {
    builder.copy(copied, match.index);
    builder.replace(/at|@/i.test(match[1] ?? '') ? '@' : '.', match.index, match.index + match[0].length);
    copied = match.index + match[0].length;
  }
  if (copied === 0) return undefined;
  builder.copy(copied, text.length);
  return builder.build('spoken');
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    const start = match.index;
    tokens.push({ word: match[0].toLowerCase(), start, end: start + match[0].length, joined: tokens.length > 0 && GAP.test(text.slice(last, start)) });
    last = start + match[0].length;
  }
  return tokens;
}

function isNumber(word: string): boolean {
  return DIGIT_WORDS.has(word) || TEEN_WORDS.has(word) || TENS_WORDS.has(word) || REPEAT_WORDS.has(word) || word === 'hundred' || isDigits(word);
}

function isDigits(word: string): boolean {
  const unit = word.charCodeAt(0);
  return unit >= 0x30 && unit <= 0x39;
}

/** End of the dictated number that begins at token `n`; `n` itself when none does. */
function numberEnd(tokens: readonly Token[], n: number): number {
  const first = (tokens[n] as Token).word;
  if (!isNumber(first) && first !== 'plus') return n;
  let end = n;
  let words = 0;
  let spelled = 0;
  for (let at = n; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (at > n && !token.joined) break;
    if (isNumber(token.word)) {
      words++;
      if (!isDigits(token.word)) spelled++;
      end = at + 1;
      continue;
    }
    const sign = SIGN_WORDS.get(token.word);
    const next = tokens[at + 1];
    const inside = (sign !== undefined && sign !== '@') || (token.word === 'and' && tokens[at - 1]?.word === 'hundred');
    if (!inside || next === undefined || !next.joined || !isNumber(next.word)) break;
  }
  return words >= LEAST_NUMBER_WORDS && spelled > 0 ? end : n;
}

/** Dictated addresses: from the token they begin at to the one they end before. */
function findAddresses(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  let free = 0;
  for (let at = 1; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (SIGN_WORDS.get(token.word) !== '@' || !token.joined) continue;
    const domain = tokens[at + 1]?.word === 'sign' ? at + 2 : at + 1;
    const end = domainEnd(tokens, domain);
    if (end === domain) continue;
    const start = nameStart(tokens, at, free);
    if (start === at) continue;
    found.set(start, end);
    free = end;
    at = end - 1;
  }
  return found;
}

/** `gmail dot com`, `acme dash corp dot co dot uk`, `g mail dot com`: end of the domain, or `start` when there is none. */
function domainEnd(tokens: readonly Token[], start: number): number {
  let end = start;
  let dotted = false;
  for (let at = start; at < tokens.length && at < start + 14; at++) {
    const token = tokens[at] as Token;
    if (!token.joined) break;
    const sign = SIGN_WORDS.get(token.word);
    if (sign === '.') {
      dotted = true;
      const next = tokens[at + 1];
      if (next?.joined === true && SPOKEN_ENDINGS.has(next.word)) end = at + 2;
      continue;
    }
    if (end > start && at >= end) break; // the ending has been said, and no further dot
    if (sign === '@' || (!dotted && at > start + 4)) break;
  }
  return end;
}

/** Where the name before the `at` begins: one word, further ones only behind a sign, spelled letters and dictated digits. */
function nameStart(tokens: readonly Token[], at: number, free: number): number {
  let start = at;
  for (let n = at - 1; n >= free && n >= at - 24; n--) {
    const token = tokens[n] as Token;
    const right = tokens[n + 1] as Token;
    if (!right.joined) break;
    const sign = SIGN_WORDS.get(token.word);
    const rightSign = n + 1 < at && SIGN_WORDS.has(right.word);
    if (sign !== undefined) {
      if (sign === '@' || n === at - 1 || rightSign) break;
      continue; // taken only together with the word before it
    }
    const follows = n + 1 === at || rightSign;
    const digitsFollow = n + 1 < at && isNumber(right.word);
    const spelling = token.word.length === 1 && right.word.length === 1 && n + 1 < at;
    if (!follows && !digitsFollow && !spelling) break;
    if (NOT_A_NAME.has(token.word) && !spelling && !(rightSign && n + 1 < at)) break;
    start = n;
  }
  return start;
}

function writeRun(builder: ViewBuilder, tokens: readonly Token[], from: number, to: number, address: boolean): void {
  let repeat = 1;
  let said = -1; // where the "double" before this digit begins
  for (let n = from; n < to; n++) {
    const { word, start: own, end } = tokens[n] as Token;
    const start = said < 0 ? own : said;
    said = -1;
    const next = n + 1 < to ? (tokens[n + 1] as Token).word : '';
    const digit = DIGIT_WORDS.get(word);
    const tens = TENS_WORDS.get(word);
    const sign = SIGN_WORDS.get(word);
    if (REPEAT_WORDS.has(word) && isNumber(next)) {
      repeat = REPEAT_WORDS.get(word) ?? 1;
      said = start;
      continue;
    }
    if (digit !== undefined && !(address && word.length === 1)) builder.replace(digit.repeat(repeat), start, end);
    else if (tens !== undefined) builder.replace(DIGIT_WORDS.has(next) && next !== 'zero' && next !== 'oh' && next !== 'o' ? tens : `${tens}0`, start, end);
    else if (word === 'hundred') builder.replace(zerosAfterHundred(tokens, n, to), start, end);
    else if (TEEN_WORDS.has(word)) builder.replace(TEEN_WORDS.get(word) ?? '', start, end);
    else if (sign !== undefined) builder.replace(sign, start, end);
    else if (word !== 'and' && !(address && word === 'sign')) builder.copy(start, end);
    repeat = 1;
  }
}

/** "one hundred twenty three" is 123, "two hundred five" 205, "eight hundred five five five" 800555. */
function zerosAfterHundred(tokens: readonly Token[], at: number, to: number): string {
  let n = at + 1;
  if (n < to && tokens[n]?.word === 'and') n++;
  const word = n < to ? (tokens[n]?.word ?? '') : '';
  if (TENS_WORDS.has(word) || TEEN_WORDS.has(word)) return '';
  if (DIGIT_WORDS.has(word)) {
    const after = n + 1 < to ? (tokens[n + 1]?.word ?? '') : '';
    return isNumber(after) ? '00' : '0';
  }
  return '00';
}
