/**
 * Writes text into the kernel's window as symbols. ASCII goes in as bytes, by the engine's own encoder;
 * everything else as one 16-bit class per UTF-16 unit, so that positions in the window are positions in
 * the string, and a lone surrogate is the code point that `u` says it is.
 */
import { Mailbox } from './mailbox.js';
import type { ScanExports } from './scan-exports.js';

/** UTF-16 units that fit into the window (WINDOW_SYMBOLS of the kernel). */
export const WINDOW_UNITS = 65536;

// Units looked at to guess whether a text is ASCII before the encoder is tried in vain.
const SAMPLES = 8;

/** Classes of code points, as the kernel's program lists them. */
export interface ClassMap {
  /** First code points of the stretches of equal class. */
  readonly starts: Uint32Array;
  /** Class of each stretch. */
  readonly classes: Uint16Array;
  /** Kind of each class. */
  readonly kinds: Uint8Array;
  /** Number of classes; the next two symbols are the end of the text and the first half of a pair. */
  readonly classCount: number;
}

/** The window of one kernel instance. */
export class ScanText {
  readonly #kernel: ScanExports;
  readonly #mailbox: Mailbox;
  readonly #map: ClassMap;
  readonly #windowAt: number;
  readonly #encoder = new TextEncoder();
  #bytes: Uint8Array<ArrayBuffer>;
  // Class of every unit below U+10000; made when the first text needs it.
  #classOf: Uint16Array | undefined;
  #lastPair = -1;
  #lastPairClass = 0;

  constructor(kernel: ScanExports, mailbox: Mailbox, map: ClassMap) {
    this.#kernel = kernel;
    this.#mailbox = mailbox;
    this.#map = map;
    this.#windowAt = kernel.windowAt();
    this.#bytes = this.#window();
  }

  /** Writes `text[from, to)` into the window; answers 1 for 16-bit symbols, 0 for bytes. At most {@link WINDOW_UNITS}; must not cut a pair. */
  write(text: string, from: number, to: number): 0 | 1 {
    if (!this.#looksWide(text, from, to)) {
      const part = from === 0 && to === text.length ? text : text.slice(from, to);
      if (this.#bytes.buffer !== this.#kernel.memory.buffer) this.#bytes = this.#window();
      const { read, written } = this.#encoder.encodeInto(part, this.#bytes);
      if (read === to - from && written === read) return 0;
    }
    this.#writeClasses(text, from, to);
    return 1;
  }

  /** Kind of the character before `position`; 0 at the start of the text. */
  kindBefore(text: string, position: number): number {
    if (position <= 0) return 0;
    const codePoint = codePointBefore(text, position);
    return this.kindOf(codePoint);
  }

  /** Kind of a character. */
  kindOf(codePoint: number): number {
    return this.#map.kinds[this.#classOfCodePoint(codePoint)] ?? 0;
  }

  /** Symbol of the character at `position`, or of the end of the text. */
  symbolAt(text: string, position: number): number {
    const codePoint = text.codePointAt(position);
    return codePoint === undefined ? this.#map.classCount : this.#classOfCodePoint(codePoint);
  }

  #looksWide(text: string, from: number, to: number): boolean {
    const stride = Math.max(1, ((to - from) / SAMPLES) | 0);
    for (let at = from; at < to; at += stride) if (text.charCodeAt(at) > 127) return true;
    return false;
  }

  #writeClasses(text: string, from: number, to: number): void {
    const classOf = (this.#classOf ??= this.#buildClassOf());
    const symbols = this.#mailbox.halves;
    let out = this.#windowAt >> 1;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < to) {
        const trail = text.charCodeAt(at + 1);
        if (trail >= 0xdc00 && trail < 0xe000) {
          symbols[out++] = this.#map.classCount + 1;
          symbols[out++] = this.#classOfPair((unit - 0xd800) * 0x400 + (trail - 0xdc00) + 0x10000);
          at++;
          continue;
        }
      }
      symbols[out++] = classOf[unit] ?? 0;
    }
  }

  #classOfPair(codePoint: number): number {
    // Emoji come in runs of the same blocks: the block seen last is remembered.
    if (codePoint !== this.#lastPair) {
      this.#lastPair = codePoint;
      this.#lastPairClass = this.#classOfCodePoint(codePoint);
    }
    return this.#lastPairClass;
  }

  #classOfCodePoint(codePoint: number): number {
    const { starts, classes } = this.#map;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= codePoint) low = middle;
      else high = middle;
    }
    return classes[low] ?? 0;
  }

  #buildClassOf(): Uint16Array {
    const { starts, classes } = this.#map;
    const table = new Uint16Array(0x10000);
    for (let n = 0; n < starts.length; n++) {
      const start = starts[n] ?? 0;
      if (start > 0xffff) break;
      table.fill(classes[n] ?? 0, start, Math.min(starts[n + 1] ?? 0x10000, 0x10000));
    }
    return table;
  }

  #window(): Uint8Array<ArrayBuffer> {
    return this.#mailbox.bytes.subarray(this.#windowAt, this.#windowAt + WINDOW_UNITS * 2);
  }
}

/** The code point that ends before `position` (which must be positive). */
export function codePointBefore(text: string, position: number): number {
  const unit = text.charCodeAt(position - 1);
  if (unit >= 0xdc00 && unit < 0xe000 && position > 1) {
    const codePoint = text.codePointAt(position - 2) ?? unit;
    if (codePoint > 0xffff) return codePoint;
  }
  return unit;
}

/** `position`, moved one unit back when it lies inside a surrogate pair. */
export function outsidePair(text: string, position: number): number {
  if (position <= 0 || position >= text.length) return position;
  const trail = text.charCodeAt(position);
  const lead = text.charCodeAt(position - 1);
  return trail >= 0xdc00 && trail < 0xe000 && lead >= 0xd800 && lead < 0xdc00 ? position - 1 : position;
}
