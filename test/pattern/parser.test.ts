import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../src/pattern/flags.js';
import { parsePattern } from '../../src/pattern/parser.js';
import { PatternSyntaxError } from '../../src/pattern/syntax-error.js';

const parse = (pattern: string, flags = ''): unknown => parsePattern(pattern, parseFlags(flags));
function refusal(pattern: string, flags = ''): PatternSyntaxError {
  try {
    parse(pattern, flags);
  } catch (error) {
    if (error instanceof PatternSyntaxError) return error;
    throw error;
  }
  throw new Error(`/${pattern}/${flags} was accepted`);
}

describe('the pattern parser', () => {
  it.each([
    ['(a)\\1', 'a backreference', 3],
    ['(?<n>a)\\k<n>', 'a backreference', 7],
    ['ab(?=cd)', 'a lookahead of more than one character', 2],
    ['(?!foo)x', 'a negative lookahead of more than one character', 0],
    ['x(?<=ab)', 'a lookbehind of more than one character', 1],
    ['(?<!ab)', 'a negative lookbehind of more than one character', 0],
    ['(?=\\bx)', 'a lookahead of more than one character', 0],
    ['a(b', 'a group that is not closed', 1],
    ['a)b', 'an unmatched )', 1],
    ['[a', 'a class that is not closed', 0],
    ['[b-a]', 'a range that is out of order', 1],
    ['[\\d-x]', 'a range with a class as its end', 1],
    ['*a', 'a quantifier without anything to repeat', 0],
    ['a**', 'a quantifier without anything to repeat', 2],
    ['a{2,1}', 'a quantifier whose bounds are out of order', 1],
    ['^*', 'a quantifier after an assertion', 0],
    ['(?=a)+', 'a quantifier after an assertion', 0],
    ['a{', 'a lone {', 1],
    ['a}', 'a lone }', 1],
    [']', 'a lone ]', 0],
    ['\\', 'a backslash at the end', 0],
    ['\\q', 'an invalid escape', 0],
    ['\\u{110000}', 'an invalid escape', 0],
    ['\\x1', 'an invalid escape', 0],
    ['\\c1', 'an invalid escape', 0],
    ['\\01', 'an invalid escape', 0],
    ['\\-', 'an invalid escape', 0],
    ['\\p{Nope}', 'an unknown Unicode property', 0],
    ['\\pL', 'an unknown Unicode property', 0],
    ['(?x:a)', 'an unknown kind of group', 2],
    ['(?i-i:a)', 'an unknown kind of group', 2],
    ['(?<1a>b)', 'a group with an invalid name', 3],
  ])('refuses %s: %s at %i', (pattern, construct, position) => {
    const error = refusal(pattern);
    expect({ construct: error.construct, position: error.position, code: error.code }).toEqual({ construct, position, code: 'PATTERN_SYNTAX' });
  });

  it.each([
    ['[a&&&b]', 'a doubled operator'],
    ['[a--b&&c]', 'mixed class operators'],
    ['[ab--c]', 'mixed class operators'],
    ['[\\q{abc}]', 'a class with strings'],
    ['[\\q{}]', 'a class with strings'],
    ['[a!!b]', 'a reserved double punctuator in a class'],
    ['[(]', 'an unescaped ( in a class'],
    ['[a-]', 'an unescaped - in a class'],
    ['\\p{RGI_Emoji}', 'an unknown Unicode property'],
  ])('refuses %s under v: %s', (pattern, construct) => {
    expect(refusal(pattern, 'v').construct).toBe(construct);
  });

  it.each([
    ['x', 'an unknown flag', 0],
    ['ii', 'a repeated flag', 1],
    ['uv', 'both the u and the v flag', 1],
  ])('refuses the flags %s: %s', (flags, construct, position) => {
    const error = refusal('a', flags);
    expect([error.construct, error.position]).toEqual([construct, position]);
  });

  it('never prints the pattern', () => {
    expect(refusal('secret(').message).not.toContain('secret');
  });

  it('accepts and refuses what the engine does, but for what it refuses on purpose', () => {
    const pieces = ['a', '\\d', '[a-z]', '[^\\w-]', '(', ')', '(?:', '|', '*', '+?', '{2}', '{1,}', '{', '^', '$', '\\b', '.', '\\u{61}', '\\u0061', '\\/', '[\\b]', '[', ']', '\\cA', '\\0', '-'];
    const refusedOnPurpose = /backreference|more than one character/;
    let state = 7;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const wrong: string[] = [];
    for (let n = 0; n < 20_000; n++) {
      let pattern = '';
      for (let length = 1 + Math.floor(random() * 5); length > 0; length--) pattern += pieces[Math.floor(random() * pieces.length)];
      let engine = true;
      try {
        new RegExp(pattern, 'u');
      } catch {
        engine = false;
      }
      let ours = true;
      try {
        parse(pattern);
      } catch (error) {
        if (!(error instanceof PatternSyntaxError)) throw error;
        ours = refusedOnPurpose.test(error.construct) ? engine : false;
      }
      if (ours !== engine) wrong.push(pattern);
    }
    expect(wrong).toEqual([]);
  });

  it('stops at nesting that no written pattern has', () => {
    expect(refusal(`${'('.repeat(5000)}a${')'.repeat(5000)}`).construct).toMatch(/nested deeper/);
  });
});

describe('look-around of one neighbour', () => {
  const look = (pattern: string): unknown => {
    const node = parse(pattern) as { kind: string; side: string; set: readonly number[]; edge: boolean };
    return { kind: node.kind, side: node.side, set: node.set.slice(0, 4), edge: node.edge };
  };
  it.each([
    ['(?=a)', { kind: 'look', side: 'after', set: [0x61, 0x61], edge: false }],
    ['(?=a+)', { kind: 'look', side: 'after', set: [0x61, 0x61], edge: false }],
    ['(?=ab*)', { kind: 'look', side: 'after', set: [0x61, 0x61], edge: false }],
    ['(?=a|b|$)', { kind: 'look', side: 'after', set: [0x61, 0x62], edge: true }],
    ['(?!a)', { kind: 'look', side: 'after', set: [0, 0x60, 0x62, 0x10ffff], edge: true }],
    ['(?<=^|a)', { kind: 'look', side: 'before', set: [0x61, 0x61], edge: true }],
    ['(?<=b*a)', { kind: 'look', side: 'before', set: [0x61, 0x61], edge: false }],
    ['(?=)', { kind: 'look', side: 'after', set: [0, 0x10ffff], edge: true }],
    ['(?=a*)', { kind: 'look', side: 'after', set: [0, 0x10ffff], edge: true }],
    ['(?!)', { kind: 'look', side: 'after', set: [], edge: false }],
  ])('%s is a condition on it', (pattern, expected) => {
    expect(look(pattern)).toEqual(expected);
  });
});
