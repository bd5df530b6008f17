/**
 * From patterns to a program: parse, build the graphs, find the classes of characters that all
 * patterns together tell apart, build the automaton, drop what can never lead to a match, write it
 * down.
 */
import { buildAlphabet, SymbolSets, type Alphabet } from './alphabet.js';
import { ACCEPT, AutomatonBuilder, buildKinds, MAX_KINDS, NO_STATE, type Kinds } from './automaton.js';
import type { CharSet } from './char-set.js';
import { parseFlags } from './flags.js';
import { buildGraph, type Graph } from './nfa.js';
import { parsePattern } from './parser.js';
import { allocateProgram, PATTERN_NULLABLE, PATTERN_STICKY, sealProgram, type Program } from './program.js';
import { PatternSyntaxError } from './syntax-error.js';

/** A pattern to compile. */
export interface PatternSource {
  readonly pattern: string;
  /** @default '' */
  readonly flags?: string;
}

/**
 * Compiles `patterns` into one program. Throws {@link PatternSyntaxError} for a pattern that is invalid
 * or outside the linear subset, and when all together are too large for one automaton.
 */
export function compilePatterns(patterns: readonly PatternSource[]): Program {
  const sticky: boolean[] = [];
  const graphs = patterns.map(({ pattern, flags = '' }, index) => {
    try {
      const parsed = parseFlags(flags);
      sticky.push(parsed.sticky);
      return buildGraph(parsePattern(pattern, parsed));
    } catch (error) {
      throw error instanceof PatternSyntaxError && patterns.length > 1 ? error.ofPattern(index) : error;
    }
  });
  const { all, before } = collectSets(graphs);
  const alphabet = buildAlphabet(all);
  const symbols = new SymbolSets(alphabet);
  const kinds = buildKinds(before, symbols, alphabet.classCount);
  if (kinds.count > MAX_KINDS) throw new PatternSyntaxError('too many different conditions on the previous character, together with the other patterns,', 0, `Patterns of one scanner may tell ${MAX_KINDS - 1} kinds of previous characters apart; split them over two scanners.`);
  const automaton = new AutomatonBuilder(symbols, kinds);
  for (const graph of graphs) {
    automaton.add(graph);
    if (automaton.items.length >= NO_STATE) throw new PatternSyntaxError('more states, together with the other patterns, than one automaton can hold,', 0, 'Split the patterns over two scanners, or lower the bounds of counted repetitions.');
  }
  return writeProgram(automaton, alphabet, kinds, patterns, sticky);
}

function collectSets(graphs: readonly Graph[]): { readonly all: readonly CharSet[]; readonly before: readonly CharSet[] } {
  const all = new Set<CharSet>();
  const before = new Set<CharSet>();
  for (const { nodes } of graphs) {
    for (const node of nodes) {
      if (node.kind === 'set') all.add(node.set);
      else if (node.kind === 'look') {
        all.add(node.look.set);
        if (node.look.side !== 'after') before.add(node.look.set);
      }
    }
  }
  return { all: [...all], before: [...before] };
}

function writeProgram(automaton: AutomatonBuilder, alphabet: Alphabet, kinds: Kinds, patterns: readonly PatternSource[], sticky: readonly boolean[]): Program {
  const alive = aliveStates(automaton);
  const items = automaton.items.map((list) => keepAlive(list, alive));
  const program = allocateProgram({
    states: items.length,
    classes: alphabet.classCount,
    kinds: kinds.count,
    patterns: patterns.length,
    sets: automaton.sets.length,
    items: items.reduce((sum, list) => sum + list.length / 2, 0),
    stretches: alphabet.starts.length,
  });
  automaton.sets.forEach((bits, n) => program.setBits.set(bits, n * bits.length));
  let item = 0;
  items.forEach((list, state) => {
    program.itemStart[state] = item;
    program.itemList.set(list, item * 2);
    item += list.length / 2;
  });
  program.itemStart[items.length] = item;
  program.firstState.set(automaton.firstState);
  program.starts.set(automaton.starts.map((state) => (state !== NO_STATE && alive[state] === 1 ? state : NO_STATE)));
  program.delayed.set(automaton.delayed);
  program.kindOf.set(kinds.ofClass);
  program.stretchStart.set(alphabet.starts);
  program.stretchClass.set(alphabet.classes);
  patterns.forEach((source, pattern) => {
    program.patternFlags[pattern] = (isNullable(automaton, pattern, kinds.count) ? PATTERN_NULLABLE : 0) | (sticky[pattern] === true ? PATTERN_STICKY : 0);
    program.fingerprints.set(fingerprint(source), pattern * 2);
  });
  sealProgram(program);
  return program;
}

// States from which an ending can be reached; every other one would only be carried along.
function aliveStates(automaton: AutomatonBuilder): Uint8Array {
  const count = automaton.items.length;
  const sources: number[][] = Array.from({ length: count }, () => []);
  const alive = new Uint8Array(count);
  const todo: number[] = [];
  const mark = (state: number): void => {
    if (alive[state] === 1) return;
    alive[state] = 1;
    todo.push(state);
  };
  automaton.items.forEach((list, state) => {
    for (let n = 0; n < list.length; n += 2) {
      if (list[n] === ACCEPT) mark(state);
      else sources[list[n + 1] ?? 0]?.push(state);
    }
  });
  for (const state of automaton.delayed) if (state !== NO_STATE) mark(state);
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) sources[state]?.forEach(mark);
  return alive;
}

function keepAlive(list: readonly number[], alive: Uint8Array): readonly number[] {
  const kept: number[] = [];
  for (let n = 0; n < list.length; n += 2) {
    const set = list[n] ?? 0;
    const state = list[n + 1] ?? 0;
    if (set === ACCEPT || alive[state] === 1) kept.push(set, state);
  }
  return kept;
}

// Empty matches show in the start states: an item that ends the match at once.
function isNullable(automaton: AutomatonBuilder, pattern: number, kinds: number): boolean {
  const delayed = automaton.delayed[pattern];
  for (let kind = 0; kind < kinds; kind++) {
    const list = automaton.items[automaton.starts[pattern * kinds + kind] ?? NO_STATE] ?? [];
    for (let n = 0; n < list.length; n += 2) if (list[n] === ACCEPT || (delayed !== NO_STATE && list[n + 1] === delayed)) return true;
  }
  return false;
}

/** Two words that tell patterns apart: FNV-1a over flags and source with two seeds. */
export function fingerprint({ pattern, flags = '' }: PatternSource): readonly [number, number] {
  const text = `${[...new Set(flags)].filter((flag) => 'imsvy'.includes(flag)).sort().join('')}/${pattern}`;
  const hash = (seed: number): number => {
    let value = seed;
    for (let n = 0; n < text.length; n++) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193);
    return value >>> 0;
  };
  return [hash(0x811c9dc5), hash(0x9e3779b9)];
}
