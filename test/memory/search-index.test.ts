import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SearchQuery } from '../../src/memory/search.js';
import { bestCandidates, blockOf, blockStart, SEARCH_BLOCK, searchBlock, searchShelves, shelvesOf, stateAfterPruning, stateAfterReplacing, type SearchState } from '../../src/memory/search-index.js';
import { scale, seed } from '../tools/scale.js';

const state: SearchState = { first: 1, next: 3, stale: [] };

describe('a block of the index', () => {
  it('gives just the entries that the query matches, with the same scores, from no more than the shelves it asks for', () => {
    const word = fc.constantFrom('a', 'an', 'and', 'Ana', 'dentist', 'den', 'Straße', 'été', 'x1', '歯医者', '歯', '医者です', '𝒜b', 'สวัสดี', '__proto__', 'constructor');
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')), fc.nat({ max: 2 }), (texts, wanted, block) => {
        const query = new SearchQuery(wanted);
        if (query.isEmpty) return;
        const entries = texts.map((content, n) => ({ seq: blockStart(block) + n * 7, content }));
        const selectors = shelvesOf(query);
        const needed = searchShelves(entries).filter(({ head }) => selectors.some((one) => (one.orLonger ? head.startsWith(one.head) : head === one.head)));
        const found = searchBlock(query, block, [...needed, ...needed]).sort((a, b) => a.seq - b.seq);
        const expected = entries.map(({ seq, content }) => ({ seq, score: query.score(content) })).filter(({ score }) => score > 0);
        expect(found.map(({ seq }) => seq)).toEqual(expected.map(({ seq }) => seq));
        found.forEach(({ score }, n) => expect(score).toBeCloseTo(expected[n]?.score ?? NaN, 10));
      }),
      { numRuns: scale(300, 20_000), seed },
    );
  });

  it('survives JSON and structured cloning', () => {
    const shelves = searchShelves([{ seq: 1, content: 'one two two' }]);
    expect(JSON.parse(JSON.stringify(shelves))).toEqual(shelves);
    expect(searchBlock(new SearchQuery('two'), 0, structuredClone(shelves))).toEqual([{ seq: 1, score: 2 / Math.sqrt(3) }]);
  });

  it.each([[1, 0], [SEARCH_BLOCK, 0], [SEARCH_BLOCK + 1, 1]])('entry %i is in block %i', (seq, block) => {
    expect(blockOf(seq)).toBe(block);
    expect(blockStart(block)).toBeLessThanOrEqual(seq);
  });
});

describe('what is worth reading', () => {
  it('is the best, of equals the newer, without what was replaced, in the order of the log', () => {
    const candidates = [{ seq: 5, score: 1 }, { seq: 9, score: 1 }, { seq: 2, score: 3 }, { seq: 7, score: 1 }, { seq: 8, score: 2 }];
    expect(bestCandidates(candidates, { ...state, stale: [8] }, 1)).toEqual([2, 9]);
    expect(bestCandidates(candidates, state, 2)).toEqual([2, 7, 8, 9]);
  });
});

describe('the state of the index', () => {
  it('notes an indexed entry that was replaced, once, and gives up when there are many', () => {
    const seq = blockStart(1);
    expect(stateAfterReplacing(state, seq)).toEqual({ ...state, stale: [seq] });
    expect(stateAfterReplacing({ ...state, stale: [seq] }, seq)).toEqual({ ...state, stale: [seq] });
    expect([stateAfterReplacing(state, 1), stateAfterReplacing(state, blockStart(3))]).toEqual([state, state]);
    expect(stateAfterReplacing({ ...state, stale: Array.from({ length: 256 }, (_, n) => seq + n) }, seq + 999)).toBeUndefined();
  });

  it.each([
    ['nothing', undefined, undefined],
    ['all that is indexed', 1, { first: 1, next: 3, stale: [blockStart(1)] }],
    ['from the start of a block', blockStart(2), { first: 2, next: 3, stale: [] }],
    ['from the middle of a block', blockStart(1) + 5, { first: 2, next: 3, stale: [] }],
    ['only what is not indexed', blockStart(5) + 5, { first: 6, next: 6, stale: [] }],
  ])('when %s is left', (_, oldest, expected) => {
    expect(stateAfterPruning({ ...state, stale: [blockStart(1)] }, oldest)).toEqual(expected);
  });
});
