/**
 * A view: one way to read a text, with the way back.
 *
 * Obfuscated and spoken forms are found by rewriting the text (fold letters, join spelled words, turn
 * number words into digits) and looking at the rewritten form. Every unit of a view knows the units of
 * the original that it came from, so that whatever is found has its place in the text that was given.
 */

/** How a view was made. `base` is the text itself with its typography normalised. */
export type ViewName = 'base' | 'fold' | 'joined' | 'leet' | 'spoken' | 'base64' | 'base32' | 'hex' | 'percent' | 'escape' | 'entity' | 'binary' | 'rot13' | 'reversed' | 'tags';

/** One way to read a text. */
export interface View {
  readonly name: ViewName;
  /** The rewritten text. */
  readonly text: string;
  /** For each unit of `text`, where its origin begins; null when units correspond one to one. */
  readonly starts: Int32Array | null;
  /** For each unit of `text`, where its origin ends; null when units correspond one to one. */
  readonly ends: Int32Array | null;
}

/** A view in which every unit stands for itself. */
export function plainView(name: ViewName, text: string): View {
  return { name, text, starts: null, ends: null };
}

/** Where unit `index` of the view begins in the original. */
export function originStart(view: View, index: number): number {
  return view.starts === null ? index : (view.starts[index] ?? 0);
}

/** Where the unit before `index` of the view ends in the original. */
export function originEnd(view: View, index: number): number {
  return view.ends === null ? index : index === 0 ? 0 : (view.ends[index - 1] ?? 0);
}

/** Puts a view together from pieces, and composes the way back when the source is itself a view. */
export class ViewBuilder {
  readonly #source: View;
  // Grown as units are written.
  #starts = new Int32Array();
  #ends = new Int32Array();
  #length = 0;
  #text = '';

  constructor(source: View) {
    this.#source = source;
  }

  /** Units written so far. */
  get length(): number {
    return this.#length;
  }

  /** The text written so far. */
  get text(): string {
    return this.#text;
  }

  /** Copies units `[start, end)` of the source as they are. */
  copy(start: number, end: number): void {
    if (end <= start) return;
    const { text, starts, ends } = this.#source;
    this.#text += text.slice(start, end);
    this.#reserve(end - start);
    const at = this.#length;
    if (starts === null || ends === null) {
      for (let n = start; n < end; n++) {
        this.#starts[at + n - start] = n;
        this.#ends[at + n - start] = n + 1;
      }
    } else {
      this.#starts.set(starts.subarray(start, end), at);
      this.#ends.set(ends.subarray(start, end), at);
    }
    this.#length = at + end - start;
  }

  /** Writes `text` in place of units `[start, end)` of the source. */
  replace(text: string, start: number, end: number): void {
    if (text.length === 0) return;
    this.#text += text;
    this.#reserve(text.length);
    const last = this.#length + text.length;
    this.#starts.fill(originStart(this.#source, start), this.#length, last);
    this.#ends.fill(originEnd(this.#source, end), this.#length, last);
    this.#length = last;
  }

  /** The finished view. */
  build(name: ViewName): View {
    return { name, text: this.#text, starts: this.#starts.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#length) };
  }

  #reserve(units: number): void {
    const needed = this.#length + units;
    if (needed <= this.#starts.length) return;
    this.#starts = grown(this.#starts, needed);
    this.#ends = grown(this.#ends, needed);
  }
}

function grown(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(needed, array.length * 2, 64));
  larger.set(array);
  return larger;
}
