/**
 * Timestamps of unknown make: ISO 8601, RFC 2822, dates as people write them, and Unix epochs of any
 * precision. Neither the host's time zone nor its locale has a say; a text without a zone is taken in
 * the zone the caller names.
 */
import { SluiceError } from './errors.js';
import { parseIsoParts, wallTimeMs, type WallTime } from './iso-date.js';
import { refuseUnknownOptions } from './option.js';
import { parseHumanDate, parseRfc2822 } from './written-dates.js';

/** A value is no timestamp. Says what is accepted, not what was given. */
export class TimestampError extends SluiceError {
  override readonly name: string = 'TimestampError';

  constructor(message: string) {
    super(message, { code: 'INVALID_TIMESTAMP' });
  }
}

/** Options of {@link parseTimestamp} and {@link normalizeToUtc}. */
export interface TimestampOptions {
  /** Zone of a time that names none: `UTC`, an IANA name, or an offset such as `+02:00`; null refuses such times. @default 'UTC' */
  readonly defaultTimezone?: string | null;
}

/** A moment finer than a Date holds. */
export interface PreciseTimestamp {
  /** To the millisecond. */
  readonly date: Date;
  /** What the Date cannot hold, 0 to 999. */
  readonly microseconds: number;
}

/** Unit of a Unix timestamp. */
export type UnixPrecision = 'seconds' | 'milliseconds' | 'microseconds';

/**
 * Reads a timestamp as a Date, to the millisecond. Numbers, and texts of more than 8 digits, are Unix
 * epochs; a number that is not whole is in seconds. Texts of 8 digits are dates (`20231005`), of 4
 * years. Throws {@link TimestampError} for anything else.
 */
export function parseTimestamp(value: string | number, options?: TimestampOptions): Date {
  return parsePreciseTimestamp(value, options).date;
}

/** {@link parseTimestamp} that keeps microseconds. */
export function parsePreciseTimestamp(value: string | number, options: TimestampOptions = {}): PreciseTimestamp {
  const zone = zoneOf(options);
  if (typeof value === 'number') return parseUnix(value);
  if (typeof value !== 'string') throw new TimestampError('A timestamp must be a string or a number. Pass an ISO 8601 or RFC 2822 text, or a Unix epoch.');
  const text = value.trim();
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return parseDigits(text, zone);
  const parts = parseIsoParts(text) ?? parseRfc2822(text) ?? parseHumanDate(text);
  if (parts === undefined) throw new TimestampError('The text is no timestamp. Pass ISO 8601 (2023-10-05T14:48:00Z), RFC 2822 (Thu, 05 Oct 2023 14:48:00 GMT), a date such as October 5, 2023, or a Unix epoch.');
  const offset = parts.offsetMinutes;
  return precise(offset === null ? toUtc(parts.wallMs, zone) : parts.wallMs - offset * 60000, parts.microseconds);
}

/** The unit of a Unix timestamp, by its digits: up to 10 seconds, up to 13 milliseconds, up to 16 microseconds. Not whole: seconds. */
export function detectUnixPrecision(timestamp: number): UnixPrecision {
  if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) throw new TimestampError('A Unix timestamp must be a finite number. Pass seconds, milliseconds or microseconds since 1970.');
  if (!Number.isInteger(timestamp)) return 'seconds';
  const digits = Math.abs(timestamp).toFixed(0).length;
  if (digits <= 10) return 'seconds';
  if (digits <= 13) return 'milliseconds';
  if (digits <= 16) return 'microseconds';
  throw new TimestampError('A Unix timestamp has at most 16 digits (microseconds). Convert nanoseconds before parsing.');
}

