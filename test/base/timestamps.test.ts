import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectUnixPrecision, normalizeToUtc, parsePreciseTimestamp, parseTimestamp, TimestampError } from '../../src/base/timestamps.js';

const iso = (value: string | number, defaultTimezone?: string | null): string => parseTimestamp(value, defaultTimezone === undefined ? {} : { defaultTimezone }).toISOString();

describe('parseTimestamp', () => {
  it.each([
    // ISO 8601
    ['2023-10-05T14:48:00Z', '2023-10-05T14:48:00.000Z'],
    ['2023-10-05T14:48:00.123456Z', '2023-10-05T14:48:00.123Z'],
    ['2023-10-05T14:48:00+02:00', '2023-10-05T12:48:00.000Z'],
    ['2023-10-05T14:48:00-0530', '2023-10-05T20:18:00.000Z'],
    ['2023-10-05T14:48:00+02', '2023-10-05T12:48:00.000Z'],
    ['2023-10-05 14:48', '2023-10-05T14:48:00.000Z'],
    ['2023-10-05t14:48:00z', '2023-10-05T14:48:00.000Z'],
    ['2023-10-05', '2023-10-05T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['  2023-10-05T14:48:00Z ', '2023-10-05T14:48:00.000Z'],
    // RFC 2822
    ['Thu, 05 Oct 2023 14:48:00 GMT', '2023-10-05T14:48:00.000Z'],
    ['Thu, 5 Oct 2023 14:48 +0200', '2023-10-05T12:48:00.000Z'],
    ['05 Oct 2023 14:48:00 EST', '2023-10-05T19:48:00.000Z'],
    ['Thu, 05 Oct 2023 14:48:00 -0000 (some comment)', '2023-10-05T14:48:00.000Z'],
    ['Thursday, 05-Oct-23 14:48:00 GMT', '2023-10-05T14:48:00.000Z'],
    ['Thu, 05 Oct 72 14:48:00 GMT', '1972-10-05T14:48:00.000Z'],
    ['Thu, 05 Oct 2023 14:48:00', '2023-10-05T14:48:00.000Z'],
    // as people write
    ['October 5, 2023', '2023-10-05T00:00:00.000Z'],
    ['Oct 5, 2023', '2023-10-05T00:00:00.000Z'],
    ['5 October 2023', '2023-10-05T00:00:00.000Z'],
    ['5 Oct 2023', '2023-10-05T00:00:00.000Z'],
    ['Sept. 3rd, 2023', '2023-09-03T00:00:00.000Z'],
    ['2023/10/05 14:48:00', '2023-10-05T14:48:00.000Z'],
    ['2023-10-05 14:48:00', '2023-10-05T14:48:00.000Z'],
    ['2023/10/05', '2023-10-05T00:00:00.000Z'],
    // digits: dates, then epochs
    ['20231005', '2023-10-05T00:00:00.000Z'],
    ['2023', '2023-01-01T00:00:00.000Z'],
    ['1696517280', '2023-10-05T14:48:00.000Z'],
    ['1696517280000', '2023-10-05T14:48:00.000Z'],
    ['1696517280000000', '2023-10-05T14:48:00.000Z'],
    ['1696517280.5', '2023-10-05T14:48:00.500Z'],
    [1696517280, '2023-10-05T14:48:00.000Z'],
    [1696517280123, '2023-10-05T14:48:00.123Z'],
    [1696517280123456, '2023-10-05T14:48:00.123Z'],
    [1696517280.25, '2023-10-05T14:48:00.250Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [-86400, '1969-12-31T00:00:00.000Z'],
  ])('reads %j as %s', (value, expected) => {
    expect(iso(value)).toBe(expected);
  });

  it.each(['', 'yesterday', '2023-13-01', '2023-02-29', '2023-10-05T25:00:00Z', '2023-10-05T14:48:60Z', '31 Feb 2023', 'Foo 5, 2023', 'Thu, 05 Oct 2023 14:48:00 XYZ', '20231305', '12345', '123456', '05/10/2023', '2023-10-05T14:48:00+25:00', '12345678901234567', '1e9', 'Infinity', '１２３４'])('refuses %j', (value) => {
    expect(() => parseTimestamp(value)).toThrow(TimestampError);
  });

  it.each([NaN, Infinity, 12345678901234567, true, null, undefined, {}, new Date()])('refuses %s', (value) => {
    expect(() => parseTimestamp(value as never)).toThrow(TimestampError);
  });

  it('does not repeat what it was given', () => {
    expect(() => parseTimestamp('my secret')).toThrow(/^(?!.*my secret)/);
  });

  it('takes a time without a zone in the zone it is told, and only such a time', () => {
    expect(iso('2023-10-05T14:48:00', 'Europe/Berlin')).toBe('2023-10-05T12:48:00.000Z');
    expect(iso('2023-12-05T14:48:00', 'Europe/Berlin')).toBe('2023-12-05T13:48:00.000Z');
    expect(iso('2023-10-05T14:48:00', '-05:30')).toBe('2023-10-05T20:18:00.000Z');
    expect(iso('2023-10-05T14:48:00Z', 'Europe/Berlin')).toBe('2023-10-05T14:48:00.000Z');
    expect(iso('October 5, 2023', 'Asia/Kolkata')).toBe('2023-10-04T18:30:00.000Z');
    expect(iso('20231005', '+02:00')).toBe('2023-10-04T22:00:00.000Z');
    expect(() => parseTimestamp('2023-10-05T14:48:00', { defaultTimezone: null })).toThrow('names no zone');
    expect(iso('2023-10-05T14:48:00Z', null)).toBe('2023-10-05T14:48:00.000Z');
    expect(() => parseTimestamp('2023-10-05T14:48:00', { defaultTimezone: 'Mars/Olympus' })).toThrow('defaultTimezone is not known');
    expect(() => parseTimestamp('2023-10-05', { timezone: 'UTC' } as object)).toThrow('parseTimestamp.timezone');
  });

  it('takes the first of a repeated hour, and goes on from before a skipped one', () => {
    expect(iso('2023-10-29T02:30:00', 'Europe/Berlin')).toBe('2023-10-29T00:30:00.000Z'); // both +02:00 and +01:00
    expect(iso('2023-03-26T02:30:00', 'Europe/Berlin')).toBe('2023-03-26T01:30:00.000Z'); // does not exist
    expect(iso('2023-03-26T03:30:00', 'Europe/Berlin')).toBe('2023-03-26T01:30:00.000Z');
    expect(iso('2023-03-26T01:59:59', 'Europe/Berlin')).toBe('2023-03-26T00:59:59.000Z');
    expect(iso('2023-11-05T01:30:00', 'America/New_York')).toBe('2023-11-05T05:30:00.000Z');
  });

  it('keeps microseconds where asked', () => {
    expect(parsePreciseTimestamp('2023-10-05T14:48:00.123456Z')).toEqual({ date: new Date('2023-10-05T14:48:00.123Z'), microseconds: 456 });
    expect(parsePreciseTimestamp(1696517280123456).microseconds).toBe(456);
    expect(parsePreciseTimestamp(-1500001).microseconds).toBe(0); // whole seconds
    expect(parsePreciseTimestamp(-0.0000015)).toEqual({ date: new Date(-1), microseconds: 999 });
  });

  it('reads back what Date writes, whatever the moment', () => {
    fc.assert(fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
      expect(parseTimestamp(date.toISOString())).toEqual(date);
      expect(parseTimestamp(date.toUTCString()).getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
    }));
  });

  it('never throws anything but its own error', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d:\-/ TZ+.,A-Za-z]{0,30}$/)), (text) => {
      try {
        expect(parseTimestamp(text)).toBeInstanceOf(Date);
      } catch (error) {
        expect(error).toBeInstanceOf(TimestampError);
      }
    }), { numRuns: 500 });
  });
});

