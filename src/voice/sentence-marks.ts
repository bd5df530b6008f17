/** The characters that matter where sentences end, by what they do. */

/**
 * Marks that end a sentence whatever follows: the sentence terminals of Unicode but for those that
 * Latin, Greek and Cyrillic use for other things too, the Greek question mark, and the Tibetan shad.
 */
export const PLAIN_TERMINATOR: RegExp = /[。｡！？．।॥۔؟؞؝።፧፨។៕᠃᠉᥄᥅᪨-᪫᭎᭏᭚᭛᭞᭟᭽-᭿᰻᰼᱾᱿꓿꘎꘏꛳꛷꡶꡷꣎꣏꤯꧈꧉꩝-꩟꫰꫱꯫།༎༑༔๚๛၊။܀-܂߹࠷࠹࠽࠾᙮᜵᜶։‼⁇⁈⁉‽\u037e]/u;
/** Marks that end a sentence only where the text behind them agrees. */
export const TERMINATOR: RegExp = /[.!?…]/u;
/** Closing quotes, brackets and stars. */
export const CLOSER: RegExp = /["'”’“»›«」』】）)\]}〉》〕*_]/u;
/** Closing marks that are quotes. */
export const CLOSING_QUOTE: RegExp = /["'”’“»«」』]/u;
/** What may stand before the first letter of a sentence. */
export const OPENER: RegExp = /["'“”„‘‚«»‹¿¡([{（【「『《〈*_-]/u;
/** White space, the zero-width space of Southeast Asia included. */
export const SPACE: RegExp = /[\s\u200b]/u;
/** Letters, their marks, and digits. */
export const WORD: RegExp = /[\p{L}\p{M}\p{N}]/u;
/** Marks at which a clause may end. */
export const CLAUSE_MARK: RegExp = /[,;:—–،؛、，；：՝]/u;
/** A picture, or what belongs to one: marks of skin and sex, joiners, variation selectors, flags. */
export const PICTURE: RegExp = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\u20e3]/u;
/** A letter of Chinese or Japanese. */
export const HAN_OR_KANA: RegExp = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

const PARTNERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '）': '（', '】': '【', '」': '「', '』': '『', '》': '《', '〉': '〈' };

/** The opening bracket of a closing one; `undefined` for other characters. */
export function openingOf(closer: string): string | undefined {
  return PARTNERS[closer];
}

/** True for opening brackets. */
export function isOpening(char: string): boolean {
  return '([（【「『《〈'.includes(char);
}

/** The position of the first character at or behind `from` that is no white space, or a line break. */
export function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.test(text[at] as string) && text[at] !== '\n') at++; // at < length
  return at;
}

/** The position behind the pictures at `from`. */
export function skipPictures(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const char = String.fromCodePoint(text.codePointAt(at) as number); // at < length
    if (!PICTURE.test(char)) break;
    at += char.length;
  }
  return at;
}
