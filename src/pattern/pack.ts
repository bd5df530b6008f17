/**
 * Writes a minimised program as text for a source file, small after compression. {@link unpackProgram} reads it.
 *
 * States are written as they are met from the starts on, so that most items lead to a state that has not been
 * met before, which needs no number; the others name one that was named lately, or say how long ago it was met.
 * What repeats in the patterns so repeats in the text.
 *
 * Sections, each a list of numbers: counts; the alphabet; the kinds; the sets as runs of classes; the patterns
 * with their starts; the states; the references of those states whose items do not all lead to new ones.
 *
 * `!` stands where an index lies within its section.
 */
import { ACCEPT, NO_STATE } from './automaton.js';
import { packNumber } from './packed-text.js';
import { wordsPerSet, type Program } from './program.js';

/** A state with one item that leads to a new state is its set's number from here on. */
export const CHAIN = 2;
/** The state has one item. */
export const ONE = 1;
/** The state has any number of items; how many comes first. */
export const MANY = 0;
/** How many of the states named last are remembered. */
export const RECENT = 30;

/** The program, whose states are numbered as `minimizeProgram` numbers them, as text. */
export function packProgram(program: Program): string {
  const { states, classes, kinds, patterns, sets, items, stretches } = program;
  const numbers: number[] = [];
  program.stretchStart.forEach((start, n) => numbers.push(start - (program.stretchStart[n - 1] ?? 0)));
  numbers.push(...newOrKnown(program.stretchClass), ...program.kindOf);
  for (let set = 0; set < sets; set++) numbers.push(...runsOf(program, set));
  const references: number[] = [];
  for (let pattern = 0; pattern < patterns; pattern++) packPattern(program, pattern, numbers, references);
  return [states, classes, kinds, patterns, sets, items, stretches, numbers.length, ...numbers, ...references].map(packNumber).join('');
}

// Classes are numbered as they first come up: a new one is 0.
function newOrKnown(classes: Iterable<number>): readonly number[] {
  let next = 0;
  return [...classes].map((one) => {
    if (one !== next) return one + 1;
    next++;
    return 0;
  });
}

// Runs of classes outside and inside the set, by turns, up to the last one inside; their number first. The end of the text is the last class.
function runsOf(program: Program, set: number): readonly number[] {
  const words = wordsPerSet(program.classes);
  const runs: number[] = [0];
  for (let symbol = 0, inside = 0; symbol <= program.classes; symbol++) {
    const is = (program.setBits[set * words + (symbol >> 5)]! >>> (symbol & 31)) & 1;
    if (is !== inside) runs.push(0);
    runs[runs.length - 1]!++;
    inside = is;
  }
  if (runs.length % 2 === 1) runs.pop();
  return [runs.length, ...runs];
}

function packPattern(program: Program, pattern: number, numbers: number[], references: number[]): void {
  const first = program.firstState[pattern]!;
  const count = program.firstState[pattern + 1]! - first;
  const delayed = program.delayed[pattern]!;
  numbers.push(count, delayed === NO_STATE ? 0 : delayed - first + 1, program.patternFlags[pattern]!);
  // When each state was met; and those named last.
  const met = new Map<number, number>();
  const recent: number[] = [];
  for (let kind = 0; kind < program.kinds; kind++) {
    const start = program.starts[pattern * program.kinds + kind]!;
    if (start !== NO_STATE && !met.has(start)) met.set(start, met.size);
    numbers.push(start === NO_STATE ? 0 : met.get(start)! + 1);
  }
  const reference = (state: number): number => {
    const when = met.get(state);
    if (when === undefined) {
      met.set(state, met.size);
      return 0;
    }
    const place = recent.indexOf(state);
    recent.splice(place < 0 ? RECENT - 1 : place, 1);
    recent.unshift(state);
    return place < 0 ? RECENT + met.size - when : place + 1;
  };
  for (let state = first; state < first + count; state++) {
    const items = program.itemList.subarray(program.itemStart[state]!, program.itemStart[state + 1]!);
    const named = [...items].map((item) => (item === ACCEPT ? 0 : reference(item >>> 16)));
    if (items.length === 1 && items[0] !== ACCEPT && named[0] === 0) {
      numbers.push(CHAIN + (items[0]! & 0xffff));
      continue;
    }
    if (items.length === 1) numbers.push(ONE);
    else numbers.push(MANY, items.length);
    items.forEach((item, n) => {
      numbers.push(item === ACCEPT ? 0 : (item & 0xffff) + 1);
      if (item !== ACCEPT) references.push(named[n]!);
    });
  }
}
