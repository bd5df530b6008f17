/**
 * Where a rule matched. Its own file, below the scanner and its far side, because both speak of it.
 */

/** One match of a rule, half-open, in UTF-16 units. */
export interface Match {
  /** The rule's id. */
  readonly id: string;
  /** First unit of the match. */
  readonly start: number;
  /** First unit after the match. */
  readonly end: number;
}
