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
    const run = spelledRun(text, at, undefined);
    if (run === undefined) {
      at += text.charCodeAt(at) >= 0xd800 && text.charCodeAt(at) < 0xdc00 ? 2 : 1;
      continue;
    }
    if (!run.joins) {
      at = run.last; // the last character may begin a run with another separator, those before it cannot
      continue;
    }
    builder.copy(copied, at);
    spelledRun(text, at, builder);
    copied = run.end;
    at = run.end;
  }
  if (copied === 0) return undefined;
  builder.copy(copied, text.length);
  return builder.build('joined');
}

function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

function isSingle(text: string, at: number): string | undefined {
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return isAsciiSingle(unit) ? text.charAt(at) : undefined;
  const character = characterAt(text, at);
  return character !== '' && SINGLE.test(character) ? character : undefined;
}

function isAsciiSingle(unit: number): boolean {
  return isAsciiWord(unit) || unit === 0x24 || unit === 0x40;
}

function isAsciiWord(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a);
}

/** Whether a letter or a digit stands at `at`. */
function isWordAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 ? isAsciiWord(unit) : /^[\p{L}\p{N}]/u.test(characterAt(text, at));
}

/** The spelled run that begins exactly at `at`, if one does; what it says goes to `out`. */
function spelledRun(text: string, at: number, out: ViewBuilder | undefined): { readonly end: number; readonly last: number; readonly joins: boolean } | undefined {
  const first = isSingle(text, at);
  if (first === undefined) return undefined;
  if (at > 0 && isWordAt(text, at - 1)) return undefined;
  const separator = text.charAt(at + first.length);
  if (separator === '' || !SEPARATORS.includes(separator)) return undefined;
  out?.copy(at, at + first.length);
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
    if (isWordAt(text, after)) break; // the next thing is a whole word
    if (gap) out?.replace(' ', end, next);
    out?.copy(next, after);
    end = after;
    last = next;
    singles++;
    if (/\p{L}/u.test(character)) letters++;
    // a comma and the like after a letter does not end spelling by blanks: "D A N ,   d o"
    if (separator === ' ' && /^ [,;.:!?] /.test(text.slice(end, end + 3))) {
      out?.replace(' ', end + 1, end + 2);
      end += 2;
    } else if (separator === ' ' && /^[,;.:!?] /.test(text.slice(end, end + 2))) {
      out?.replace(' ', end, end + 1);
      end += 1;
    }
  }
  return { end, last: last > at ? last : end, joins: singles >= LEAST && letters >= 2 };
}
