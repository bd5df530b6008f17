/**
 * Which result an entry of a recognition's list is. By the standard each entry is a result of its own
 * that becomes final once. Chrome on Android does otherwise: a guess comes as a final of confidence 0,
 * each one as a new entry that begins with the guess before ("how", "how are", "how are you"), and a
 * final may come as two entries, one directly behind the other. Such entries are one result, whose text
 * is that of the last.
 */

// Nobody says the same words again within so short a time.
const TWICE_MS = 250;

interface Final {
  readonly index: number;
  readonly text: string;
  readonly confidence: number;
  readonly atMs: number;
}

/** Tells the results of one recognition apart, from its start to its end. */
export class RecognitionResults {
  readonly #first: number[] = []; // by index: the entry with which its result began
  #last: Final | undefined;

  /** A recognition starts: its list is empty. */
  clear(): void {
    this.#first.length = 0;
    this.#last = undefined;
  }

  /** The number of the result whose guess stands at `index`. */
  guess(index: number): number {
    return this.#first[index] ?? index;
  }

  /** The number of the result whose final stands at `index`; `undefined` when a later entry has its text. */
  final({ index, text, confidence, atMs }: Final): number | undefined {
    const last = this.#last;
    if (last !== undefined && index < last.index && this.#first[index] === this.#first[last.index]) return undefined;
    const first = last !== undefined && index > last.index && continues(last, text, atMs) ? this.guess(last.index) : this.guess(index);
    this.#first[index] = first;
    if (last === undefined || index >= last.index) this.#last = { index, text, confidence, atMs };
    return first;
  }
}

/** Whether a text goes on with the guess before it, or is that final once more. */
function continues({ text: before, confidence, atMs: beforeMs }: Final, text: string, atMs: number): boolean {
  if (confidence === 0 && before !== '' && (text === before || text.startsWith(`${before} `))) return true;
  return text === before && atMs - beforeMs < TWICE_MS;
}
