/**
 * The compiled form of a set of patterns: one block of bytes that a kernel loads, a worker receives
 * and a cache keeps. Little-endian 32-bit words; a header of {@link HEADER_WORDS} words, then the
 * sections in the order of {@link SECTIONS}, each padded to a word. Everything is checked before use,
 * because the bytes may come from outside.
 */
import { SluiceError } from '../base/errors.js';

/** Words of the header: magic, version, byte length, checksum, the counts, then the section offsets. */
export const HEADER_WORDS = 32;
const MAGIC = 0x31504c53;
const VERSION = 1;
/** Header word of the first section offset. */
const OFFSETS = 12;

/** Sections and the bytes of one element. */
export const SECTIONS = [
  ['setBits', 4],
  ['itemStart', 4],
  ['items', 2],
  ['firstState', 4],
  ['starts', 2],
  ['delayed', 2],
  ['patternFlags', 1],
  ['kindOf', 1],
  ['stretchStart', 4],
  ['stretchClass', 2],
  ['fingerprints', 4],
] as const;
type SectionName = (typeof SECTIONS)[number][0];

/** Counts of a program. */
export interface ProgramCounts {
  readonly states: number;
  /** Classes without the two extra symbols. */
  readonly classes: number;
  readonly kinds: number;
  readonly patterns: number;
  readonly sets: number;
  /** Pairs of set and state. */
  readonly items: number;
  readonly stretches: number;
}

/** Pattern flag: may match the empty text, so that no automaton state announces it. */
export const PATTERN_NULLABLE = 1;
/** Pattern flag: every match begins where the one before ended. */
export const PATTERN_STICKY = 2;

/** A compiled program came from another version, was damaged, or belongs to other patterns. */
export class InvalidProgramError extends SluiceError {
  constructor(reason: string) {
    super(`The compiled patterns cannot be used: ${reason}. Compile the patterns again with this version.`, { code: 'INVALID_PROGRAM' });
  }
}

/** What a program's sections hold, as arrays over the program's bytes. */
export interface Program extends ProgramCounts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly setBits: Uint32Array;
  readonly itemStart: Uint32Array;
  readonly itemList: Uint16Array;
  readonly firstState: Uint32Array;
  readonly starts: Uint16Array;
  readonly delayed: Uint16Array;
  readonly patternFlags: Uint8Array;
  readonly kindOf: Uint8Array;
  readonly stretchStart: Uint32Array;
  readonly stretchClass: Uint16Array;
  /** Two words per pattern. */
  readonly fingerprints: Uint32Array;
}

function sectionLengths(counts: ProgramCounts): Readonly<Record<SectionName, number>> {
  const words = (counts.classes + 1 + 31) >> 5;
  return {
    setBits: counts.sets * words,
    itemStart: counts.states + 1,
    items: counts.items * 2,
    firstState: counts.patterns + 1,
    starts: counts.patterns * counts.kinds,
    delayed: counts.patterns,
    patternFlags: counts.patterns,
    kindOf: counts.classes + 2,
    stretchStart: counts.stretches,
    stretchClass: counts.stretches,
    fingerprints: counts.patterns * 2,
  };
}

function layout(counts: ProgramCounts): { readonly offsets: Readonly<Record<SectionName, number>>; readonly byteLength: number } {
  const lengths = sectionLengths(counts);
  const offsets = {} as Record<SectionName, number>;
  let at = HEADER_WORDS * 4;
  for (const [name, size] of SECTIONS) {
    offsets[name] = at;
    at = (at + lengths[name] * size + 3) & ~3;
  }
  return { offsets, byteLength: at };
}

/** Writable views of a program with these counts; {@link sealProgram} completes it. */
export function allocateProgram(counts: ProgramCounts): Program {
  return viewProgram(new Uint8Array(layout(counts).byteLength), counts);
}

function viewProgram(bytes: Uint8Array<ArrayBuffer>, counts: ProgramCounts): Program {
  const { offsets } = layout(counts);
  const lengths = sectionLengths(counts);
  const { buffer, byteOffset } = bytes;
  const words = (name: SectionName): Uint32Array => new Uint32Array(buffer, byteOffset + offsets[name], lengths[name]);
  const halves = (name: SectionName): Uint16Array => new Uint16Array(buffer, byteOffset + offsets[name], lengths[name]);
  const bytesOf = (name: SectionName): Uint8Array => new Uint8Array(buffer, byteOffset + offsets[name], lengths[name]);
  return {
    ...counts,
    bytes,
    setBits: words('setBits'),
    itemStart: words('itemStart'),
    itemList: halves('items'),
    firstState: words('firstState'),
    starts: halves('starts'),
    delayed: halves('delayed'),
    patternFlags: bytesOf('patternFlags'),
    kindOf: bytesOf('kindOf'),
    stretchStart: words('stretchStart'),
    stretchClass: halves('stretchClass'),
    fingerprints: words('fingerprints'),
  };
}

