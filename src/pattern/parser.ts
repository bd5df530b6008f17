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
import { ALL, complement, EMPTY, LINE_TERMINATOR, single, WORD, WORD_FOLDED, type CharSet } from './char-set.js';
import { readClass } from './class-parser.js';
import { readEscapedSet, readHexEscape } from './escape-parser.js';
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
    const options = [this.#sequence()];
    while (this.#in.take('|')) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (!this.#in.done && !this.#in.at('|') && !this.#in.at(')')) {
      const part = this.#term();
      if (part.kind !== 'empty') parts.push(part);
    }
    if (parts.length === 0) return EMPTY_NODE;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'sequence', parts };
  }

  #term(): Node {
    const position = this.#in.position;
    const looks = this.#look();
    if (looks !== undefined) {
      if (this.#atQuantifier()) this.#in.fail('a quantifier after an assertion', 'Assertions cannot be repeated.');
      return looks;
    }
    const body = this.#atom();
    const range = this.#quantifier();
    if (range === undefined) return body;
    const greedy = !this.#in.take('?');
    const { min, max } = range;
    if (max === 0 || body.kind === 'empty') return EMPTY_NODE;
    if (min === 1 && max === 1) return body;
    return { kind: 'repeat', body, min, max, greedy, position };
  }

  #look(): Node | undefined {
    const { multiline, ignoreCase } = this.#flags;
    const position = this.#in.position;
    if (this.#in.take('^')) return { kind: 'look', side: 'before', set: multiline ? LINE_TERMINATOR : EMPTY, edge: true };
    if (this.#in.take('$')) return { kind: 'look', side: 'after', set: multiline ? LINE_TERMINATOR : EMPTY, edge: true };
    const word = ignoreCase ? WORD_FOLDED : WORD;
    if (this.#in.take('\\b')) return { kind: 'look', side: 'boundary', set: word, edge: false };
    if (this.#in.take('\\B')) return { kind: 'look', side: 'nonBoundary', set: word, edge: false };
    for (const [opening, side, negated] of LOOKS) {
      if (!this.#in.take(opening)) continue;
      const body = this.#choice();
      if (!this.#in.take(')')) this.#in.fail('a group that is not closed', 'Add the missing ).');
      return lookAround(body, side, negated, position);
    }
    return undefined;
  }

  #atom(): Node {
    const position = this.#in.position;
    if (this.#in.take('.')) return { kind: 'set', set: this.#flags.dotAll ? ALL : NOT_LINE_TERMINATOR };
    if (this.#in.take('(')) return this.#group(position);
    if (this.#in.at('[')) return { kind: 'set', set: readClass(this.#in, this.#flags) };
    if (this.#in.at('\\')) return { kind: 'set', set: this.#escape() };
    if (this.#atQuantifier()) this.#in.fail('a quantifier without anything to repeat', 'Escape it, or put something before it.');
    if (this.#in.at('{') || this.#in.at('}') || this.#in.at(']')) this.#in.fail(`a lone ${this.#in.peek()}`, 'Escape it with a backslash.');
    return { kind: 'set', set: this.#literal(this.#in.next()) };
  }

  #group(position: number): Node {
    const outer = this.#flags;
    if (this.#in.take('?<')) this.#in.groupName();
    else if (this.#in.take('?')) this.#flags = this.#modifiers();
    const body = this.#choice();
    this.#flags = outer;
    if (!this.#in.take(')')) throw new PatternSyntaxError('a group that is not closed', position, 'Add the missing ).');
    return body;
  }

  // (?:…), (?ims-ims:…)
  #modifiers(): PatternFlags {
    const position = this.#in.position;
    let on = '';
    let off = '';
    while (/[ims]/.test(this.#in.peek())) on += this.#in.peek(this.#in.next());
    const minus = this.#in.take('-');
    if (minus) while (/[ims]/.test(this.#in.peek())) off += this.#in.peek(this.#in.next());
    const all = on + off;
    if (!this.#in.take(':') || new Set(all).size !== all.length || (minus && all === '')) {
      throw new PatternSyntaxError('an unknown kind of group', position, 'Groups are (…), (?:…), (?<name>…), look-around and (?ims-ims:…).');
    }
    const pick = (flag: string, now: boolean): boolean => (on.includes(flag) ? true : off.includes(flag) ? false : now);
    const now = this.#flags;
    return { ...now, ignoreCase: pick('i', now.ignoreCase), multiline: pick('m', now.multiline), dotAll: pick('s', now.dotAll) };
  }

  #escape(): CharSet {
    const position = this.#in.position;
    const set = readEscapedSet(this.#in, this.#flags);
    if (set !== undefined) return set;
    const following = this.#in.peekAfter(1);
    if (/[1-9k]/.test(following)) throw new PatternSyntaxError('a backreference', position, 'What a group matched cannot be matched again in linear time; repeat the group, or test the match with verify.');
    return this.#literal(readHexEscape(this.#in, false));
  }

  #literal(codePoint: number): CharSet {
    const set = single(codePoint);
    return this.#flags.ignoreCase ? closeOverCase(set) : set;
  }

  #atQuantifier(): boolean {
    return this.#in.at('*') || this.#in.at('+') || this.#in.at('?') || /^\{\d+(?:,\d*)?\}/.test(this.#in.rest(48));
  }

  #quantifier(): { readonly min: number; readonly max: number } | undefined {
    if (this.#in.take('*')) return { min: 0, max: Infinity };
    if (this.#in.take('+')) return { min: 1, max: Infinity };
    if (this.#in.take('?')) return { min: 0, max: 1 };
    if (!this.#in.at('{')) return undefined;
    const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#in.rest(48));
    if (found === null) return undefined;
    const [text, low, comma, high] = found;
    const min = Number(low);
    const max = comma === undefined ? min : high === '' || high === undefined ? Infinity : Number(high);
    if (max < min) this.#in.fail('a quantifier whose bounds are out of order', 'Write the smaller number first.');
    this.#in.take(text);
    return { min, max };
  }
}

const NOT_LINE_TERMINATOR: CharSet = complement(LINE_TERMINATOR);
const LOOKS = [
  ['(?=', 'after', false],
  ['(?!', 'after', true],
  ['(?<=', 'before', false],
  ['(?<!', 'before', true],
] as const;
