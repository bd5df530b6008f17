/**
 * The joined view: words spelled letter by letter (`f u c k`, `s-h-i-t`, `I g n o r e   a l l`) are put
 * together. A run counts from four single characters with the same separator between them; groups of
 * letters that stand further apart become words of their own. Whole texts are never collapsed, so that
 * no word comes from the end of one and the start of the next.
 *
 * Application order: after folding.
 */
import { ViewBuilder, type View } from './view.js';

// A single character, one separator, a single character, the same separator, a single character: no join without this.
const TRIGGER = /(?:^|[^\p{L}\p{N}])[\p{L}\p{N}$@!]([ .\-_*/,|~+])[\p{L}\p{N}$@!]\1[\p{L}\p{N}$@!](?![\p{L}\p{N}])/u;
const SINGLE = /^[\p{L}\p{N}$@]$/u;
const SEPARATORS = ' .-_*/,|~+';
const LEAST = 4;

/** Makes the joined view; undefined when nothing is spelled. */
export function joinedView(source: View): View | undefined {
  const { text } = source;
  if (!TRIGGER.test(text)) return undefined;
  const builder = new ViewBuilder(source);
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const run = spelledRun(text, at);
    if (run === undefined) {
      at += text.charCodeAt(at) >= 0xd800 && text.charCodeAt(at) < 0xdc00 ? 2 : 1;
      continue;
    }
    if (!run.joins) {
      at = run.last; // the last character may begin a run with another separator, those before it cannot
      continue;
    }
    builder.copy(copied, at);
    for (const piece of run.pieces) {
      if (piece.blank) builder.replace(' ', piece.start, piece.end);
      else builder.copy(piece.start, piece.end);
    }
    copied = run.end;
    at = run.end;
  }
  if (copied === 0) return undefined;
  builder.copy(copied, text.length);
  return builder.build('joined');
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly blank: boolean;
}

function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

function isSingle(text: string, at: number): string | undefined {
  const character = characterAt(text, at);
  return character !== '' && SINGLE.test(character) ? character : undefined;
}

/** The spelled run that begins exactly at `at`, if one does. */
function spelledRun(text: string, at: number): { readonly pieces: readonly Piece[]; readonly end: number; readonly last: number; readonly joins: boolean } | undefined {
  const first = isSingle(text, at);
  if (first === undefined) return undefined;
  if (at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return undefined;
  const separator = text.charAt(at + first.length);
  if (separator === '' || !SEPARATORS.includes(separator)) return undefined;
  const pieces: Piece[] = [{ start: at, end: at + first.length, blank: false }];
  let end = at + first.length;
  let singles = 1;
  let letters = /\p{L}/u.test(first) ? 1 : 0;
  let last = at;
  while (text.charAt(end) === separator) {
    let next = end + 1;
    while (text.charAt(next) === separator) next++;
    const gap = next - end > 1;
    if (gap && separator !== ' ') break;
    const character = isSingle(text, next);
    if (character === undefined) break;
    const after = next + character.length;
    if (/^[\p{L}\p{N}]/u.test(characterAt(text, after))) break; // the next thing is a whole word
    if (gap) pieces.push({ start: end, end: next, blank: true });
    pieces.push({ start: next, end: after, blank: false });
    end = after;
    last = next;
    singles++;
    if (/\p{L}/u.test(character)) letters++;
    // a comma and the like after a letter does not end spelling by blanks: "D A N ,   d o"
    if (separator === ' ' && /^ [,;.:!?] /.test(text.slice(end, end + 3))) {
      pieces.push({ start: end + 1, end: end + 2, blank: true });
      end += 2;
    } else if (separator === ' ' && /^[,;.:!?] /.test(text.slice(end, end + 2))) {
      pieces.push({ start: end, end: end + 1, blank: true });
      end += 1;
    }
  }
  return { pieces, end, last: last > at ? last : end, joins: singles >= LEAST && letters >= 2 };
}
