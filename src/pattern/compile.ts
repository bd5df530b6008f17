/**
 * From patterns to a program: parse, build the graphs, find the classes of characters that all
 * patterns together tell apart, build the automaton, drop what can never lead to a match, write it
 * down.
 *
 * `!` stands where a state’s items are bounded by the next one’s: there is one more bound than states.
 */
import { buildAlphabet, type Alphabet } from './alphabet.js';
import { ACCEPT, Automaton, NO_STATE } from './automaton.js';
import type { CharSet } from './char-set.js';
import { parseFlags } from './flags.js';
import { buildKinds, MAX_KINDS, type Kinds } from './kinds.js';
import { buildGraph, type Graph } from './nfa.js';
import { parsePattern } from './parser.js';
import { allocateProgram, PATTERN_NULLABLE, PATTERN_STICKY, sealProgram, type Program } from './program.js';
import { SymbolSets } from './symbol-sets.js';
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
  const automaton = new Automaton(symbols, kinds);
  for (const graph of graphs) {
    automaton.add(graph);
    if (automaton.stateCount >= NO_STATE || symbols.count >= ACCEPT) throw new PatternSyntaxError('more states, together with the other patterns, than one automaton can hold,', 0, 'Split the patterns over two scanners, or lower the bounds of counted repetitions.');
  }
  return writeProgram(automaton, symbols, alphabet, kinds, sticky);
}

function collectSets(graphs: readonly Graph[]): { readonly all: readonly CharSet[]; readonly before: readonly CharSet[] } {
  const all = new Set<CharSet>();
  const before = new Set<CharSet>();
  for (const { sets, looks, looksBefore } of graphs) {
    for (const set of sets) all.add(set);
    for (const look of looks) all.add(look.set);
    for (const look of looksBefore) before.add(look.set);
  }
  return { all: [...all], before: [...before] };
}

function writeProgram(automaton: Automaton, symbols: SymbolSets, alphabet: Alphabet, kinds: Kinds, sticky: readonly boolean[]): Program {
  const alive = aliveStates(automaton);
  const { itemStart, items } = keepAlive(automaton, alive);
  const program = allocateProgram({
    states: automaton.stateCount,
    classes: alphabet.classCount,
    kinds: kinds.count,
    patterns: sticky.length,
    sets: symbols.count,
    items: items.length,
    stretches: alphabet.starts.length,
  });
  program.setBits.set(symbols.bits);
  program.itemStart.set(itemStart);
  program.itemList.set(items);
  program.firstState.set(automaton.firstState);
  automaton.starts.forEach((state, n) => (program.starts[n] = state !== NO_STATE && alive[state] === 1 ? state : NO_STATE));
  program.delayed.set(automaton.delayed);
  program.kindOf.set(kinds.ofClass);
  program.stretchStart.set(alphabet.starts);
  program.stretchClass.set(alphabet.classes);
  for (let pattern = 0; pattern < program.patterns; pattern++) {
    program.patternFlags[pattern] = (isNullable(program, pattern) ? PATTERN_NULLABLE : 0) | (sticky[pattern] === true ? PATTERN_STICKY : 0);
  }
  sealProgram(program);
  return program;
}

// States from which an ending can be reached; every other one would only be carried along.
function aliveStates({ stateCount, itemStart, items, delayed }: Automaton): Uint8Array {
  const alive = new Uint8Array(stateCount);
  for (const state of delayed) if (state !== NO_STATE) alive[state] = 1;
  const lives = (state: number): boolean => {
    const end = itemStart[state + 1]!; // one more than there are states
    for (let at = itemStart[state]!; at < end; at++) if (items[at] === ACCEPT || alive[items[at]! >>> 16] === 1) return true;
    return false;
  };
  // States are numbered as they are found, mostly front to back: going backwards settles nearly all at once,
  // and what is left is looked at again while any of it turns out to live.
  let open: number[] = [];
  for (let state = stateCount - 1; state >= 0; state--) {
    if (alive[state] === 1) continue;
    if (lives(state)) alive[state] = 1;
    else if (itemStart[state] !== itemStart[state + 1]) open.push(state);
  }
  for (let before = open.length + 1; open.length < before && open.length > 0; ) {
    before = open.length;
    open = open.filter((state) => {
      if (!lives(state)) return true;
      alive[state] = 1;
      return false;
    });
  }
  return alive;
}

// The items that lead to states alive. Mostly all do: what is dead then are start states that nothing leads to.
function keepAlive(automaton: Automaton, alive: Uint8Array): { readonly itemStart: readonly number[]; readonly items: readonly number[] } {
  const { stateCount, itemStart, items, isTarget } = automaton;
  let dead = alive.indexOf(0);
  while (dead >= 0 && isTarget[dead] !== true) dead = alive.indexOf(0, dead + 1);
  if (dead < 0) return { itemStart, items };
  const keptStart: number[] = [];
  const kept: number[] = [];
  for (let state = 0; state < stateCount; state++) {
    keptStart.push(kept.length);
    const end = itemStart[state + 1]!;
    for (let at = itemStart[state]!; at < end; at++) {
      const item = items[at]!;
      if (item === ACCEPT || alive[item >>> 16] === 1) kept.push(item);
    }
  }
  keptStart.push(kept.length);
  return { itemStart: keptStart, items: kept };
}

// Empty matches show in the start states: an item that ends the match at once.
function isNullable(program: Program, pattern: number): boolean {
  const delayed = program.delayed[pattern];
  for (let kind = 0; kind < program.kinds; kind++) {
    const state = program.starts[pattern * program.kinds + kind] ?? NO_STATE;
    if (state === NO_STATE) continue;
    const end = program.itemStart[state + 1] ?? 0;
    for (let item = program.itemStart[state] ?? 0; item < end; item++) {
      const word = program.itemList[item] ?? 0;
      if (word === ACCEPT || (delayed !== NO_STATE && word >>> 16 === delayed)) return true;
    }
  }
  return false;
}
