/**
 * The one error of the pattern compiler: what in a pattern is invalid, or valid and outside what can
 * be searched in linear time. It names the construct and where it stands; it never prints the pattern,
 * which may be a user's.
 */
import { SluiceError } from '../base/errors.js';

/** A pattern is invalid, or uses a construct that linear matching excludes. */
export class PatternSyntaxError extends SluiceError {
  override readonly name: string = 'PatternSyntaxError';
  /** What stands at `position`, for example `backreference`. */
  readonly construct: string;
  /** Offset in the pattern's source, in UTF-16 units. */
  readonly position: number;

  /** Which of several patterns it is, from 0; undefined where there is only one. */
  readonly pattern: number | undefined;
  readonly #advice: string;

  constructor(construct: string, position: number, advice: string, pattern?: number) {
    super(`${pattern === undefined ? 'The pattern' : `Pattern ${pattern}`} has ${construct} at position ${position}. ${advice}`, { code: 'PATTERN_SYNTAX' });
    this.construct = construct;
    this.position = position;
    this.pattern = pattern;
    this.#advice = advice;
  }

  /** The same error, saying which of several patterns it is. */
  ofPattern(pattern: number): PatternSyntaxError {
    return new PatternSyntaxError(this.construct, this.position, this.#advice, pattern);
  }
}
