import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spokenForm } from '../../src/spoken/spoken-form.js';
import { ENGLISH, OTHERS } from './cases.js';

describe('spokenForm', () => {
  it.each(ENGLISH)('says %j as %j', (written, spoken) => {
    expect(spokenForm(written, { language: 'en-US' }).text).toBe(spoken);
  });

  it.each(OTHERS)('leaves the words of %j to the voice', (written, spoken) => {
    expect(spokenForm(written).text).toBe(spoken);
  });

  it('leads each spoken word back to the end of what it was written as', () => {
    const source = 'It costs $5 and **more** here.';
    const form = spokenForm(source);
    const end = (word: string): number => form.text.indexOf(word) + word.length;
    expect(source.slice(0, form.sourceEnd(end('costs')))).toBe('It costs');
    expect(source.slice(0, form.sourceEnd(end('dollars')))).toBe('It costs $5');
    expect(source.slice(0, form.sourceEnd(end('more')))).toBe('It costs $5 and **more');
    expect(form.sourceEnd(form.text.length)).toBe(source.length);
  });

  it('counts a number as heard when its last word was', () => {
    const form = spokenForm('It costs $12.50 today.');
    expect(form.text).toBe('It costs twelve dollars and fifty cents today.');
    const heard = (word: string): string => 'It costs $12.50 today.'.slice(0, form.sourceEnd(form.text.indexOf(word) + word.length));
    expect(heard('twelve')).toBe('It costs');
    expect(heard('cents')).toBe('It costs $12.50');
    expect(heard('today')).toBe('It costs $12.50 today');
  });

  it('tells the language from what was said before', () => {
    expect(spokenForm('5 km.', { previousText: 'Das sind nicht weniger als ' }).text).toBe('5 km.');
    expect(spokenForm('5 km.', { previousText: 'That is no less than ' }).text).toBe('five kilometers.');
    expect(spokenForm('5 km.', { language: 'de-DE' }).text).toBe('5 km.');
  });

  it('covers the source with its parts, each in order', () => {
    for (const [written] of [...ENGLISH, ...OTHERS]) {
      const form = spokenForm(written);
      let spoken = 0;
      let source = 0;
      for (const part of form.parts) {
        expect([part.start, part.sourceStart]).toEqual([spoken, source]);
        spoken = part.end;
        source = part.sourceEnd;
      }
      expect(source).toBe(written.length);
    }
  });

  it('maps positions in order, within the source, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '*', '_', '$', '5', '%', '°', 'C', '[', '](x)', 'http://a.b', '🎉', '\n', '- ', '.', ' Nov. ', '28', '/', ':', 'Dr. ', 'v2', '1.5', '`', '| ', '+', '&amp;', '#', '@', 'II', 'ö', '½', '\ud83d'), maxLength: 30 }), (source) => {
        const form = spokenForm(source);
        let last = 0;
        for (let n = 1; n <= form.text.length; n++) {
          const end = form.sourceEnd(n);
          expect(end).toBeGreaterThanOrEqual(last);
          expect(end).toBeLessThanOrEqual(source.length);
          last = end;
        }
      }),
    );
  });
});
