import { describe, expect, it } from 'vitest';
import { isVowel, phoneIndex, PHONES, VOWEL_COUNT } from '../../src/speech/phones.js';
import { NOISES, locus, TARGETS, targetOf } from '../../src/speech/phone-targets.js';
import { PRONUNCIATIONS } from '../../src/speech/pronunciations.js';
import { VOCABULARY } from '../../src/speech/vocabulary.js';
import { commandGraph, ANY_SPEECH, TAUGHT_WORD } from '../../src/speech/command-grammar.js';

describe('phones', () => {
  it('are forty, each once', () => {
    expect(PHONES.length).toBe(40);
    expect(new Set(PHONES).size).toBe(40);
  });

  it('begin with the vowels', () => {
    expect(PHONES.filter(isVowel)).toEqual(PHONES.slice(0, VOWEL_COUNT));
    expect(isVowel('AW')).toBe(true);
    expect(isVowel('P')).toBe(false);
    expect(isVowel('nothing')).toBe(false);
  });

  it('are found by name, and nothing else is', () => {
    expect(PHONES.map(phoneIndex)).toEqual(PHONES.map((_, n) => n));
    expect(phoneIndex('XX')).toBe(-1);
  });
});

describe('phone targets', () => {
  it.each([...PHONES])('%s has one, with formants in order and a duration it can shrink to', (phone) => {
    const target = targetOf(phone);
    expect(TARGETS.has(phone)).toBe(true);
    for (const [f1, f2, f3] of [target.onset, target.offset]) {
      expect(f1).toBeGreaterThan(150);
      expect(f2).toBeGreaterThan(f1);
      expect(f3).toBeGreaterThan(f2);
      expect(f3).toBeLessThan(3300);
    }
    expect(target.leastMs).toBeGreaterThan(20);
    expect(target.inherentMs).toBeGreaterThan(target.leastMs);
    expect(target.manner === 'vowel').toBe(isVowel(phone));
    expect(target.voicing > 0).toBe(target.voiced);
  });

  it('give every fricative, stop and affricate a noise', () => {
    for (const [phone, { manner, place }] of TARGETS) {
      if (manner === 'fricative') expect(Object.keys(NOISES), phone).toContain(place);
      if (manner === 'stop') expect(['labial', 'alveolar', 'velar'], phone).toContain(place);
    }
  });

  it('meet vowels where the locus equations say: labials low, alveolars in the middle, velars with the vowel', () => {
    const [front, back] = [[300, 2250, 2950], [320, 900, 2250]] as const;
    expect(locus('labial', front)[0]).toBeLessThan(2250);
    expect(locus('alveolar', back)[0]).toBeGreaterThan(1300);
    expect(locus('velar', front)[0]).toBeGreaterThan(2200);
    expect(locus('velar', back)[0]).toBeLessThan(1300);
    expect(locus('open', front)).toEqual([2250, 2950]);
  });
});

describe('lexica', () => {
  const known = (entry: string): boolean => entry.split(' ').every((mark) => phoneIndex(mark.replace(/[12]$/, '')) >= 0);

  it('spell every word of the voice in phones, with at most one main stress', () => {
    expect([...PRONUNCIATIONS].filter(([, phones]) => !known(phones))).toEqual([]);
    expect([...PRONUNCIATIONS].filter(([, phones]) => (phones.match(/1/g) ?? []).length > 1)).toEqual([]);
    expect([...PRONUNCIATIONS].filter(([, phones]) => /[^AEIOU][A-Z]*[12]/.test(phones.split(' ').filter((mark) => /\d/.test(mark)).map((mark) => (isVowel(mark.slice(0, -1)) ? '' : `${mark}X1`)).join('')))).toEqual([]);
  });

  it('of the ear: at most a hundred words, each in phones', () => {
    expect(VOCABULARY.size).toBeLessThanOrEqual(100);
    for (const [word, ways] of VOCABULARY) for (const phones of ways) expect(phones.map(phoneIndex), word).not.toContain(-1);
  });

  it('of the ear and its grammar use the same words', () => {
    const used = new Set(commandGraph().edges.map(({ word }) => word).filter((word) => word !== ANY_SPEECH && word !== TAUGHT_WORD));
    expect([...used].sort()).toEqual([...VOCABULARY.keys()].sort());
  });
});
