/**
 * Scans texts of any length with one kernel instance. Texts that fit the window never leave
 * the kernel. For the rest this composes the kernel's passes block by
 * block: the text is at hand here, so that the kernel's memory stays bounded.
 */
import { ClosedError, SluiceError } from '../base/errors.js';
import { Mailbox } from './mailbox.js';
import type { ScanExports } from './scan-exports.js';
import { createScanExports } from './scan-kernel.js';
import { outsidePair, ScanText, WINDOW_UNITS, type ClassMap } from './scan-text.js';

// Answers of scanBlock and resume, two bits; the number of matches that lie ready stands above them.
const FETCH = 1;
const ASSIST = 2;

// Passes (assembly/scan/blocks.ts).
const EVERY = 0;
const ALONE = 1;
const ABLE = 2;

// Units walked at once where a window leaves the block: states are kept at the end of each.
const BLOCK = 8192;

// Pattern flag of the program.
const PATTERN_STICKY = 2;

// Words of the program's header (src/pattern/program.ts).
const CHECKSUM = 3;
const DIGEST = 28;
const CLASSES = 5;
const PATTERNS = 7;
const STRETCHES = 11;
const PATTERN_FLAGS = 18;
const KINDS_OF = 19;
const STRETCH_START = 20;
const STRETCH_CLASS = 21;

/** Spans as triples of pattern, start and end, in UTF-16 units; per pattern ascending, patterns mixed. */
export type Spans = readonly number[];

const NOTHING: Spans = Object.freeze([]);

/** The host refuses the memory that the patterns need. */
export class ScanMemoryError extends SluiceError {
  override readonly name: string = 'ScanMemoryError';

  constructor() {
    super('The memory for the compiled patterns was refused by the host. Use fewer or smaller patterns per scanner, or close scanners that are no longer needed.', { code: 'OUT_OF_MEMORY' });
  }
}

/** Compiled patterns came from another version, were damaged, or belong to other patterns. */
export class InvalidProgramError extends SluiceError {
  override readonly name: string = 'InvalidProgramError';

  constructor(reason: string) {
    super(`The compiled patterns cannot be used: ${reason}. Compile the patterns again with this version.`, { code: 'INVALID_PROGRAM' });
  }
}

// Answers of the kernel's validate(), from 1.
const REASONS: readonly string[] = ['they are cut off', 'they are something else', 'they were compiled by another version', 'they are damaged', 'their contents contradict each other'];

/** Options of {@link ScanEngine}. */
export interface ScanEngineOptions {
  /** The program comes from outside and is checked before anything of it is used. @default false */
  readonly foreign?: boolean;
  /** Sources of the patterns that a foreign program must have been compiled from (see `seal`). */
  readonly sources?: string;
  /** Makes the kernel instance. @default createScanExports */
  readonly createExports?: () => ScanExports;
}

/** One kernel instance with one program. */
export class ScanEngine {
  readonly #text: ScanText;
  readonly #mailbox: Mailbox;
  readonly #unannounced: readonly number[];
  readonly #flags: Uint8Array;
  readonly #programAt: number;
  readonly #programLength: number;
  #kernel: ScanExports | undefined;

  /** Loads `program`. Throws {@link ScanMemoryError}, and {@link InvalidProgramError} for one from outside that cannot be used. */
  constructor(program: Uint8Array, options: ScanEngineOptions = {}) {
    const kernel = (options.createExports ?? createScanExports)();
    const at = kernel.reserveProgram(program.length);
    if (at === 0) throw new ScanMemoryError();
    new Uint8Array(kernel.memory.buffer).set(program, at);
    if (options.foreign === true) requireValid(kernel, program.length);
    if (!kernel.open()) throw new ScanMemoryError();
    if (options.sources !== undefined) requireSameSources(kernel, at, options.sources);
    this.#programAt = at;
    this.#programLength = program.length;
    const { map, flags } = describe(program);
    this.#kernel = kernel;
    this.#mailbox = new Mailbox(kernel.memory);
    this.#text = new ScanText(kernel, this.#mailbox, map);
    this.#flags = flags;
    this.#unannounced = [...flags.keys()].filter((pattern) => flags[pattern] !== 0);
  }

