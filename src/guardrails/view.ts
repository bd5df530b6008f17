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
  // Grown as units are written: a text of a hundred thousand pieces costs no object for each.
  #units = new Uint16Array();
  #starts = new Int32Array();
  #ends = new Int32Array();
  #length = 0;

  constructor(source: View) {
    this.#source = source;
  }

  /** Units written so far. */
  get length(): number {
    return this.#length;
  }

  /** Copies units `[start, end)` of the source as they are. */
  copy(start: number, end: number): void {
    if (end <= start) return;
    const { text, starts, ends } = this.#source;
    this.#reserve(end - start);
    const shift = this.#length - start;
    for (let n = start; n < end; n++) {
      this.#units[n + shift] = text.charCodeAt(n);
      this.#starts[n + shift] = starts?.[n] ?? n;
      this.#ends[n + shift] = ends?.[n] ?? n + 1;
    }
    this.#length += end - start;
  }

  /** Writes `text` in place of units `[start, end)` of the source. */
  replace(text: string, start: number, end: number): void {
    for (let n = 0; n < text.length; n++) this.unit(text.charCodeAt(n), start, end);
  }

  /** Writes one unit in place of units `[start, end)` of the source. */
  unit(unit: number, start: number, end: number): void {
    this.#reserve(1);
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = originStart(this.#source, start);
    this.#ends[this.#length++] = originEnd(this.#source, end);
  }

  /** The finished view. */
  build(name: ViewName): View {
    return { name, text: textOf(this.#units.subarray(0, this.#length)), starts: this.#starts.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#length) };
  }

  #reserve(units: number): void {
    const needed = this.#length + units;
    if (needed <= this.#units.length) return;
    const capacity = Math.max(needed, this.#units.length * 2, this.#source.text.length >> 2, 64);
    const [held, starts, ends] = [this.#units, this.#starts, this.#ends];
    (this.#units = new Uint16Array(capacity)).set(held);
    (this.#starts = new Int32Array(capacity)).set(starts);
    (this.#ends = new Int32Array(capacity)).set(ends);
  }
}

// Arguments of one call; engines limit them at tens of thousands.
const AT_ONCE = 8192;

function textOf(units: Uint16Array): string {
  let text = '';
  for (let from = 0; from < units.length; from += AT_ONCE) text += String.fromCharCode.apply(null, units.subarray(from, from + AT_ONCE) as unknown as number[]);
  return text;
}
