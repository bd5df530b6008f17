/**
 * English spelling to phones: the list of known words first, then known words with an ending
 * (-s, -ed, -ing, -ly, 's), then the letter rules with a rule for where the stress falls.
 */
import { LETTER_RULES } from './letter-rules.js';
import { isVowel, phoneIndex, type Phone } from './phones.js';
import { PRONUNCIATIONS } from './pronunciations.js';

/** A phone of a word: `stress` 1 for the main stress, 2 for a lesser one, 0 for none and for consonants. */
export interface StressedPhone {
  readonly phone: Phone;
  readonly stress: 0 | 1 | 2;
}

interface Rule {
  readonly letters: string;
  readonly before: RegExp | undefined;
  readonly behind: RegExp | undefined;
  readonly phones: readonly string[];
}

let rulesByLetter: ReadonlyMap<string, readonly Rule[]> | undefined;

// Compiled at the first word that needs them: about 400 expressions.
function rules(): ReadonlyMap<string, readonly Rule[]> {
  if (rulesByLetter !== undefined) return rulesByLetter;
  const table = new Map<string, Rule[]>();
  for (const line of LETTER_RULES.trim().split(/,\s+|\n/)) {
    const [letters = '', before = '-', behind = '-', ...phones] = line.trim().split(' ');
    const rule: Rule = {
      letters,
      before: before === '-' ? undefined : new RegExp(`(?:${classes(before)})$`),
      behind: behind === '-' ? undefined : new RegExp(`^(?:${classes(behind)})`),
      phones: phones[0] === '-' ? [] : phones,
    };
    const first = letters.charAt(0);
    table.set(first, [...(table.get(first) ?? []), rule]);
  }
  rulesByLetter = table;
  return table;
}

function classes(pattern: string): string {
  return pattern.replaceAll('V', '[aeiouy]').replaceAll('C', '[bcdfghjklmnpqrstvwxz]');
}

/** The phones of one spoken word: lower-case letters with apostrophes, or one capital letter for its name. */
export function wordPhones(word: string): readonly StressedPhone[] {
  const known = PRONUNCIATIONS.get(word) ?? inflected(word);
  return known === undefined ? stressed(word, lettersToPhones(word)) : parse(known);
}

function parse(entry: string): readonly StressedPhone[] {
  return entry.split(' ').map((mark) => {
    const stress = mark.endsWith('1') ? 1 : mark.endsWith('2') ? 2 : 0;
    return { phone: (stress === 0 ? mark : mark.slice(0, -1)) as Phone, stress };
  });
}

// A known word with a regular ending keeps its pronunciation.
function inflected(word: string): string | undefined {
  if (word.endsWith("'s") || (word.endsWith('s') && !word.endsWith('ss'))) {
    const stem = word.endsWith("'s") ? word.slice(0, -2) : word.slice(0, -1);
    const found = PRONUNCIATIONS.get(stem) ?? (word.endsWith('es') ? PRONUNCIATIONS.get(word.slice(0, -2)) : undefined) ?? (word.endsWith('ies') ? PRONUNCIATIONS.get(`${word.slice(0, -3)}y`) : undefined);
    if (found !== undefined) return found + plural(found);
    if (word.endsWith("'s")) return spell(stem, plural);
  }
  const contraction = /^(.*)'(ll|re|ve|d|m)$/.exec(word);
  if (contraction !== null) {
    const stem = PRONUNCIATIONS.get(contraction[1] ?? '');
    const tail = { ll: ' L', re: ' ER', ve: ' V', d: ' D', m: ' M' }[contraction[2] ?? ''] ?? '';
    if (stem !== undefined) return stem + tail;
  }
  if (word.endsWith("n't")) {
    const irregular = { "don't": 'D OW1 N T', "won't": 'W OW1 N T', "can't": 'K AE1 N T', "shan't": 'SH AE1 N T' }[word];
    const stem = PRONUNCIATIONS.get(word.slice(0, -3));
    if (irregular !== undefined) return irregular;
    if (stem !== undefined) return `${stem} AX N T`;
  }
  for (const [ending, sound, repairs] of ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    if (ending === 'er' && stem.endsWith('e')) continue;
    for (const repair of repairs) {
      const found = PRONUNCIATIONS.get(stem + repair) ?? (repair === '' && stem.at(-1) === stem.at(-2) ? PRONUNCIATIONS.get(stem.slice(0, -1)) : undefined);
      if (found !== undefined && found.includes('1')) return found + (ending === 'ed' ? past(found) : ending === 'ly' && found.endsWith(' L') ? ' IY' : sound);
    }
  }
  return undefined;
}

