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

  /** The unit `offset` units behind the next one; NaN behind the end. */
  unit(offset: number = 0): number {
    return this.#source.charCodeAt(this.#position + offset);
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

  /** Reads `length` units, which must be there. */
  skip(length: number): void {
    this.#position += length;
  }

  /** Reads one code point. */
  next(): number {
    const codePoint = this.#source.codePointAt(this.#position);
    if (codePoint === undefined) this.fail('an unexpected end', 'Complete the pattern.');
    this.#position += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** The next unit as text. */
  peek(): string {
    return this.#source.charAt(this.#position);
  }

  /** The unit `offset` behind the next one, as text. */
  peekAfter(offset: number): string {
    return this.#source.charAt(this.#position + offset);
  }

  /** Up to `length` units that come next. */
  rest(length: number): string {
    return this.#source.slice(this.#position, this.#position + length);
  }

  /** A whole number in decimal digits; undefined, and nothing read, where none comes next. */
  number(): number | undefined {
    const first = this.#position;
    while (isDigit(this.unit())) this.#position++;
    return first === this.#position ? undefined : Number(this.#source.slice(first, this.#position));
  }

  /** Goes back to `position`. */
  rewind(position: number): void {
    this.#position = position;
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
    const position = this.#position;
    const name = this.through('>') ?? '';
    if (!/^(?:[\p{ID_Start}$_]|\\u)(?:[\p{ID_Continue}$\u200c\u200d]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})*$/u.test(name)) {
      throw new PatternSyntaxError('a group with an invalid name', position, 'Names are identifiers: (?<name>…).');
    }
  }

  /** Throws {@link PatternSyntaxError} at the current position. */
  fail(construct: string, advice: string): never {
    throw new PatternSyntaxError(construct, this.#position, advice);
  }
}

/** Whether a unit is `0` to `9`. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