describe('detectUnixPrecision', () => {
  it.each([
    [0, 'seconds'], [9999999999, 'seconds'], [10000000000, 'milliseconds'], [9999999999999, 'milliseconds'], [10000000000000, 'microseconds'], [9007199254740991, 'microseconds'], [-1696517280000, 'milliseconds'], [1696517280000.5, 'seconds'],
  ] as const)('says of %d: %s', (value, precision) => {
    expect(detectUnixPrecision(value)).toBe(precision);
  });

  it.each([NaN, 12345678901234567, '1696517280'])('refuses %s', (value) => {
    expect(() => detectUnixPrecision(value as number)).toThrow(TimestampError);
  });
});

describe('normalizeToUtc', () => {
  const wall = { year: 2023, month: 10, day: 5, hour: 14, minute: 48, second: 0 };

  it('takes a wall time in UTC, or in the zone it is told', () => {
    expect(normalizeToUtc(wall).toISOString()).toBe('2023-10-05T14:48:00.000Z');
    expect(normalizeToUtc(wall, { defaultTimezone: 'America/New_York' }).toISOString()).toBe('2023-10-05T18:48:00.000Z');
    expect(normalizeToUtc({ ...wall, second: 1.5 }).toISOString()).toBe('2023-10-05T14:48:01.500Z');
    expect(() => normalizeToUtc(wall, { defaultTimezone: null })).toThrow(TimestampError);
  });

  it('gives a copy of a Date', () => {
    const date = new Date(5);
    expect(normalizeToUtc(date)).toEqual(date);
    expect(normalizeToUtc(date, { defaultTimezone: 'Asia/Kolkata' })).not.toBe(date);
    expect(() => normalizeToUtc(new Date(NaN))).toThrow(TimestampError);
  });

  it.each([{ month: 13 }, { day: 32 }, { hour: 24 }, { month: 1.5 }, { year: NaN }, { day: '5' }])('refuses %j', (change) => {
    expect(() => normalizeToUtc({ ...wall, ...change } as never)).toThrow(TimestampError);
  });
});
