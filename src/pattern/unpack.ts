/**
 * Reads a program from the text that `packProgram` has written. Written for the time to the first check:
 * one pass, mostly before any of it is compiled by the engine.
 *
 * `!` stands where an index lies within its section.
 */
import { ACCEPT, NO_STATE } from './automaton.js';
import { CHAIN, MANY, RECENT } from './pack.js';
import { unpackNumbers } from './packed-text.js';
import { allocateProgram, sealProgram, wordsPerSet, type Program } from './program.js';

/** The program in `text`. */
export function unpackProgram(text: string): Program {
  const numbers = unpackNumbers(text);
  const [states = 0, classes = 0, kinds = 0, patterns = 0, sets = 0, items = 0, stretches = 0, length = 0] = numbers.subarray(0, 8);
  const program = allocateProgram({ states, classes, kinds, patterns, sets, items, stretches });
  let at = 8;
  for (let n = 0, start = 0; n < stretches; n++) program.stretchStart[n] = start += numbers[at++]!;
  for (let n = 0, next = 0; n < stretches; n++) {
    const known = numbers[at++]!;
    program.stretchClass[n] = known === 0 ? next++ : known - 1;
  }
  program.kindOf.set(numbers.subarray(at, (at += classes + 2)));
  for (let set = 0; set < sets; set++) at = unpackSet(program, set, numbers, at);
  const from = { numbers: at, references: 8 + length };
  for (let pattern = 0; pattern < patterns; pattern++) unpackPattern(program, pattern, numbers, from);
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

// Reads the states of one pattern; `from` is where its numbers and its references begin, and then where they end.
function unpackPattern(program: Program, pattern: number, numbers: Int32Array, from: { numbers: number; references: number }): void {
  const { itemList, itemStart, kinds, starts } = program;
  let at = from.numbers;
  let reference = from.references;
  const first = program.firstState[pattern]!;
  const count = numbers[at++]!;
  const delayed = numbers[at++]!;
  program.delayed[pattern] = delayed === 0 ? NO_STATE : first + delayed - 1;
  program.patternFlags[pattern] = numbers[at++]!;
  const startsAt = at;
  let met = 0;
  for (let kind = 0; kind < kinds; kind++) met = Math.max(met, numbers[at++]!);
  // States by when they were met: their numbers, and those that wait to be read, the next one last.
  const numberOf = new Uint16Array(count);
  const waiting: number[] = [];
  for (let when = met - 1; when >= 0; when--) waiting.push(when);
  const recent: number[] = [];
  const firstItem = itemStart[first]!;
  let item = firstItem;
  for (let state = first; state < first + count; state++) {
    numberOf[waiting.pop()!] = state;
    itemStart[state] = item;
    const form = numbers[at++]!;
    if (form >= CHAIN) {
      waiting.push(met);
      itemList[item++] = (form - CHAIN) | (met++ << 16);
      continue;
    }
    const metBefore = met;
    for (let left = form === MANY ? numbers[at++]! : 1; left > 0; left--) {
      const set = numbers[at++]!;
      if (set === 0) {
        itemList[item++] = ACCEPT;
        continue;
      }
      const named = numbers[reference++]!;
      let when = met;
      if (named === 0) met++;
      else if (named > RECENT) when = met - (named - RECENT);
      else when = recent.splice(named - 1, 1)[0]!;
      if (named !== 0) {
        recent.unshift(when);
        if (recent.length > RECENT) recent.pop();
      }
      itemList[item++] = (set - 1) | (when << 16);
    }
    for (let when = met - 1; when >= metBefore; when--) waiting.push(when);
  }
  for (let n = firstItem; n < item; n++) if (itemList[n] !== ACCEPT) itemList[n] = (itemList[n]! & 0xffff) | (numberOf[itemList[n]! >>> 16]! << 16);
  for (let kind = 0; kind < kinds; kind++) {
    const start = numbers[startsAt + kind]!;
    starts[pattern * kinds + kind] = start === 0 ? NO_STATE : numberOf[start - 1]!;
  }
  program.firstState[pattern + 1] = first + count;
  itemStart[first + count] = item;
  from.numbers = at;
  from.references = reference;
}
