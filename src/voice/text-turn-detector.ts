/**
 * Whether a text is complete, by rules: the hook that every session has where no model is given.
 *
 * | the text                                                         | probability |
 * |------------------------------------------------------------------|-------------|
 * | is being dictated digit by digit and is no complete number       | 0.05        |
 * | ends with an ellipsis, a comma, a colon, a dash                  | 0.1         |
 * | ends with a word that leaves a sentence open ("and", "the", "um")| 0.15        |
 * | ends with a full stop, a question or an exclamation mark         | 0.9         |
 * | anything else                                                    | 0.5         |
 *
 * A dictated number is complete at the lengths that are common for what is dictated: 10 to 12 digits
 * (telephone) and 15 or 16 (card).
 */
import type { TurnDetector, TurnJudgement, TurnObservation } from '../providers/turn-detector.js';
import { turnWords, wordsOf } from './turn-language.js';

const COMPLETE_NUMBERS: ReadonlySet<number> = new Set([10, 11, 12, 15, 16]);
// From this many single digits on somebody dictates; one digit is an amount ("set a timer for five").
const DICTATED_DIGITS = 2;

/** The probability in [0, 1] that a text is all that the user wants to say; 0.5 says nothing. */
export function endProbabilityOf(text: string, language = 'en'): number {
  const trimmed = text.trim();
  if (trimmed === '') return 0.5;
  const digits = openDigits(trimmed, language);
  if (digits >= DICTATED_DIGITS) return COMPLETE_NUMBERS.has(digits) ? 0.7 : 0.05;
  if (/(?:\.{2,}|[…,:;،、–—-])$/u.test(trimmed)) return 0.1;
  const last = wordsOf(trimmed).at(-1);
  if (/[.!?。！？।؟۔]["'”’»)\]]*$/u.test(trimmed)) return 0.9;
  return last !== undefined && turnWords(language).open.has(last) ? 0.15 : 0.5;
}

/** How many digits stand at the end, where they are said or written one by one or in groups; 0 for an amount such as "25" or "7:30". */
function openDigits(text: string, language: string): number {
  const { digits } = turnWords(language);
  const words = wordsOf(text.replace(/[.!?]+$/u, '').replace(/(\p{Nd})[.,:](?=\p{Nd})/gu, '$1')).flatMap((word) => (/^\p{N}+(?:-\p{N}+)+$/u.test(word) ? word.split('-') : [word]));
  let count = 0;
  let groups = 0;
  for (let n = words.length - 1; n >= 0; n--) {
    const word = words[n] as string; // n is in range
    if (/^\p{Nd}+$/u.test(word)) count += word.length;
    else if (digits.has(word)) count += 1;
    else break;
    groups++;
  }
  return groups >= 2 || count >= 5 ? count : 0;
}

/** Judges by {@link endProbabilityOf}. */
export class TextTurnDetector implements TurnDetector {
  /** @inheritdoc */
  predict({ text, language = 'en' }: TurnObservation): Promise<TurnJudgement> {
    return Promise.resolve({ endProbability: text === undefined ? 0.5 : endProbabilityOf(text, language) });
  }
}
