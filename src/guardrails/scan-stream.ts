/**
 * The streaming form of a scan: chunks go in, text that no match can reach any more comes out. The
 * concatenation of all results does not depend on how the text was cut into chunks.
 */
import type { Match } from './match.js';

/** What became certain with one step of a {@link ScanStream}. */
export interface ScanStep {
  /** Text that is certainly in no match, in order: the decided text without the matches. */
  readonly safe: string;
  /** Matches that became final, ordered by start, offsets counted from the start of the stream. */
  readonly matches: readonly Match[];
  /** Offset from the start of the stream up to which everything is decided, in UTF-16 units. */
  readonly end: number;
}

/** Scans a text that arrives in chunks; holds back only what could still become part of a match. */
export interface ScanStream {
  /** UTF-16 units taken in and not yet decided. */
  readonly heldBack: number;
  /** Takes a chunk of any length; may cut a surrogate pair. Throws `CLOSED` after `finish` or when the scanner is closed. */
  update(chunk: string): ScanStep;
  /** Decides everything that is held back; the stream is over. */
  finish(): ScanStep;
}
