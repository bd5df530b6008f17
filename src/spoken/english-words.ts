/** Abbreviations, Roman numerals and names with digits of English text, spoken in full. */
import { digits, joined, quantity, rank } from './english-numbers.js';
import { cardinalWords } from './number-words.js';
import type { Rule } from './reading.js';

const table = (text: string): ReadonlyMap<string, string> => new Map(text.trim().split(/\s*\n\s*/u).map((line) => line.split(/\s*\|\s*/u) as unknown as readonly [string, string])); // each line has two columns

// With a name or any other word behind them.
const TITLES = table(`
  Mr | Mister
  Mrs | Missus
  Ms | Miz
  Prof | Professor
  Rev | Reverend
  Hon | Honorable
  Gen | General
  Col | Colonel
  Maj | Major
  Capt | Captain
  Lt | Lieutenant
  Sgt | Sergeant
  Gov | Governor
  Sen | Senator
  Rep | Representative
  Pres | President
  Mt | Mount
  Ft | Fort`);
const SHORT = table(`
  vs | versus
  etc | et cetera
  e.g | for example
  eg | for example
  i.e | that is
  ie | that is
  cf | compare
  approx | approximately
  est | established
  incl | including
  excl | excluding
  dept | department
  govt | government
  tel | telephone
  ext | extension
  temp | temperature
  et al | and others
  a.k.a | also known as
  Inc | Incorporated
  Ltd | Limited
  Corp | Corporation
  Co | Company
  Bros | Brothers
  Jr | Junior
  Sr | Senior
  Ave | Avenue
  Blvd | Boulevard
  Rd | Road
  Hwy | Highway
  Apt | Apartment
  Dept | Department`);
// Only before a number.
const COUNTED = table(`
  no | number
  nos | numbers
  fig | figure
  figs | figures
  vol | volume
  ch | chapter
  sec | section
  p | page
  pp | pages
  pg | page
  eq | equation
  art | article
  ver | version
  nr | number`);
const REGNAL = new Set('henry louis charles elizabeth george james william edward richard john paul pius benedict philip frederick catherine napoleon nicholas alexander mary leo gregory innocent clement urban ivan peter francis ferdinand margaret christian gustav haakon olav harald carl albert leopold otto ramesses ramses ptolemy edmund malcolm robert xavier felipe juan pedro karl friedrich wilhelm franz heinrich ludwig'.split(' '));
const BEFORE_ONE = /^(?:war|chapter|part|act|phase|type|volume|book|section|title|article|level|grade)$/u;
const ROMAN_DIGITS: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100 };

const rule = (pattern: string, say: Rule[1], flags = 'uy'): Rule => [new RegExp(pattern, flags), say];
const START = String.raw`(?<![\p{L}\p{N}_])`;
const END = String.raw`(?![\p{L}\p{N}_])`;

/** The value of a Roman numeral up to 89, written as it must be; 0 for anything else. */
export function romanValue(numeral: string): number {
  if (!/^(?=.)L?X{0,3}(?:IX|IV|V?I{0,3})$|^XL(?:IX|IV|V?I{0,3})$/u.test(numeral)) return 0;
  return Array.from(numeral).reduce((sum, digit, n, all) => {
    const value = ROMAN_DIGITS[digit] ?? 0;
    return sum + (value < (ROMAN_DIGITS[all[n + 1] ?? ''] ?? 0) ? -value : value);
  }, 0);
}

function capitalised(written: string, said: string): string {
  return /^\p{Lu}/u.test(written) ? said.charAt(0).toUpperCase() + said.slice(1) : said;
}

