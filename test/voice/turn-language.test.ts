import { describe, expect, it } from 'vitest';
import { isBackchannel } from '../../src/voice/turn-language.js';

describe('isBackchannel', () => {
  it.each([
    ['uh-huh', 'en'], ['Uh huh.', 'en'], ['Yeah', 'en'], ['yeah, yeah', 'en'], ['mm', 'en'], ['Mm-hmm.', 'en'], ['Okay!', 'en'], ['I see.', 'en'], ['right', 'en-GB'],
    ['genau', 'de'], ['Ach so', 'de-AT'], ['oui oui', 'fr'], ["d’accord", 'fr'], ['claro', 'es'], ['mhm', 'ja'],
  ])('takes “%s” (%s) for a sign of listening', (text, language) => {
    expect(isBackchannel(text, language)).toBe(true);
  });

  it.each([
    ['', 'en'], ['stop', 'en'], ['no', 'en'], ['yeah but what about Tuesday', 'en'], ['wait', 'en'], ['right?', 'en'], ['what', 'en'], ['yes yes yes yes yes', 'en'], ['genau', 'en'], ['nein', 'de'],
  ])('takes “%s” (%s) for words', (text, language) => {
    expect(isBackchannel(text, language)).toBe(false);
  });

  it('knows further words when it is given them', () => {
    expect(isBackchannel('roger that', 'en', new Set(['roger', 'that']))).toBe(true);
  });
});
