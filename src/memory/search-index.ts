/**
 * A full-text index over a log of entries, for stores that keep more of a session than a search may read.
 *
 * Entries are indexed in blocks of equal length, long after they were written, so that writing costs
 * nothing. Of a block, the words that begin alike stand on one shelf; a search takes the shelves that its
 * words stand on, and of the entries themselves only the best. What is in no block yet, and what was
 * replaced since, is read as it is.
 *
 *   seq   1 ………… 1024 │ 1025 ………… 2048 │ 2049 …
 *         block 0      │ block 1        │ not indexed yet
 *         shelves "de": { dentist: [offset, occurrences, words in all, …], desk: […] }, "do": …
 */
import { SearchQuery, wordsOf } from './search.js';

/** Entries of a block: few enough to be read at once, so many that a block has far fewer shelves than entries. */
export const SEARCH_BLOCK = 1024;
// Replaced entries that are read one by one; beyond, the session is indexed anew.
const MAX_STALE = 256;
// Scripts with an alphabet lie before ideographs and kana, whose words are pairs of signs and begin alike seldom enough.
const FIRST_IDEOGRAPH = 0x2e80;

/** The words of a block with one beginning; each word's list holds triples: offset in the block, occurrences, words of the entry in all. */
export interface SearchShelf {
  readonly head: string;
  readonly words: readonly string[];
  readonly lists: readonly (readonly number[])[];
}

/** What is indexed of a session: the blocks from `first` to before `next`, without the entries numbered in `stale`. */
export interface SearchState {
  readonly first: number;
  readonly next: number;
  readonly stale: readonly number[];
}

/** An entry that matches, by its number. */
export interface SearchCandidate {
  readonly seq: number;
  readonly score: number;
}

/** The block of an entry; entries count from 1. */
export function blockOf(seq: number): number {
  return Math.floor((seq - 1) / SEARCH_BLOCK);
}

/** The number of a block's first entry. */
export function blockStart(block: number): number {
  return block * SEARCH_BLOCK + 1;
}

/** The shelves of a block, from the entries it has. */
export function searchShelves(entries: Iterable<{ readonly seq: number; readonly content: string }>): SearchShelf[] {
  const shelves = new Map<string, Map<string, number[]>>();
  for (const { seq, content } of entries) {
    const words = wordsOf(content);
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) {
      const head = headOf(word);
      let shelf = shelves.get(head);
      if (shelf === undefined) shelves.set(head, (shelf = new Map()));
      let list = shelf.get(word);
      if (list === undefined) shelf.set(word, (list = []));
      list.push(seq - blockStart(blockOf(seq)), count, words.length);
    }
  }
  return [...shelves].map(([head, words]) => ({ head, words: [...words.keys()], lists: [...words.values()] }));
}

/** Shelves of one beginning, or of all that begin so. */
export interface ShelfSelector {
  readonly head: string;
  readonly orLonger: boolean;
}

/** Which shelves a query needs. */
export function shelvesOf(query: SearchQuery): ShelfSelector[] {
  return [...query.words.map((word) => ({ head: headOf(word), orLonger: false })), { head: headOf(query.prefix), orLonger: true }];
}

/** The entries of a block that match, with the score that `SearchQuery.score` gives for their text. Shelves that the query does not need may be among them. */
export function searchBlock(query: SearchQuery, block: number, shelves: Iterable<SearchShelf>): SearchCandidate[] {
  const matches = new Map<number, { found: number; weight: number; begun: number; length: number }>();
  const seen = new Set<string>();
  for (const { words, lists } of shelves) {
    words.forEach((word, n) => {
      const whole = query.words.includes(word);
      const begins = word.startsWith(query.prefix);
      if (!(whole || begins) || seen.has(word)) return;
      seen.add(word); // the selections of a query may overlap
      const list = lists[n] ?? [];
      for (let at = 0; at + 2 < list.length; at += 3) {
        const [offset, count, length] = [list[at] as number, list[at + 1] as number, list[at + 2] as number]; // at + 2 is in range
        let match = matches.get(offset);
        if (match === undefined) matches.set(offset, (match = { found: 0, weight: 0, begun: 0, length }));
        if (whole) {
          match.found++;
          match.weight += count;
        }
        if (begins) match.begun += word === query.prefix ? count : count / 2;
      }
    });
  }
  const candidates: SearchCandidate[] = [];
  for (const [offset, { found, weight, begun, length }] of matches) {
    if (found === query.words.length && begun > 0) candidates.push({ seq: blockStart(block) + offset, score: (weight + begun) / Math.sqrt(length) });
  }
  return candidates;
}

/** The numbers of the entries worth reading for the best `limit`, ascending: twice as many, because of equals the newer ones come first. */
export function bestCandidates(candidates: readonly SearchCandidate[], state: SearchState, limit: number): number[] {
  const stale = new Set(state.stale);
  return candidates
    .filter(({ seq }) => !stale.has(seq))
    .sort((a, b) => b.score - a.score || b.seq - a.seq)
    .slice(0, limit * 2)
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
}

/** The state once an entry has another text; undefined when the session is better indexed anew. */
export function stateAfterReplacing(state: SearchState, seq: number): SearchState | undefined {
  const block = blockOf(seq);
  if (block < state.first || block >= state.next || state.stale.includes(seq)) return state;
  return state.stale.length >= MAX_STALE ? undefined : { ...state, stale: [...state.stale, seq] };
}

/**
 * The state once everything before `oldest` is gone; undefined when nothing is left. A block that was cut counts as not
 * indexed, so that no word outlives its entry; the caller deletes the shelves before `first`.
 */
export function stateAfterPruning(state: SearchState, oldest: number | undefined): SearchState | undefined {
  if (oldest === undefined) return undefined;
  const block = blockOf(oldest);
  const first = Math.max(state.first, oldest === blockStart(block) ? block : block + 1);
  return { first, next: Math.max(first, state.next), stale: state.stale.filter((seq) => blockOf(seq) >= first) };
}

/** The beginning that a word is shelved under. */
function headOf(word: string): string {
  const [one = '', two = ''] = word;
  return (one.codePointAt(0) ?? 0) < FIRST_IDEOGRAPH ? one + two : one;
}
