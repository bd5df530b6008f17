import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandGraph } from '../../src/speech/command-grammar.js';
import { GrammarError, wordGraph, type WordGraph } from '../../src/speech/word-graph.js';

function accepts(graph: WordGraph, sentence: string): boolean {
  let node = 0;
  for (const word of sentence.split(' ').filter((one) => one !== '')) {
    const edge = graph.edges.find((one) => one.from === node && one.word === word);
    if (edge === undefined) return false;
    node = edge.to;
  }
  return graph.finals.has(node);
}

describe('wordGraph', () => {
  it.each([
    ['a b', ['a b'], ['a', 'b', 'a b c', '']],
    ['a [b] c', ['a c', 'a b c'], ['a b', 'b c']],
    ['(a|b) c', ['a c', 'b c'], ['c', 'a b c']],
    ['a+', ['a', 'a a', 'a a a a'], ['', 'b']],
    ['(a b)+ c', ['a b c', 'a b a b c'], ['a c', 'a b']],
    ['[a|b c]', ['', 'a', 'b c'], ['b', 'a c']],
    ['a [b [c]] d', ['a d', 'a b d', 'a b c d'], ['a c d']],
    ['$x $x', ['one two', 'two two'], ['one', 'three one']],
    ['[(a|b)+] c', ['c', 'a b b c'], ['a']],
  ])('%s', (pattern, yes, no) => {
    const graph = wordGraph([pattern], { x: 'one|two' });
    for (const sentence of yes) expect(accepts(graph, sentence), sentence).toBe(true);
    for (const sentence of no) expect(accepts(graph, sentence), sentence).toBe(false);
  });

  it('is deterministic and as small as can be', () => {
    const graph = wordGraph(['a x z', 'b x z', 'c y z', 'a [x] z']);
    const keys = graph.edges.map(({ from, word }) => `${from} ${word}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(wordGraph(['a z', 'b z', 'c z']).nodes).toBe(3);
  });

  it.each([
    ['(a', 'is not closed'], ['a)', 'has no partner'], ['[a)', 'is not closed'], ['$none', "no rule 'none'"], ['$self', 'refers to itself'],
  ])('refuses %s', (pattern, problem) => {
    expect(() => wordGraph([pattern], { self: 'a $self' })).toThrow(GrammarError);
    expect(() => wordGraph([pattern], { self: 'a $self' })).toThrow(problem);
  });

  it('says what a regular expression of the same shape says', () => {
    const piece: fc.Arbitrary<[string, string]> = fc.letrec<{ node: [string, string] }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom<[string, string]>(['a', '(?:a )'], ['b', '(?:b )']),
        fc.tuple(tie('node'), tie('node')).map(([[p, r], [q, s]]): [string, string] => [`${p} ${q}`, `${r}${s}`]),
        fc.tuple(tie('node'), tie('node')).map(([[p, r], [q, s]]): [string, string] => [`(${p}|${q})`, `(?:${r}|${s})`]),
        tie('node').map(([p, r]): [string, string] => [`[${p}]`, `(?:${r})?`]),
        tie('node').map(([p, r]): [string, string] => [`(${p})+`, `(?:${r})+`]),
      ),
    })).node;
    fc.assert(fc.property(piece, fc.array(fc.constantFrom('a', 'b'), { maxLength: 6 }), ([pattern, expression], words) => {
      const expected = new RegExp(`^${expression}$`).test(words.map((word) => `${word} `).join(''));
      expect(accepts(wordGraph([pattern]), words.join(' '))).toBe(expected);
    }), { numRuns: 400, seed: 3 });
  });
});

describe('commandGraph', () => {
  const graph = commandGraph();
  it.each([
    'what time is it', 'what is the date today', 'set a timer for five minutes', 'set a timer for twenty five minutes and thirty seconds', 'timer for one hour', 'cancel the timer', 'list my timers', 'stop',
    'what is twelve plus thirty', 'what is one hundred and five divided by two point five', 'convert ten miles to kilometers', 'what is thirty degrees celsius in fahrenheit', 'four one one one one one one one',
    'my card number is four one one one', 'remember <any>', 'remember', 'remember my number is four one', 'remember that <any> seven <any>', 'recall my notes', 'forget my notes', 'forget that', 'what did i say', 'repeat', 'repeat that', 'say that again', 'help', 'hello', '<taught>',
  ])('knows "%s"', (sentence) => expect(accepts(graph, sentence)).toBe(true));

  it.each(['', 'set a timer', 'what is', 'convert ten to miles', 'what is twelve plus', 'the', '<any>', 'stop help', 'timer five', 'oh', 'seven'])('does not know "%s"', (sentence) => expect(accepts(graph, sentence)).toBe(false));
});
