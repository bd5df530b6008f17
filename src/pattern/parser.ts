/**
 * Reads ECMAScript regular-expression source under `u` or `v` semantics (ECMA-262 §22.2.1, without
 * annex B) into nodes whose characters are plain sets. Written for the time to the first scan: a
 * general parser that builds a full syntax tree costs more than everything behind it.
 *
 * Refused, each with its name and position: backreferences, look-around of more than one character,
 * classes with strings.
 */
import { EMPTY_NODE, type Node } from './ast.js';
import { closeOverCase } from './case-fold.js';
import { ALL, complement, EMPTY, LINE_TERMINATOR, single, WORD, WORD_FOLDED } from './char-set.js';
import { readClass } from './class-parser.js';
import { readEscapedSet, readCharacterEscape } from './escape-parser.js';
import { choiceOf } from './factor.js';
import type { PatternFlags } from './flags.js';
import { lookAround } from './look-around.js';
import { SourceReader } from './source-reader.js';
import { PatternSyntaxError } from './syntax-error.js';

// Deeper nesting than any written pattern has; the compiler recurses.
const MAX_DEPTH = 200;

/** Parses `source`; throws {@link PatternSyntaxError} for anything that is not in the linear subset. */
export function parsePattern(source: string, flags: PatternFlags): Node {
  const parser = new Parser(new SourceReader(source), flags);
  return parser.pattern();
}

// Units that begin something else than a literal character.
const BAR = 0x7c;
const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;
const SPECIAL: ReadonlySet<number> = new Set(Array.from('^$\\.*+?()[]{}|', (character) => character.charCodeAt(0)));

interface Range {
  readonly min: number;
  readonly max: number;
}
const STAR: Range = { min: 0, max: Infinity };
const PLUS: Range = { min: 1, max: Infinity };
const OPTIONAL: Range = { min: 0, max: 1 };

class Parser {
  readonly #in: SourceReader;
  #flags: PatternFlags;
  #depth = 0;

  constructor(reader: SourceReader, flags: PatternFlags) {
    this.#in = reader;
    this.#flags = flags;
  }

  pattern(): Node {
    const node = this.#choice();
    if (!this.#in.done) this.#in.fail('an unmatched )', 'Escape it as \\).');
    return node;
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) this.#in.fail(`groups nested deeper than ${MAX_DEPTH}`, 'Flatten the pattern.');
    const first = this.#sequence();
    let node = first;
    if (this.#in.unit() === BAR) {
      const options = [first];
      while (this.#in.unit() === BAR) {
        this.#in.skip(1);
        options.push(this.#sequence());
      }
      node = choiceOf(options, this.#flags.ignoreCase ? isFoldedLiteral : isExactLiteral);
    }
    this.#depth--;
    return node;
  }

  #sequence(): Node {
    let only: Node = EMPTY_NODE;
    let parts: Node[] | undefined;
    for (let unit = this.#in.unit(); !Number.isNaN(unit) && unit !== BAR && unit !== CLOSE; unit = this.#in.unit()) {
      const part = this.#term(unit);
      if (part.kind === 'empty') continue;
      if (parts !== undefined) parts.push(part);
      else if (only === EMPTY_NODE) only = part;
      else parts = [only, part];
    }
    return parts === undefined ? only : { kind: 'sequence', parts };
  }

  #term(unit: number): Node {
    const position = this.#in.position;
    const special = SPECIAL.has(unit);
    const looks = special ? this.#look(unit) : undefined;
    if (looks !== undefined) {
      if (this.#quantifier() !== undefined) throw new PatternSyntaxError('a quantifier after an assertion', position, 'Assertions cannot be repeated.');
      return looks;
    }
    const body = special ? this.#atom(unit) : literal(this.#in.next(), this.#flags.ignoreCase);
    const range = this.#quantifier();
    if (range === undefined) return body;
    const greedy = !this.#in.take('?');
    const { min, max } = range;
    if (max === 0 || body.kind === 'empty') return EMPTY_NODE;
    if (min === 1 && max === 1) return body;
    return { kind: 'repeat', body, min, max, greedy, position };
  }

  #look(unit: number): Node | undefined {
    const { multiline, ignoreCase } = this.#flags;
    switch (unit) {
      case 0x5e:
        this.#in.skip(1);
        return multiline ? LINE_START : TEXT_START;
      case 0x24:
        this.#in.skip(1);
        return multiline ? LINE_END : TEXT_END;
      case BACKSLASH: {
        const following = this.#in.unit(1);
        if (following !== 0x62 && following !== 0x42) return undefined;
        this.#in.skip(2);
        if (following === 0x62) return ignoreCase ? BOUNDARY_FOLDED : BOUNDARY;
        return ignoreCase ? NON_BOUNDARY_FOLDED : NON_BOUNDARY;
      }
      case OPEN:
        return this.#in.unit(1) === 0x3f ? this.#lookAround() : undefined;
      default:
        return undefined;
    }
  }

