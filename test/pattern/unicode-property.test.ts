import { describe, expect, it } from 'vitest';
import { contains } from '../../src/pattern/char-set.js';
import { unicodeProperty } from '../../src/pattern/unicode-property.js';

describe('Unicode properties', () => {
  it.each(['L', 'Lu', 'Nd', 'Script=Greek', 'sc=Han', 'scx=Deva', 'Alphabetic', 'White_Space', 'Emoji', 'Any', 'ASCII', 'Assigned', 'Cn', 'Co', 'Cs', 'Cf', 'Noncharacter_Code_Point'])('\\p{%s} holds what the engine says it holds', (body) => {
    const set = unicodeProperty(body) ?? [];
    const expression = new RegExp(`\\p{${body}}`, 'u');
    const wrong: number[] = [];
    // Every 7th code point, and the edges of every plane.
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += (codePoint & 0xffff) > 0xfff0 || (codePoint & 0xffff) < 8 ? 1 : 7) {
      if (contains(set, codePoint) !== expression.test(String.fromCodePoint(codePoint))) wrong.push(codePoint);
    }
    expect(wrong).toEqual([]);
  });

  it('are unknown where the engine does not know them', () => {
    expect(unicodeProperty('NoSuchProperty')).toBeUndefined();
    expect(unicodeProperty('Script=Klingon')).toBeUndefined();
  });

  it('are asked for once', () => {
    expect(unicodeProperty('Lo')).toBe(unicodeProperty('Lo'));
  });
});
