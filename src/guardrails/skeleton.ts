/**
 * Word shapes: a word as its letters without repetitions, with how often each stands in a row. Two words
 * with the same letters differ only in how long they are drawn out, so `fuuuck` is found as `fuck`
 * while `con` is not `coon`.
 */

/** A word's letters without repetitions, and the length of each run. */
export interface Skeleton {
  readonly letters: string;
  readonly runs: readonly number[];
}

/** The skeleton of a word in lower case. */
export function skeletonOf(word: string): Skeleton {
  let letters = '';
  const runs: number[] = [];
  for (let n = 0; n < word.length; n++) {
    const letter = word.charAt(n);
    if (n > 0 && word.charAt(n - 1) === letter) runs[runs.length - 1] = (runs[runs.length - 1] ?? 0) + 1;
    else {
      letters += letter;
      runs.push(1);
    }
  }
  return { letters, runs };
}

/** True when `drawn`, read from run `at` on, is `plain` with some of its letters drawn out. */
export function isDrawnOut(drawn: Skeleton, plain: Skeleton, at = 0): boolean {
  return drawn.letters.startsWith(plain.letters, at) && plain.runs.every((run, n) => (drawn.runs[at + n] ?? 0) >= run);
}

/** The pattern of a word whose letters may each be drawn out. */
export function drawnOutPattern(word: string): string {
  const { letters, runs } = skeletonOf(word);
  return [...letters].map((letter, n) => ((runs[n] ?? 1) === 1 ? `${letter}+` : `${letter}{${runs[n] ?? 1},}`)).join('');
}
