/**
 * Puts patterns of several programs together into one. So patterns that were compiled ahead of time and
 * those of users run in one automaton, and nothing is compiled twice.
 *
 * States, items and sets are copied with their numbers moved on. What differs between programs is the
 * alphabet: two code points are of one class now when no part tells them apart, and likewise for the
 * kinds of previous characters.
 *
 * `!` stands where an index lies within its section: programs are made by this folder.
 */
import { ACCEPT, NO_STATE } from './automaton.js';
import { MAX_KINDS } from './kinds.js';
import { allocateProgram, sealProgram, wordsPerSet, type Program } from './program.js';
import { PatternSyntaxError } from './syntax-error.js';

/** A pattern of one of the parts. */
export interface LinkedPattern {
  readonly program: Program;
  /** Its number in that program. */
  readonly pattern: number;
}

// Where the states, items and sets of a part begin in the new program, and what became of its classes.
interface Part {
  readonly program: Program;
  readonly sets: number;
  /** Classes of the new alphabet, by class of the part. */
  readonly classes: readonly number[][];
}

/**
 * The program of `patterns`, in this order. Throws {@link PatternSyntaxError} when they are too many for one
 * automaton, or tell too many kinds of previous characters apart.
 */
export function linkPrograms(patterns: readonly LinkedPattern[]): Program {
  const programs = [...new Set(patterns.map(({ program }) => program))];
  const first = programs[0];
  if (programs.length === 1 && first !== undefined && first.patterns === patterns.length && patterns.every(({ pattern }, n) => pattern === n)) return first;
  const alphabet = mergeAlphabets(programs);
  const kinds = mergeKinds(programs, alphabet.members);
  let states = 0;
  let items = 0;
  for (const { program, pattern } of patterns) {
    const [from, to] = statesOf(program, pattern);
    states += to - from;
    items += program.itemStart[to]! - program.itemStart[from]!;
  }
  const sets = programs.reduce((sum, program) => sum + program.sets, 0);
  if (states >= NO_STATE || sets >= ACCEPT) throw new PatternSyntaxError('more states, together with the other patterns, than one automaton can hold,', 0, 'Split the patterns over two scanners, or lower the bounds of counted repetitions.');
  const linked = allocateProgram({ states, classes: alphabet.members.length, kinds: kinds.members.length, patterns: patterns.length, sets, items, stretches: alphabet.starts.length });
  linked.stretchStart.set(alphabet.starts);
  linked.stretchClass.set(alphabet.classes);
  linked.kindOf.set(kinds.ofClass);
  copyPatterns(linked, patterns, kinds.members, programs, copySets(linked, programs, alphabet.members));
  sealProgram(linked);
  return linked;
}

function statesOf({ firstState }: Program, pattern: number): readonly [from: number, to: number] {
  return [firstState[pattern]!, firstState[pattern + 1]!];
}

interface Merged {
  readonly starts: readonly number[];
  readonly classes: readonly number[];
  /** For each new class, the class of each part. */
  readonly members: readonly (readonly number[])[];
}

function mergeAlphabets(programs: readonly Program[]): Merged {
  const at = programs.map(() => 0);
  const numbers = new Map<string, number>();
  const merged = { starts: [] as number[], classes: [] as number[], members: [] as number[][] };
  for (let start = 0; start !== Infinity; ) {
    const members = programs.map(({ stretchClass }, part) => stretchClass[at[part]!]!);
    const key = members.join();
    let number = numbers.get(key);
    if (number === undefined) numbers.set(key, (number = merged.members.push(members) - 1));
    if (merged.classes.at(-1) !== number) {
      merged.starts.push(start);
      merged.classes.push(number);
    }
    start = Infinity;
    programs.forEach(({ stretchStart }, part) => (start = Math.min(start, stretchStart[at[part]! + 1] ?? Infinity)));
    programs.forEach(({ stretchStart }, part) => {
      if (stretchStart[at[part]! + 1] === start) at[part]!++;
    });
  }
  return merged;
}

