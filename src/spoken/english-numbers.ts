/** English numbers as they are said, from how they are written: "1,000", "3.14", "007", "2026". */
import { cardinalWords, decimalWords, digitWords, ordinalWords, yearWords } from './number-words.js';

/** Pattern of a number with thousands and a fraction. */
export const NUMBER: string = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+`;

// Strings of more digits than this are no quantities: they are read digit by digit.
const MOST_DIGITS = 6;

/** Words as text: "twenty one" is written "twenty-one". */
export function joined(words: readonly string[]): string {
  return words.join(' ').replace(/\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety) (?=(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b)/gu, '$1-');
}

/** A quantity: "1,234.5". */
export function quantity(written: string): string {
  const [whole = '', fraction = ''] = written.replaceAll(',', '').split('.');
  if (whole === '') return joined(['point', ...digitWords(fraction)]);
  return joined(decimalWords(whole, fraction));
}

/** A number alone: long strings and those with a leading zero are read digit by digit. */
export function plainNumber(written: string): string {
  const whole = written.split('.')[0] ?? '';
  if (!written.includes(',') && (whole.length > MOST_DIGITS || (whole.length > 1 && whole.startsWith('0'))) && !written.includes('.')) return digits(written);
  return quantity(written);
}

/** Digits one by one, in groups of three and four when there are many. */
export function digits(written: string): string {
  const bare = written.replace(/\D/gu, '');
  const groups = bare.length === 10 ? [bare.slice(0, 3), bare.slice(3, 6), bare.slice(6)] : bare.length === 7 ? [bare.slice(0, 3), bare.slice(3)] : bare.length > 7 ? (bare.match(/.{1,4}/gu) ?? []) : [bare];
  return groups.map((group) => digitWords(group).join(' ')).join(', ');
}

/** A rank: 21 is "twenty-first". */
export function rank(written: string): string {
  return joined(ordinalWords(written.replaceAll(',', '')));
}

/** A year of two or four digits. */
export function year(written: string): string {
  return written.length === 4 ? joined(yearWords(written)) : joined(cardinalWords(written));
}

/** True for what is read as a year where nothing says otherwise. */
export function looksLikeYear(written: string): boolean {
  return /^(?:19|20)\d\d$/u.test(written);
}

/** A decade: "1990" is "nineteen nineties". */
export function decade(written: string): string {
  const tens = joined(cardinalWords(written.slice(-2))).replace(/y$/u, 'ies').replace(/^ten$/u, 'tens');
  if (written.length < 4) return tens;
  const century = joined(cardinalWords(written.slice(0, 2)));
  return written.endsWith('00') ? (written.endsWith('000') ? `${joined(cardinalWords(written))}s` : `${century} hundreds`) : `${century} ${tens}`;
}

/** A clock time of 24 or 12 hours: "ten thirty", "ten o'clock", "ten oh five". */
export function clock(hour: string, minute: string, half: string | undefined, second?: string): string {
  const h = joined(cardinalWords(hour));
  let said = h;
  if (minute !== '00') said = `${h} ${minute.startsWith('0') ? `oh ${joined(cardinalWords(minute))}` : joined(cardinalWords(minute))}`;
  else if (half === undefined) said = Number(hour) === 0 || Number(hour) > 12 ? `${h} hundred` : `${h} o'clock`;
  if (second !== undefined && Number(second) !== 0) said += ` and ${joined(cardinalWords(second))} ${Number(second) === 1 ? 'second' : 'seconds'}`;
  return half === undefined ? said : `${said} ${halfDay(half)}`;
}

/** "AM" or "PM". */
export function halfDay(written: string): string {
  return /^a/iu.test(written) ? 'AM' : 'PM';
}

const PARTS: Readonly<Record<string, readonly [string, string]>> = { 2: ['half', 'halves'], 4: ['quarter', 'quarters'] };

/** A fraction: "one half", "three quarters", "five eighths"; `alone` false for the tail of "two and a half". */
export function fraction(over: string, under: string, alone = true): string {
  const [one, many] = PARTS[under] ?? [rank(under), `${rank(under)}s`];
  if (Number(over) !== 1) return `${quantity(over)} ${many}`;
  return alone ? `one ${one}` : `${/^[aeio]/u.test(one) ? 'an' : 'a'} ${one}`;
}
