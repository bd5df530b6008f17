/**
 * Written text to spoken words: numbers, money, times, dates, units, signs and abbreviations are
 * written out; every spoken word keeps the range of the text it stands for, so that word times can
 * be reported on the text that was asked for. Punctuation becomes breaks.
 */
import { cardinalWords, decimalWords, digitWords, ordinalWords, yearWords } from './number-words.js';

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

const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  km: ['kilometer', 'kilometers'], m: ['meter', 'meters'], cm: ['centimeter', 'centimeters'], mm: ['millimeter', 'millimeters'], mi: ['mile', 'miles'], ft: ['foot', 'feet'], yd: ['yard', 'yards'],
  kg: ['kilogram', 'kilograms'], g: ['gram', 'grams'], mg: ['milligram', 'milligrams'], lb: ['pound', 'pounds'], lbs: ['pound', 'pounds'], oz: ['ounce', 'ounces'],
  l: ['liter', 'liters'], ml: ['milliliter', 'milliliters'], h: ['hour', 'hours'], hr: ['hour', 'hours'], hrs: ['hour', 'hours'], min: ['minute', 'minutes'], mins: ['minute', 'minutes'], s: ['second', 'seconds'], sec: ['second', 'seconds'], ms: ['millisecond', 'milliseconds'],
  mph: ['mile per hour', 'miles per hour'], kmh: ['kilometer per hour', 'kilometers per hour'], gb: ['gigabyte', 'gigabytes'], mb: ['megabyte', 'megabytes'], kb: ['kilobyte', 'kilobytes'],
  '°c': ['degree celsius', 'degrees celsius'], '°f': ['degree fahrenheit', 'degrees fahrenheit'], '°': ['degree', 'degrees'], '%': ['percent', 'percent'],
};
const CURRENCIES: Readonly<Record<string, readonly [string, string, string, string]>> = {
  $: ['dollar', 'dollars', 'cent', 'cents'], '€': ['euro', 'euros', 'cent', 'cents'], '£': ['pound', 'pounds', 'penny', 'pence'],
};
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  'mr.': 'mister', 'mrs.': 'misses', 'ms.': 'miz', 'dr.': 'doctor', 'prof.': 'professor', 'st.': 'street', 'vs.': 'versus', 'etc.': 'et cetera', 'e.g.': 'for example', 'i.e.': 'that is', 'a.m.': 'A M', 'p.m.': 'P M', am: 'A M', pm: 'P M', 'no.': 'number', ok: 'okay',
  jan: 'january', feb: 'february', mar: 'march', apr: 'april', jun: 'june', jul: 'july', aug: 'august', sep: 'september', sept: 'september', oct: 'october', nov: 'november', dec: 'december', utc: 'U T C', gmt: 'G M T',
};
const SIGNS: Readonly<Record<string, string>> = { '&': 'and', '+': 'plus', '=': 'equals', '×': 'times', '÷': 'divided by', '@': 'at', '#': 'number', '%': 'percent', '°': 'degrees', '<': 'less than', '>': 'greater than', '−': 'minus', '*': 'times', '/': 'divided by', '^': 'to the power of', '√': 'square root of' };
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

// One alternative per kind of token, the more special first.
const TOKEN = new RegExp(
  [
    String.raw`(?<iso>\d{4}-\d{2}-\d{2})(?!\d)`,
    String.raw`(?<time>\d{1,2}:\d{2})(?::(?<seconds>\d{2}))?(?!\d)`,
    String.raw`(?<money>[$€£])\s?(?<amount>\d+(?:,\d{3})*)(?:\.(?<cents>\d{2})(?!\d))?`,
    String.raw`(?<ordinal>\d+)(?:st|nd|rd|th)\b`,
    String.raw`(?<minus>(?<![\w)])[-−])?(?:(?<number>\d+(?:,\d{3})+|\d+)(?:\.(?<fraction>\d+))?|\.(?<tail>\d+))(?:\s?(?<unit>°[CF]?|%|(?:km\/h|kmh|mph|km|cm|mm|mi|ft|yd|kg|mg|lbs?|oz|ml|hrs?|mins?|sec|ms|GB|MB|KB|[mglhs])(?![A-Za-z])))?`,
    String.raw`(?<masked>[*•#█_]{2,}(?:[-\s.]?[*•#█_]{2,})*)`,
    String.raw`(?<dotted>(?:[A-Za-z]\.){2,})`,
    String.raw`(?<word>[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)*\.?)`,
    String.raw`(?<sign>[&+=×÷@#%°<>−*\/^√]|(?<=\s)-(?=\s))`,
    String.raw`(?<mark>[.!?;:,…()\[\]\n"“”—–])`,
  ].join('|'),
  'gu',
);

