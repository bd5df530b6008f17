import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spokenForm } from '../../src/voice/spoken-form.js';

const CASES: readonly (readonly [written: string, spoken: string])[] = [
  ['Plain text, as it is.', 'Plain text, as it is.'],
  ['This is **bold** and *thin* and `code`.', 'This is bold and thin and code.'],
  ['# Title', 'Title'],
  ['- first point', 'first point'],
  ['See [the manual](https://example.com/a_(b)).', 'See the manual.'],
  ['Go to https://www.example.com/path?x=1 now.', 'Go to example dot com now.'],
  ['It costs $5 or €1.', 'It costs 5 dollars or 1 euro.'],
  ['Up 5% at 20 °C and 30km/h.', 'Up 5 percent at 20 degrees Celsius and 30 kilometers per hour.'],
  ['Well done 🎉👍🏽', 'Well done '],
  ['snake_case stays, _stress_ goes', 'snake_case stays, stress goes'],
  ['```js\nlet a = 1;\n```', ' code '],
  ['🎉', ''],
  ['***', ''],
];

describe('spokenForm', () => {
  it.each(CASES)('says %j as %j', (written, spoken) => {
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

  it('maps positions in order, within the source, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '*', '_', '$', '5', '%', '°', 'C', '[', '](x)', 'http://a.b', '🎉', '\n', '- ', '.'), maxLength: 30 }), (source) => {
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
