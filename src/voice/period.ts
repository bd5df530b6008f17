/** Whether a full stop ends a sentence, or belongs to a number, an initial or an abbreviation. */
import { abbreviationKind, continuesTime, isDayOfMonth, isRank, isSentenceStarter } from './abbreviations.js';
import type { SentenceContext } from './sentence-context.js';
import { OPENER } from './sentence-marks.js';

/**
 * Whether the full stop at `at` ends a sentence when the next visible character is at `start`.
 * `strict` asks for a word that begins sentences.
 */
export function periodEnds(text: string, at: number, start: number, context: SentenceContext, final: boolean, strict = false): boolean | 'wait' {
  const before = text.slice(0, at);
  const raw = /[^\s]*$/u.exec(before)?.[0] ?? '';
  if (/[/@\\]/u.test(raw)) return !strict; // an address or a path
  const token = trimmed(raw);
  const head = text.slice(start).replace(/^[\s"'“”„‘‚«»‹¿¡([{（*_]+/u, '');
  const word = /^[\p{L}\p{M}'’]*/u.exec(head)?.[0] ?? '';
  const whole = word.length < head.length || final;
  if (strict) return whole ? isSentenceStarter(word) : 'wait';
  const lead = before.slice(0, before.lastIndexOf(token)).trimEnd();
  const previous = trimmed(/[^\s]*$/u.exec(lead)?.[0] ?? '');
  if (/^\p{N}+$/u.test(token)) {
    if (isItem(token, lead, context)) return false;
    if (word === '') return head !== '' || final ? true : 'wait';
    if (token.length > 3) return true;
    return whole ? !isRank(previous, word) : 'wait'; // "3. Mai", "der 2. Weltkrieg"
  }
  const startsLine = lead === '' && context.lineStart === 0;
  if (startsLine && /^(?:\p{L}|[IVXivx]{1,5})$/u.test(token) && !(token === 'I' || word === '')) return false; // "A. Red", "IV. Results"
  // "z. B.", "p. 5": a small letter alone stands for a word when another one or a number follows.
  if (/^(?=\p{Ll})\p{Script=Latin}$/u.test(token)) return whole ? !((word.length === 1 && head[1] === '.') || word === 'Chr' || /^\p{N}/u.test(head)) : 'wait';
  if (/^\p{Lu}$/u.test(token) && /(?:^|[\s(])\p{Lu},?\s+(?:and|or|und|oder|et|ou|y|o|e)$/u.test(lead)) return true; // "A, B, and C"
  const kind = abbreviationKind(token, previous);
  if (kind === 'none') return true;
  if (kind === 'joining') return false;
  if (kind === 'number') {
    if (/^[\p{N}#]/u.test(head)) return false;
    if (!whole) return 'wait';
    if (word !== 'I' && /^[IVXLC]+$/u.test(word)) return false; // "vol. II"
    return !isDayOfMonth(token, word); // "Tues. Jan. 9"
  }
  if (!whole) return 'wait';
  if (word.length === 1 && head[1] === '.') return false; // another initial
  if (kind === 'time') return !continuesTime(word);
  if (kind === 'title') return /^(?:\p{Lu}\p{Ll}|\d+(?:st|nd|rd|th)$)/u.test(previous) && isSentenceStarter(word, true); // "King Jr. Then", "Main St. It"
  return isSentenceStarter(word, kind === 'initial');
}

/** Whether a small letter stands at `start`; a name such as "iPhone" or "v1.9" counts as a capital. Georgian has no capitals. */
export function startsLower(text: string, start: number, final: boolean): boolean | 'wait' {
  let at = start;
  while (at < text.length && OPENER.test(text[at] as string) && !/[-_*]/u.test(text[at] as string)) at++; // at < length
  if (at === text.length) return final ? false : 'wait';
  const head = text.slice(at, at + 3);
  if (!/^(?!\p{Script=Georgian})\p{Ll}/u.test(head)) return false;
  if (/^\p{Ll}\p{Ll}?\p{Lu}|^v\d/u.test(head)) return false;
  return head.length < 3 && !final && /^\p{Ll}+$/u.test(head) ? 'wait' : true;
}

/** A number that counts an item: "1." first of a line, or one more than the item before it. */
function isItem(token: string, lead: string, context: SentenceContext): boolean {
  const number = Number(token);
  const lineLead = context.lineStart >= 0 ? lead.slice(context.lineStart) : undefined;
  const startsLine = lineLead !== undefined && /^[\s>*#-]*$/u.test(lineLead);
  const begins = lead === '' || /[:;：；]$/u.test(lead);
  const item = startsLine ? token.length <= 3 && (!context.firstLine || number <= 1 || number === context.lastItem + 1) : (number === 1 && begins) || (number > 1 && number === context.lastItem + 1);
  if (item) context.lastItem = number;
  return item;
}

// Without an elided article, the quotes, brackets and stars around a word, and without what joins it to another.
function trimmed(token: string): string {
  return token.replace(/^\p{L}{1,2}['’](?=\p{L}{3})/u, '').replace(/^['’‘]+|^.*[("“„«¿¡[{（：；，、。*_/-](?=[^("“„«¿¡[{（：；，、。*_/-]*$)/u, '').replace(/[)"'”’»\]*_]+$/u, '');
}
