/** Spans that do not overlap, kept in order of place; asking and adding take logarithmic time. */

/** A half-open span. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A set of disjoint spans. */
export class SpanSet<T extends Span> {
  readonly #spans: T[] = [];

  /** The spans, in order of place. */
  get all(): readonly T[] {
    return this.#spans;
  }

  /** Adds `span` unless it overlaps one that is there; says whether it did. */
  add(span: T): boolean {
    const at = this.#after(span.start);
    const before = this.#spans[at - 1];
    const next = this.#spans[at];
    if ((before !== undefined && before.end > span.start) || (next !== undefined && next.start < span.end)) return false;
    if (at === this.#spans.length) this.#spans.push(span);
    else this.#spans.splice(at, 0, span);
    return true;
  }

  /** True when one of the spans holds all of `span`. */
  holds(span: Span): boolean {
    const before = this.#spans[this.#after(span.start) - 1];
    return before !== undefined && before.end >= span.end;
  }

  /** Index of the first span that begins behind `position`. */
  #after(position: number): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.start ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
