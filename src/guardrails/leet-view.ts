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
const TOKEN = /[\p{L}\p{M}\d@$!|+(]{2,64}/gu;
const LETTER = /\p{L}/u;
const STAND_IN = /[\d@$!|+(]/;
// "3rd", "2nd", "10am", "5km", "4x4": a number with a unit is a number.
const NUMBER_WITH_UNIT = /^[$+(]*\d+(?:st|nd|rd|th|am|pm|k|m|g|b|x|s|h|kg|km|cm|mm|ml|gb|mb|kb|tb|ms|hz|ghz|mhz|px|pt|ft|in|lb|oz|d|v|w|mph)?[!+]*$/i;

/** Makes the leet view; undefined when no word has stand-ins. */
export function leetView(source: View, ell = false): View | undefined {
  const { text } = source;
  if (!STAND_IN.test(text)) return undefined;
  const builder = new ViewBuilder(source);
  let copied = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (!STAND_IN.test(match[0])) continue;
    const word = match[0].replace(/[!(+|]+$/, ''); // signs that end a word are punctuation
    const skip = /^[!(+|]*/.exec(word)?.[0].length ?? 0;
    if (!STAND_IN.test(word) || !LETTER.test(word) || NUMBER_WITH_UNIT.test(word)) continue;
    if (ell && !/[1|]/.test(word)) continue;
    for (let n = skip; n < word.length; n++) {
      const character = word.charAt(n);
      const letter = STAND_INS[character];
      if (letter === undefined) continue;
      const at = match.index + n;
      builder.copy(copied, at);
      builder.replace(ell && (character === '1' || character === '|') ? 'l' : letter, at, at + 1);
      copied = at + 1;
    }
  }
  if (copied === 0) return undefined;
  builder.copy(copied, text.length);
  return builder.build('leet');
}
