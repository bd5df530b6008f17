/**
 * The compiled form of a set of patterns: one block of bytes that a kernel loads, a worker receives
 * and a cache keeps. Little-endian 32-bit words; a header of {@link HEADER_WORDS} words, then the
 * sections in the order of {@link SECTIONS}, each padded to a word. The kernel checks all of it before
 * use when the bytes come from outside (assembly/scan/validate.ts); the words of the checksum and of the
 * patterns' digest are filled in when the program leaves the scanner.
 */
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
  ['items', 4],
  ['firstState', 4],
  ['starts', 2],
  ['delayed', 2],
  ['patternFlags', 1],
  ['kindOf', 1],
  ['stretchStart', 4],
  ['stretchClass', 2],
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
  readonly items: number;
  readonly stretches: number;
}

/** Pattern flag: may match the empty text, so that no automaton state announces it. */
export const PATTERN_NULLABLE = 1;
/** Pattern flag: every match begins where the one before ended. */
export const PATTERN_STICKY = 2;

/** What a program's sections hold, as arrays over the program's bytes. */
export interface Program extends ProgramCounts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly setBits: Uint32Array;
  readonly itemStart: Uint32Array;
  /** Set in the low half, state in the high half. */
  readonly itemList: Uint32Array;
  readonly firstState: Uint32Array;
  readonly starts: Uint16Array;
  readonly delayed: Uint16Array;
  readonly patternFlags: Uint8Array;
  readonly kindOf: Uint8Array;
  readonly stretchStart: Uint32Array;
  readonly stretchClass: Uint16Array;
}

function sectionLengths(counts: ProgramCounts): Readonly<Record<SectionName, number>> {
  return {
    setBits: counts.sets * wordsPerSet(counts.classes),
    itemStart: counts.states + 1,
    items: counts.items,
    firstState: counts.patterns + 1,
    starts: counts.patterns * counts.kinds,
    delayed: counts.patterns,
    patternFlags: counts.patterns,
    kindOf: counts.classes + 2,
    stretchStart: counts.stretches,
    stretchClass: counts.stretches,
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

/** 32-bit words of one set: a bit per class and one for the end of the text. */
export function wordsPerSet(classes: number): number {
  return (classes + 1 + 31) >> 5;
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
    itemList: words('items'),
    firstState: words('firstState'),
    starts: halves('starts'),
    delayed: halves('delayed'),
    patternFlags: bytesOf('patternFlags'),
    kindOf: bytesOf('kindOf'),
    stretchStart: words('stretchStart'),
    stretchClass: halves('stretchClass'),
  };
}

/** Views of the program that `bytes` hold, which {@link sealProgram} has completed. */
export function readProgram(bytes: Uint8Array<ArrayBuffer>): Program {
  const [states = 0, classes = 0, kinds = 0, patterns = 0, sets = 0, , items = 0, stretches = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER_WORDS).subarray(4);
  return viewProgram(bytes, { states, classes, kinds, patterns, sets, items, stretches });
}

/** Writes the header of a filled program. */
export function sealProgram(program: Program): void {
  const header = new Uint32Array(program.bytes.buffer, program.bytes.byteOffset, HEADER_WORDS);
  const { states, classes, kinds, patterns, sets, items, stretches } = program;
  header.set([MAGIC, VERSION, program.bytes.length, 0, states, classes, kinds, patterns, sets, wordsPerSet(classes), items, stretches]);
  const { offsets } = layout(program);
  SECTIONS.forEach(([name], index) => (header[OFFSETS + index] = offsets[name]));
}
