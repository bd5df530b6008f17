/**
 * A stream over a scan engine: takes chunks, says up to where everything is decided, and which spans
 * are final.
 *
 * The pass over the text keeps one row, in which everything that is alive is written. Where the oldest
 * of it began is found by running backwards from exactly those states through the text held back; a
 * row without anything alive costs nothing. A pattern of which an end was announced is followed on its
 * own (LEFTMOST) until its match is final. Because nothing older than the text held back is ever alive,
 * that text alone is the stream's whole state, and any number of streams share one engine.
 */
import type { ScanEngine } from './scan-engine.js';
import type { ScanExports } from './scan-exports.js';
import { outsidePair, WINDOW_UNITS } from './scan-text.js';

const LEFTMOST = 3;
const STICKY = 4;

// Chunks are taken in pieces of this size, so that text held back and piece fit the window.
const PIECE = 16384;
// From here on work waits until an eighth of what is held back has come, so that a match without end
// costs a constant time per unit.
const LAZY_FROM = 4096;

/** What one step decided. */
export interface DecidedSpans {
  /** The decided text, matches included. */
  readonly text: string;
  /** Final spans that begin in it: triples of pattern, start and end from the start of the stream, by start and then pattern. */
  readonly spans: readonly number[];
}

interface Followed {
  readonly pattern: number;
  /** Where its next match may begin, from the start of the text held back. */
  from: number;
  /** Sticky, and its last attempt failed. */
  over: boolean;
}

const NOTHING: DecidedSpans = Object.freeze({ text: '', spans: Object.freeze([]) });

/** One stream. */
export class SpanStream {
  readonly #engine: ScanEngine;
  #held = '';
  // What has come and not been looked at: a lone high surrogate, or text behind a long match.
  #waiting = '';
  #base = 0;
  #kindBefore = 0;
  #followed: Followed[];
  // Where patterns stood that are not followed any more: text held back for others may lie before it.
  readonly #settledAt = new Map<number, number>();
  #final: [pattern: number, start: number, end: number][] = [];
  #row = 0;
  #flushes = -1;

  constructor(engine: ScanEngine) {
    this.#engine = engine;
    this.#followed = engine.unannounced.map((pattern) => ({ pattern, from: 0, over: false }));
  }

  /** UTF-16 units that are not decided. */
  get heldBack(): number {
    return this.#held.length + this.#waiting.length;
  }