const ENDINGS: readonly (readonly [string, string, readonly string[]])[] = [
  ['ing', ' IH NG', ['', 'e']],
  ['ed', ' D', ['', 'e']],
  ['ly', ' L IY', ['']],
  ['er', ' ER', ['', 'e']],
];

function plural(phones: string): string {
  const last = phones.slice(phones.lastIndexOf(' ') + 1);
  if (/^(S|Z|SH|ZH|CH|JH)$/.test(last)) return ' IH Z';
  return /^(P|T|K|F|TH)$/.test(last) ? ' S' : ' Z';
}

function past(phones: string): string {
  const last = phones.slice(phones.lastIndexOf(' ') + 1);
  if (last === 'T' || last === 'D') return ' AX D';
  return /^(P|K|F|TH|S|SH|CH)$/.test(last) ? ' T' : ' D';
}

function spell(stem: string, ending: (phones: string) => string): string {
  const phones = stressed(stem, lettersToPhones(stem)).map(({ phone, stress }) => phone + (stress === 0 ? '' : String(stress))).join(' ');
  return phones + ending(phones);
}

/** The letter rules alone, without stress. Characters without a rule are silent. */
export function lettersToPhones(word: string): readonly Phone[] {
  const edged = `_${word.replace(/[^a-z]/g, '')}_`;
  const phones: Phone[] = [];
  let at = 1;
  while (at < edged.length - 1) {
    const rule = (rules().get(edged.charAt(at)) ?? []).find(({ letters, before, behind }) => edged.startsWith(letters, at) && (before === undefined || before.test(edged.slice(0, at))) && (behind === undefined || behind.test(edged.slice(at + letters.length))));
    if (rule === undefined) {
      at++;
      continue;
    }
    for (const phone of rule.phones) if (phoneIndex(phone) >= 0) phones.push(phone as Phone);
    at += rule.letters.length;
  }
  return phones;
}

const BEFORE_ENDING = /(?:ic|ics|ical|ically|ion|ions|ional|ial|ian|ians|ious|eous|ity|ities|ify|ia|iar|ual|ium|ology|ography|ocracy|omy|ient|ience|ience)$/;
const ON_ENDING = /(?:ee|eer|ette|oo|ique|esque|ade|oon|self|selves)$/;
const WEAK_PREFIX = /^(?:a(?=[bcdfglmnpqrst][^aeiou]|[bcdlmrw][aeiou])|be|con|com|de|dis|ex|en|em|for|im|in|mis|ob|per|pre|pro|re|sub|sur|un|to)(?=[bcdfghjklmnpqrstvwxz]+[aeiouy])/;

// Where the stress falls in a word that is in no list: by its ending, else by its beginning.
function stressed(word: string, phones: readonly Phone[]): readonly StressedPhone[] {
  const places = phones.flatMap((phone, at) => (isVowel(phone) ? [at] : []));
  const count = places.length;
  let wanted = 0;
  if (count > 1) {
    const weak = WEAK_PREFIX.test(word);
    if (ON_ENDING.test(word)) wanted = count - 1;
    else if (BEFORE_ENDING.test(word)) wanted = Math.max(0, count - 1 - endingSyllables(word));
    else if (count === 2) wanted = weak ? 1 : 0;
    else if (count === 3) wanted = weak ? 1 : 0;
    else wanted = count - 3;
  }
  // A neutral vowel cannot bear stress: the next full one does.
  const order = places.map((_, n) => (wanted + n) % count);
  const chosen = order.find((n) => phones[places[n] ?? 0] !== 'AX') ?? wanted;
  return phones.map((phone, at) => {
    const syllable = places.indexOf(at);
    if (syllable < 0) return { phone, stress: 0 };
    if (syllable === chosen) return { phone: phone === 'AX' ? 'AH' : phone, stress: 1 };
    return { phone, stress: Math.abs(syllable - chosen) > 1 && phone !== 'AX' && phone !== 'IH' && phone !== 'ER' && phone !== 'IY' ? 2 : 0 };
  });
}

// Vowel sounds in the ending before which the stress falls: "-ic" has one, "-ity" two.
function endingSyllables(word: string): number {
  if (/(?:ity|ities|ify|ium|ical|ually|ia|iar|ial|ian|ians|ious|eous|ology|ography|ocracy|omy|ient|ience)$/.test(word) && !/(?:[cst]ial|[cst]ian|[cst]ians|[cstx]ious|[cst]ient|[cst]ience)$/.test(word)) return 2;
  return /(?:ically|ional)$/.test(word) ? 2 : 1;
}
