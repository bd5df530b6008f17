/** Dates as mail headers and people write them, in English whatever the host's locale. */
import { parseIsoParts, wallTimeMs, type IsoParts } from './iso-date.js';

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

// RFC 2822, section 4.3: the zones that mail still names; military letters mean an unknown zone, taken as UTC.
const ZONES: Readonly<Record<string, number>> = { UT: 0, UTC: 0, GMT: 0, Z: 0, EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420 };

const RFC_2822 = /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(\d{1,2})[\s-]+([a-z]{3,9})[\s-]+(\d{2}|\d{4})\s+(\d\d):(\d\d)(?::(\d\d))?(?:\s*(?:([+-])(\d\d):?(\d\d)|([a-z]{1,5})))?(?:\s*\([^()]*\))?$/i;

/** Reads an RFC 2822 date, with or without the name of the day; `undefined` when the text is none. */
export function parseRfc2822(text: string): IsoParts | undefined {
  const match = RFC_2822.exec(text);
  if (match === null) return undefined;
  const month = monthNumber(match[2] ?? '');
  const digits = match[3] ?? '';
  // RFC 2822, section 4.3: two digits from 00 to 49 are of this century, the others of the last.
  const year = digits.length === 4 ? Number(digits) : Number(digits) + (Number(digits) < 50 ? 2000 : 1900);
  const wallMs = wallTimeMs({ year, month, day: Number(match[1]), hour: Number(match[4]), minute: Number(match[5]), second: Number(match[6] ?? 0) });
  if (wallMs === undefined) return undefined;
  const name = match[10]?.toUpperCase();
  if (name !== undefined && ZONES[name] === undefined && name.length > 1) return undefined;
  const sign = match[7] === '-' ? -1 : 1;
  const offsetMinutes = match[7] !== undefined ? sign * (Number(match[8]) * 60 + Number(match[9])) : name !== undefined ? (ZONES[name] ?? 0) : null;
  return { wallMs, microseconds: 0, offsetMinutes };
}

const MONTH_FIRST = /^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/i;
const DAY_FIRST = /^(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})$/i;
const SLASHES = /^(\d{4})\/(\d\d)\/(\d\d)(?:\s+(.+))?$/;

/** Reads `October 5, 2023`, `5 Oct 2023`, `2023/10/05 14:48:00` and their like; `undefined` for anything else. */
export function parseHumanDate(text: string): IsoParts | undefined {
  const slashes = SLASHES.exec(text);
  if (slashes !== null) return parseIsoParts(`${slashes[1]}-${slashes[2]}-${slashes[3]}${slashes[4] === undefined ? '' : ` ${slashes[4]}`}`);
  const monthFirst = MONTH_FIRST.exec(text);
  const dayFirst = monthFirst === null ? DAY_FIRST.exec(text) : null;
  const [month, day, year] = monthFirst !== null ? [monthFirst[1], monthFirst[2], monthFirst[3]] : dayFirst !== null ? [dayFirst[2], dayFirst[1], dayFirst[3]] : [];
  if (month === undefined) return undefined;
  const wallMs = wallTimeMs({ year: Number(year), month: monthNumber(month), day: Number(day), hour: 0, minute: 0, second: 0 });
  return wallMs === undefined ? undefined : { wallMs, microseconds: 0, offsetMinutes: null };
}

// A full name, its first three letters, or Sept; 0 when it is no month.
function monthNumber(name: string): number {
  const lower = name.toLowerCase();
  if (lower === 'sept') return 9;
  return MONTHS.findIndex((month) => month === lower || month.slice(0, 3) === lower) + 1;
}
