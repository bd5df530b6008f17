/**
 * Character classes: unions and ranges under `u`; nested classes, intersection and subtraction under
 * `v` (ECMA-262 §22.2.1, ClassContents).
 */
import { closeOverCase } from './case-fold.js';
import { complement, difference, EMPTY, intersection, single, union, type CharSet } from './char-set.js';
import { readEscapedSet, readCharacterEscape } from './escape-parser.js';
import type { PatternFlags } from './flags.js';
import type { SourceReader } from './source-reader.js';
import { PatternSyntaxError } from './syntax-error.js';

// Classes that came up under u, by their source: patterns repeat them.
const known = new Map<string, CharSet>();

/** Reads a class from its `[` to its `]`. */
export function readClass(reader: SourceReader, flags: PatternFlags): CharSet {
  if (flags.unicodeSets) return parseClass(reader, flags);
  const source = (flags.ignoreCase ? 'i' : '-') + reader.rest(classLength(reader));
  const found = known.get(source);
  if (found !== undefined) {
    reader.skip(source.length - 1);
    return found;
  }
  const set = parseClass(reader, flags);
  // Patterns may come from users: what is remembered stays bounded.
  if (known.size < 4096) known.set(source, set);
  return set;
}

// Units up to the first `]` that is not escaped.
function classLength(reader: SourceReader): number {
  let length = 1;
  for (let unit = reader.unit(length); !Number.isNaN(unit); unit = reader.unit(length)) {
    if (unit === 0x5d) return length + 1;
    length += unit === 0x5c ? 2 : 1;
  }
  return length;
}

function parseClass(reader: SourceReader, flags: PatternFlags): CharSet {
  const position = reader.position;
  reader.take('[');
  const negated = reader.take('^');
  const set = flags.unicodeSets ? readSetOperations(reader, flags, position) : readUnion(reader, flags, position);
  if (!reader.take(']')) throw unclosed(position);
  return negated ? complement(set) : set;
}

function readUnion(reader: SourceReader, flags: PatternFlags, position: number): CharSet {
  const parts: CharSet[] = [];
  while (!reader.at(']')) {
    if (reader.done) throw unclosed(position);
    parts.push(readRange(reader, flags, readAtom));
  }
  const set = parts.length === 0 ? EMPTY : union(...parts);
  return flags.ignoreCase ? closeOverCase(set) : set;
}

type Atom = number | CharSet;

function readRange(reader: SourceReader, flags: PatternFlags, read: (reader: SourceReader, flags: PatternFlags) => Atom): CharSet {
  const position = reader.position;
  const first = read(reader, flags);
  const isRange = reader.at('-') && !reader.at('-]') && !(flags.unicodeSets && reader.at('--'));
  if (!isRange) return typeof first === 'number' ? single(first) : first;
  reader.take('-');
  if (reader.done) throw unclosed(position);
  const last = read(reader, flags);
  if (typeof first !== 'number' || typeof last !== 'number') throw new PatternSyntaxError('a range with a class as its end', position, 'Ranges go from one character to another.');
  if (first > last) throw new PatternSyntaxError('a range that is out of order', position, 'Write the smaller character first.');
  return [first, last];
}

function readAtom(reader: SourceReader, flags: PatternFlags): Atom {
  if (!reader.at('\\')) return reader.next();
  return readEscapedSet(reader, flags) ?? readCharacterEscape(reader, true);
}

function readSetOperations(reader: SourceReader, flags: PatternFlags, position: number): CharSet {
  if (reader.at(']')) return EMPTY;
  let set = readOperand(reader, flags, position);
  if (reader.at('--') || reader.at('&&')) {
    const operator = reader.at('--') ? '--' : '&&';
    while (reader.take(operator)) {
      if (reader.at('&')) throw new PatternSyntaxError('a doubled operator', reader.position, 'Write && once.');
      const other = readOperand(reader, flags, position);
      set = operator === '--' ? difference(set, other) : intersection(set, other);
    }
    if (!reader.at(']')) throw new PatternSyntaxError('mixed class operators', reader.position, 'Put one of them into a nested class.');
    return set;
  }
  const parts = [set];
  while (!reader.at(']')) {
    if (reader.at('--') || reader.at('&&')) throw new PatternSyntaxError('mixed class operators', reader.position, 'Put one of them into a nested class.');
    parts.push(readOperand(reader, flags, position));
  }
  return union(...parts);
}

// Operands are closed over case one by one: set operations then work on whole folding classes.
function readOperand(reader: SourceReader, flags: PatternFlags, position: number): CharSet {
  if (reader.done) throw unclosed(position);
  if (reader.at('[')) return readClass(reader, flags);
  if (reader.at('\\q{')) return readStrings(reader, flags);
  const set = readRange(reader, flags, readSetAtom);
  return flags.ignoreCase ? closeOverCase(set) : set;
}

const RESERVED_DOUBLE = /^(?:&&|!!|##|\$\$|%%|\*\*|\+\+|,,|\.\.|::|;;|<<|==|>>|\?\?|@@|\^\^|``|~~)/;

function readSetAtom(reader: SourceReader, flags: PatternFlags): Atom {
  if (reader.at('\\')) {
    const set = readEscapedSet(reader, flags);
    if (set !== undefined) return set;
    // Class set reserved punctuators may be escaped under v.
    if (/[&\-!#%,:;<=>@`~]/.test(reader.peekAfter(1))) {
      reader.next();
      return reader.next();
    }
    return readCharacterEscape(reader, true);
  }
  if (RESERVED_DOUBLE.test(reader.rest(2))) reader.fail('a reserved double punctuator in a class', 'Escape one of the two characters.');
  if (/[()[\]{}/\-|]/.test(reader.peek())) reader.fail(`an unescaped ${reader.peek()} in a class`, 'Under v it must be escaped.');
  return reader.next();
}

function readStrings(reader: SourceReader, flags: PatternFlags): CharSet {
  const position = reader.position;
  reader.take('\\q{');
  const flat: number[] = [];
  while (!reader.take('}')) {
    if (reader.done) throw unclosed(position);
    if (reader.at('|') || flat.length > 0) {
      if (!reader.take('|')) throw new PatternSyntaxError('a class with strings', position, 'Write the strings as alternatives: (?:abc|d).');
    }
    if (reader.at('|') || reader.at('}')) throw new PatternSyntaxError('a class with strings', position, 'Write the strings as alternatives: (?:abc|d).');
    const character = readSetAtom(reader, flags);
    if (typeof character !== 'number') throw new PatternSyntaxError('a class escape in \\q', position, 'Put it beside \\q{…}.');
    flat.push(character, character);
  }
  const set = flat.length === 0 ? EMPTY : union(...flat.filter((_, n) => n % 2 === 0).map(single));
  if (flat.length === 0) throw new PatternSyntaxError('a class with strings', position, 'Write the strings as alternatives: (?:abc|d).');
  return flags.ignoreCase ? closeOverCase(set) : set;
}

function unclosed(position: number): PatternSyntaxError {
  return new PatternSyntaxError('a class that is not closed', position, 'Add the missing ].');
}
