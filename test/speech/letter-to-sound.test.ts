import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LETTER_RULES } from '../../src/speech/letter-rules.js';
import { lettersToPhones, wordPhones } from '../../src/speech/letter-to-sound.js';
import { isVowel, phoneIndex } from '../../src/speech/phones.js';

const phones = (word: string): string => wordPhones(word).map(({ phone, stress }) => phone + (stress === 0 ? '' : String(stress))).join(' ');

describe('wordPhones', () => {
  it.each([
    // known words
    ['timer', 'T AY1 M ER'], ['fahrenheit', 'F AE1 R AX N HH AY2 T'], ['the', 'DH AX'], ["o'clock", 'AX K L AA1 K'], ['A', 'EY1'], ['W', 'D AH1 B AX L Y UW2'],
    // known words with endings
    ['timers', 'T AY1 M ER Z'], ['notes', 'N OW1 T S'], ['inches', 'IH1 N CH IH Z'], ["today's", 'T AX D EY1 Z'], ['cancelled', 'K AE1 N S AX L D'], ['asked', 'AE1 S K T'], ['converted', 'K AX N V ER1 T AX D'], ['repeating', 'R IH P IY1 T IH NG'], ["it's", 'IH T S'], ["don't", 'D OW1 N T'], ["isn't", 'IH Z AX N T'], ["you'll", 'Y UW L'],
    // letter rules
    ['cat', 'K AE1 T'], ['cake', 'K EY1 K'], ['night', 'N AY1 T'], ['knife', 'N AY1 F'], ['phone', 'F OW1 N'], ['church', 'CH ER1 CH'], ['judge', 'JH AH1 JH'], ['queen', 'K W IY1 N'], ['ship', 'SH IH1 P'], ['thin', 'TH IH1 N'], ['wrote', 'R OW1 T'], ['cheese', 'CH IY1 Z'], ['boat', 'B OW1 T'], ['bright', 'B R AY1 T'], ['singing', 'S IH1 NG IH NG'], ['walked', 'W AO1 K T'], ['waited', 'W EY1 T IH D'], ['nation', 'N EY1 SH AX N'], ['decision', 'D IH S IH1 ZH AX N'], ['picture', 'P IH1 K CH ER'], ['famous', 'F AE1 M AX S'], ['table', 'T EY1 B AX L'], ['running', 'R AH1 N IH NG'], ['stopped', 'S T AA1 P T'],
  ])('%s is %s', (word, expected) => expect(phones(word)).toBe(expected));

  it.each([['music', 0], ['electric', 1], ['begin', 1], ['information', 2], ['engineer', 2], ['university', 2], ['photograph', 0], ['photography', 1]])('stresses %s on vowel %i', (word, place) => {
    const vowels = wordPhones(word).filter(({ phone }) => isVowel(phone));
    expect(vowels.findIndex(({ stress }) => stress === 1)).toBe(place);
  });

  it('gives phones for any word, at most one main stress, and never one on the neutral vowel', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z']{1,24}$/), (word) => {
      const found = wordPhones(word);
      expect(found.every(({ phone }) => phoneIndex(phone) >= 0)).toBe(true);
      expect(found.filter(({ stress }) => stress === 1).length).toBeLessThanOrEqual(1);
      expect(found.some(({ phone, stress }) => phone === 'AX' && stress === 1)).toBe(false);
      expect(found.every(({ phone, stress }) => stress === 0 || isVowel(phone))).toBe(true);
      if (/[aiou]/.test(word)) expect(found.length).toBeGreaterThan(0);
    }), { numRuns: 500, seed: 6 });
  });

  it('is silent for what has no letters', () => {
    expect(wordPhones("'")).toEqual([]);
    expect(lettersToPhones('123')).toEqual([]);
  });
});

describe('the letter rules', () => {
  const rules = LETTER_RULES.trim().split(/,\s+|\n/).map((line) => line.split(' '));

  it('have letters, two contexts and phones, or are silent', () => {
    for (const [letters = '', before, behind, ...sounds] of rules) {
      expect(letters).toMatch(/^[a-z]+$/);
      expect(before && behind, letters).toBeTruthy();
      expect(sounds.length, letters).toBeGreaterThan(0);
      if (sounds[0] !== '-') for (const sound of sounds) expect(phoneIndex(sound), `${letters} ${sound}`).toBeGreaterThanOrEqual(0);
    }
  });

  it('end with a rule that always fits, for every letter', () => {
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') expect(rules.some(([letters, before, behind]) => letters === letter && before === '-' && behind === '-'), letter).toBe(true);
  });
});
