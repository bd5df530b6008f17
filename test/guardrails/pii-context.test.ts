import { describe, expect, it } from 'vitest';
import { contextOf, isVersionContext } from '../../src/guardrails/pii-context.js';

const around = (text: string): ReturnType<typeof contextOf> => {
  const start = text.indexOf('#');
  return contextOf(text, start, start + 1, 0);
};

describe('the words around a number', () => {
  it.each([
    ['my phone is #', 'phone', 4],
    ['PHONE: #', 'phone', 2],
    ['area code #', 'phone', 1],
    ['Telefonnummer #', 'phone', 1],
    ['social security number #', 'ssn', 8],
    ['soc sec #', 'ssn', 1],
    ['tax id #', 'us_itin', 1],
    ['master card #', 'credit_card', 1],
    ['NHS #', 'uk_nhs', 1],
    ['order #', 'other', 1],
    ['microphone #', 'phone', Infinity], // part of another word
    ['orderly #', 'other', Infinity],
  ] as const)('of %j say %s at distance %s', (text, cue, distance) => expect(around(text).distance[cue]).toBe(distance));

  it('keep the nearest of a kind, and each kind', () => {
    const { distance } = around('phone order phone #');
    expect([distance.phone, distance.other]).toEqual([1, 7]);
  });

  it('count from the floor on', () => expect(contextOf('phone 12 #', 9, 10, 8).distance.phone).toBe(Infinity));

  it('may say what it is behind the number, too', () => {
    expect(around('# is my number').phoneAfter).toBe(true);
    expect(around('# (mobile)').phoneAfter).toBe(true);
    expect(around('# is my age').phoneAfter).toBe(false);
    expect(around('number #').number).toBe(true);
  });

  it.each([
    ['version 1.2.3.4', true],
    ['v1.2.3.4', true],
    ['firmware: 1.2.3.4', true],
    ['requires Chrome 1.2.3.4', true],
    ['1.2.3.4 release', true],
    ['host 1.2.3.4', false],
    ['reserv 1.2.3.4', false],
  ])('of %j are those of a version: %s', (text, is) => {
    const start = text.indexOf('1.2.3.4');
    expect(isVersionContext(text, start, start + 7)).toBe(is);
  });
});