/** A moment in UTC: a Date is one already (a copy is given); a wall time is taken in `defaultTimezone`. Throws {@link TimestampError} for a time that does not exist. */
export function normalizeToUtc(time: Date | WallTime, options: TimestampOptions = {}): Date {
  const zone = zoneOf(options);
  if (time instanceof Date) {
    if (Number.isNaN(time.getTime())) throw new TimestampError('The Date is invalid. Pass one whose getTime() is a number.');
    return new Date(time);
  }
  const { year, month, day, hour = 0, minute = 0, second = 0 } = time as Partial<WallTime>;
  const whole = [year, month, day, hour, minute].every(Number.isInteger) && typeof second === 'number';
  const wallMs = whole ? wallTimeMs({ year: year as number, month: month as number, day: day as number, hour, minute, second: Math.floor(second) }) : undefined; // checked above
  if (wallMs === undefined) throw new TimestampError('There is no such date and time. Pass { year, month (from 1), day, hour, minute, second } of the Gregorian calendar.');
  return new Date(toUtc(wallMs, zone) + Math.round((second % 1) * 1000));
}

function parseDigits(text: string, zone: string | null): PreciseTimestamp {
  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (compact !== null || /^\d{4}$/.test(text)) {
    const [year, month, day] = compact === null ? [Number(text), 1, 1] : [Number(compact[1]), Number(compact[2]), Number(compact[3])];
    const wallMs = wallTimeMs({ year, month, day, hour: 0, minute: 0, second: 0 });
    if (wallMs === undefined) throw new TimestampError('The text has 8 digits but is no date of the form YYYYMMDD. Pass a Unix epoch as a number.');
    return precise(toUtc(wallMs, zone), 0);
  }
  if (/^[+-]?\d{1,8}$/.test(text)) throw new TimestampError('A text of so few digits is neither a date nor clearly an epoch. Pass a Unix epoch as a number.');
  return parseUnix(Number(text));
}

function parseUnix(value: number): PreciseTimestamp {
  const precision = detectUnixPrecision(value);
  // Whole microseconds, which doubles hold exactly up to the year 2255.
  const micros = precision === 'microseconds' ? value : precision === 'milliseconds' ? value * 1000 : Math.round(value * 1e6);
  const wallMs = Math.floor(micros / 1000);
  return precise(wallMs, micros - wallMs * 1000);
}

function precise(ms: number, microseconds: number): PreciseTimestamp {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw new TimestampError('The timestamp is outside what a Date can hold (±8,640,000,000,000,000 ms from 1970).');
  return { date, microseconds };
}

function zoneOf(options: TimestampOptions): string | null {
  refuseUnknownOptions('parseTimestamp', options, ['defaultTimezone']);
  const { defaultTimezone = 'UTC' } = options;
  if (defaultTimezone !== null && typeof defaultTimezone !== 'string') throw new TimestampError('defaultTimezone must be an IANA name such as Europe/Berlin, an offset such as +02:00, or null.');
  return defaultTimezone;
}

// A wall time in a zone as UTC. In the hour that a zone skips, the time before the change is meant; in
// the one it repeats, the first (Python's fold=0).
function toUtc(wallMs: number, zone: string | null): number {
  if (zone === null) throw new TimestampError('The time names no zone and defaultTimezone is null. Add an offset such as Z or +02:00.');
  if (zone === 'UTC' || zone === 'Z') return wallMs;
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (offset !== null) return wallMs - (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60000;
  const before = zoneOffsetMs(wallMs - 86400000, zone);
  const after = zoneOffsetMs(wallMs + 86400000, zone);
  const first = wallMs - before;
  return zoneOffsetMs(first, zone) === before || before === after || zoneOffsetMs(wallMs - after, zone) !== after ? first : wallMs - after;
}

function zoneOffsetMs(utcMs: number, zone: string): number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  } catch {
    throw new TimestampError('defaultTimezone is not known. Pass an IANA name such as Europe/Berlin, an offset such as +02:00, or null.');
  }
  const parts = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, value]));
  const year = Number(parts['year']) * (parts['era'] === 'BC' ? -1 : 1) + (parts['era'] === 'BC' ? 1 : 0);
  const wall = wallTimeMs({ year, month: Number(parts['month']), day: Number(parts['day']), hour: Number(parts['hour']), minute: Number(parts['minute']), second: Number(parts['second']) });
  return (wall ?? utcMs) - Math.floor(utcMs / 1000) * 1000;
}
