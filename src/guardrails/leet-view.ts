/**
 * The leet view: digits and signs that stand for letters become letters, inside words only. A word
 * counts when it has letters and stand-ins; words with one letter are rewritten too, and it is for the
 * check to accept only words of its lexicon there. Numbers (`142,460`) stay.
 *
 * Application order: after joining. `1` and `|` pass for both i and l, so there are two views where
 * that matters; the second is asked for with `ell`.
 */
import { ViewBuilder, type View } from './view.js';

const STAND_INS: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g', '@': 'a', $: 's', '!': 'i', '|': 'i', '+': 't', '(': 'c' };
// The letter that each ASCII character stands for; 0 for those that stand for themselves.
const LETTER_OF = new Uint8Array(128);
for (const [sign, letter] of Object.entries(STAND_INS)) LETTER_OF[sign.charCodeAt(0)] = letter.charCodeAt(0);
const TOKEN = /[\p{L}\p{M}\d@$!|+(]{2,64}/gu;
const LETTER = /\p{L}/u;
const STAND_IN = /[\d@$!|+(]/;
const ELL = 0x6c;
// Signs that begin or end a word are punctuation.
const isBracket = (unit: number): boolean => unit === 0x21 || unit === 0x28 || unit === 0x2b || unit === 0x7c;
const isStroke = (unit: number): boolean => unit === 0x31 || unit === 0x7c;
// "3rd", "2nd", "10am", "5km", "4x4": a number with a unit is a number.
const NUMBER_WITH_UNIT = /^[$+(]*\d+(?:st|nd|rd|th|am|pm|k|m|g|b|x|s|h|kg|km|cm|mm|ml|gb|mb|kb|tb|ms|hz|ghz|mhz|px|pt|ft|in|lb|oz|d|v|w|mph)?[!+]*$/i;

/** Makes the leet view; undefined when no word has stand-ins. */
export function leetView(source: View, ell = false): View | undefined {
  const { text } = source;
  if (!STAND_IN.test(text)) return undefined;
  const builder = new ViewBuilder(source);
  let copied = 0;
  for (const match of text.matchAll(TOKEN)) {
    let start = match.index;
    let end = start + match[0].length;
    while (end > start && isBracket(text.charCodeAt(end - 1))) end--;
    if (!isLeet(text, start, end, ell)) continue;
    while (isBracket(text.charCodeAt(start))) start++;
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      const letter = LETTER_OF[unit] ?? 0;
      if (letter === 0) continue;
      builder.copy(copied, at);
      builder.unit(ell && isStroke(unit) ? ELL : letter, at, at + 1);
      copied = at + 1;
    }
  }
  if (copied === 0) return undefined;
  builder.copy(copied, text.length);
  return builder.build('leet');
}

/** Whether a word has letters and stand-ins, and is no number with its unit; with `ell`, whether it has strokes. */
function isLeet(text: string, start: number, end: number, ell: boolean): boolean {
  let letters = false;
  let standIns = false;
  let strokes = false;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if ((LETTER_OF[unit] ?? 0) !== 0) {
      standIns = true;
      strokes ||= isStroke(unit);
    } else letters ||= unit < 0x80 || LETTER.test(String.fromCodePoint(text.codePointAt(at) ?? unit));
  }
  return letters && standIns && (strokes || !ell) && !NUMBER_WITH_UNIT.test(text.slice(start, end));
}
