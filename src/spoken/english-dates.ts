/** Dates and times of English text. */
import { clock, decade, halfDay, plainNumber, rank, year } from './english-numbers.js';
import { type Part, type Rule, wordBefore } from './reading.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS: Readonly<Record<string, string>> = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' };
const MONTH = String.raw`(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)(?:\.(?=,|\s+[\p{Ll}\d]))?`;
const DAY = String.raw`(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.?`;
const START = String.raw`(?<![\p{L}\p{N}_])`;
const END = String.raw`(?![\p{L}\p{N}_])`;
const HALF = String.raw`(?:\s?([AaPp]\.[Mm]\.|[AaPp][Mm]\b))`;

const rule = (pattern: string, say: Rule[1]): Rule => [new RegExp(pattern, 'uy'), say];

function monthName(written: string): string {
  return MONTHS.find((name) => name.toLowerCase().startsWith(written.toLowerCase().slice(0, 3))) ?? written;
}

/** "November twenty-eighth, twenty twenty-six"; `undefined` for what is no date. */
function date(yearDigits: string, month: number, day: number): string | undefined {
  const name = MONTHS[month - 1];
  return name === undefined || day < 1 || day > 31 ? undefined : `${name} ${rank(String(day))}, ${year(yearDigits)}`;
}

function isClock(hour: string, minute: string): boolean {
  return Number(hour) <= 24 && Number(minute) < 60;
}

// A full stop of "p.m." that ends the text ends the sentence too.
function withStop(match: RegExpExecArray, source: string, said: string): string {
  return match[0].endsWith('.') && /^["'”’)\]*_]*\s*$/u.test(source.slice(match.index + match[0].length)) ? `${said}.` : said;
}

/** Rules that begin with a digit. */
export const NUMERIC_DATES: readonly Rule[] = [
  rule(String.raw`${START}(\d{4})[-/](\d{2})[-/](\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?${END}`, ([, y = '', m, d, hour, minute]) => {
    const said = date(y, Number(m), Number(d));
    return said === undefined || hour === undefined || minute === undefined ? said : `${said}, ${clock(hour, minute, undefined)}`;
  }),
  // Month first, as in American English, unless it cannot be; day first where points part them.
  rule(String.raw`${START}(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2}(?=\D|$))${END}`, ([, a = '', mark, b = '', y = '']) => {
    if (mark === '.' && y.length < 4) return undefined;
    const dayFirst = mark === '.' || Number(a) > 12;
    return date(y.length === 2 ? `20${y}` : y, Number(dayFirst ? b : a), Number(dayFirst ? a : b));
  }),
  rule(String.raw`${START}(\d{1,2}):(\d{2})(?::(\d{2}))?${HALF}?\s?[-–—]\s?(\d{1,2}):(\d{2})${HALF}?${END}`, (match, source) => {
    const [, hour = '', minute = '', second, half, hour2 = '', minute2 = '', half2] = match;
    if (!isClock(hour, minute) || !isClock(hour2, minute2)) return undefined;
    return withStop(match, source, `${clock(hour, minute, half, second)} to ${clock(hour2, minute2, half2)}`);
  }),
  rule(String.raw`${START}(\d{1,2})${HALF}?\s?[-–—]\s?(\d{1,2})${HALF}`, (match, source) => {
    const [, from = '', half, to = '', half2 = ''] = match;
    return withStop(match, source, `${plainNumber(from)}${half === undefined ? '' : ` ${halfDay(half)}`} to ${plainNumber(to)} ${halfDay(half2)}`);
  }),
  rule(String.raw`${START}(\d{1,2}):(\d{2})(?::(\d{2}))?(?![:\d])${HALF}?`, (match, source) => {
    const [, hour = '', minute = '', second, half] = match;
    return isClock(hour, minute) ? withStop(match, source, clock(hour, minute, half, second)) : undefined;
  }),
  rule(String.raw`${START}(\d{1,2})${HALF}`, (match, source) => withStop(match, source, `${plainNumber(match[1] ?? '')} ${halfDay(match[2] ?? '')}`)),
  rule(String.raw`${START}(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?${MONTH}(?:,?\s+(\d{4})(?![\d:]))?${END}`, (match, source) => {
    const [, day = '', month = '', y] = match;
    if (Number(day) < 1 || Number(day) > 31) return undefined;
    return `${wordBefore(source, match.index) === 'the' ? '' : 'the '}${rank(day)} of ${monthName(month)}${y === undefined ? '' : `, ${year(y)}`}`;
  }),
  rule(String.raw`${START}(\d{4})\s?[-–]\s?(\d{4}|\d{2})${END}`, ([, from = '', to = '']) => {
    if (!/^[12]\d{3}$/u.test(from) || (to.length === 4 && Number(to) < Number(from))) return undefined;
    return `${year(from)} to ${year(to)}`;
  }),
  rule(String.raw`${START}(\d{1,3}0)['’]?s${END}`, (match, source) => {
    const written = match[1] ?? '';
    if (written.length === 3 || (written.length === 2 && !/^(?:the|his|her|their|my|your|our|early|mid|late|in)$/u.test(wordBefore(source, match.index)))) return undefined;
    return decade(written);
  }),
  rule(String.raw`${START}([12]\d\d0)['’]?s${END}`, ([, written = '']) => decade(written)),
];

/** Rules that begin with a letter or an apostrophe. */
export const WORDY_DATES: readonly Rule[] = [
  rule(String.raw`['’](\d0)s${END}`, ([, written = '']) => decade(written)),
  rule(String.raw`${START}${MONTH}\s+(\d{1,2})(?:st|nd|rd|th)?(?:\s?[-–]\s?(\d{1,2})(?:st|nd|rd|th)?)?(?:,?\s+(\d{4})(?!\d|:\d))?(?![\d:]|[.,]\d|\s*(?:[%°]|[ap]\.?m\b))${END}`, ([taken, month = '', day = '', last, y]) => {
    if (Number(day) < 1 || Number(day) > 31) return undefined;
    const days = `${monthName(month)} ${rank(day)}${last === undefined ? '' : ` to ${rank(last)}`}`;
    if (y === undefined) return days;
    const parts: Part[] = [[taken.length - y.length, `${days}, `], [y.length, year(y)]];
    return parts;
  }),
  rule(String.raw`${START}${MONTH}\s+(\d{4})${END}`, ([, month = '', y = '']) => `${monthName(month)} ${year(y)}`),
  // "Jan." and the like without a day, but not "May", "March" or "Mar", which are words too.
  rule(String.raw`${START}(Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.(?=\s+[\p{Ll}\d])`, ([, month = '']) => monthName(month)),
  rule(String.raw`${START}${DAY}\s?[-–]\s?(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)${END}`, ([, from = '', to = '']) => `${DAYS[from.toLowerCase().slice(0, 3)] ?? from} to ${DAYS[to.toLowerCase().slice(0, 3)] ?? to}`),
  rule(String.raw`${START}${DAY}(?=,?\s+(?:${MONTH}|\d))`, ([, day = '']) => DAYS[day.toLowerCase().slice(0, 3)] ?? day),
  rule(String.raw`${START}([AaPp])\.[Mm]\.`, (match, source) => withStop(match, source, halfDay(match[0]))),
];
