/**
 * Tells thoughts from speech where a model writes its thoughts into the text, between `<think>` and `</think>` at the
 * very beginning, and the server hands them on: a voice must not read them out. Text that only looks like the
 * beginning of a tag is held back until it is decided, at most eight characters.
 */

const OPEN = '<think>';
const CLOSE = '</think>';

/** A piece of what the model wrote. */
export interface ThoughtPiece {
  readonly type: 'text' | 'reasoning';
  readonly delta: string;
}

/** The splitter: deltas in, pieces out. */
export class ThoughtSplitter {
  #state: 'start' | 'thinking' | 'after' | 'speaking' = 'start';
  #held = '';

  /** The pieces that `delta` decides. */
  push(delta: string): readonly ThoughtPiece[] {
    if (this.#state === 'speaking') return delta === '' ? [] : [{ type: 'text', delta }];
    const pieces: ThoughtPiece[] = [];
    let text = this.#held + delta;
    this.#held = '';
    if (this.#state === 'start') {
      const trimmed = text.trimStart();
      if (OPEN.startsWith(trimmed)) {
        this.#held = text;
        return [];
      }
      this.#state = trimmed.startsWith(OPEN) ? 'thinking' : 'speaking';
      if (this.#state === 'thinking') text = trimmed.slice(OPEN.length);
    }
    if (this.#state === 'thinking') {
      const end = text.indexOf(CLOSE);
      const keep = end === -1 ? undecided(text) : 0;
      const thought = end === -1 ? text.slice(0, text.length - keep) : text.slice(0, end);
      if (thought !== '') pieces.push({ type: 'reasoning', delta: thought });
      if (end === -1) {
        this.#held = text.slice(text.length - keep);
        return pieces;
      }
      this.#state = 'after';
      text = text.slice(end + CLOSE.length);
    }
    if (this.#state === 'after') {
      text = text.trimStart(); // the empty lines between thought and answer
      if (text === '') return pieces;
      this.#state = 'speaking';
    }
    if (text !== '') pieces.push({ type: 'text', delta: text });
    return pieces;
  }

  /** What was still undecided when the answer ended. */
  flush(): readonly ThoughtPiece[] {
    const held = this.#held;
    this.#held = '';
    return held === '' ? [] : [{ type: this.#state === 'thinking' ? 'reasoning' : 'text', delta: held }];
  }
}

/** Length of the longest end of `text` that may be the beginning of the closing tag. */
function undecided(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) if (text.endsWith(CLOSE.slice(0, length))) return length;
  return 0;
}