// A full stop of an abbreviation at the end of the text ends the sentence too.
function stopped(match: RegExpExecArray, source: string, said: string): string {
  return match[0].endsWith('.') && /^["'”’)\]*_]*\s*$/u.test(source.slice(match.index + match[0].length)) ? `${said}.` : said;
}

/** Rules that begin with a letter. */
export const WORDS: readonly Rule[] = [
  rule(String.raw`${START}C\+\+`, () => 'C plus plus'),
  rule(String.raw`${START}([CFJ])#${END}`, ([, letter = '']) => `${letter} sharp`),
  rule(String.raw`${START}w\/o${END}`, () => 'without', 'iuy'),
  rule(String.raw`${START}w\/(?=\s?\p{L})`, () => 'with', 'uy'),
  rule(String.raw`${START}(Dr|St)\.`, (match, source) => {
    const behind = source.slice(match.index + 3);
    const before = /([\p{L}\p{N}]+)\s$/u.exec(source.slice(Math.max(0, match.index - 20), match.index))?.[1] ?? '';
    const name = /^\s?\p{Lu}/u.test(behind) && !(/^\p{Lu}/u.test(before) && /^\s(?:The|It|Then|He|She|We|They|I|You|This|That|And|But)\b/u.test(behind));
    if (name || (match[1] === 'Dr' && !/^\p{Lu}\p{Ll}/u.test(before))) return match[1] === 'Dr' ? 'Doctor' : 'Saint';
    return stopped(match, source, match[1] === 'Dr' ? 'Drive' : 'Street');
  }),
  rule(String.raw`${START}(${[...TITLES.keys()].join('|')})\.(?=\s?[\p{Lu}"“])`, ([, written = '']) => TITLES.get(written) ?? written),
  rule(String.raw`${START}(Mr|Mrs|Ms)(?:\.|(?=\s\p{Lu}))`, ([, written = '']) => TITLES.get(written) ?? written),
  rule(String.raw`${START}(${[...COUNTED.keys()].join('|')})\.\s?(?=\d)`, ([, written = '']) => (written === 'No' || written === 'Nos' ? `${COUNTED.get(written.toLowerCase()) ?? ''} ` : `${capitalised(written, COUNTED.get(written.toLowerCase()) ?? written)} `), 'iuy'),
  rule(String.raw`${START}(${[...SHORT.keys()].map((key) => key.replaceAll('.', String.raw`\.`)).join('|')})\.`, (match, source) => {
    const written = match[1] ?? '';
    if (/^(?:Ave|Blvd|Rd|Hwy)$/u.test(written) && !/[\p{L}\d]\s$/u.test(source.slice(0, match.index))) return undefined;
    const said = SHORT.get(written) ?? SHORT.get(written.toLowerCase());
    return said === undefined ? undefined : stopped(match, source, capitalised(written, said));
  }, 'iuy'),
  rule(String.raw`${START}vs(?=\s)`, () => 'versus'),
  rule(String.raw`${START}(Ph\.?D|M\.?Sc|B\.?Sc)\.(?!\p{L})`, (match, source) => stopped(match, source, Array.from((match[1] ?? '').replaceAll('.', '').toUpperCase()).join(' '))),
  rule(String.raw`${START}((?:\p{Lu}\.){2,})`, (match, source) => stopped(match, source, Array.from((match[1] ?? '').replaceAll('.', '')).join(' '))),
  rule(String.raw`${START}v(\d+(?:\.\d+)*)${END}`, ([, written = '']) => `version ${written.split('.').map((part) => quantity(part)).join(' point ')}`),
  rule(String.raw`${START}(?:[IVXL]{2,7}|I)${END}`, (match, source) => romanNumeral(match[0], source, match.index)),
  // Letters with digits: a code is spelled, a name such as "B12" is read.
  rule(String.raw`${START}(\p{L}+)-?(\d+(?:[\p{L}\d]*[\p{L}\d])?)${END}`, ([taken, letters = '', rest = '']) => {
    if (/[a-z]{2,}/u.test(letters) && /^\d+$/u.test(rest) === false) return undefined;
    const tail = rest.replace(/\d+/gu, (run) => ` ${run.length > 2 ? digits(run) : joined(cardinalWords(run))} `).replace(/\s+/gu, ' ').trim();
    return taken.length > 12 ? undefined : `${letters} ${tail}`;
  }),
  rule(String.raw`${START}(\p{L}{2,})\/(?=\p{L}{2,})`, ([, word = '']) => `${word} `),
  rule(String.raw`${START}(\p{Lu})&(?=\p{Lu})`, ([, letter = '']) => `${letter} and `),
  rule(String.raw`${START}(\p{L}+)_(?=\p{L})`, ([, word = '']) => `${word} `),
];

/** A Roman numeral as it is said behind its name: "Henry VIII", "World War II". */
function romanNumeral(numeral: string, source: string, at: number): string | undefined {
  const value = romanValue(numeral);
  const name = /(\p{Lu}[\p{L}]*)\s$/u.exec(source.slice(Math.max(0, at - 24), at))?.[1];
  if (value === 0 || name === undefined) return undefined;
  if (numeral === 'I' && !BEFORE_ONE.test(name.toLowerCase())) return undefined;
  return REGNAL.has(name.toLowerCase()) ? `the ${rank(String(value))}` : joined(cardinalWords(String(value)));
}
