/**
 * Markup that is not spoken, in any language: Markdown, tags, pictures. What a reader would see of it
 * stays. `english` adds the few words that an English reader says instead.
 */
import { spelled, web } from './english-addresses.js';
import type { Part, Rule } from './reading.js';

const rule = (pattern: string, say: Rule[1], flags = 'uy'): Rule => [new RegExp(pattern, flags), say];
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#39': "'", hellip: '…', mdash: '—', ndash: '–' };

// In order: an earlier rule wins where two would match at the same place.
function rules(english: boolean): readonly Rule[] {
  return [
    rule('```[^`]*(?:```|$)', () => (english ? ' code ' : ' ')),
    rule(String.raw`\x60([^\x60\n]+)\x60`, ([taken, code = '']) => (english && /[^\p{L}\s'’-]/u.test(code) ? spokenCode(code) : around(taken, 1, code))),
    rule(String.raw`!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s"[^"\n]*")?\)`, ([taken, text = '']) => around(taken, taken.startsWith('!') ? 2 : 1, text)),
    rule(String.raw`(?<=[\p{L}\p{N}.,;:!?)”"])\[\^?\d{1,3}\]`, () => ''),
    rule(String.raw`\[([^\]\n]+)\]\[[^\]\n]*\]`, ([taken, text = '']) => around(taken, 1, text)),
    rule(String.raw`<(?:https?|mailto):(?:\/\/)?([^\s/?#>]+)([^\s>]*)>`, ([, host = '', path = '']) => (english ? web(host, path) : host)),
    rule(String.raw`<br\s*\/?>`, () => ' ', 'iuy'),
    rule(String.raw`<\/?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>\n]*)?\/?>`, () => ''),
    rule(String.raw`&(amp|lt|gt|quot|apos|nbsp|#39|hellip|mdash|ndash);`, ([, name = '']) => (english && name === 'amp' ? 'and' : (ENTITIES[name] ?? ' '))),
    // Lines: rules, the dashes under the head of a table, bullets, headings, quotations, boxes to tick.
    rule(String.raw`(?<=^|\n)[ \t]*([-*_=])(?:[ \t]*\1){2,}[ \t]*(?=\n|$)`, () => ''),
    rule(String.raw`(?<=^|\n)[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?[ \t]*)?(?=\n|$)`, () => ''),
    rule(String.raw`(?<=^|\n)[ \t]*(?:#{1,6}[ \t]+|[-*•‣◦▪●][ \t]+(?:\[[ xX]\][ \t]+)?|(?:>[ \t]*)+)`, () => ''),
    ...(english ? [rule(String.raw`(?<=^|\n)[ \t]*(\d{1,2})[.)][ \t]+(?=\S)`, ([, count = '']) => `${spelled(count)}, `)] : []),
    rule(String.raw`(?<=^|\n)[ \t]*\|[ \t]*`, () => ''),
    rule(String.raw`(?<=(?:^|\n)[ \t]*\|[^\n]*)[ \t]*\|[ \t]*(?=\n|$)`, () => ''),
    rule(String.raw`(?<=(?:^|\n)[ \t]*\|[^\n]*)[ \t]*\|[ \t]*`, () => ', '),
    // A masked number, before stars are taken for emphasis.
    ...(english ? [rule(String.raw`(?:[*•█xX#]{2,}[-\s]?)+(\d{4})(?!\d)`, ([, last = '']) => `ending in ${Array.from(last, (digit) => spelled(digit)).join(' ')}`), rule(String.raw`(?:[*•█#]{2,}-)+[*•█#]{2,}|█+|(?<=[\p{L}:]\s)[*•#_]{4,}(?![\p{L}\d])`, () => 'hidden')] : []),
    rule(String.raw`\\(?=[\\\x60*_{}[\]()#+.!|~>-])`, () => ''),
    rule(String.raw`(?<=\d)\s*\*\s*(?=\d)`, ([taken]) => (english ? ' times ' : taken)),
    rule(String.raw`\*{1,3}|_{2,3}|~~|\x60`, () => ''),
    rule(String.raw`(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])`, () => ''),
    rule(String.raw`(?<=^|\s)[:;=8][-']?[)(DPp3\]]+(?=\s|$)|<3(?=\s|$)`, () => ''),
    rule(String.raw`(?:(?![©®™])\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200d\ufe0f\u20e3])+`, () => ''),
    ...(english ? [] : [rule(String.raw`https?:\/\/(?:www\.)?([^\s/?#)<>"]*[\p{L}\p{N}])(?:[/?#](?:[^\s)<>"”]*[^\s)<>"”.,;:!?'’*_])?)?`, ([, host = '']) => host)]),
  ];
}

/** Rules of markup for English text. */
export const ENGLISH_MARKUP: readonly Rule[] = rules(true);
/** Rules of markup for text of any other language. */
export const MARKUP: readonly Rule[] = rules(false);

/** What is between the marks, part by part, so that each word keeps its place. */
function around(taken: string, open: number, text: string): readonly Part[] {
  return [[open, ''], [text.length, text], [taken.length - open - text.length, '']];
}

/** A line of code as one would dictate it. */
function spokenCode(code: string): string {
  return code
    .replace(/\(\)/gu, '')
    .replace(/(?<=^|\s)--(?=\p{L})/gu, 'dash dash ')
    .replace(/(?<=^|\s)-(?=\p{L})/gu, 'dash ')
    .replace(/=>|->/gu, ' arrow ')
    .replace(/={2,3}/gu, ' equals ')
    .replace(/=/gu, ' equals ')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .replace(/_/gu, ' ')
    .replace(/[.](?=[\p{L}\p{N}])/gu, ' dot ')
    .replace(/\//gu, ' slash ')
    .replace(/@/gu, ' at ')
    .replace(/\+/gu, ' plus ')
    .replace(/\*/gu, ' star ')
    .replace(/[(){}[\]<>;"'|\\$#^~]/gu, ' ')
    .replace(/\d+/gu, (run) => ` ${spelled(run)} `)
    .replace(/\s+/gu, ' ')
    .trim();
}