/** Splits text into what is spoken. Never throws; what has no sound is left out. */
export function spokenTokens(text: string): readonly SpokenToken[] {
  const tokens: { start: number; end: number; words: readonly string[]; pause: Break }[] = [];
  const pause = (kind: Break): void => {
    const last = tokens.at(-1);
    if (last !== undefined && (last.pause === 'none' || last.pause === 'comma')) last.pause = kind;
  };
  for (const match of text.matchAll(TOKEN)) {
    const groups = match.groups ?? {};
    const start = match.index;
    const found = match[0];
    if (groups['mark'] !== undefined) {
      pause('?' === found ? 'question' : '.!\n…'.includes(found) ? 'stop' : 'comma');
      continue;
    }
    let end = start + found.length;
    let ends: Break = 'none';
    let words: readonly string[];
    if (groups['word'] !== undefined) {
      const bare = found.endsWith('.') ? found.slice(0, -1) : found;
      const short = ABBREVIATIONS[found.toLowerCase()] ?? ABBREVIATIONS[bare.toLowerCase()];
      // A full stop behind a word that is no abbreviation ends the sentence.
      if (found !== bare && ABBREVIATIONS[found.toLowerCase()] === undefined) {
        end--;
        ends = 'stop';
      }
      words = short !== undefined && !(bare === 'am' || bare === 'Am') ? short.split(' ') : bare === 'am' && afterNumber(tokens, text, start) ? ['A', 'M'] : wordOrLetters(bare);
    } else words = wordsOf(groups, found, tokens, text, start);
    tokens.push({ start, end, words, pause: ends });
  }
  return tokens;
}

function afterNumber(tokens: readonly SpokenToken[], text: string, start: number): boolean {
  const last = tokens.at(-1);
  return last !== undefined && /\d\s?$/.test(text.slice(last.start, start));
}

// Capitals without a vowel, or at most three of them, are spelled; everything else is read.
function wordOrLetters(word: string): readonly string[] {
  const spelled = word.length > 1 && word === word.toUpperCase() && /^[A-Z]+$/.test(word) && (word.length <= 3 || !/[AEIOUY]/.test(word));
  if (spelled) return Array.from(word);
  if (word.length === 1 && !/^[aAiI]$/.test(word)) return [word.toUpperCase()];
  return [word.toLowerCase().replace('’', "'").normalize('NFD').replace(/[\u0300-\u036f]/g, '')];
}

function wordsOf(groups: Readonly<Record<string, string | undefined>>, found: string, before: readonly SpokenToken[], text: string, start: number): readonly string[] {
  if (groups['iso'] !== undefined) {
    const [year = '', month = '', day = ''] = found.split('-');
    return [MONTHS[Number(month) - 1] ?? 'month', ...ordinalWords(day), ...yearWords(year)];
  }
  if (groups['time'] !== undefined) return timeWords(groups['time'], groups['seconds']);
  if (groups['money'] !== undefined) return moneyWords(groups['money'], (groups['amount'] ?? '0').replaceAll(',', ''), groups['cents']);
  if (groups['ordinal'] !== undefined) return ordinalWords(groups['ordinal']);
  if (groups['number'] !== undefined || groups['tail'] !== undefined) return numberWords(groups, before, text, start);
  if (groups['masked'] !== undefined) return ['hidden'];
  if (groups['dotted'] !== undefined) return (ABBREVIATIONS[found.toLowerCase()]?.split(' ') ?? Array.from(found.replaceAll('.', '').toUpperCase()));
  return (SIGNS[found] ?? (found === '-' ? 'minus' : '')).split(' ').filter((word) => word !== '');
}

function timeWords(time: string, seconds: string | undefined): readonly string[] {
  const [hour = '0', minute = '00'] = time.split(':');
  const words = [...cardinalWords(hour)];
  if (minute !== '00') words.push(...(minute.startsWith('0') ? ['oh', ...cardinalWords(minute)] : cardinalWords(minute)));
  else if (Number(hour) === 0 || Number(hour) > 12) words.push('hundred');
  else words.push("o'clock");
  return seconds === undefined ? words : [...words, 'and', ...cardinalWords(seconds), Number(seconds) === 1 ? 'second' : 'seconds'];
}

function moneyWords(sign: string, amount: string, cents: string | undefined): readonly string[] {
  const [one, many, cent, pence] = CURRENCIES[sign] ?? ['dollar', 'dollars', 'cent', 'cents'];
  const words = [...cardinalWords(amount), Number(amount) === 1 ? one : many];
  return cents === undefined || cents === '00' ? words : [...words, 'and', ...cardinalWords(cents), Number(cents) === 1 ? cent : pence];
}

function numberWords(groups: Readonly<Record<string, string | undefined>>, before: readonly SpokenToken[], text: string, start: number): readonly string[] {
  const whole = (groups['number'] ?? '').replaceAll(',', '');
  const fraction = groups['fraction'] ?? groups['tail'] ?? '';
  const written = groups['number'] ?? '';
  const words = groups['minus'] === undefined ? [] : ['minus'];
  const alone = fraction === '' && groups['unit'] === undefined;
  const previous = before.at(-1);
  const lead = previous === undefined ? '' : text.slice(previous.start, start).trim().toLowerCase();
  if (alone && /^[1-9]\d?$/.test(written) && Number(written) <= 31 && MONTHS.includes(lead)) words.push(...ordinalWords(whole));
  else if (alone && !written.includes(',') && (whole.length > 6 || (whole.length > 1 && whole.startsWith('0')))) words.push(...digitWords(whole));
  else if (alone && /^(1[1-9]|20)\d\d$/.test(written) && /^(in|of|since|until|year|(january|february|march|april|may|june|july|august|september|october|november|december)|\d{1,2}(st|nd|rd|th)?),?$/.test(lead)) words.push(...yearWords(whole));
  else words.push(...decimalWords(whole, fraction));
  const unit = groups['unit']?.toLowerCase().replace('/', '');
  const names = unit === undefined ? undefined : UNITS[unit];
  if (names !== undefined) words.push(...(whole === '1' && fraction === '' ? names[0] : names[1]).split(' '));
  return words;
}
