/**
 * Decides whether a word is one of a lexicon: as a whole, with a stem inside, drawn out, or with letters
 * starred out.
 */
import { isDrawnOut, skeletonOf, type Skeleton } from './skeleton.js';


interface Entry<T> {
  readonly skeleton: Skeleton;
  readonly value: T;
}

const ENDING = /^(?:s|es|e|ed|er|ers|ing|in|y|ty|ter|ted|ting|head|face)?$/;

/** Matches words against a lexicon; `T` is what is known of a word. */
export class WordMatcher<T> {
  readonly #words = new Map<string, Entry<T>[]>();
  readonly #stems: Entry<T>[] = [];
  readonly #exceptions: ReadonlySet<string>;

  /** `words` count as wholes, `stems` anywhere in a word, unless the word is an exception. Later entries do not replace earlier ones. */
  constructor(words: Iterable<readonly [string, T]>, stems: Iterable<readonly [string, T]>, exceptions: Iterable<string>) {
    for (const [word, value] of words) {
      const skeleton = skeletonOf(word);
      const list = this.#words.get(skeleton.letters);
      if (list === undefined) this.#words.set(skeleton.letters, [{ skeleton, value }]);
      else list.push({ skeleton, value });
    }
    for (const [stem, value] of stems) this.#stems.push({ skeleton: skeletonOf(stem), value });
    this.#exceptions = new Set(exceptions);
  }

  /** What is known of `word`, in lower case, as a whole. */
  whole(word: string): T | undefined {
    if (this.#isException(word)) return undefined;
    const skeleton = skeletonOf(word);
    return this.#words.get(skeleton.letters)?.find((entry) => isDrawnOut(skeleton, entry.skeleton))?.value;
  }

  /** What is known of `word`, in lower case, as a whole, or as a stem with an ending. */
  inflected(word: string): T | undefined {
    const exact = this.whole(word);
    if (exact !== undefined || this.#isException(word)) return exact;
    const skeleton = skeletonOf(word);
    return this.#stems.find(({ skeleton: stem }) => isDrawnOut(skeleton, stem) && ENDING.test(skeleton.letters.slice(stem.letters.length)))?.value;
  }

  /** What is known of `word`, in lower case, as a whole or for a stem inside it. */
  find(word: string): T | undefined {
    const exact = this.whole(word);
    if (exact !== undefined) return exact;
    if (this.#isException(word)) return undefined;
    const skeleton = skeletonOf(word);
    for (const { skeleton: stem, value } of this.#stems) {
      for (let at = skeleton.letters.indexOf(stem.letters); at >= 0; at = skeleton.letters.indexOf(stem.letters, at + 1)) {
        if (isDrawnOut(skeleton, stem, at)) return value;
      }
    }
    return undefined;
  }

  #isException(word: string): boolean {
    return this.#exceptions.has(word) || (word.endsWith('s') && this.#exceptions.has(word.slice(0, -1)));
  }
}
