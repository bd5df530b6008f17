/** Amounts of English text: money, units, percentages, fractions, ranges, phone numbers, versions and numbers alone. */
import { digits, fraction, looksLikeYear, NUMBER, plainNumber, quantity, rank, year } from './english-numbers.js';
import { CURRENCY_CODE, CURRENCY_SIGN, currencyNames, UNIT, unitName } from './english-units.js';
import { type Rule, wordBefore, wordBehind } from './reading.js';

const START = String.raw`(?<![\p{L}\p{N}_])(?<!\d[.,:])`;
const END = String.raw`(?![\p{L}\p{N}_])`;
const SCALE = String.raw`(k|K|M|m|mn|bn|B|b|tn|T|\s(?:thousand|million|billion|trillion))`;
const SCALES: Readonly<Record<string, string>> = { k: 'thousand', m: 'million', mn: 'million', b: 'billion', bn: 'billion', t: 'trillion', tn: 'trillion' };
const PREFIXES: Readonly<Record<string, string>> = { US: 'US ', CA: 'Canadian ', C: 'Canadian ', A: 'Australian ', AU: 'Australian ', NZ: 'New Zealand ', HK: 'Hong Kong ' };
const VULGAR: Readonly<Record<string, readonly [string, string]>> = { '½': ['1', '2'], '¼': ['1', '4'], '¾': ['3', '4'], '⅓': ['1', '3'], '⅔': ['2', '3'], '⅛': ['1', '8'], '⅜': ['3', '8'], '⅝': ['5', '8'], '⅞': ['7', '8'], '⅕': ['1', '5'], '⅖': ['2', '5'], '⅗': ['3', '5'], '⅘': ['4', '5'], '⅙': ['1', '6'], '⅚': ['5', '6'] };
// Behind these a number is a name and not a quantity: it is read digit by digit.
const NUMBERED = /^(?:code|pin|otp|passcode|password|zip|account|acct|ext|extension|room|flight|serial|tracking|order|invoice|confirmation|ticket|call|dial|id|http|port|error|status)$/u;
const EMERGENCY = /^(?:911|999|112|411|311|988|000|101|110|119)$/u;

const rule = (pattern: string, say: Rule[1]): Rule => [new RegExp(pattern, 'uy'), say];
const scaleName = (written: string | undefined): string => (written === undefined ? '' : ` ${SCALES[written.trim().toLowerCase()] ?? written.trim()}`);

/** An amount of money: "three dollars and fifty cents". */
function money(sign: string, prefix: string, amount: string, scale: string | undefined): string {
  const [one, many, smallOne, smallMany] = currencyNames(sign);
  const [whole = '0', cents] = amount.replaceAll(',', '').split('.');
  const kind = PREFIXES[prefix] ?? '';
  if (scale !== undefined) return `${quantity(amount)}${scaleName(scale)} ${kind}${many}`;
  if (cents === undefined || cents === '00') return `${quantity(whole)} ${kind}${whole === '1' ? one : many}`;
  if (cents.length !== 2) return `${quantity(amount)} ${kind}${many}`;
  const small = `${quantity(cents.replace(/^0/u, ''))} ${Number(cents) === 1 ? smallOne : smallMany}`;
  return Number(whole) === 0 ? small : `${quantity(whole)} ${kind}${whole === '1' ? one : many} and ${small}`;
}

