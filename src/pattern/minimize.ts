/**
 * The smallest form of a program that behaves the same, for programs that are stored. States whose items
 * say the same become one (partition refinement after Moore, 1956: an item is what it reads and the part
 * it leads to, and order counts), what no start leads to is dropped, and states are numbered as they are
 * met from the starts on, depth first: words stand front to back. `packProgram` relies on that order.
 *
 * `!` stands where an index lies within its section, or a state has been given a number.
 */
import { ACCEPT, NO_STATE } from './automaton.js';
import { allocateProgram, sealProgram, wordsPerSet, type Program } from './program.js';

/** One item: what it reads, or {@link ACCEPT}, and the state behind it. */
export type Item = readonly [set: number, state: number];

/** A pattern's states by number, each with its items. */
export interface SmallPattern {
  readonly states: readonly (readonly Item[])[];
  /** Start state for each kind. */
  readonly starts: readonly number[];
  readonly delayed: number;
  readonly flags: number;
}

/** The same patterns with as few states, items and sets as possible. */
export function minimizeProgram(program: Program): Program {
  const patterns = Array.from({ length: program.patterns }, (_, pattern) => smallest(program, pattern));
  const uses = new Map<number, number>();
  for (const { states } of patterns) for (const items of states) for (const [set] of items) if (set !== ACCEPT) uses.set(set, (uses.get(set) ?? 0) + 1);
  // The sets used most have the lowest numbers.
  const kept = [...uses].sort(([a, first], [b, second]) => second - first || a - b).map(([set]) => set);
  const numbers = new Map(kept.map((set, number) => [set, number]));
  const items = patterns.flatMap(({ states }) => states.flat());
  const small = allocateProgram({ ...program, states: patterns.reduce((sum, { states }) => sum + states.length, 0), sets: kept.length, items: items.length });
  const words = wordsPerSet(program.classes);
  kept.forEach((set, number) => small.setBits.set(program.setBits.subarray(set * words, (set + 1) * words), number * words));
  small.kindOf.set(program.kindOf);
  small.stretchStart.set(program.stretchStart);
  small.stretchClass.set(program.stretchClass);
  let first = 0;
  let item = 0;
  patterns.forEach(({ states, starts, delayed, flags }, pattern) => {
    const place = (state: number): number => (state === NO_STATE ? NO_STATE : state + first);
    small.firstState[pattern] = first;
    small.delayed[pattern] = place(delayed);
    small.patternFlags[pattern] = flags;
    starts.forEach((state, kind) => (small.starts[pattern * program.kinds + kind] = place(state)));
    states.forEach((list, state) => {
      small.itemStart[first + state] = item;
      for (const [set, target] of list) small.itemList[item++] = set === ACCEPT ? ACCEPT : numbers.get(set)! | (place(target) << 16);
    });
    first += states.length;
  });
  small.firstState[program.patterns] = first;
  small.itemStart[first] = item;
  sealProgram(small);
  return small;
}

/** The states of `pattern`, merged and numbered anew. */
function smallest(program: Program, pattern: number): SmallPattern {
  const from = program.firstState[pattern]!;
  const to = program.firstState[pattern + 1]!;
  const delayed = program.delayed[pattern]!;
  const partOf = merge(program, from, to, delayed);
  const members = new Map<number, number>();
  for (let state = from; state < to; state++) if (!members.has(partOf[state - from]!)) members.set(partOf[state - from]!, state);
  const itemsOf = (part: number): readonly Item[] => distinct(program, members.get(part)!, (state) => partOf[state - from]!);
  const starts = Array.from({ length: program.kinds }, (_, kind) => program.starts[pattern * program.kinds + kind]!);
  const order = discoveryOrder(starts.filter((state) => state !== NO_STATE).map((state) => partOf[state - from]!), itemsOf);
  const numbers = new Map(order.map((part, number) => [part, number]));
  const number = (state: number): number => (state === NO_STATE ? NO_STATE : (numbers.get(partOf[state - from]!) ?? NO_STATE));
  return {
    states: order.map((part) => itemsOf(part).map(([set, target]): Item => (set === ACCEPT ? [ACCEPT, 0] : [set, numbers.get(target)!]))),
    starts: starts.map(number),
    delayed: number(delayed),
    flags: program.patternFlags[pattern]!,
  };
}

// The part of each state: refined until no part's members differ in their items.
function merge(program: Program, from: number, to: number, delayed: number): readonly number[] {
  let parts: number[] = Array.from({ length: to - from }, (_, n) => (n + from === delayed ? 1 : 0));
  for (let count = 0; ; ) {
    const numbers = new Map<string, number>();
    const now = parts;
    parts = now.map((part, n) => {
      const key = `${part}:${distinct(program, n + from, (state) => now[state - from]!).join(';')}`;
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      return known;
    });
    if (numbers.size === count) return parts;
    count = numbers.size;
  }
}

// The items of a state by part; of equal ones the first is preferred and decides.
function distinct(program: Program, state: number, partOf: (state: number) => number): readonly Item[] {
  const items: Item[] = [];
  for (let at = program.itemStart[state]!; at < program.itemStart[state + 1]!; at++) {
    const word = program.itemList[at]!;
    const [set, target]: Item = word === ACCEPT ? [ACCEPT, 0] : [word & 0xffff, partOf(word >>> 16)];
    if (!items.some((item) => item[0] === set && item[1] === target)) items.push([set, target]);
  }
  return items;
}

// Each state's new followers come next, in their order.
function discoveryOrder(starts: readonly number[], itemsOf: (part: number) => readonly Item[]): readonly number[] {
  const order: number[] = [];
  const met = new Set(starts);
  const waiting = [...met].reverse();
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    order.push(part);
    const fresh: number[] = [];
    for (const [set, target] of itemsOf(part)) {
      if (set === ACCEPT || met.has(target)) continue;
      met.add(target);
      fresh.push(target);
    }
    waiting.push(...fresh.reverse());
  }
  return order;
}
