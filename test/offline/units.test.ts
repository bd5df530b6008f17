import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, readDuration } from '../../src/offline/duration-reader.js';
import { numberText } from '../../src/offline/number-reader.js';
import { convert, measureText, unitOf, type Unit } from '../../src/offline/units.js';

const unit = (name: string): Unit => {
  const found = unitOf(name);
  if (found === undefined) throw new Error(`no unit ${name}`);
  return found;
};

describe('convert', () => {
  it.each([
    [10, 'miles', 'kilometers', 16.09344], [1, 'foot', 'inches', 12], [1, 'yard', 'feet', 3], [1, 'pound', 'ounces', 16], [1, 'kg', 'lb', 2.2046226218], [100, 'celsius', 'fahrenheit', 212], [-40, 'fahrenheit', 'celsius', -40], [0, 'celsius', 'kelvin', 273.15], [98.6, '°F', '°C', 37], [1, 'gallon', 'quarts', 4], [3, 'teaspoons', 'tablespoon', 1], [2, 'hours', 'minutes', 120], [36, 'km/h', 'm/s', 10], [1, 'stone', 'pounds', 14], [1, 'week', 'days', 7], [2, 'gb', 'megabytes', 2000],
  ])('%d %s to %s is %d', (value, from, to, expected) => expect(convert(value, unit(from), unit(to))).toBeCloseTo(expected, 6));

  it('refuses units of other quantities', () => expect(convert(1, unit('mile'), unit('kilogram'))).toBeUndefined());

  it('comes back to where it began', () => {
    const names = ['meter', 'mile', 'inch', 'celsius', 'fahrenheit', 'kelvin', 'pound', 'gram', 'liter', 'cup', 'hour', 'mph'];
    fc.assert(fc.property(fc.constantFrom(...names), fc.constantFrom(...names), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (a, b, value) => {
      const there = convert(value, unit(a), unit(b));
      if (there === undefined) return;
      expect(convert(there, unit(b), unit(a))).toBeCloseTo(value, 4);
    }), { seed: 9 });
  });
});

describe('unitOf', () => {
  it.each(['kilometre', 'KM', ' Miles ', 'degrees celsius', 'degree fahrenheit', 'celsius', 'degrees c', '°f', 'kilometers per hour'])('knows "%s"', (name) => expect(unitOf(name)).toBeDefined());
  it.each(['', 'parsec', 'degrees', 'mile mile'])('does not know "%s"', (name) => expect(unitOf(name)).toBeUndefined());
});

it('names one of a unit in the singular', () => {
  expect(measureText(1, unit('miles'), numberText)).toBe('1 mile');
  expect(measureText(2.5, unit('miles'), numberText)).toBe('2.5 miles');
  expect(measureText(1, unit('feet'), numberText)).toBe('1 foot');
});

describe('readDuration', () => {
  it.each([
    ['5 minutes', 300_000, ''], ['set a timer for five minutes', 300_000, 'set a timer for'], ['an hour', 3_600_000, ''], ['one hour and ten minutes', 4_200_000, ''], ['an hour and a half', 5_400_000, ''], ['one and a half hours', 5_400_000, ''], ['half an hour', 1_800_000, ''], ['two and a half minutes', 150_000, ''], ['90 secs', 90_000, ''], ['1h 30m', 5_400_000, ''], ['10 min', 600_000, ''], ['ten-minute tea', 600_000, 'tea'], ['2 hours, 5 minutes and 10 seconds', 7_510_000, ''], ['two days', 172_800_000, ''], ['a minute and thirty seconds', 90_000, ''],
  ])('reads %s', (text, ms, rest) => expect(readDuration(text)).toEqual({ ms, rest }));

  it.each(['', 'five', 'minutes', 'five apples', 'timer'])('finds none in "%s"', (text) => expect(readDuration(text)).toBeUndefined());
});

describe('durationText', () => {
  it.each([[1000, '1 second'], [300_000, '5 minutes'], [5_400_000, '1 hour and 30 minutes'], [90_000, '1 minute and 30 seconds'], [61_000, '1 minute and 1 second'], [90_061_000, '1 day, 1 hour and 1 minute'], [400, '1 second'], [0, '0 seconds'], [59_999.9999, '1 minute'], [7_199_000, '2 hours']])('%d ms is "%s"', (ms, text) => expect(durationText(ms)).toBe(text));

  it('is read back, to the second below an hour', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 3599 }), (seconds) => {
      expect(readDuration(durationText(seconds * 1000))?.ms).toBe(seconds * 1000);
    }), { seed: 10 });
  });
});