function measure(amount: string, sign: string, match: RegExpExecArray, source: string, said = quantity(amount)): string {
  const bare = sign.replace(/\.$/u, '');
  const end = match.index + match[0].length;
  const adjective = /^an?$/u.test(wordBefore(source, match.index)) && /^\s\p{Ll}/u.test(source.slice(end));
  // The full stop of "5 min." is one of the sentence when nothing in small letters follows.
  const stop = sign.endsWith('.') && !/^\s+[\p{Ll}\d(]/u.test(source.slice(end)) ? '.' : '';
  return `${said} ${unitName(bare, amount, adjective)}${stop}`;
}

function per(written: string | undefined): string {
  if (written === undefined) return '';
  const long: Readonly<Record<string, string>> = { mo: 'month', yr: 'year', hr: 'hour', h: 'hour', wk: 'week', min: 'minute', kg: 'kilogram', lb: 'pound' };
  return ` per ${long[written] ?? written}`;
}

/** Rules that begin with a currency sign or the letters before one. */
export const MONEY: readonly Rule[] = [
  rule(String.raw`(€)\s?(\d+),(\d{2})(?!\d)`, ([, sign = '', whole = '', cents = '']) => money(sign, '', `${whole}.${cents}`, undefined)),
  rule(String.raw`(?<![\p{L}\p{N}])(US|CA|C|AU|A|NZ|HK)?([${CURRENCY_SIGN}])\s?(${NUMBER})${SCALE}?(?![\p{L}\d])(?:\s?[-–—]\s?[${CURRENCY_SIGN}]?(${NUMBER})${SCALE}?(?![\p{L}\d]))?(?:\/(month|mo|year|yr|day|week|wk|hour|hr|h|minute|min|person|user|kg|lb|night|unit)${END})?`, ([, prefix = '', sign = '', amount = '', scale, upper, upperScale, unit]) => {
    if (upper === undefined) return money(sign, prefix, amount, scale) + per(unit);
    const lower = `${quantity(amount)}${scale === undefined || scale === upperScale ? '' : scaleName(scale)}`;
    return `${lower} to ${money(sign, prefix, upper, upperScale)}${per(unit)}`;
  }),
];

/** Rules that begin with a digit or a point. */
export const AMOUNTS: readonly Rule[] = [
  // --- names made of digits
  rule(String.raw`${START}\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)${END}`, ([taken]) => taken.split('.').map(digits).join(' dot ')),
  rule(String.raw`${START}\d+(?:\.\d+){2,}${END}`, ([taken]) => taken.split('.').map((part) => quantity(part)).join(' point ')),
  rule(String.raw`${START}(1[-.\s])?(?:\((\d{3})\)\s?|(\d{3})[-.\s])(\d{3})[-.\s](\d{4})(?![-\d])`, ([, one, area, code = area, prefix = '', line = '']) => `${one === undefined ? '' : 'one, '}${[code, prefix, line].map((part) => digits(part ?? '')).join(', ')}`),
  rule(String.raw`${START}\d{3}-\d{4}(?![-\d])`, (match, source) => (/^(?:pages?|from|between|years?)$/u.test(wordBefore(source, match.index)) ? undefined : match[0].split('-').map(digits).join(', '))),
  rule(String.raw`${START}\d{4}(?:[ -]\d{4}){2,3}(?![-\d])|${START}\d{3}-\d{2}-\d{4}(?![-\d])`, ([taken]) => taken.split(/[ -]/u).map(digits).join(', ')),
  rule(String.raw`(?<![\p{L}\p{N}])\+\d{1,3}(?:[\s.-]?\(?\d{1,4}\)?){2,5}(?![-\d])`, ([taken]) => {
    const groups = taken.match(/\d+/gu) ?? [];
    return groups.join('').length < 7 ? undefined : `plus ${groups.map(digits).join(', ')}`;
  }),
  rule(String.raw`${START}1-(8\d\d)-(\p{Lu}[\p{Lu}\d-]{3,})${END}`, ([, code = '', name = '']) => `one, ${digits(code)}, ${name.replaceAll('-', ' ')}`),
  rule(String.raw`${START}\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\d)|${START}\d{1,3}(?: \d{3})+(?<=000)(?![\s-]?\d)`, ([taken]) => quantity(taken.replace(/\s/gu, ''))),
  rule(String.raw`${START}(10{2,6})s${END}`, ([, amount = '']) => ({ 100: 'hundreds', 1000: 'thousands', 10000: 'tens of thousands', 100000: 'hundreds of thousands', 1000000: 'millions' })[amount]),
  rule(String.raw`${START}(5|10)K(?=\s(?:run|race|walk))`, ([, amount = '']) => `${quantity(amount)} K`),
  // --- ranks and fractions
  rule(String.raw`${START}(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)${END}`, ([, written = '']) => rank(written)),
  rule(String.raw`${START}24\/7${END}`, () => 'twenty-four seven'),
  rule(String.raw`${START}9\/11${END}`, () => 'nine eleven'),
  rule(String.raw`${START}(\d{1,3}(?:\.\d{3})+),(\d{2})(?!\d)`, ([, whole = '', cents = '']) => quantity(`${whole.replaceAll('.', '')}.${cents}`)),
  rule(String.raw`${START}(\d+)\s(\d)\/(\d{1,2})(?![\d/])`, ([, whole = '', over = '', under = '']) => (Number(under) < 2 ? undefined : `${quantity(whole)} and ${fraction(over, under, false)}`)),
  rule(String.raw`${START}(\d*)\s?([½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚])`, ([, whole = '', sign = '']) => {
    const [over, under] = VULGAR[sign] ?? ['1', '2'];
    return whole === '' ? fraction(over, under) : `${quantity(whole)} and ${fraction(over, under, false)}`;
  }),
  rule(String.raw`${START}(\d{1,3})\/(\d{1,3})(?![\d/])${END}`, ([, over = '', under = '']) => {
    if (Number(under) < 2) return undefined;
    if ((under === '10' || under === '100' || under === '20') && Number(over) > 1) return `${quantity(over)} out of ${quantity(under)}`;
    return Number(over) < Number(under) ? fraction(over, under) : `${quantity(over)} over ${quantity(under)}`;
  }),
  // --- measures
  rule(String.raw`${START}(\d+)\s?h(?:rs?)?\s?(\d{1,2})(?:\s?m(?:in)?)?${END}`, ([, hours = '', minutes = '']) => `${quantity(hours)} ${unitName('h', hours)} ${quantity(minutes)} ${unitName('min', minutes)}`),
  rule(String.raw`${START}(\d+)\s?m(?:in)?\s(\d{1,2})\s?s(?:ec)?${END}`, ([, minutes = '', seconds = '']) => `${quantity(minutes)} ${unitName('min', minutes)} ${quantity(seconds)} ${unitName('s', seconds)}`),
  rule(String.raw`${START}(${NUMBER})\s?°\s?([NSEW])${END}`, ([, amount = '', side = '']) => `${quantity(amount)} degrees ${{ N: 'north', S: 'south', E: 'east', W: 'west' }[side] ?? side}`),
  rule(String.raw`${START}(\d{1,2})['′]\s?(\d{1,2})["″]`, ([, feet = '', inches = '']) => `${quantity(feet)} foot ${quantity(inches)}`),
  rule(String.raw`${START}(\d+)\s?([x×])\s?(\d+)(?:\s?[x×]\s?(\d+))?(?:\s?(${UNIT}))?${END}`, (match, source) => {
    const [taken, a = '', sign, b = '', c, unit] = match;
    if (sign === '×' && /\s×/u.test(taken)) return undefined;
    const said = [a, b, ...(c === undefined ? [] : [c])].map((side) => quantity(side)).join(' by ');
    return unit === undefined ? said : measure('2', unit, match, source, said);
  }),
  rule(String.raw`${START}(${NUMBER})(?:[-–—]|\s[–—]\s)(${NUMBER})\s?(${UNIT})(?:\.(?=\s+\p{Ll}))?${END}`, (match, source) => {
    const [, from = '', to = '', unit = ''] = match;
    return measure(to, unit, match, source, `${quantity(from)} to ${quantity(to)}`);
  }),
  rule(String.raw`${START}(${NUMBER})(k|K|M|bn)?\s?([€£¥₹₩₽₺]|(?:${CURRENCY_CODE})${END})`, ([, amount = '', scale, sign = '']) => money(sign, '', amount, scale)),
  rule(String.raw`${START}(\d+),(\d{2})\s?(€|EUR${END})`, ([, whole = '', cents = '', sign = '']) => money(sign, '', `${whole}.${cents}`, undefined)),
  rule(String.raw`${START}(${NUMBER})\s?¢`, ([, amount = '']) => `${quantity(amount)} ${amount === '1' ? 'cent' : 'cents'}`),
  rule(String.raw`${START}([45])[Gg](?![\p{L}\p{N}])(?=\s|[.,!?]|$)`, ([taken, amount = '']) => (taken.endsWith('G') ? `${quantity(amount)} G` : undefined)),
  rule(String.raw`${START}([48])K${END}`, ([, amount = '']) => `${quantity(amount)} K`),
  rule(String.raw`${START}(${NUMBER})${SCALE}${END}(?!\s?[/²³])`, ([, amount = '', scale = '']) => (scale === 'm' || scale === 'b' || scale === 'T' || (scale === 'B' && !amount.includes('.')) ? undefined : `${quantity(amount)}${scaleName(scale)}`)),
  rule(String.raw`${START}(${NUMBER})[\s-]?((?:${UNIT})\.?|in\.(?=\s\p{Ll}))(?![\p{L}\p{N}'’²³/])`, (match, source) => {
    const [taken, amount = '', unit = ''] = match;
    // A hyphen makes it an adjective: "a 5-km run"; "5-m" alone is no measure.
    const hyphen = taken.includes('-');
    if (hyphen && unit.length < 2) return undefined;
    if (hyphen) return `${quantity(amount)} ${unitName(unit.replace(/\.$/u, ''), '1')}`;
    return measure(amount, unit, match, source);
  }),
  rule(String.raw`${START}(${NUMBER})x${END}(?!\s*[-+=*/^])`, ([, amount = '']) => `${quantity(amount)} times`),
  // --- ranges, scores, ratios
  rule(String.raw`${START}(${NUMBER})(?:[-–—]|\s[–—]\s)(${NUMBER})(?![-–\d])${END}`, ([, from = '', to = '']) => `${plainNumber(from)} to ${plainNumber(to)}`),
  rule(String.raw`${START}(\d+):(\d+)(?![:\d])${END}`, ([, from = '', to = '']) => `${quantity(from)} to ${quantity(to)}`),
  rule(String.raw`${START}(\d+)\+${END}`, ([, amount = '']) => `${plainNumber(amount)} plus`),
  // --- letters behind digits: "3D", "10-year-old"
  rule(String.raw`${START}(\d+)(?=-?\p{L})(-?)`, ([, amount = '', hyphen = '']) => `${amount.length > 3 ? digits(amount) : quantity(amount)}${hyphen === '' ? ' ' : '-'}`),
  rule(String.raw`${START}(${NUMBER})`, (match, source) => {
    const written = match[1] ?? '';
    const before = wordBefore(source, match.index);
    if (/^\d{3,}$/u.test(written) && (NUMBERED.test(before) || (before === 'is' && /(?:code|pin|number|password)\s+is\s+$/iu.test(source.slice(0, match.index)) && written.length > 3))) {
      return EMERGENCY.test(written) || !/^(?:call|dial|order)$/u.test(before) || written.length > 3 ? digits(written) : quantity(written);
    }
    if (/^[12]\d{3}$/u.test(written) && isYear(written, before, wordBehind(source, match.index + written.length))) return year(written);
    return plainNumber(written);
  }),
];

// Behind these any number of four digits is a year.
const BEFORE_YEAR = /^(?:in|since|until|till|by|during|before|after|from|to|of|year|back|circa|c|©|early|mid|late|spring|summer|autumn|fall|winter|q\d|january|february|march|april|may|june|july|august|september|october|november|december)$/u;

function isYear(written: string, before: string, behind: string): boolean {
  const counted = /^\p{Ll}+s$|^(?:people|sheep|men|women|children|percent|fish|of)$/u.test(behind) && !/^(?:is|was|has|its|as)$/u.test(behind);
  if (counted) return before === 'the' && looksLikeYear(written);
  return looksLikeYear(written) ? !/^(?:number|about|around|over|under|nearly|almost|than|room|page)$/u.test(before) : BEFORE_YEAR.test(before) && Number(written) >= 1000;
}
