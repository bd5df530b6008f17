/** Where the first clause of an answer may be cut so that speech starts before its first sentence is complete. */
import { NO, WAIT } from './sentence-end.js';
import { CLAUSE_MARK, SPACE } from './sentence-marks.js';

/** When a clause is long enough. */
export interface ClauseLimits {
  readonly minWords: number;
  readonly maxWords: number;
}

// Words that begin a clause or a phrase: a voice may breathe before them.
const BREATH = /^(?:and|but|or|so|because|which|who|where|when|while|that|if|although|though|since|unless|until|with|without|for|from|after|before|about|into|und|aber|oder|weil|dass|wenn|mit|et|mais|ou|parce|qui|que|y|pero|porque|con|e|ma|perché|che|mas)$/iu;
// Words that lean on the next one: no breath behind them.
const LEANING = /(?:^|\s)(?:a|an|the|of|to|in|on|at|by|my|your|his|her|its|our|their|this|that|is|are|was|be|and|or|with|for|from|no|not|der|die|das|ein|eine|le|la|les|un|une|de|du|el|los|las|il|lo|dr|mr|mrs|ms)\.?$/iu;
const WIDE = /[、，；：]/u;
// Chinese and Japanese have no spaces to count words by: a clause of six characters is worth a breath.
const WIDE_MIN = 6;
const MOST_LEANING = 3;
// Words more than a clause with a mark must have before one without a mark ends.
const CLAUSE_WORDS = 2;

/** Where the clause ends that ends at `at`, with `words` words before it: a position that includes white space, `NO` or `WAIT`. */
export function clauseEnd(text: string, at: number, words: number, { minWords, maxWords }: ClauseLimits, final: boolean): number {
  const char = text[at] as string; // at < length
  const next = text[at + 1];
  if (words === 0) return NO;
  if (CLAUSE_MARK.test(char)) {
    const wide = WIDE.test(char);
    if (words < minWords && !(wide && at >= WIDE_MIN)) return NO;
    if (next === undefined) return final ? NO : WAIT;
    if (!wide && char !== '—' && !SPACE.test(next)) return NO;
    let end = at + 1;
    while (end < text.length && SPACE.test(text[end] as string) && text[end] !== '\n') end++;
    if (end >= text.length) return final ? NO : WAIT;
    // "May 5, 2026" and "5, 6 and 7" are said in one breath; a new line is decided by its own rule.
    return text[end] === '\n' || (/\p{N}/u.test(text[end] as string) && /\p{N}\s?$/u.test(text.slice(0, at))) ? NO : end;
  }
  if (!SPACE.test(char)) return NO;
  const last = text[at - 1] ?? '';
  if (words < Math.min(maxWords, minWords + CLAUSE_WORDS) || CLAUSE_MARK.test(last) || SPACE.test(last) || /[.!?…]/u.test(last)) return NO;
  if (next === undefined) return final ? NO : WAIT;
  if (words >= maxWords) return words < maxWords + MOST_LEANING && (LEANING.test(text.slice(0, at)) || /\p{N}$/u.test(last)) ? NO : at + 1;
  const following = /^[\p{L}'’]*/u.exec(text.slice(at + 1))?.[0] ?? '';
  if (at + 1 + following.length >= text.length) return final ? NO : WAIT;
  return BREATH.test(following) && !LEANING.test(text.slice(0, at)) ? at + 1 : NO;
}
