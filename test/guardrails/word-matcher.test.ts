import { describe, expect, it } from 'vitest';
import { drawnOutPattern, isDrawnOut, skeletonOf } from '../../src/guardrails/skeleton.js';
import { WordMatcher } from '../../src/guardrails/word-matcher.js';
import { lexiconPattern } from '../../src/guardrails/lexicon-pattern.js';

describe('a skeleton', () => {
  it.each([
    ['fuuuck', 'fuck', true],
    ['fuck', 'fuck', true],
    ['fuk', 'fuck', false],
    ['assss', 'ass', true],
    ['as', 'ass', false],
    ['con', 'coon', false],
    ['', 'a', false],
  ])('of %j is that of %j drawn out: %s', (drawn, plain, is) => {
    expect(isDrawnOut(skeletonOf(drawn), skeletonOf(plain))).toBe(is);
    expect(new RegExp(`^(?:${drawnOutPattern(plain)})$`).test(drawn)).toBe(is);
  });
});

describe('a word matcher', () => {
  const matcher = new WordMatcher([['ass', 1], ['hell', 2]], [['fuck', 3]], ['fucks', 'hello']);

  it.each([
    ['ass', 1],
    ['asss', 1],
    ['as', undefined],
    ['asses', undefined], // words match as they are
    ['assess', undefined],
    ['hell', 2],
    ['hello', undefined],
    ['shell', undefined],
    ['unfuckable', 3],
    ['fffuuuck', 3],
    ['fucks', undefined], // an exception wins over its stem
    ['', undefined],
  ])('knows %j as %s', (word, value) => expect(matcher.find(word)).toBe(value));

  it('takes a stem with an ending, and not inside a word, where it is told so', () => {
    expect(matcher.inflected('fucking')).toBe(3);
    expect(matcher.inflected('unfuckable')).toBeUndefined();
  });

  it('lets an exception stand for its plural, too', () => {
    expect(new WordMatcher<number>([], [['tit', 1]], ['titan']).find('titans')).toBeUndefined();
  });
});

describe('the pattern of a lexicon', () => {
  it('leaves out words that hold a stem, and escapes what is no letter', () => {
    const pattern = lexiconPattern(['a+b', 'fucking', 'c.d'], ['fuck']);
    expect('xfuuuckingx'.match(new RegExp(pattern))?.[0]).toBe('fuuuck');
    expect(new RegExp(`^${pattern}$`).test('a+b')).toBe(true);
    expect(new RegExp(`^${pattern}$`).test('cxd')).toBe(false);
    expect(pattern).not.toContain('i+n+g');
  });
});
