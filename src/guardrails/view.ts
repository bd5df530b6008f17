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
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #text = '';

  constructor(source: View) {
    this.#source = source;
  }

  /** Units written so far. */
  get length(): number {
    return this.#text.length;
  }

  /** The text written so far. */
  get text(): string {
    return this.#text;
  }

  /** Copies units `[start, end)` of the source as they are. */
  copy(start: number, end: number): void {
    this.#text += this.#source.text.slice(start, end);
    for (let n = start; n < end; n++) {
      this.#starts.push(originStart(this.#source, n));
      this.#ends.push(originEnd(this.#source, n + 1));
    }
  }

  /** Writes `text` in place of units `[start, end)` of the source. */
  replace(text: string, start: number, end: number): void {
    if (text.length === 0) return;
    this.#text += text;
    const from = originStart(this.#source, start);
    const to = originEnd(this.#source, end);
    for (let n = 0; n < text.length; n++) {
      this.#starts.push(from);
      this.#ends.push(to);
    }
  }

  /** The finished view. */
  build(name: ViewName): View {
    return { name, text: this.#text, starts: Int32Array.from(this.#starts), ends: Int32Array.from(this.#ends) };
  }
}
