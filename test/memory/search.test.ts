import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SearchQuery, searchEntries, searchWords, wordsOf } from '../../src/memory/search.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { seed } from '../tools/scale.js';

const S = '550e8400-e29b-41d4-a716-446655440000';

describe('searchWords', () => {
  it.each([
    ['Call the DENTIST, please!', ['call', 'the', 'dentist', 'please']],
    ['Café naïve Straße', ['cafe', 'naive', 'straße']],
    ['ﬁne １２３', ['fine', '123']],
    ['明日は歯医者', ['明日', '日は', 'は歯', '歯医', '医者']],
    ['猫', ['猫']],
    ['GPTで検索', ['gpt', 'で検', '検索']],
    ['…!? 👋', []],
    ['\ud800a', ['a']],
  ])('finds the words of %j', (text, words) => {
    expect([...searchWords(text)]).toEqual(words);
  });
});

describe('wordsOf', () => {
  it('gives for a text of plain letters what it gives where another letter follows', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(wordsOf(`${text} é`)).toEqual([...wordsOf(text), 'e']);
    }), { seed });
  });

  it('gives each sign of a script without spaces its pair, also beside words of others', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('猫', '歯', 'a', 'é', ' ', '1') }), (text) => {
      const runs = text.split(' ').flatMap((run) => run.match(/[猫歯]+|[aé1]+/g) ?? []);
      expect(wordsOf(text)).toEqual(runs.flatMap((run) => (/[猫歯]/.test(run) && run.length > 1 ? Array.from({ length: run.length - 1 }, (_, n) => run.slice(n, n + 2)) : [run.replaceAll('é', 'e')])));
    }), { seed });
  });
});

describe('SearchQuery', () => {
  it.each([
    ['dentist', 'I saw the dentist', true],
    ['DENTIST saw', 'I saw the dentist', true],
    ['dent', 'I saw the dentist', true],
    ['dent saw', 'I saw the dentist', false],
    ['dentist bus', 'I saw the dentist', false],
    ['歯医者', '明日は歯医者に行く', true],
    ['cafe', 'ein Café', true],
    ['', 'anything', false],
  ])('%j against %j is %s', (query, text, matches) => {
    expect(new SearchQuery(query).score(text) > 0).toBe(matches);
  });

  it('puts the better match first, and of equals the newer', () => {
    const entry = (content: string, ms: number): MemoryEntry => new MemoryEntry({ sessionId: S, role: 'user', content, timestamp: new Date(ms) });
    const hits = searchEntries([entry('tea', 1), entry('tea and much more than tea, all day long', 2), entry('tea', 3), entry('team', 4), entry('milk', 5)], new SearchQuery('tea'), 3);
    expect(hits.map(({ entry: { content, timestampMs } }) => [content, timestampMs])).toEqual([['tea', 3], ['tea', 1], ['tea and much more than tea, all day long', 2]]);
    expect(hits.every((hit, n) => n === 0 || hit.score <= (hits[n - 1]?.score ?? 0))).toBe(true);
  });
});
