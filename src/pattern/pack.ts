/**
 * Writes a program as text for a source file, small after compression: what repeats in the patterns
 * repeats in the text, because states name each other by distance. {@link unpackProgram} reads it.
 *
 * Sections, each a list of numbers: counts; the alphabet; the kinds; the sets as runs of classes; the
 * patterns; the states; the distances of those states that do not lead to the next one.
 *
 * `!` stands where an index lies within its section.
 */
import { ACCEPT, NO_STATE } from './automaton.js';
import { packNumber } from './packed-text.js';
import { wordsPerSet, type Program } from './program.js';

/** A state with one item that leads to the next state is its set's number from here on. */
export const CHAIN = 2;
/** The state has one item. */
export const ONE = 1;
/** The state has any number of items; how many comes first. */
export const MANY = 0;

/** The program as text. */
export function packProgram(program: Program): string {
  const numbers: number[] = [program.states, program.classes, program.kinds, program.patterns, program.sets, program.items, program.stretches];
  program.stretchStart.forEach((start, n) => numbers.push(start - (program.stretchStart[n - 1] ?? 0)));
  numbers.push(...program.stretchClass, ...program.kindOf);
  for (let set = 0; set < program.sets; set++) numbers.push(...runsOf(program, set));
  for (let pattern = 0; pattern < program.patterns; pattern++) {
    const first = program.firstState[pattern]!;
    const place = (state: number): number => (state === NO_STATE ? 0 : state - first + 1);
    numbers.push(program.firstState[pattern + 1]! - first, place(program.delayed[pattern]!), program.patternFlags[pattern]!);
    for (let kind = 0; kind < program.kinds; kind++) numbers.push(place(program.starts[pattern * program.kinds + kind]!));
  }
  const distances: number[] = [];
  for (let state = 0; state < program.states; state++) packState(program, state, numbers, distances);
  return [...numbers, ...distances].map(packNumber).join('');
}

// Runs of classes outside and inside the set, by turns; their number first. The end of the text is the last class.
function runsOf(program: Program, set: number): readonly number[] {
  const words = wordsPerSet(program.classes);
  const runs: number[] = [0];
  for (let symbol = 0, inside = 0; symbol <= program.classes; symbol++) {
    const is = (program.setBits[set * words + (symbol >> 5)]! >>> (symbol & 31)) & 1;
    if (is !== inside) runs.push(0);
    runs[runs.length - 1]!++;
    inside = is;
  }
  return [runs.length, ...runs];
}

function packState(program: Program, state: number, numbers: number[], distances: number[]): void {
  const items = program.itemList.subarray(program.itemStart[state]!, program.itemStart[state + 1]!);
  const only = items.length === 1 && items[0] !== ACCEPT ? items[0]! : undefined;
  if (only !== undefined && only >>> 16 === state + 1) {
    numbers.push(CHAIN + (only & 0xffff));
    return;
  }
  if (items.length === 1) numbers.push(ONE);
  else numbers.push(MANY, items.length);
  let before = state;
  for (const item of items) {
    numbers.push(item === ACCEPT ? 0 : (item & 0xffff) + 1);
    if (item === ACCEPT) continue;
    const distance = (item >>> 16) - before;
    distances.push(distance < 0 ? -2 * distance - 1 : 2 * distance);
    before = item >>> 16;
  }
}