  #lookAround(): Node | undefined {
    const position = this.#in.position;
    for (const [opening, side, negated] of LOOKS) {
      if (!this.#in.take(opening)) continue;
      const body = this.#choice();
      if (!this.#in.take(')')) throw unclosed(position);
      return lookAround(body, side, negated, position);
    }
    return undefined;
  }

  #atom(unit: number): Node {
    switch (unit) {
      case 0x2e:
        this.#in.skip(1);
        return this.#flags.dotAll ? ANY : NOT_LINE_TERMINATOR;
      case OPEN:
        return this.#group();
      case 0x5b:
        return { kind: 'set', set: readClass(this.#in, this.#flags) };
      case BACKSLASH:
        return this.#escape();
      case 0x2a:
      case 0x2b:
      case 0x3f:
        return this.#in.fail('a quantifier without anything to repeat', 'Escape it, or put something before it.');
      default:
        if (this.#quantifier() !== undefined) this.#in.fail('a quantifier without anything to repeat', 'Escape it, or put something before it.');
        return this.#in.fail(`a lone ${this.#in.peek()}`, 'Escape it with a backslash.');
    }
  }

  #group(): Node {
    const position = this.#in.position;
    const outer = this.#flags;
    this.#in.skip(1);
    if (this.#in.take('?:')) void 0;
    else if (this.#in.take('?<')) this.#in.groupName();
    else if (this.#in.take('?')) this.#flags = this.#modifiers();
    const body = this.#choice();
    this.#flags = outer;
    if (!this.#in.take(')')) throw unclosed(position);
    return body;
  }

  // (?ims-ims:…)
  #modifiers(): PatternFlags {
    const position = this.#in.position;
    const [, on = '', minus, off = ''] = /^([ims]*)(-?)([ims]*):/.exec(this.#in.rest(9)) ?? [];
    const all = on + off;
    if (all === '' || new Set(all).size !== all.length || (minus === '' && off !== '')) {
      throw new PatternSyntaxError('an unknown kind of group', position, 'Groups are (…), (?:…), (?<name>…), look-around and (?ims-ims:…).');
    }
    this.#in.through(':');
    const pick = (flag: string, now: boolean): boolean => on.includes(flag) || (now && !off.includes(flag));
    const now = this.#flags;
    return { ...now, ignoreCase: pick('i', now.ignoreCase), multiline: pick('m', now.multiline), dotAll: pick('s', now.dotAll) };
  }

  #escape(): Node {
    const position = this.#in.position;
    const set = readEscapedSet(this.#in, this.#flags);
    if (set !== undefined) return { kind: 'set', set };
    const following = this.#in.unit(1);
    if ((following >= 0x31 && following <= 0x39) || following === 0x6b) {
      throw new PatternSyntaxError('a backreference', position, 'What a group matched cannot be matched again in linear time; repeat the group, or test the match with verify.');
    }
    return literal(readCharacterEscape(this.#in, false), this.#flags.ignoreCase);
  }

  #quantifier(): Range | undefined {
    switch (this.#in.unit()) {
      case 0x2a:
        this.#in.skip(1);
        return STAR;
      case 0x2b:
        this.#in.skip(1);
        return PLUS;
      case 0x3f:
        this.#in.skip(1);
        return OPTIONAL;
      case 0x7b:
        return this.#counted();
      default:
        return undefined;
    }
  }

  #counted(): Range | undefined {
    const position = this.#in.position;
    this.#in.skip(1);
    const min = this.#in.number();
    const max = min !== undefined && this.#in.take(',') ? (this.#in.number() ?? Infinity) : min;
    if (min === undefined || max === undefined || !this.#in.take('}')) {
      this.#in.rewind(position);
      return undefined;
    }
    if (max < min) throw new PatternSyntaxError('a quantifier whose bounds are out of order', position, 'Write the smaller number first.');
    return { min, max };
  }
}

function unclosed(position: number): PatternSyntaxError {
  return new PatternSyntaxError('a group that is not closed', position, 'Add the missing ).');
}

// Patterns share the nodes of what they have in common, and so the sets, which are then told apart once.
// What folds together is one node: keyed by its first code point, which is that of all its members.
const exact = new Map<number, Node>();
const folded = new Map<number, Node>();
const firstOfFold = new Map<number, number>();

function literal(codePoint: number, ignoreCase: boolean): Node {
  if (!ignoreCase) {
    const found = exact.get(codePoint);
    if (found !== undefined) return found;
    const node: Node = { kind: 'set', set: single(codePoint) };
    exact.set(codePoint, node);
    return node;
  }
  const known = folded.get(firstOfFold.get(codePoint) ?? -1);
  if (known !== undefined) return known;
  const set = closeOverCase(single(codePoint));
  const first = set[0] ?? codePoint;
  firstOfFold.set(codePoint, first);
  const node: Node = folded.get(first) ?? { kind: 'set', set };
  folded.set(first, node);
  return node;
}

function isExactLiteral(node: Node): boolean {
  return node.kind === 'set' && exact.get(node.set[0] ?? -1) === node;
}

function isFoldedLiteral(node: Node): boolean {
  return node.kind === 'set' && folded.get(node.set[0] ?? -1) === node;
}

const ANY: Node = { kind: 'set', set: ALL };
const NOT_LINE_TERMINATOR: Node = { kind: 'set', set: complement(LINE_TERMINATOR) };
const TEXT_START: Node = { kind: 'look', side: 'before', set: EMPTY, edge: true };
const LINE_START: Node = { kind: 'look', side: 'before', set: LINE_TERMINATOR, edge: true };
const TEXT_END: Node = { kind: 'look', side: 'after', set: EMPTY, edge: true };
const LINE_END: Node = { kind: 'look', side: 'after', set: LINE_TERMINATOR, edge: true };
const BOUNDARY: Node = { kind: 'look', side: 'boundary', set: WORD, edge: false };
const BOUNDARY_FOLDED: Node = { kind: 'look', side: 'boundary', set: WORD_FOLDED, edge: false };
const NON_BOUNDARY: Node = { kind: 'look', side: 'nonBoundary', set: WORD, edge: false };
const NON_BOUNDARY_FOLDED: Node = { kind: 'look', side: 'nonBoundary', set: WORD_FOLDED, edge: false };
const LOOKS = [
  ['(?=', 'after', false],
  ['(?!', 'after', true],
  ['(?<=', 'before', false],
  ['(?<!', 'before', true],
] as const;
