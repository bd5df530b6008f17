/** Spans that do not overlap, kept in order of place; asking takes logarithmic time and adding little more, in whatever order they come. */

/** A half-open span. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

// Spans that lie together; more are split in two, so that one in the middle of many moves few.
const FULL = 512;

/** A set of disjoint spans. */
export class SpanSet<T extends Span> {
  // In order of place, throughout; none is empty but the first.
  readonly #buckets: T[][] = [[]];

  /** The spans, in order of place. */
  get all(): readonly T[] {
    return this.#buckets.flat();
  }

  /** Adds `span` unless it overlaps one that is there; says whether it did. */
  add(span: T): boolean {
    const number = this.#bucketOf(span.start);
    const bucket = this.#buckets[number] ?? [];
    const at = after(bucket, span.start);
    const before = bucket[at - 1];
    const next = bucket[at] ?? this.#buckets[number + 1]?.[0];
    if ((before !== undefined && before.end > span.start) || (next !== undefined && next.start < span.end)) return false;
    if (at === bucket.length) bucket.push(span);
    else bucket.splice(at, 0, span);
    if (bucket.length > FULL) this.#buckets.splice(number + 1, 0, bucket.splice(bucket.length >> 1));
    return true;
  }

  /** True when one of the spans holds all of `span`. */
  holds(span: Span): boolean {
    const bucket = this.#buckets[this.#bucketOf(span.start)] ?? [];
    const before = bucket[after(bucket, span.start) - 1];
    return before !== undefined && before.end >= span.end;
  }

  /** The last bucket that begins at or before `position`; the first one where none does. */
  #bucketOf(position: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle]?.[0]?.start ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Index of the first span that begins behind `position`. */
function after(spans: readonly Span[], position: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
