/** Finds gaps, duplicates and reordering in a stream of numbered chunks, in constant memory. */

/** What a sequence number says about the stream. */
export type SequenceVerdict =
  /** The number that was due, or the stream carries no numbers. */
  | 'inOrder'
  /** Numbers were skipped. */
  | 'gap'
  /** This number was seen before. */
  | 'duplicate'
  /** A number that was skipped came after all. */
  | 'late'
  /** Counting began anew at 0. */
  | 'restart';

// Numbers further behind than this are taken for duplicates: no network reorders by more.
const WINDOW = 1024;

/**
 * Judges sequence numbers as they come. A stream whose numbers are all 0, the default of a chunk, is
 * not numbered and never judged; a 0 after other numbers is a new start.
 */
export class SequenceMonitor {
  /** Numbers skipped and not seen later. */
  missing = 0;
  /** Chunks that came twice. */
  duplicates = 0;
  /** Chunks that came after a later one. */
  reordered = 0;
  #next = -1;
  readonly #seen: Uint8Array = new Uint8Array(WINDOW);

  /** The number that is due, or −1 before the first. */
  get expected(): number {
    return this.#next;
  }

  /** Judges the next number. */
  observe(sequence: number): SequenceVerdict {
    if (this.#next === -1 || sequence === 0) {
      const restarts = this.#next > 1;
      this.#begin(sequence);
      return restarts ? 'restart' : 'inOrder';
    }
    if (sequence >= this.#next) return this.#advance(sequence);
    const slot = sequence % WINDOW;
    if (this.#next - sequence > WINDOW || this.#seen[slot] === 1) {
      this.duplicates++;
      return 'duplicate';
    }
    this.#seen[slot] = 1;
    this.missing--;
    this.reordered++;
    return 'late';
  }

  #begin(sequence: number): void {
    this.#seen.fill(1);
    this.#next = sequence + 1;
  }

  #advance(sequence: number): SequenceVerdict {
    const skipped = sequence - this.#next;
    if (skipped >= WINDOW) this.#seen.fill(0);
    else for (let n = this.#next; n < sequence; n++) this.#seen[n % WINDOW] = 0;
    this.#seen[sequence % WINDOW] = 1;
    this.#next = sequence + 1;
    this.missing += skipped;
    return skipped === 0 ? 'inOrder' : 'gap';
  }
}
