/**
 * ISO 8601 dates without the host's time zone: `Date.parse` reads a text without an offset as local
 * time and accepts much that is no date, so stored stamps are read here instead.
 */

/** A date and time as written: the parts, and what the text says of the zone. */
export interface IsoParts {
  /** Milliseconds since 1970 if the written wall time were UTC. */
  readonly wallMs: number;
  /** Digits beyond the millisecond, 0 to 999 microseconds. */
  readonly microseconds: number;
  /** Minutes east of UTC, or `null` when the text names no zone. */
  readonly offsetMinutes: number | null;
}

const ISO = /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?$/;

/** Reads an ISO 8601 calendar date, with or without time and offset; `undefined` when the text is none. */
export function parseIsoParts(text: string): IsoParts | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const number = (group: number): number => Number(match[group] ?? 0);
  const wallMs = wallTimeMs({ year: number(1), month: number(2), day: number(3), hour: number(4), minute: number(5), second: number(6) });
  if (wallMs === undefined) return undefined;
  const fraction = (match[7] ?? '').padEnd(6, '0');
  const minutes = number(10) * 60 + number(11);
  if (number(10) > 23 || number(11) > 59) return undefined;
  const offsetMinutes = match[8] !== undefined ? 0 : match[9] === undefined ? null : match[9] === '-' ? -minutes : minutes;
  return { wallMs: wallMs + Number(fraction.slice(0, 3)), microseconds: Number(fraction.slice(3, 6)), offsetMinutes };
}

/** A wall-clock time without a zone; months count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Milliseconds since 1970 of a wall time taken as UTC; `undefined` when there is no such day or time. */
export function wallTimeMs(wall: WallTime): number | undefined {
  const { year, month, day, hour, minute, second } = wall;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // unlike Date.UTC, takes years 0 to 99 as they are
  date.setUTCHours(hour, minute, second);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== day) return undefined;
  return date.getTime();
}

/** Reads an ISO 8601 text as a moment; without an offset it is UTC. `undefined` when the text is no date. */
export function parseIsoDate(text: string): Date | undefined {
  const parts = parseIsoParts(text);
  return parts === undefined ? undefined : new Date(parts.wallMs - (parts.offsetMinutes ?? 0) * 60000);
}
