import { describe, expect, it } from 'vitest';
import { compileNetwork, phoneColumns, phoneLoop, SILENCE, STATES_PER_PHONE } from '../../src/speech/network.js';
import { PHONES } from '../../src/speech/phones.js';
import { wordGraph } from '../../src/speech/word-graph.js';
import { MatchUnit, speechKernel } from '../../src/wasm/speech-kernel.js';

const module = await speechKernel.load();
const COLUMNS = 124;
const PENALTIES = { word: -1, any: -8, more: -2, taught: -1 };
const lexicon = new Map([['go', [['G', 'OW']]], ['no', [['N', 'OW']]], ['read', [['R', 'IY', 'D'], ['R', 'EH', 'D']]]]);

/** Likelihood rows in which exactly the given columns are likely, `each` frames per column. */
function rows(columns: readonly number[], wide = COLUMNS, each = 2): Float32Array {
  const list = columns.flatMap((column) => Array<number>(each).fill(column));
  return Float32Array.from({ length: list.length * wide }, (_, n) => (n % wide === list[Math.floor(n / wide)] ? 0 : -12));
}

function heard(patterns: readonly string[], columns: readonly number[], taught = new Map<string, readonly number[]>(), wide = COLUMNS): (string | undefined)[] | undefined {
  const network = compileNetwork({ graph: wordGraph(patterns), lexicon, taught, columns: wide, penalties: PENALTIES });
  const match = new MatchUnit(module, network.table, wide, 200);
  match.run(rows(columns, wide));
  return match.path(false)?.map(({ arc }) => network.labels[arc]?.word);
}

const word = (...phones: string[]): readonly number[] => phoneColumns(phones);
const quiet = [SILENCE, SILENCE];

describe('compileNetwork', () => {
  it('hears the words of the graph, silence between them or not', () => {
    expect(heard(['go no'], [...word('G', 'OW'), ...word('N', 'OW')])).toEqual(['go', 'no']);
    expect(heard(['go no'], [...quiet, ...word('G', 'OW'), ...quiet, ...word('N', 'OW'), ...quiet])?.filter((one) => one !== undefined)).toEqual(['go', 'no']);
  });

  it('knows all pronunciations of a word', () => {
    expect(heard(['read'], word('R', 'IY', 'D'))).toEqual(['read']);
    expect(heard(['read'], word('R', 'EH', 'D'))).toEqual(['read']);
  });

  it('hears only what the graph allows', () => {
    expect(heard(['go no'], word('N', 'OW'))).not.toEqual(['no']);
    expect(heard(['(go|no)+'], [...word('N', 'OW'), ...word('G', 'OW'), ...word('N', 'OW')])).toEqual(['no', 'go', 'no']);
  });

  it('stands <any> for phones that are no word, and leaves it out where a word fits', () => {
    expect(heard(['go (no|<any>)+'], [...word('G', 'OW'), ...word('SH', 'UW', 'Z')])).toEqual(['go', '<any>', '<any>', '<any>']);
    expect(heard(['go (no|<any>)+'], [...word('G', 'OW'), ...word('N', 'OW')])).toEqual(['go', 'no']);
  });

  it('has an arc for each taught word, and for one that is named', () => {
    const taught = new Map([['zap', [124, 125, 126]], ['pop', [127, 128, 129]]]);
    expect(heard(['<taught>'], [127, 128, 129], taught, 130)).toEqual(['pop']);
    expect(heard(['zap go'], [124, 125, 126, ...word('G', 'OW')], taught, 130)).toEqual(['zap', 'go']);
  });

  it('leaves out words that nobody can pronounce', () => {
    expect(heard(['[unknown] go'], word('G', 'OW'))).toEqual(['go']);
  });
});

describe('phoneLoop', () => {
  it('lies above every word, by no more than it was given', () => {
    const loop = phoneLoop(COLUMNS, -1);
    const match = new MatchUnit(module, loop.table, COLUMNS, 100);
    const frames = match.run(rows(word('G', 'OW')));
    expect(loop.labels.length).toBe(PHONES.length + 1);
    expect(match.path(false)?.map(({ arc }) => arc)).toEqual([1 + PHONES.indexOf('G'), 1 + PHONES.indexOf('OW')]);
    // Two phones, each three states of two frames: the transitions and one penalty per phone.
    const stay = Math.log(0.55), leave = Math.log(0.45);
    expect(match.scores(frames).at(-1)).toBeCloseTo(2 * -1 + 6 * stay + 5 * leave, 3);
  });

  it('has three states per phone', () => {
    expect(phoneColumns(['IY', 'IH'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(SILENCE).toBe(STATES_PER_PHONE * PHONES.length);
  });
});
