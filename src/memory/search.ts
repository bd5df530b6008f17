/**
 * Words of a text for searching memory: what "what did I say about the dentist" compares.
 *
 * Words are compared after compatibility folding, without case and diacritics. Scripts written
 * without spaces (ideographs, kana, Thai) give overlapping pairs of signs, so that a part of a
 * sentence is found without a dictionary.
 */
import type { MemoryEntry } from './entry.js';
import type { MemorySearchHit } from './store.js';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
// Accents, Hebrew points and Arabic vowels are often left out in writing; the marks of other scripts are letters.
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/g;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const HAS_UNSPACED = new RegExp(UNSPACED.source, 'u');
const ASCII = /^[\x00-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;

/** The distinct search words of a text. */
export function searchWords(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const word of wordsOf(text)) words.add(word);
  return words;
}

/** The search words of a text in order, each as often as it occurs. */
export function wordsOf(text: string): string[] {
  // Most texts of most memories; nothing in them folds but case, and none of the costly classes below is asked for.
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  const folded = text.normalize('NFKD').toLowerCase().replace(MARKS, '').normalize('NFC');
  const runs = folded.match(WORD) ?? [];
  if (!HAS_UNSPACED.test(folded)) return runs;
  const words: string[] = [];
  for (const run of runs) {
    let rest = 0;
    for (const match of run.matchAll(UNSPACED)) {
      if (match.index > rest) words.push(run.slice(rest, match.index));
      const signs = [...match[0]];
      if (signs.length === 1) words.push(match[0]);
      for (let n = 0; n + 1 < signs.length; n++) words.push(`${signs[n]}${signs[n + 1]}`);
      rest = match.index + match[0].length;
    }
    if (rest < run.length) words.push(run.slice(rest));
  }
  return words;
}

/** Scores entries against a query: all words must occur, the last one may be only begun. */
export class SearchQuery {
  /** The words that must occur, whole. */
  readonly words: readonly string[];
  /** The last word, which may be the beginning of one; empty for an empty query. */
  readonly prefix: string;

  constructor(query: string) {
    const words = [...searchWords(query)];
    this.prefix = words.pop() ?? '';
    this.words = words;
  }

  /** True when nothing is searched for. */
  get isEmpty(): boolean {
    return this.prefix === '';
  }

  /** 0 when `content` does not match; else greater for more occurrences in fewer words. */
  score(content: string): number {
    if (this.isEmpty) return 0;
    const words = wordsOf(content);
    let occurrences = 0;
    const found = new Set<string>();
    let begun = 0;
    for (const word of words) {
      if (this.words.includes(word)) {
        found.add(word);
        occurrences++;
      }
      if (word === this.prefix) begun += 1;
      else if (word.startsWith(this.prefix)) begun += 0.5; // a word only begun counts half
    }
    if (found.size < this.words.length || begun === 0) return 0;
    return (occurrences + begun) / Math.sqrt(words.length);
  }
}

/** The best `limit` of `entries` (oldest first), best first; the newer of equals first. */
export function searchEntries(entries: Iterable<MemoryEntry>, query: SearchQuery, limit: number): MemorySearchHit[] {
  const hits: { entry: MemoryEntry; score: number; order: number }[] = [];
  let order = 0;
  for (const entry of entries) {
    const score = query.score(entry.content);
    if (score > 0) hits.push({ entry, score, order: order++ });
  }
  hits.sort((a, b) => b.score - a.score || b.entry.timestampMs - a.entry.timestampMs || b.order - a.order);
  return hits.slice(0, limit).map(({ entry, score }) => ({ entry, score }));
}
