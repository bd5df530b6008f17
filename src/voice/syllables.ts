/** Estimated length of words in speech, for voices that report no word times. */

// Letters that stand for about one syllable each in scripts without spaces between words.
const SYLLABIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const VOWEL_GROUP = /[aeiouyäöüàáâãåæèéêëìíîïòóôõøùúûýœаеёиоуыэюяαεηιουω]+/giu;

/** Syllables of a word, at least 1: vowel groups of alphabetic scripts, letters of syllabic ones, two per digit. */
export function countSyllables(word: string): number {
  const syllabic = word.match(SYLLABIC)?.length ?? 0;
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  const vowels = word.match(VOWEL_GROUP)?.length ?? 0;
  return Math.max(1, syllabic + digits * 2 + vowels);
}
