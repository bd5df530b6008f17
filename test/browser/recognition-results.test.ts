import { describe, expect, it } from 'vitest';
import { RecognitionResults } from '../../src/browser/recognition-results.js';

/** The text after finals that come as `[index, text, confidence, atMs]`, one after the other. */
function text(finals: readonly (readonly [number, string, number, number])[]): string {
  const results = new RecognitionResults();
  const texts = new Map<number, string>();
  for (const [index, said, confidence, atMs] of finals) {
    const number = results.final({ index, text: said, confidence, atMs });
    if (number !== undefined) texts.set(number, said);
  }
  return [...texts.values()].join(' | ');
}

describe('the results of a recognition', () => {
  it.each([
    ['each entry is one, as the standard has it', [[0, 'set a timer', 0.9, 0], [1, 'for ten minutes', 0.8, 900]], 'set a timer | for ten minutes'],
    ['finals of confidence 0 that grow are one', [[0, 'how', 0, 0], [1, 'how are', 0, 200], [2, 'how are you', 0.9, 400]], 'how are you'],
    ['and what is said after them is another', [[0, 'how', 0, 0], [1, 'how are you', 0.9, 400], [2, 'fine', 0, 900], [3, 'fine thanks', 0.8, 1000]], 'how are you | fine thanks'],
    ['a final that comes twice at once is one', [[0, 'yes', 0.9, 0], [1, 'yes', 0.9, 30]], 'yes'],
    ['the same words said again are another', [[0, 'yes', 0.9, 0], [1, 'yes', 0.9, 600]], 'yes | yes'],
    ['words that go on with a sure final are another', [[0, 'no', 0.9, 0], [1, 'no problem', 0.9, 700]], 'no | no problem'],
    ['a word that only begins alike is another', [[0, 'how', 0, 0], [1, 'however', 0.9, 400]], 'how | however'],
    ['entries that are given once more change nothing', [[0, 'how', 0, 0], [1, 'how are you', 0.9, 300], [0, 'how', 0, 500], [1, 'how are you', 0.9, 500]], 'how are you'],
    ['a final that is given once more, better, replaces itself', [[0, 'how ar', 0, 0], [0, 'how are', 0.9, 300]], 'how are'],
  ] as [string, [number, string, number, number][], string][])('%s', (_, finals, said) => {
    expect(text(finals)).toBe(said);
  });

  it('of a new recognition have nothing to do with those before', () => {
    const results = new RecognitionResults();
    results.final({ index: 0, text: 'how', confidence: 0, atMs: 0 });
    results.final({ index: 1, text: 'how are', confidence: 0, atMs: 100 });
    expect(results.guess(1)).toBe(0);
    results.clear();
    expect(results.guess(1)).toBe(1);
    expect(results.final({ index: 0, text: 'how are you', confidence: 0.9, atMs: 200 })).toBe(0);
  });
});
