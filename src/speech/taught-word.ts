/**
 * A word that the user has taught: a row of states, each a distribution over the outputs of the
 * acoustic model, made from a few recordings of the word (the idea of KL-HMM: Aradilla & Bourlard
 * 2007). It needs no spelling and no knowledge of the language, and it is small enough to store.
 */
import { requireName } from '../base/option.js';
import { isPlainObject, type Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';

/** One state: the strongest outputs of the model and their share. */
export type TaughtState = readonly { readonly output: number; readonly share: number }[];

/** A taught word; plain data. */
export interface TaughtWord {
  readonly word: string;
  readonly states: readonly TaughtState[];
  /**
   * Log likelihood per frame that the word is given beforehand: as much as its own recordings lay
   * below the best that any phones could score. It makes blurred states stand level with sharp ones.
   */
  readonly bonus: number;
}

/** Recordings from which no word could be learnt, or data that is not a taught word. */
export class TeachError extends SluiceError {
  override readonly name: string = 'TeachError';

  constructor(problem: string) {
    super(`The word cannot be taught: ${problem}. Record the word alone, about a second, three times in a quiet place.`, { code: 'TEACH' });
  }
}

// Frames per state: 30 ms, the length of a state of a phone in normal speech.
const FRAMES_PER_STATE = 3;
// The largest bonus: a word whose recordings differ more than this is not made to fit everything.
const MOST_BONUS = 1.2;
// Outputs kept per state; the rest of the distribution is too small to matter.
const KEPT = 6;
const LEAST_FRAMES = 12;

/** Builds a word from the posterior rows (`width` values each) of its recordings, silence already cut off. */
export function learnWord(word: string, recordings: readonly Float32Array[], width: number): TaughtWord {
  requireName('teach.word', word);
  if (recordings.length === 0) throw new TeachError('there is no recording');
  if (recordings.some((rows) => rows.length / width < LEAST_FRAMES)) throw new TeachError('a recording holds less than an eighth of a second of speech');
  const byLength = [...recordings].sort((a, b) => a.length - b.length);
  // The recording of middle length is the ruler; the others are laid along it.
  const ruler = byLength[Math.floor(byLength.length / 2)] as Float32Array;
  const frames = ruler.length / width;
  const mean = Float32Array.from(ruler);
  const counts = new Float32Array(frames).fill(1);
  for (const other of recordings) {
    if (other === ruler) continue;
    for (const [at, frame] of warp(ruler, other, width)) {
      for (let k = 0; k < width; k++) mean[at * width + k] = (mean[at * width + k] ?? 0) + (other[frame * width + k] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  const states: TaughtState[] = [];
  const count = Math.max(3, Math.round(frames / FRAMES_PER_STATE / 1.5));
  for (let state = 0; state < count; state++) {
    const sum = new Float32Array(width);
    for (let at = Math.floor((state * frames) / count); at < Math.floor(((state + 1) * frames) / count); at++) {
      for (let k = 0; k < width; k++) sum[k] = (sum[k] ?? 0) + (mean[at * width + k] ?? 0) / (counts[at] ?? 1);
    }
    states.push(strongest(sum));
  }
  return { word, states, bonus: 0 };
}

/** The word with a bonus for recordings that lay `lag` (not above 0) below the best per frame. */
export function levelled(word: TaughtWord, lag: number): TaughtWord {
  return { ...word, bonus: Math.min(MOST_BONUS, Math.max(0, -lag)) };
}

function strongest(sum: Float32Array): TaughtState {
  const kept = Array.from(sum, (share, output) => ({ output, share })).sort((a, b) => b.share - a.share).slice(0, KEPT);
  const total = kept.reduce((all, { share }) => all + share, 0);
  return kept.filter(({ share }) => share > 0.01 * total).map(({ output, share }) => ({ output, share: share / total }));
}

// Dynamic time warping by the Bhattacharyya distance of the posteriors; gives pairs of frames.
function warp(a: Float32Array, b: Float32Array, width: number): readonly (readonly [number, number])[] {
  const [rows, columns] = [a.length / width, b.length / width];
  const cost = new Float64Array(rows * columns).fill(Infinity);
  const from = new Uint8Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let overlap = 1e-6;
      for (let k = 0; k < width; k++) overlap += Math.sqrt((a[i * width + k] ?? 0) * (b[j * width + k] ?? 0));
      const here = i * columns + j;
      const choices = [i > 0 && j > 0 ? (cost[here - columns - 1] ?? 0) : Infinity, i > 0 ? (cost[here - columns] ?? 0) : Infinity, j > 0 ? (cost[here - 1] ?? 0) : Infinity];
      const best = i === 0 && j === 0 ? 0 : Math.min(...choices);
      from[here] = choices.indexOf(best);
      cost[here] = best - Math.log(overlap);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = rows - 1, j = columns - 1; i >= 0 && j >= 0; ) {
    pairs.push([i, j]);
    const step = from[i * columns + j];
    if (i === 0 && j === 0) break;
    if (step === 0) {
      i--;
      j--;
    } else if (step === 1) i--;
    else j--;
  }
  return pairs;
}

/** Reads a taught word from stored data. Throws {@link TeachError} when it is not one. */
export function taughtWordFromDict(dict: unknown): TaughtWord {
  if (!isPlainObject(dict) || typeof dict['word'] !== 'string' || !Array.isArray(dict['states'])) throw new TeachError('the stored data is not a taught word');
  const states = dict['states'].map((state: unknown) => {
    if (!Array.isArray(state) || state.length === 0) throw new TeachError('the stored data has a state that cannot be read');
    return state.map((pair: unknown) => {
      const [output, share] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
      if (typeof output !== 'number' || typeof share !== 'number' || !Number.isInteger(output) || output < 0 || !(share > 0 && share <= 1)) throw new TeachError('the stored data has a state that cannot be read');
      return { output, share };
    });
  });
  const bonus = dict['bonus'] ?? 0;
  if (typeof bonus !== 'number' || !(bonus >= 0 && bonus <= MOST_BONUS)) throw new TeachError('the stored data has a bonus out of range');
  return { word: requireName('TaughtWord.word', dict['word']), states, bonus };
}

/** The form for storage: states as pairs of output and share, rounded to three digits. */
export function taughtWordToDict({ word, states, bonus }: TaughtWord): Data {
  return { word, bonus: Math.round(bonus * 1000) / 1000, states: states.map((state) => state.map(({ output, share }) => [output, Math.max(0.001, Math.round(share * 1000) / 1000)])) };
}

/** Appends one column per state of the taught words to likelihood rows: the expected log likelihood under the state, plus its entropy and the bonus of the word. */
export function withTaughtColumns(rows: Float32Array, width: number, words: readonly TaughtWord[]): Float32Array {
  const states = words.flatMap((word) => word.states);
  const bonuses = words.flatMap(({ states: own, bonus }) => own.map(() => bonus));
  if (states.length === 0) return rows;
  const frames = rows.length / width;
  const wide = width + states.length;
  const out = new Float32Array(frames * wide);
  const entropies = states.map((state) => state.reduce((sum, { share }) => sum - share * Math.log(share), 0));
  for (let t = 0; t < frames; t++) {
    out.set(rows.subarray(t * width, (t + 1) * width), t * wide);
    states.forEach((state, n) => {
      let value = (entropies[n] ?? 0) + (bonuses[n] ?? 0);
      for (const { output, share } of state) value += share * (rows[t * width + output] ?? 0);
      out[t * wide + width + n] = value;
    });
  }
  return out;
}
