import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { ContentFilter } from '../../src/guardrails/content-filter.js';
import { TopicFilter } from '../../src/guardrails/topic-filter.js';

const filter = new ContentFilter();
const spans = (text: string, one: ContentFilter = filter): string[] => one.check(text).violations.map(({ location }) => text.slice(location?.[0], location?.[1]));

describe('ContentFilter', () => {
  it.each([
    ['plain', 'what the fuck', 'fuck'],
    ['inside a word', 'unfuckingbelievable', 'unfuckingbelievable'],
    ['drawn out', 'fuuuuuck off', 'fuuuuuck'],
    ['digits and signs', 'you b17ch!', 'b17ch'],
    ['one letter of its own', '5h173 music', '5h173'],
    ['spelled', 'f u c k you', 'f u c k'],
    ['spelled behind an article', 'such a f-a-g-s thing', 'f-a-g-s'],
    ['zero width', 'f\u200bu\u200bc\u200bk', 'f\u200bu\u200bc\u200bk'],
    ['lookalikes', 'fuсk', 'fuсk'],
    ['full width', 'ｆｕｃｋ', 'ｆｕｃｋ'],
    ['circled', 'ⓢⓗⓘⓣ', 'ⓢⓗⓘⓣ'],
    ['marks', 'fück', 'fück'],
    ['starred', 'f**k that', 'f**k'],
    ['mild', 'damn it', 'damn'],
    ['possessive', "the bastard's car", "bastard's"],
  ])('sees a word that is %s', (_how, text, expected) => expect(spans(text)).toEqual([expected]));

  it.each([
    'Scunthorpe and Penistone', 'assess the classic bass class', 'shiitake and Matsushita', 'Akshita Harshit', 'moby dick', 'Dick Van Dyke', 'magna cum laude', 'saltwater wristwatch', 'snigger and niggle', 'peacock in Hancock', 'that is what she said',
    'as soon as suits you', 'push it', 'british italian', 'pen island', '142,460', 'Bonner the rapper', 'c# and f#', '**bold** text', 'a great tit sings', 'hello shell', 'I will kill the process', 'this is **fine**',
  ])('leaves %j', (text) => expect(spans(text)).toEqual([]));

  it('reports slurs, threats and harassment as toxicity, other words as profanity', () => {
    const types = (text: string) => filter.check(text).violations.map(({ type }) => type);
    expect(types('you faggot')).toEqual(['toxicity']);
    expect(types('I am going to kill you')).toEqual(['toxicity']);
    expect(types('go kill yourself')).toEqual(['toxicity']);
    expect(types('shit')).toEqual(['profanity']);
  });

  it('gives words the severity it was told, and one finding a place', () => {
    const result = new ContentFilter({ maxSeverity: 0.5 }).check('shit, ⓢⓗⓘⓣ');
    expect(result.violations.map(({ severity }) => severity)).toEqual([0.5, 0.5]);
    expect(filter.check('f u c k').violations).toHaveLength(1);
  });

  it('never names the word', () => expect(JSON.stringify(filter.check('shit happens').toDict())).not.toMatch(/shit/));

  it('takes another list of words, and none', () => {
    expect(spans('what a bananaphone, shit', new ContentFilter({ profanityList: new Set(['BananaPhone']) }))).toEqual(['bananaphone']);
    expect(spans('b4n4n4', new ContentFilter({ profanityList: ['banana'] }))).toEqual(['b4n4n4']);
    expect(spans('shit', new ContentFilter({ blockProfanity: false }))).toEqual([]);
    expect(spans('shit', new ContentFilter({ profanityList: [] }))).toEqual([]);
  });

  it('lets allowed words and phrases win', () => {
    const allowing = new ContentFilter({ allow: ['holy shit', 'damn'] });
    expect(spans('holy shit, damn, shit', allowing)).toEqual(['shit']);
  });

  it('finds blocked patterns in every disguise, and says which', () => {
    const blocking = new ContentFilter({ blockProfanity: false, blockedPatterns: ['competitor\\s+product', 'acme'] });
    const violations = blocking.check('Our C0MPETIT0R product by ａｃｍｅ').violations;
    expect(violations.map(({ type, metadata }) => [type, metadata['pattern'], metadata['normalized']])).toEqual([['blocked_topic', 'competitor\\s+product', true], ['blocked_topic', 'acme', false]]);
  });

  it.each([
    ['a severity above 1', { maxSeverity: 2 }],
    ['patterns that are no list', { blockedPatterns: 'x' }],
    ['an empty word', { profanityList: [''] }],
    ['an unknown option', { words: [] }],
  ])('refuses %s', (_what, options) => expect(() => new ContentFilter(options as never)).toThrow(InvalidOptionError));

  it('refuses patterns that no automaton can run, and invalid ones, at the first check at the latest', () => {
    for (const pattern of ['(a)\\1', '(?=ab{2,9}c)x', '(']) expect(() => new ContentFilter({ blockedPatterns: [pattern] }).check('x')).toThrow(expect.objectContaining({ code: 'PATTERN_SYNTAX' }));
  });
});

describe('TopicFilter', () => {
  const topics = new TopicFilter({ blocked: [{ name: 'medical', keywords: ['diagnosis', 'dosage', 'side effects'], atLeast: 2 }, { name: 'betting', patterns: ['bet(?:ting)? (?:odds|slip)'] }] });

  it.each([
    ['what dosage has which side  effects?', ['medical']],
    ['the dosage is on the box', []],
    ['dosages', []],
    ['Betting odds today', ['betting']],
    ['weather please', []],
  ])('%j is about %j', (text, expected) => expect(topics.check(text).violations.map(({ metadata }) => metadata['topic'])).toEqual(expected));

  it.each([[{ blocked: [] }], [{ blocked: [{ name: 'x' }] }], [{ blocked: [{ name: 'x', keywords: ['a'], atLeast: 2 }] }], [{ blocked: [null] }]])('refuses %j', (options) => expect(() => new TopicFilter(options as never)).toThrow(InvalidOptionError));
});
