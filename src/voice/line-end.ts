/** Whether a sentence ends with its line: always before a list, a heading, a table, a block of code or an empty line. */
import { abbreviationKind } from './abbreviations.js';
import { startsLower } from './period.js';
import type { SentenceContext } from './sentence-context.js';
import { NO, WAIT } from './sentence-end.js';
import { PLAIN_TERMINATOR, SPACE } from './sentence-marks.js';

const BLOCK = /^(?:[-*+•‣◦–▪●○]\s|#{1,6}\s|(?:\d{1,3}|[A-Za-z])[.)]\s|\||```|~~~|-{3}|\*{3})/u;
// The longest that must be seen to tell the mark of a list from a number or a dash: "123. ".
const LONGEST_MARK = 5;

/** Where the piece ends whose line breaks at `at`: a position that includes white space, `NO` or `WAIT`. */
export function lineEnd(text: string, at: number, context: SentenceContext, final: boolean): number {
  let next = at + 1;
  while (next < text.length && SPACE.test(text[next] as string)) next++;
  if (next >= text.length) return final ? text.length : WAIT;
  if (text.slice(at + 1, next).includes('\n')) return next;
  if (context.lineKind !== 'text') return next;
  if (!final && text.length - next < LONGEST_MARK) return WAIT;
  const head = text.slice(next);
  if (BLOCK.test(head)) return next;
  const quoted = /^>\s?/u.exec(head)?.[0] ?? '';
  const before = text.slice(0, at).trimEnd();
  const last = before.at(-1) ?? '';
  if (/[,、，،—–]/u.test(last)) return NO;
  const lower = startsLower(text, next + quoted.length, final);
  if (lower === 'wait') return WAIT;
  if (/[!?…"”»)]/u.test(last) || PLAIN_TERMINATOR.test(last)) return lower && !/[!?…]/u.test(last) && !PLAIN_TERMINATOR.test(last) ? NO : next;
  if (last === '.') {
    const [, previous = '', token = ''] = /(\S*)\s*?(\S*)\.$/u.exec(before) ?? [];
    const kind = abbreviationKind(token, previous);
    return kind === 'title' || kind === 'joining' || (lower && kind !== 'none') ? NO : next;
  }
  return lower || head.startsWith('(') ? NO : next;
}
