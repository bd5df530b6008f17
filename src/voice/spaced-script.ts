/** Sentence ends in Thai and Lao, which write no full stops: a space between words ends a sentence or a clause. */
import { NO, WAIT } from './sentence-end.js';
import { SPACE } from './sentence-marks.js';

const LETTER = /[\p{Script=Thai}\p{Script=Lao}]/u;
// Shorter beginnings are names, counts or examples rather than clauses.
const SHORTEST = 6;
// A space behind these belongs to the phrase: repetition and abbreviation marks, titles, "such as", "that is", "that".
const LEANING = /(?:[ๆฯໆຯ]|นาย\S{0,14}|นาง\S{0,14}|^คุณ[^\s]{0,6}|เช่น|คือ|ว่า|และ|หรือ)$/u;
// The clause goes on: "and", "or", "which", "because", "in order to", "by", "such as", "that".
const GOING_ON = ['และ', 'หรือ', 'ซึ่ง', 'เพราะ', 'เพื่อ', 'โดย', 'เช่น', 'ว่า', 'ที่', 'ແລະ', 'ຫຼື', 'ເພາະ', 'ທີ່'];

/** Where the piece ends that ends at the space at `at`, `NO` or `WAIT`. */
export function spacedEnd(text: string, at: number, final: boolean): number {
  if (!LETTER.test(text[at - 1] ?? '')) return NO;
  const run = /\S+$/u.exec(text.slice(0, at))?.[0] ?? '';
  if (at < SHORTEST || LEANING.test(run)) return NO;
  let start = at + 1;
  while (start < text.length && SPACE.test(text[start] as string) && text[start] !== '\n') start++;
  if (start >= text.length) return final ? NO : WAIT;
  if (!LETTER.test(text[start] as string)) return NO;
  const head = text.slice(start, start + 6);
  if (GOING_ON.some((word) => head.startsWith(word))) return NO;
  return !final && GOING_ON.some((word) => word.startsWith(head)) ? WAIT : start;
}