function mergeKinds(programs: readonly Program[], classes: Merged['members']): { readonly ofClass: Uint8Array; readonly members: readonly (readonly number[])[] } {
  // Kind 0 is the start of the text in every part.
  const members: number[][] = [programs.map(() => 0)];
  const numbers = new Map<string, number>();
  const ofClass = new Uint8Array(classes.length + 2);
  classes.forEach((ofParts, number) => {
    const kinds = programs.map(({ kindOf }, part) => kindOf[ofParts[part]!]!);
    const key = kinds.join();
    let kind = numbers.get(key);
    if (kind === undefined) numbers.set(key, (kind = members.push(kinds) - 1));
    ofClass[number] = kind;
  });
  if (members.length > MAX_KINDS) throw new PatternSyntaxError('too many different conditions on the previous character, together with the other patterns,', 0, `Patterns of one scanner may tell ${MAX_KINDS - 1} kinds of previous characters apart; split them over two scanners.`);
  return { ofClass, members };
}

function copySets(linked: Program, programs: readonly Program[], members: Merged['members']): readonly Part[] {
  let next = 0;
  return programs.map((program, n) => {
    const classes: number[][] = Array.from({ length: program.classes + 1 }, () => []);
    members.forEach((ofParts, number) => classes[ofParts[n]!]!.push(number));
    classes[program.classes]!.push(linked.classes); // the end of the text
    const part: Part = { program, sets: next, classes };
    for (let set = 0; set < program.sets; set++, next++) copySet(linked, next, program, set, classes);
    return part;
  });
}

// Most sets are small or leave little out; of the latter what is left out is copied, and the rest is what remains.
function copySet(linked: Program, next: number, program: Program, set: number, classes: readonly (readonly number[])[]): void {
  const words = wordsPerSet(linked.classes);
  const own = wordsPerSet(program.classes);
  const at = next * words;
  let size = 0;
  for (let word = 0; word < own; word++) size += bitCount(program.setBits[set * own + word]!);
  const flip = size * 2 > program.classes ? -1 : 0;
  for (let word = 0; word < own; word++) {
    let bits = program.setBits[set * own + word]! ^ flip;
    if (flip !== 0 && word === own - 1) bits &= lastWordMask(program.classes);
    for (; bits !== 0; bits &= bits - 1) {
      for (const number of classes[word * 32 + 31 - Math.clz32(bits & -bits)]!) linked.setBits[at + (number >> 5)]! |= 1 << (number & 31);
    }
  }
  if (flip === 0) return;
  for (let word = 0; word < words; word++) linked.setBits[at + word] = ~linked.setBits[at + word]!;
  linked.setBits[at + words - 1]! &= lastWordMask(linked.classes);
}

// The symbols of an alphabet with its end of the text, in the last of its words.
function lastWordMask(classes: number): number {
  return classes % 32 === 31 ? -1 : (1 << ((classes % 32) + 1)) - 1;
}

function bitCount(word: number): number {
  let count = 0;
  for (let bits = word; bits !== 0; bits &= bits - 1) count++;
  return count;
}

// `moved`: by how much sets (low half) and states (high half) are numbered higher.
function copyItems(from: Uint32Array, to: Uint32Array, moved: number): void {
  for (let n = 0; n < from.length; n++) to[n] = from[n] === ACCEPT ? ACCEPT : from[n]! + moved;
}

function copyPatterns(linked: Program, patterns: readonly LinkedPattern[], kinds: readonly (readonly number[])[], programs: readonly Program[], parts: readonly Part[]): void {
  let states = 0;
  let items = 0;
  patterns.forEach(({ program, pattern }, number) => {
    const n = programs.indexOf(program);
    const { sets } = parts[n]!;
    const [from, to] = statesOf(program, pattern);
    const moved = states - from;
    const firstItem = program.itemStart[from]!;
    const lastItem = program.itemStart[to]!;
    for (let state = from; state < to; state++) linked.itemStart[state + moved] = program.itemStart[state]! - firstItem + items;
    copyItems(program.itemList.subarray(firstItem, lastItem), linked.itemList.subarray(items), sets + moved * 0x10000);
    const place = (state: number): number => (state === NO_STATE ? NO_STATE : state + moved);
    kinds.forEach((ofParts, kind) => (linked.starts[number * kinds.length + kind] = place(program.starts[pattern * program.kinds + ofParts[n]!]!)));
    linked.delayed[number] = place(program.delayed[pattern]!);
    linked.patternFlags[number] = program.patternFlags[pattern]!;
    linked.firstState[number] = states;
    states += to - from;
    items += lastItem - firstItem;
  });
  linked.firstState[patterns.length] = states;
  linked.itemStart[states] = items;
}
