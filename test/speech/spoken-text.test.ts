import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spokenTokens } from '../../src/speech/spoken-text.js';

const spoken = (text: string): string => spokenTokens(text).flatMap(({ words }) => words).join(' ');

describe('spokenTokens', () => {
  it.each([
    ['It is 42.', 'it is forty two'],
    ['1,200,005 people', 'one million two hundred thousand five people'],
    ['16.09 kilometers', 'sixteen point zero nine kilometers'],
    ['-40 degrees', 'minus forty degrees'],
    ['2-3 times', 'two to three times'], ['call 555-0100 now', 'call five five five zero one zero zero now'], ['the A4', 'the A four'], ['J. R. R. Tolkien', 'J R R tolkien'],
    ['$4.50', 'four dollars and fifty cents'],
    ['$1', 'one dollar'],
    ['€2.00 or £3.01', 'two euros or three pounds and one penny'],
    ['3:05 PM', 'three oh five P M'],
    ['12:00', "twelve o'clock"],
    ['0:15', 'zero fifteen'],
    ['15:00', 'fifteen hundred'],
    ['at 7:30:05', 'at seven thirty and five seconds'],
    ['2026-11-21', 'november twenty first twenty twenty six'],
    ['November 21, 2026', 'november twenty first twenty twenty six'],
    ['Saturday, November 21, 2026', 'saturday november twenty first twenty twenty six'],
    ['in 1984', 'in nineteen eighty four'],
    ['1984 sheep', 'one thousand nine hundred eighty four sheep'],
    ['the 3rd and the 22nd', 'the third and the twenty second'],
    ['5 km', 'five kilometers'],
    ['1 km', 'one kilometer'],
    ['10 km/h', 'ten kilometers per hour'],
    ['72°F', 'seventy two degrees fahrenheit'],
    ['15%', 'fifteen percent'],
    ['5 meters', 'five meters'],
    ['call 5551234567', 'call five five five one two three four five six seven'],
    ['007', 'zero zero seven'],
    ['2 + 3 = 5', 'two plus three equals five'],
    ['you & me', 'you and me'],
    ['card ****-****', 'card hidden'],
    ['***-***-****', 'hidden'],
    ['Mr. Smith', 'mister smith'],
    ['Dr. No', 'doctor no'],
    ['e.g. tea', 'for example tea'],
    ['the USA', 'the U S A'],
    ['NASA', 'nasa'],
    ['HTML', 'H T M L'],
    ['I am here', 'i am here'],
    ['9 am', 'nine A M'],
    ['plan B', 'plan B'],
    ['café', 'cafe'],
    ["don't", "don't"],
    ['don’t', "don't"],
    ['the U.S. economy', 'the U S economy'],
    ['Wi-Fi', 'wi fi'],
    ['🙂', ''],
    ['', ''],
  ])('reads "%s" as "%s"', (text, words) => expect(spoken(text)).toBe(words));

  it.each([
    ['Hello.', ['stop']], ['Hello, you', ['comma', 'none']], ['Really?', ['question']], ['Yes! No', ['stop', 'none']], ['One\nTwo', ['stop', 'none']], ['Mr. Smith.', ['none', 'stop']], ['Wait...', ['stop']], ['(well)', ['comma']], ['555-0100', ['comma', 'none']], ['J. K. Low.', ['none', 'none', 'stop']],
  ])('pauses in %j as %j', (text, pauses) => expect(spokenTokens(text).map(({ pause }) => pause)).toEqual(pauses));

  it('gives ranges that lie in the text, in order, and never overlap', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      let last = 0;
      for (const { start, end, words } of spokenTokens(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(words.every((word) => /^(?:[a-z][a-z']*|[A-Z])$/.test(word) || /[^\u0000-\u007f]/.test(word))).toBe(true);
        last = end;
      }
    }), { numRuns: 300, seed: 4 });
  });

  it('keeps the range of a sentence without its full stop', () => {
    const text = 'Ten miles. Done.';
    expect(spokenTokens(text).map(({ start, end }) => text.slice(start, end))).toEqual(['Ten', 'miles', 'Done']);
  });
});
