/**
 * Escapes: those that stand for a set (`\d`, `\p{…}`) and those that stand for one character.
 */
import { closeOverCase } from './case-fold.js';
import { complement, DIGIT, SPACE, WORD, WORD_FOLDED, type CharSet } from './char-set.js';
import type { PatternFlags } from './flags.js';
import { isDigit, type SourceReader } from './source-reader.js';
import { PatternSyntaxError } from './syntax-error.js';
import { unicodeProperty } from './unicode-property.js';

const NOT_DIGIT: CharSet = complement(DIGIT);
const NOT_SPACE: CharSet = complement(SPACE);
const NOT_WORD: CharSet = complement(WORD);
const NOT_WORD_FOLDED: CharSet = complement(WORD_FOLDED);

/** Reads `\d \D \w \W \s \S \p{…} \P{…}`; undefined, and nothing read, where none of them comes next. */
export function readEscapedSet(reader: SourceReader, flags: PatternFlags): CharSet | undefined {
  switch (reader.peekAfter(1)) {
    case 'd':
      return taken(reader, DIGIT);
    case 'D':
      return taken(reader, NOT_DIGIT);
    case 'w':
      return taken(reader, flags.ignoreCase ? WORD_FOLDED : WORD);
    case 'W':
      return taken(reader, flags.ignoreCase ? NOT_WORD_FOLDED : NOT_WORD);
    case 's':
      return taken(reader, SPACE);
    case 'S':
      return taken(reader, NOT_SPACE);
    case 'p':
    case 'P':
      return readProperty(reader, flags);
    default:
      return undefined;
  }
}

function taken(reader: SourceReader, set: CharSet): CharSet {
  reader.skip(2);
  return set;
}

function readProperty(reader: SourceReader, flags: PatternFlags): CharSet {
  const position = reader.position;
  const negated = reader.peekAfter(1) === 'P';
  reader.skip(2);
  const body = reader.take('{') ? reader.through('}') : undefined;
  const set = body === undefined || !/^[A-Za-z_=0-9]+$/.test(body) ? undefined : unicodeProperty(body);
  if (set === undefined) throw new PatternSyntaxError('an unknown Unicode property', position, 'Properties are written \\p{Letter}, \\p{Script=Greek}; properties of strings are outside the linear subset.');
  if (!flags.ignoreCase) return negated ? complement(set) : set;
  // Under v folding comes before the complement, under u after it (ECMA-262 MaybeSimpleCaseFolding).
  if (flags.unicodeSets) return negated ? complement(closeOverCase(set)) : closeOverCase(set);
  return closeOverCase(negated ? complement(set) : set);
}

const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d };

/** Reads an escape of one character, the backslash included. */
export function readCharacterEscape(reader: SourceReader, inClass: boolean): number {
  const position = reader.position;
  reader.skip(1);
  if (reader.done) throw new PatternSyntaxError('a backslash at the end', position, 'Escape it as \\\\.');
  const letter = reader.peek();
  const control = CONTROLS[letter];
  if (control !== undefined) {
    reader.next();
    return control;
  }
  if (inClass && letter === 'b') return reader.next() - 0x62 + 0x08;
  if (letter === '0') {
    reader.next();
    if (isDigit(reader.unit())) throw invalid(position);
    return 0;
  }
  if (letter === 'c') {
    reader.next();
    if (!/[A-Za-z]/.test(reader.peek())) throw invalid(position);
    return reader.next() % 32;
  }
  if (letter === 'x') {
    reader.next();
    const codePoint = hex(reader, 2);
    if (codePoint === undefined) throw invalid(position);
    return codePoint;
  }
  if (letter === 'u') {
    const codePoint = readUnicode(reader);
    if (codePoint === undefined) throw invalid(position);
    return codePoint;
  }
  if (SYNTAX_CHARACTERS.includes(letter) || (inClass && letter === '-')) return reader.next();
  throw invalid(position);
}

const SYNTAX_CHARACTERS = '^$\\.*+?()[]{}|/';

function invalid(position: number): PatternSyntaxError {
  return new PatternSyntaxError('an invalid escape', position, 'Only ^ $ \\ . * + ? ( ) [ ] { } | / and the documented letters can be escaped.');
}

function readUnicode(reader: SourceReader): number | undefined {
  reader.next();
  if (reader.take('{')) {
    const digits = reader.through('}') ?? '';
    const codePoint = /^[0-9a-fA-F]+$/.test(digits) ? parseInt(digits, 16) : Infinity;
    return codePoint <= 0x10ffff ? codePoint : undefined;
  }
  const lead = hex(reader, 4);
  if (lead === undefined || lead < 0xd800 || lead > 0xdbff) return lead;
  // Two escapes that form a surrogate pair are one character.
  const trail = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(reader.rest(6))?.[1];
  if (trail === undefined) return lead;
  reader.take(`\\u${trail}`);
  return (lead - 0xd800) * 0x400 + (parseInt(trail, 16) - 0xdc00) + 0x10000;
}

function hex(reader: SourceReader, length: number): number | undefined {
  const digits = reader.rest(length);
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  reader.take(digits);
  return parseInt(digits, 16);
}
