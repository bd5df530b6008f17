/**
 * The streaming form of a scan: chunks go in, text that no match can reach any more comes out. The
 * concatenation of all results does not depend on how the text was cut into chunks.
 */
import { ClosedError } from '../base/errors.js';
import type { SpanStream } from '../wasm/span-stream.js';
import type { Match } from './match.js';
import type { ScanRule } from './rule.js';

/** What became certain with one step of a {@link ScanStream}. */
export interface ScanStep {
  /** Text that is certainly in no match, in order: the decided text without the matches. */
  readonly safe: string;
  /** Matches that became final, ordered by start, offsets counted from the start of the stream. None reaches behind `end`. */
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

/** A stream of matches over a stream of spans. */
export class RuleScanStream implements ScanStream {
  readonly #rules: readonly ScanRule[];
  readonly #spans: SpanStream;
  #end = 0;
  #finished = false;

  constructor(rules: readonly ScanRule[], spans: SpanStream) {
    this.#rules = rules;
    this.#spans = spans;
  }

  get heldBack(): number {
    return this.#spans.heldBack;
  }

  update(chunk: string): ScanStep {
    return this.#step(chunk, false);
  }

  finish(): ScanStep {
    const step = this.#step('', true);
    this.#finished = true;
    return step;
  }

  #step(chunk: string, last: boolean): ScanStep {
    if (this.#finished) throw new ClosedError('ScanStream');
    const { text, spans } = this.#spans.update(chunk, last);
    const base = this.#end;
    this.#end += text.length;
    if (spans.length === 0) return { safe: text, matches: NONE, end: this.#end };
    const matches = toMatches(this.#rules, spans, text, base);
    return { safe: withoutMatches(text, base, matches), matches, end: this.#end };
  }
}

const NONE: readonly Match[] = Object.freeze([]);

/** Spans (triples of rule number, start, end) as matches; `verify` of their rules has run. `text` begins at offset `base`. */
export function toMatches(rules: readonly ScanRule[], spans: ArrayLike<number>, text: string, base: number): readonly Match[] {
  const matches: Match[] = [];
  for (let n = 0; n < spans.length; n += 3) {
    const rule = rules[spans[n] ?? 0];
    const start = spans[n + 1] ?? 0;
    const end = spans[n + 2] ?? 0;
    if (rule === undefined || rule.verify?.(text.slice(start - base, end - base)) === false) continue;
    matches.push({ id: rule.id, start, end });
  }
  return matches;
}

function withoutMatches(text: string, base: number, matches: readonly Match[]): string {
  let safe = '';
  let from = 0;
  for (const { start, end } of matches) {
    if (start - base > from) safe += text.slice(from, start - base);
    if (end - base > from) from = end - base;
  }
  return safe + text.slice(from);
}
