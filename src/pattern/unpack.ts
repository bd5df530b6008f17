/**
 * Reads a program from the text that `packProgram` has written. Written for the time to the first check:
 * one pass, mostly before any of it is compiled by the engine.
 *
 * `!` stands where an index lies within its section.
 */
import { ACCEPT, NO_STATE } from './automaton.js';
import { CHAIN, MANY } from './pack.js';
import { unpackNumbers } from './packed-text.js';
import { allocateProgram, sealProgram, wordsPerSet, type Program } from './program.js';

/** The program in `text`. */
export function unpackProgram(text: string): Program {
  const numbers = unpackNumbers(text);
  const [states = 0, classes = 0, kinds = 0, patterns = 0, sets = 0, items = 0, stretches = 0] = numbers.subarray(0, 7);
  const program = allocateProgram({ states, classes, kinds, patterns, sets, items, stretches });
  let at = 7;
  for (let n = 0, start = 0; n < stretches; n++) program.stretchStart[n] = start += numbers[at++]!;
  program.stretchClass.set(numbers.subarray(at, (at += stretches)));
  program.kindOf.set(numbers.subarray(at, (at += classes + 2)));
  for (let set = 0; set < sets; set++) at = unpackSet(program, set, numbers, at);
  let first = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    program.firstState[pattern] = first;
    const count = numbers[at++]!;
    const place = (state: number): number => (state === 0 ? NO_STATE : first + state - 1);
    program.delayed[pattern] = place(numbers[at++]!);
    program.patternFlags[pattern] = numbers[at++]!;
    for (let kind = 0; kind < kinds; kind++) program.starts[pattern * kinds + kind] = place(numbers[at++]!);
    first += count;
  }
  program.firstState[patterns] = first;
  unpackStates(program, numbers, at);
  sealProgram(program);
  return program;
}

// Reads one set from `numbers[at]` on; gives where the next one begins.
function unpackSet(program: Program, set: number, numbers: Int32Array, at: number): number {
  const { setBits } = program;
  const first = set * wordsPerSet(program.classes);
  const end = at + 1 + numbers[at]!;
  let symbol = 0;
  for (let run = at + 1, inside = false; run < end; run++, inside = !inside) {
    const to = symbol + numbers[run]!;
    if (inside) for (; symbol < to; symbol++) setBits[first + (symbol >> 5)]! |= 1 << (symbol & 31);
    symbol = to;
  }
  return end;
}

// Sets first; the distances stand behind all of them, and fill the states' halves of the items.
function unpackStates(program: Program, numbers: Int32Array, from: number): void {
  const { itemList, itemStart, states } = program;
  let at = from;
  let item = 0;
  // States that are no chains.
  const open = new Int32Array(states);
  let opened = 0;
  for (let state = 0; state < states; state++) {
    itemStart[state] = item;
    const form = numbers[at++]!;
    if (form >= CHAIN) {
      itemList[item++] = (form - CHAIN) | ((state + 1) << 16);
      continue;
    }
    open[opened++] = state;
    for (let left = form === MANY ? numbers[at++]! : 1; left > 0; left--) {
      const set = numbers[at++]!;
      itemList[item++] = set === 0 ? ACCEPT : set - 1;
    }
  }
  itemStart[states] = item;
  for (let n = 0; n < opened; n++) {
    const state = open[n]!;
    let before = state;
    for (let place = itemStart[state]!; place < itemStart[state + 1]!; place++) {
      if (itemList[place] === ACCEPT) continue;
      const distance = numbers[at++]!;
      before += (distance & 1) === 1 ? -((distance + 1) >> 1) : distance >> 1;
      itemList[place] = itemList[place]! | (before << 16);
    }
  }
}
