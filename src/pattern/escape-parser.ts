/**
 * Escapes: those that stand for a set (`\d`, `\p{…}`) and those that stand for one character.
 */
import { closeOverCase } from './case-fold.js';
import { complement, DIGIT, SPACE, WORD, WORD_FOLDED, type CharSet } from './char-set.js';
import type { PatternFlags } from './flags.js';
import type { SourceReader } from './source-reader.js';
import { PatternSyntaxError } from './syntax-error.js';
import { unicodeProperty } from './unicode-property.js';

/** Reads `\d \D \w \W \s \S \p{…} \P{…}`; undefined, and nothing read, where none of them comes next. */
export function readEscapedSet(reader: SourceReader, flags: PatternFlags): CharSet | undefined {
  const word = flags.ignoreCase ? WORD_FOLDED : WORD;
  switch (reader.peekAfter(1)) {
    case 'd':
      return taken(reader, DIGIT);
    case 'D':
      return taken(reader, complement(DIGIT));
    case 'w':
      return taken(reader, word);
    case 'W':
      return taken(reader, complement(word));
    case 's':
      return taken(reader, SPACE);
    case 'S':
      return taken(reader, complement(SPACE));
    case 'p':
    case 'P':
      return readProperty(reader, flags);
    default:
      return undefined;
  }
}

function taken(reader: SourceReader, set: CharSet): CharSet {
  reader.next();
  reader.next();
  return set;
}

function readProperty(reader: SourceReader, flags: PatternFlags): CharSet {
  const position = reader.position;
  const negated = reader.peekAfter(1) === 'P';
  reader.next();
  reader.next();
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
export function readHexEscape(reader: SourceReader, inClass: boolean): number {
  const position = reader.position;
  const invalid = (): never => {
    throw new PatternSyntaxError('an invalid escape', position, 'Only ^ $ \\ . * + ? ( ) [ ] { } | / and the documented letters can be escaped.');
  };
  reader.next();
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
    return /\d/.test(reader.peek()) ? invalid() : 0;
  }
  if (letter === 'c') {
    reader.next();
    return /[A-Za-z]/.test(reader.peek()) ? reader.next() % 32 : invalid();
  }
  if (letter === 'x') {
    reader.next();
    return hex(reader, 2) ?? invalid();
  }
  if (letter === 'u') return readUnicode(reader) ?? invalid();
  if (/[\^$\\.*+?()[\]{}|/]/.test(letter) || (inClass && letter === '-')) return reader.next();
  return invalid();
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
