/**
 * A cursor over a pattern's source: by code points, because `u` makes them the unit of a pattern.
 */
import { PatternSyntaxError } from './syntax-error.js';

/** Reads a pattern from left to right. */
export class SourceReader {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Offset of the next code point, in UTF-16 units. */
  get position(): number {
    return this.#position;
  }

  /** Whether everything has been read. */
  get done(): boolean {
    return this.#position >= this.#source.length;
  }

  /** Whether `text` comes next. */
  at(text: string): boolean {
    return this.#source.startsWith(text, this.#position);
  }

  /** Reads `text` if it comes next. */
  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.#position += text.length;
    return true;
  }

  /** Reads one code point. The pattern must not be at its end. */
  next(): number {
    const codePoint = this.#source.codePointAt(this.#position);
    if (codePoint === undefined) this.fail('an unexpected end', 'Complete the pattern.');
    this.#position += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** The next unit as text; with an argument, that code point as text. */
  peek(codePoint?: number): string {
    return codePoint === undefined ? (this.#source[this.#position] ?? '') : String.fromCodePoint(codePoint);
  }

  /** The unit `offset` behind the next one. */
  peekAfter(offset: number): string {
    return this.#source[this.#position + offset] ?? '';
  }

  /** Up to `length` units that come next. */
  rest(length: number): string {
    return this.#source.slice(this.#position, this.#position + length);
  }

  /** Reads up to and including `end`; undefined, and nothing read, where it does not come any more. */
  through(end: string): string | undefined {
    const at = this.#source.indexOf(end, this.#position);
    if (at < 0) return undefined;
    const text = this.#source.slice(this.#position, at);
    this.#position = at + end.length;
    return text;
  }

  /** Reads a group's name and its `>`. */
  groupName(): void {
    const name = this.through('>') ?? '';
    if (!/^(?:[\p{ID_Start}$_]|\\u)(?:[\p{ID_Continue}$\u200c\u200d]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})*$/u.test(name)) {
      this.fail('a group with an invalid name', 'Names are identifiers: (?<name>…).');
    }
  }

  /** Throws {@link PatternSyntaxError} at the current position. */
  fail(construct: string, advice: string): never {
    throw new PatternSyntaxError(construct, this.#position, advice);
  }
}