  /** The kernel, for streams over the same tables. Throws `CLOSED` after `close`. */
  get kernel(): ScanExports {
    if (this.#kernel === undefined) throw new ClosedError('Scanner');
    return this.#kernel;
  }

  /** The kernel's window. */
  get text(): ScanText {
    return this.#text;
  }

  /** The kernel's memory. */
  get mailbox(): Mailbox {
    return this.#mailbox;
  }

  /** Patterns that have to be searched for on their own: those that match the empty text, and sticky ones. */
  get unannounced(): readonly number[] {
    return this.#unannounced;
  }

  /** Whether every match of `pattern` must begin where the one before ended. */
  isSticky(pattern: number): boolean {
    return ((this.#flags[pattern] ?? 0) & PATTERN_STICKY) !== 0;
  }

  /** Bytes of memory in use. */
  get byteLength(): number {
    return this.kernel.memory.buffer.byteLength;
  }

  /** All matches in `text`. */
  scan(text: string): Spans {
    const kernel = this.kernel;
    if (text.length <= WINDOW_UNITS && this.#unannounced.length === 0) {
      const halves = this.#text.write(text, 0, text.length);
      const answer = kernel.scanBlock(text.length, 0, 1, 0, halves);
      if (answer === 0) return NOTHING;
      const spans: number[] = [];
      this.#serve(answer, text, 0, text.length, spans);
      return spans;
    }
    const spans: number[] = [];
    for (const _ of this.slices(text, spans)) continue;
    return spans;
  }

  /** The same in slices of at most 64 K units: appends to `spans` and yields after each slice. Nothing else may use this engine in between. */
  *slices(text: string, spans: number[]): Generator<void, void, void> {
    for (let from = 0; from < text.length || from === 0; ) {
      const to = outsidePair(text, Math.min(from + WINDOW_UNITS, text.length));
      this.#serve(this.#block(text, from, to), text, from, to, spans);
      if (to === text.length) break;
      from = to;
      yield;
    }
    for (const pattern of this.#unannounced) {
      yield;
      this.#walkWindow(pattern, text, 0, text.length, 0, spans);
    }
  }

  /** The program, with checksum and the digest of `sources`, as {@link ScanEngineOptions.sources} asks for. */
  seal(sources: string): Uint8Array {
    const kernel = this.kernel;
    const at = this.#programAt;
    const words = this.#mailbox.words;
    words.set(digestOf(kernel, sources), (at >> 2) + DIGEST);
    words[(at >> 2) + CHECKSUM] = kernel.checksum(at, this.#programLength);
    return this.#mailbox.bytes.slice(at, at + this.#programLength);
  }

  /** Frees the instance. */
  close(): void {
    this.#kernel = undefined;
  }

  #block(text: string, from: number, to: number): number {
    const kind = this.#text.kindBefore(text, from);
    const halves = this.#text.write(text, from, to);
    return this.kernel.scanBlock(to - from, from, to === text.length ? 1 : 0, kind, halves);
  }

  // Does what the kernel asks for until it is done with the block.
  #serve(first: number, text: string, from: number, to: number, spans: number[]): void {
    const kernel = this.kernel;
    let answer = first;
    for (;;) {
      this.#fetch(answer >>> 2, spans);
      const code = answer & 3;
      if (code === FETCH) answer = kernel.resume();
      else if (code === ASSIST) {
        this.#resolveFar(kernel.farPatternOf(), from + kernel.farPositionOf(), text, spans);
        this.#load(text, from, to);
        answer = kernel.resume();
      } else return;
    }
  }

  #fetch(count: number, spans: number[]): void {
    if (count === 0) return;
    const words = this.#mailbox.words;
    const at = this.kernel.matchesAt() >> 2;
    for (let n = 0; n < count * 3; n++) spans.push(words[at + n] ?? 0);
    this.kernel.dropMatches();
  }

  #load(text: string, from: number, to: number): void {
    const kind = this.#text.kindBefore(text, from);
    this.kernel.setText(to - from, from, to === text.length ? 1 : 0, kind, this.#text.write(text, from, to));
  }

  // A window that the kernel cannot hold: its ends are looked for block by block.
  #resolveFar(pattern: number, hit: number, text: string, spans: number[]): void {
    const words = this.#mailbox.words;
    const covered = words[(this.kernel.coveredAt() >> 2) + pattern] ?? 0;
    const lastEnd = words[(this.kernel.lastEndAt() >> 2) + pattern] ?? 0;
    const from = this.#windowStart(pattern, hit, covered, text);
    const to = this.#windowEnd(pattern, from, hit, text);
    this.#walkWindow(pattern, text, from, to, Math.max(from, lastEnd), spans);
  }

