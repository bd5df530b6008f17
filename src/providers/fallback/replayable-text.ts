/** Text that comes in parts and can be read more than once: what one voice was given, the next is given too. */

/** The text; read it with `for await`, as often as needed, one reader after the other. */
export class ReplayableText implements AsyncIterable<string> {
  readonly #source: AsyncIterator<string>;
  readonly #parts: string[] = [];
  #next: Promise<IteratorResult<string>> | undefined;
  #ended = false;

  constructor(source: AsyncIterable<string>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, undefined> {
    for (let at = 0; ; at++) {
      while (at >= this.#parts.length) {
        if (this.#ended) return undefined;
        // A reader that was given up may still wait for this part; the next one waits for the same.
        this.#next ??= this.#source.next();
        const { done, value } = await this.#next;
        if (at < this.#parts.length) break;
        this.#next = undefined;
        if (done === true) this.#ended = true;
        else this.#parts.push(value);
      }
      yield this.#parts[at] as string; // at < length
    }
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
    this.#ended = true;
  }
}