  /** Takes `chunk`; `last` ends the stream and decides everything. */
  update(chunk: string, last: boolean): DecidedSpans {
    const coming = this.#waiting + chunk;
    const end = last ? coming.length : complete(coming);
    this.#waiting = coming.slice(end);
    if (!last && (end === 0 || (this.#held.length > LAZY_FROM && end < this.#held.length >> 3))) {
      this.#waiting = coming;
      return NOTHING;
    }
    if (end <= PIECE) return this.#take(end === coming.length ? coming : coming.slice(0, end), last);
    let text = '';
    const spans: number[] = [];
    for (let from = 0; from < end; ) {
      const to = outsidePair(coming, Math.min(end, from + Math.max(PIECE, this.#held.length >> 3)));
      const step = this.#take(coming.slice(from, to), last && to === end);
      text += step.text;
      for (const number of step.spans) spans.push(number);
      from = to;
    }
    return { text, spans };
  }

  #take(chunk: string, last: boolean): DecidedSpans {
    const kernel = this.#engine.kernel;
    const text = this.#held.length === 0 ? chunk : this.#held + chunk;
    kernel.forgetText();
    const view = new StreamView(this.#engine, text, this.#kindBefore, last);
    this.#pass(kernel, view, this.#held.length);
    let hold = text.length;
    for (const one of this.#followed) hold = Math.min(hold, this.#follow(one, view));
    if (last) hold = text.length;
    else {
      hold = Math.min(hold, this.#oldestAlive(kernel, view));
      this.#followed = this.#followed.filter((one) => !this.#isSettled(kernel, one, text));
    }
    this.#row = kernel.row();
    this.#flushes = kernel.flushCount();
    return this.#decide(text, hold, last);
  }

  // Brings the row of the pass up to the end of the text; every pattern that ends in it is followed.
  #pass(kernel: ScanExports, view: StreamView, seen: number): void {
    let from = seen;
    if (this.#flushes === kernel.flushCount()) kernel.setRow(this.#row);
    else {
      kernel.beginStream(this.#kindBefore);
      from = 0;
    }
    for (const [start, end] of view.forwards(from)) {
      const count = kernel.streamOn(from - start > 0 ? from - start : 0, end - start);
      if (count === 0) continue;
      const at = kernel.pendingAt() >> 2;
      const listed = this.#engine.mailbox.words.slice(at, at + count);
      for (const pattern of listed) {
        if (this.#followed.some((one) => one.pattern === pattern)) continue;
        this.#followed.push({ pattern, from: Math.max(0, (this.#settledAt.get(pattern) ?? 0) - this.#base), over: false });
      }
    }
  }

  // Nothing of the pattern is alive: the common pass announces it when something is again.
  #isSettled(kernel: ScanExports, one: Followed, text: string): boolean {
    if (one.from < text.length || kernel.isAlive(one.pattern) || this.#engine.unannounced.includes(one.pattern)) return false;
    this.#settledAt.set(one.pattern, this.#base + one.from);
    return true;
  }

  // Finds the final matches of one pattern; answers from where on the text may belong to a later one.
  #follow(one: Followed, view: StreamView): number {
    const sticky = this.#engine.isSticky(one.pattern);
    while (one.from <= view.text.length && !one.over) {
      const end = view.leftmost(one.pattern, one.from, sticky);
      if (end === undefined) return view.oldestOfPass(one);
      if (end < 0) {
        one.over = sticky;
        one.from = view.text.length;
        break;
      }
      const start = view.startOf(one.pattern, one.from, end);
      // How far an empty match is stepped over depends on the character that comes.
      if (start === view.text.length && !view.last) break;
      this.#final.push([one.pattern, this.#base + start, this.#base + end]);
      one.from = end > start ? end : view.behind(end);
    }
    return view.text.length;
  }

  #oldestAlive(kernel: ScanExports, view: StreamView): number {
    const words = this.#engine.mailbox.words;
    const at = kernel.pendingAt() >> 2;
    this.#followed.forEach((one, n) => (words[at + n] = one.pattern));
    kernel.beginHold(this.#followed.length);
    return view.oldest(view.text.length, 0);
  }

  // Decides everything before `hold`, but cuts no final match in two.
  #decide(text: string, hold: number, last: boolean): DecidedSpans {
    let spans: readonly number[] = NOTHING.spans;
    if (this.#final.length > 0) {
      this.#final.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
      for (let n = this.#final.length - 1; n >= 0; n--) {
        const [, start, end] = this.#final[n] ?? [0, 0, 0];
        if (start - this.#base < hold && end - this.#base > hold) {
          hold = start - this.#base;
          n = this.#final.length;
        }
      }
      const ready = last ? this.#final.length : this.#final.findIndex(([, start]) => start - this.#base >= hold);
      spans = this.#final.splice(0, ready < 0 ? this.#final.length : ready).flat();
    }
    if (hold > 0) this.#kindBefore = this.#engine.text.kindBefore(text, hold);
    this.#base += hold;
    this.#held = hold === text.length ? '' : text.slice(hold);
    for (const one of this.#followed) one.from = Math.max(0, one.from - hold);
    return { text: hold === text.length ? text : text.slice(0, hold), spans };
  }
}

// The text at hand, in the kernel's window: as a whole where it fits, else block by block.
class StreamView {
  readonly text: string;
  readonly last: boolean;
  readonly #engine: ScanEngine;
  readonly #kernel: ScanExports;
  readonly #kindBefore: number;
  #loadedFrom = -1;
  #loadedTo = -1;

  constructor(engine: ScanEngine, text: string, kindBefore: number, last: boolean) {
    this.#engine = engine;
    this.#kernel = engine.kernel;
    this.text = text;
    this.#kindBefore = kindBefore;
    this.last = last;
  }

  /** Blocks from the one that holds `from` to the end, each loaded when it is its turn; at least one. */
  *forwards(from: number): Generator<readonly [number, number], void, void> {
    let start = this.#isWhole() ? 0 : from;
    do {
      const end = this.#isWhole() ? this.text.length : outsidePair(this.text, Math.min(this.text.length, start + WINDOW_UNITS));
      this.#load(start, end);
      yield [start, end];
      start = end;
    } while (start < this.text.length);
  }

  /** End of the most preferred match from `from` on; -1 where there is none, undefined where it is open. */
  leftmost(pattern: number, from: number, sticky: boolean): number | undefined {
    const kernel = this.#kernel;
    kernel.beginPass(sticky ? STICKY : LEFTMOST, pattern, this.#kindAt(from));
    let ending = -1;
    for (const [start, end] of this.forwards(from)) {
      kernel.setEndingSoFar(-1);
      const final = kernel.passLeftmost(Math.max(0, from - start), end - start);
      const local = kernel.endingSoFar();
      if (local !== -1) ending = local + start;
      if (final >= 0) return ending;
    }
    return undefined;
  }

  /** Where the oldest thread of the pass that `leftmost` left open began. */
  oldestOfPass(one: { readonly pattern: number; from: number }): number {
    this.#kernel.beginHoldOfPass();
    const oldest = this.oldest(this.text.length, one.from);
    // Nothing but the search itself is alive: it goes on from here.
    if (oldest === this.text.length) one.from = oldest;
    return oldest;
  }

  /** Start of the match of `pattern` that ends at `end`, not before `from`. */
  startOf(pattern: number, from: number, end: number): number {
    this.#kernel.beginEnds(pattern, this.#engine.text.symbolAt(this.text, end));
    return this.oldest(end, from);
  }

  /** Runs the kernel's backward row from `from` down to `to`: the lowest position at which a thread may have begun, or `from`. */
  oldest(from: number, to: number): number {
    const kernel = this.#kernel;
    let oldest = from;
    let end = from;
    do {
      const start = this.#isWhole() ? 0 : outsidePair(this.text, Math.max(to, end - WINDOW_UNITS + 1));
      this.#load(start, this.#isWhole() ? this.text.length : end);
      const found = kernel.oldestStart(end - start, Math.max(0, to - start));
      if (found >= 0) oldest = start + found;
      if (!kernel.isLeft() || start <= to) return oldest;
      end = start;
    } while (end > to);
    return oldest;
  }

  /** The position behind the character at `position`. */
  behind(position: number): number {
    return position + ((this.text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1);
  }

  #isWhole(): boolean {
    return this.text.length <= WINDOW_UNITS;
  }

  #kindAt(position: number): number {
    return position === 0 ? this.#kindBefore : this.#engine.text.kindBefore(this.text, position);
  }

  #load(from: number, to: number): void {
    if (from === this.#loadedFrom && to === this.#loadedTo) return;
    this.#loadedFrom = from;
    this.#loadedTo = to;
    const halves = this.#engine.text.write(this.text, from, to);
    this.#kernel.setText(to - from, from, this.last && to === this.text.length ? 1 : 0, this.#kindAt(from), halves);
  }
}

// Length of `text` without a high surrogate whose other half may still come.
function complete(text: string): number {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? text.length - 1 : text.length;
}
