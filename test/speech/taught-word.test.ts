import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnWord, levelled, taughtWordFromDict, taughtWordToDict, withTaughtColumns } from '../../src/speech/taught-word.js';

const WIDTH = 8;

/** Posterior rows in which each of the columns holds for so many frames, with a little given to all others. */
function rows(columns: readonly number[], frames: number): Float32Array {
  const list = columns.flatMap((column) => Array<number>(frames).fill(column));
  return Float32Array.from({ length: list.length * WIDTH }, (_, n) => (n % WIDTH === list[Math.floor(n / WIDTH)] ? 0.93 : 0.01));
}
const strongest = (states: readonly (readonly { output: number }[])[]): number[] => states.map((state) => state[0]?.output ?? -1);
const unrepeated = (list: readonly number[]): number[] => list.filter((x, n) => x !== list[n - 1]);

describe('learnWord', () => {
  it('learns the order of sounds from recordings of other lengths', () => {
    const learnt = learnWord('x', [rows([1, 2, 3, 4], 6), rows([1, 2, 3, 4], 8), rows([1, 2, 3, 4], 5)], WIDTH);
    expect(unrepeated(strongest(learnt.states))).toEqual([1, 2, 3, 4]);
  });

  it('keeps what most recordings say where one differs', () => {
    const learnt = learnWord('x', [rows([1, 2, 3], 6), rows([1, 5, 3], 6), rows([1, 2, 3], 6)], WIDTH);
    expect(unrepeated(strongest(learnt.states))).toEqual([1, 2, 3]);
    expect(learnt.states.some((state) => state.some(({ output, share }) => output === 5 && share > 0.1))).toBe(true);
  });

  it('gives states whose shares sum to one', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 3, maxLength: 6 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 5, max: 9 }), (words, frames) => {
      for (const state of learnWord('x', words.map((columns) => rows(columns, frames)), WIDTH).states) {
        expect(state.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 1);
        expect(state.length).toBeLessThanOrEqual(6);
      }
    }), { numRuns: 50, seed: 1 });
  });

  it('needs recordings with speech in them, and a name', () => {
    expect(() => learnWord('x', [], WIDTH)).toThrow(/no recording/);
    expect(() => learnWord('x', [rows([1, 2], 8), rows([1], 5)], WIDTH)).toThrow(/eighth of a second/);
    expect(() => learnWord('', [rows([1, 2, 3], 8)], WIDTH)).toThrow(/string/);
  });
});

describe('withTaughtColumns', () => {
  const word = { word: 'x', bonus: 0.5, states: [[{ output: 1, share: 1 }], [{ output: 0, share: 0.5 }, { output: 2, share: 0.5 }]] };
  const input = Float32Array.of(-1, -2, -3, -4, -5, -6);

  it('appends the expected log likelihood, the entropy and the bonus', () => {
    const out = withTaughtColumns(input, 3, [word]);
    expect([...out].map((x) => Math.round(x * 1000) / 1000)).toEqual([-1, -2, -3, -1.5, Math.round((-2 + Math.LN2 + 0.5) * 1000) / 1000, -4, -5, -6, -4.5, Math.round((-5 + Math.LN2 + 0.5) * 1000) / 1000]);
  });

  it('leaves the rows alone when nothing was taught', () => {
    expect(withTaughtColumns(input, 3, [])).toBe(input);
  });
});

describe('storage', () => {
  it('gives back nearly what was learnt', () => {
    const word = levelled(learnWord('x', [rows([1, 2, 3, 4], 6), rows([1, 5, 3, 4], 7)], WIDTH), -0.4);
    const back = taughtWordFromDict(JSON.parse(JSON.stringify(taughtWordToDict(word))));
    expect(back.bonus).toBeCloseTo(0.4, 3);
    expect(strongest(back.states)).toEqual(strongest(word.states));
    back.states.forEach((state, n) => state.forEach(({ share }, k) => expect(share).toBeCloseTo(word.states[n]?.[k]?.share ?? -1, 2)));
  });

  it.each([[null], [{}], [{ word: 'x' }], [{ word: 1, states: [] }], [{ word: 'x', states: [[]] }], [{ word: 'x', states: [[[0.5, 1]]] }], [{ word: 'x', states: [[[1, 0]]] }], [{ word: 'x', states: [[['1', 1]]] }], [{ word: 'x', states: [], bonus: 9 }], [{ word: '', states: [] }]])('refuses %j', (dict) => {
    expect(() => taughtWordFromDict(dict)).toThrow();
  });

  it('bounds the bonus', () => {
    const word = learnWord('x', [rows([1, 2, 3], 6)], WIDTH);
    expect(levelled(word, -50).bonus).toBe(1.2);
    expect(levelled(word, 3).bonus).toBe(0);
  });
});