  #windowStart(pattern: number, hit: number, covered: number, text: string): number {
    const kernel = this.kernel;
    kernel.beginPass(EVERY, pattern, 0);
    for (let end = hit; end > covered; ) {
      const start = outsidePair(text, Math.max(covered, end - WINDOW_UNITS + 1));
      this.#load(text, start, end);
      const dead = kernel.passBack(end - start, 0);
      if (dead >= 0) return start + dead;
      end = start;
    }
    return covered;
  }

  #windowEnd(pattern: number, from: number, hit: number, text: string): number {
    const kernel = this.kernel;
    kernel.beginPass(ALONE, pattern, this.#text.kindBefore(text, from));
    for (let start = from; start < text.length; ) {
      const end = outsidePair(text, Math.min(start + WINDOW_UNITS, text.length));
      this.#load(text, start, end);
      const dead = kernel.passOn(0, end - start, hit - start);
      if (dead >= 0) return start + dead;
      start = end;
    }
    return text.length;
  }

  // ABLE from right to left, keeping the states at the end of every block; then block by block from left
  // to right, ABLE again over the block and the walk.
  #walkWindow(pattern: number, text: string, from: number, to: number, searchFrom: number, spans: number[]): void {
    const kernel = this.kernel;
    const ends: number[] = [];
    for (let end = from; end < to; ) {
      end = outsidePair(text, Math.min(end + BLOCK, to));
      ends.push(end);
    }
    if (ends.length === 0) ends.push(to);
    const kept: Uint16Array[] = [];
    kernel.beginPass(ABLE, pattern, 0);
    if (to === text.length) kernel.passEnd();
    for (let n = ends.length - 1; n >= 0; n--) {
      kept[n] = this.#passStates();
      if (n === 0) break;
      const start = ends[n - 1] ?? from;
      const end = ends[n] ?? to;
      this.#load(text, start, end);
      kernel.passAble(end - start, 0);
    }
    kernel.beginWalk(searchFrom);
    let start = from;
    ends.forEach((end, n) => {
      this.#walkBlock(pattern, text, start, end, kept[n] ?? new Uint16Array(), end === to && to === text.length, spans);
      start = end;
    });
    kernel.finish(pattern, to);
  }

  #walkBlock(pattern: number, text: string, from: number, to: number, states: Uint16Array, last: boolean, spans: number[]): void {
    const kernel = this.kernel;
    this.#load(text, from, to);
    this.#restore(pattern, states);
    const walked = kernel.passWalk(pattern, 0, to - from, last ? 1 : 0);
    this.#fetch(kernel.matchesFound(), spans);
    if (walked) return;
    // The rows of the block do not fit together: half of them will.
    const middle = outsidePair(text, (from + to) >> 1);
    if (middle === from) throw new ScanMemoryError();
    this.#restore(pattern, states);
    kernel.passAble(to - from, middle - from);
    const between = this.#passStates();
    this.#walkBlock(pattern, text, from, middle, between, false, spans);
    this.#walkBlock(pattern, text, middle, to, states, last, spans);
  }

  #restore(pattern: number, states: Uint16Array): void {
    this.#mailbox.halves.set(states, this.kernel.scratchAt() >> 1);
    this.kernel.restoreAble(pattern, states.length);
  }

  #passStates(): Uint16Array {
    const at = this.kernel.passStates() >> 1;
    return this.#mailbox.halves.slice(at, at + this.kernel.passStateCount());
  }
}

function requireValid(kernel: ScanExports, length: number): void {
  const reason = REASONS[kernel.validate(length) - 1];
  if (reason !== undefined) throw new InvalidProgramError(reason);
}

function requireSameSources(kernel: ScanExports, at: number, sources: string): void {
  const words = new Int32Array(kernel.memory.buffer, at, DIGEST + 2);
  const [first, second] = digestOf(kernel, sources);
  if (words[DIGEST] !== first || words[DIGEST + 1] !== second) throw new InvalidProgramError('they were compiled from other patterns');
}

// Two seeds make 64 bits; the window serves as the place for the text.
function digestOf(kernel: ScanExports, sources: string): readonly [number, number] {
  const bytes = new TextEncoder().encode(sources);
  let first = 0x511c9dc5 ^ bytes.length;
  let second = 0x1e3779b9 ^ bytes.length;
  for (let from = 0; from < bytes.length; from += WINDOW_UNITS) {
    const block = bytes.subarray(from, from + WINDOW_UNITS);
    const window = new Uint8Array(kernel.memory.buffer, kernel.windowAt(), block.length + 4);
    window.fill(0);
    window.set(block);
    const length = (block.length + 3) & ~3;
    first = kernel.digest(kernel.windowAt(), length, first);
    second = kernel.digest(kernel.windowAt(), length, second);
  }
  return [first, second];
}

function describe(program: Uint8Array): { readonly map: ClassMap; readonly flags: Uint8Array } {
  // A copy of its own: aligned, and nobody can change it.
  const bytes = program.slice();
  const header = new Uint32Array(bytes.buffer, 0, 32);
  const word = (n: number): number => header[n] ?? 0;
  const classCount = word(CLASSES);
  return {
    flags: new Uint8Array(bytes.buffer, word(PATTERN_FLAGS), word(PATTERNS)),
    map: {
      classCount,
      kinds: new Uint8Array(bytes.buffer, word(KINDS_OF), classCount + 2),
      starts: new Uint32Array(bytes.buffer, word(STRETCH_START), word(STRETCHES)),
      classes: new Uint16Array(bytes.buffer, word(STRETCH_CLASS), word(STRETCHES)),
    },
  };
}
