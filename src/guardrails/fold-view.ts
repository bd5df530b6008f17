/**
 * The fold view: letters as they are meant, not as they are drawn. Marks are stripped (é, zalgo),
 * enclosed letters unwrapped, lookalikes of other scripts replaced by the Latin letters they pass for.
 *
 * Letters of another script are folded only in words that have Latin ones as well, or that consist of
 * letters which look exactly like Latin ones, so that Russian or Greek prose is not read as Latin nonsense.
 *
 * Application order: after the base view; only for text that has characters beyond ASCII.
 */
import { CONFUSABLES } from './confusables.js';
import { ViewBuilder, type View } from './view.js';

const BEYOND_ASCII = /[^\x00-\x7f]/;
const MARKS = /\p{M}+/gu;
const LETTER = /^[\p{L}\p{M}\p{So}]$/u;
const ASCII_ONLY = /^[\x00-\x7f]*$/;
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/u;
const LATIN = /[\p{Script=Latin}\p{So}]/u;
// Letters that no font tells from Latin ones.
const TWINS = /^[аеорсухіјѕһԁԛԝӏАВЕЅІЈКМНОРСТУХοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ\x00-\x7f]*$/;

/** Makes the fold view; undefined when it would read like its source. */
export function foldView(source: View): View | undefined {
  const { text } = source;
  if (!BEYOND_ASCII.test(text)) return undefined;
  const builder = new ViewBuilder(source);
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80 && !isAsciiLetter(unit)) {
      at++;
      continue;
    }
    const end = wordEnd(text, at);
    if (end === at) {
      at += unit >= 0xd800 && unit < 0xdc00 ? 2 : 1;
      continue;
    }
    const word = text.slice(at, end);
    const form = BEYOND_ASCII.test(word) ? formOf(word) : undefined;
    if (form !== undefined) {
      builder.copy(copied, at);
      let place = at;
      for (const character of word) {
        builder.replace(letterOf(character)[form], place, place + character.length);
        place += character.length;
      }
      copied = end;
    }
    at = end;
  }
  if (copied === 0) return undefined;
  builder.copy(copied, text.length);
  return builder.build('fold');
}

function isAsciiLetter(unit: number): boolean {
  return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
}

// A word here is a run of letters, marks and letter-like symbols.
function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      if (!isAsciiLetter(unit)) break;
      at++;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? unit);
    if (!LETTER.test(character) && !CONFUSABLES.has(character)) break;
    at += character.length;
  }
  return at;
}

/** How a word is written: with Latin letters for its own, or without its marks; undefined when it stays. */
function formOf(word: string): 'folded' | 'bare' | undefined {
  let latin = false;
  let foreign = false;
  let marked = false;
  let foldable = true;
  for (const character of word) {
    const letter = letterOf(character);
    latin ||= letter.latin;
    foreign ||= letter.foreign;
    marked ||= letter.bare !== character;
    foldable &&= letter.isAscii;
  }
  if (foldable && (!foreign || latin || TWINS.test(word))) return 'folded';
  return marked ? 'bare' : undefined;
}

/** What is known of a character. */
interface Letter {
  /** Without its marks. */
  readonly bare: string;
  /** As the Latin letters that it passes for. */
  readonly folded: string;
  /** Whether nothing beyond ASCII is left of it then. */
  readonly isAscii: boolean;
  /** Of a script whose words are left alone when they are of that script throughout. */
  readonly foreign: boolean;
  readonly latin: boolean;
}

// Filled as characters are met; bounded.
const letters = new Map<string, Letter>();
const LETTERS_LIMIT = 8192;

function letterOf(character: string): Letter {
  const known = letters.get(character);
  if (known !== undefined) return known;
  const bare = character < '\x80' ? character : character.normalize('NFKD').replace(MARKS, '');
  const folded = character < '\x80' ? character : (CONFUSABLES.get(character) ?? [...bare].map((one) => CONFUSABLES.get(one) ?? one).join('').toLowerCase());
  const made: Letter = { bare, folded, isAscii: ASCII_ONLY.test(folded), foreign: FOREIGN.test(character), latin: LATIN.test(character) };
  if (letters.size < LETTERS_LIMIT) letters.set(character, made);
  return made;
}