/** Writes the header of a filled program. */
export function sealProgram(program: Program): void {
  const header = new Uint32Array(program.bytes.buffer, program.bytes.byteOffset, HEADER_WORDS);
  const { states, classes, kinds, patterns, sets, items, stretches } = program;
  header.set([MAGIC, VERSION, program.bytes.length, 0, states, classes, kinds, patterns, sets, (classes + 1 + 31) >> 5, items, stretches]);
  const { offsets } = layout(program);
  SECTIONS.forEach(([name], index) => (header[OFFSETS + index] = offsets[name]));
  header[3] = checksum(program.bytes);
}

/** Reads and checks a program. Throws {@link InvalidProgramError} for anything that a kernel must not load. */
export function readProgram(given: Uint8Array): Program {
  if (given.length < HEADER_WORDS * 4 || given.length % 4 !== 0) throw new InvalidProgramError('they are cut off');
  // A copy of its own: aligned, and nobody can change it after the checks.
  const bytes = Uint8Array.from(given);
  const header = new Uint32Array(bytes.buffer, 0, HEADER_WORDS);
  if (header[0] !== MAGIC) throw new InvalidProgramError('they are something else');
  if (header[1] !== VERSION) throw new InvalidProgramError('they were compiled by another version');
  const word = (n: number): number => header[n] ?? 0;
  const counts = { states: word(4), classes: word(5), kinds: word(6), patterns: word(7), sets: word(8), items: word(10), stretches: word(11) };
  const plausible = counts.states < 0xffff && counts.classes < 0xfff0 && counts.kinds <= 31 && counts.kinds > 0 && counts.patterns < 0xffff && counts.sets < 0xffff && counts.items < 2 ** 26 && counts.stretches < 2 ** 22;
  if (!plausible || word(2) !== bytes.length || layout(counts).byteLength !== bytes.length) throw new InvalidProgramError('their length is wrong');
  if (word(3) !== checksum(bytes)) throw new InvalidProgramError('they are damaged');
  const program = viewProgram(bytes, counts);
  const { offsets } = layout(counts);
  const placed = SECTIONS.every(([name], index) => header[OFFSETS + index] === offsets[name]) && word(9) === (counts.classes + 1 + 31) >> 5;
  if (!placed || !isConsistent(program)) throw new InvalidProgramError('their contents contradict each other');
  return program;
}

function isConsistent(program: Program): boolean {
  const { states, sets, patterns, kinds, classes } = program;
  const ascending = (list: Uint32Array, last: number): boolean => list[list.length - 1] === last && list.every((value, n) => n === 0 || value >= (list[n - 1] ?? 0));
  const isState = (state: number): boolean => state === 0xffff || state < states;
  if (program.itemStart[0] !== 0 || !ascending(program.itemStart, program.items)) return false;
  if (program.firstState[0] !== 0 || !ascending(program.firstState, states)) return false;
  for (let pattern = 0; pattern < patterns; pattern++) {
    const first = program.firstState[pattern] ?? 0;
    const end = program.firstState[pattern + 1] ?? 0;
    const isOwn = (state: number): boolean => state >= first && state < end;
    const from = program.itemStart[first] ?? 0;
    const to = program.itemStart[end] ?? 0;
    for (let item = from; item < to; item++) {
      const set = program.itemList[item * 2] ?? 0;
      if (set !== 0xffff && (set >= sets || !isOwn(program.itemList[item * 2 + 1] ?? 0))) return false;
    }
    const delayed = program.delayed[pattern] ?? 0;
    if (delayed !== 0xffff && !isOwn(delayed)) return false;
    for (let kind = 0; kind < kinds; kind++) {
      const start = program.starts[pattern * kinds + kind] ?? 0;
      if (start !== 0xffff && !isOwn(start)) return false;
    }
  }
  return (
    program.starts.every(isState) &&
    program.kindOf.every((kind) => kind < kinds) &&
    program.stretchClass.every((number) => number < classes) &&
    program.stretchStart[0] === 0 &&
    program.stretchStart.every((start, n) => start <= 0x10ffff && (n === 0 || start > (program.stretchStart[n - 1] ?? 0)))
  );
}

// FNV-1a over the words (http://www.isthe.com/chongo/tech/comp/fnv/), the checksum's own word left out.
function checksum(bytes: Uint8Array<ArrayBuffer>): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let hash = 0x811c9dc5;
  for (let n = 0; n < words.length; n++) if (n !== 3) hash = Math.imul(hash ^ (words[n] ?? 0), 0x01000193);
  return hash >>> 0;
}
