import { describe, expect, it } from 'vitest';
import { closeOverCase } from '../../src/pattern/case-fold.js';
import { complement, contains, single, SPACE, WORD, WORD_FOLDED } from '../../src/pattern/char-set.js';

// What the engine itself takes for the same letter: everything that matches under i and u.
const escaped = (codePoint: number): string => `\\u{${codePoint.toString(16)}}`;

describe('case folding', () => {
  it('agrees with the engine on every code point that has case', () => {
    const cased: number[] = [];
    for (let codePoint = 0; codePoint <= 0x1ffff; codePoint++) {
      if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
      const character = String.fromCodePoint(codePoint);
      if (/[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u.test(character)) cased.push(codePoint);
    }
    expect(cased.length).toBeGreaterThan(2700);
    const all = String.fromCodePoint(...cased);
    const wrong: string[] = [];
    for (const codePoint of cased) {
      const engine = Array.from(all.matchAll(new RegExp(escaped(codePoint), 'giu')), ([character]) => character.codePointAt(0) ?? 0);
      const closed = closeOverCase(single(codePoint));
      const ours = cased.filter((other) => contains(closed, other));
      if (engine.join() !== ours.join()) wrong.push(`${escaped(codePoint)}: engine ${engine.map(escaped).join()} ours ${ours.map(escaped).join()}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['k', [0x4b, 0x6b, 0x212a]],
    ['ſ', [0x53, 0x73, 0x17f]],
    ['ß', [0xdf, 0x1e9e]],
    ['σ', [0x3a3, 0x3c2, 0x3c3]],
    ['İ', [0x130]],
    ['ı', [0x131]],
    ['1', [0x31]],
  ])('gives %s its whole class', (character, expected) => {
    const closed = closeOverCase(single(character.codePointAt(0) ?? 0));
    const members: number[] = [];
    for (let n = 0; n < closed.length; n += 2) for (let point = closed[n] ?? 0; point <= (closed[n + 1] ?? -1); point++) members.push(point);
    expect(members).toEqual(expected);
  });

  it('closes sets that leave out little by what they leave out', () => {
    expect(closeOverCase(complement(single(0x0a)))).toEqual(complement(single(0x0a)));
    expect(closeOverCase(complement(single(0x61)))).toEqual(complement([]));
    expect(closeOverCase(complement([0x41, 0x41, 0x61, 0x61]))).toEqual(complement([0x41, 0x41, 0x61, 0x61]));
    expect(closeOverCase(complement([0x53, 0x53, 0x73, 0x73]))).toEqual(complement([]));
    expect(closeOverCase(complement(SPACE))).toEqual(complement(SPACE));
  });

  it('makes the word characters those of i and u', () => {
    expect(closeOverCase(WORD)).toEqual(WORD_FOLDED);
  });
});
