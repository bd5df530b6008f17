/**
 * A reading: a text, its views, and every match of every rule in each of them. Made once per text and
 * shared by all checks, so that the text is normalised and scanned once.
 */
import type { ScanAsyncOptions, Scanner } from './scanner.js';
import { originEnd, originStart, type View } from './view.js';
import { viewsOf } from './views.js';

/** A match of a rule in one view; its span is in units of the view. */
export interface Hit {
  readonly view: View;
  readonly start: number;
  readonly end: number;
}

const NONE: readonly Hit[] = Object.freeze([]);

/** A text as the checks see it. */
export class Reading {
  /** The text that was given. */
  readonly text: string;
  /** Its views, base first. */
  readonly views: readonly View[];
  readonly #hits = new Map<string, Hit[]>();

  private constructor(text: string, views: readonly View[]) {
    this.text = text;
    this.views = views;
  }

  /** Reads a text on this thread. */
  static of(text: string, scanner: Scanner): Reading {
    const reading = new Reading(text, viewsOf(text));
    for (const view of reading.views) reading.#add(view, scanner.scan(view.text));
    return reading;
  }

  /** Reads a text, scanning where `options` say. Rejects with `ABORTED` when the signal aborts. */
  static async ofAsync(text: string, scanner: Scanner, options: ScanAsyncOptions = {}): Promise<Reading> {
    const reading = new Reading(text, viewsOf(text));
    const found = await Promise.all(reading.views.map((view) => scanner.scanAsync(view.text, options)));
    reading.views.forEach((view, n) => reading.#add(view, found[n] ?? []));
    return reading;
  }

  /** Matches of one rule, view by view, in order of place within each. */
  hits(rule: string): readonly Hit[] {
    return this.#hits.get(rule) ?? NONE;
  }

  #add(view: View, matches: ReturnType<Scanner['scan']>): void {
    for (const { id, start, end } of matches) {
      const list = this.#hits.get(id);
      if (list === undefined) this.#hits.set(id, [{ view, start, end }]);
      else list.push({ view, start, end });
    }
  }
}

/** Where units `[start, end)` of a view stand in the original. A view may run backwards. */
export function originSpan(view: View, start: number, end: number): readonly [start: number, end: number] {
  if (view.name !== 'reversed') return [originStart(view, start), originEnd(view, end)];
  return [originStart(view, end - 1), originEnd(view, start + 1)];
}
