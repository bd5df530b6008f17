/** What a check has found at one place, before it becomes a violation. */
import type { Data } from '../base/data.js';
import type { ViewName } from './view.js';
import type { ViolationType } from './violation.js';

/** One finding; its span is half-open, in UTF-16 units of the original text. */
export interface Finding {
  /** Which rule found it; never the found text. */
  readonly rule: string;
  readonly type: ViolationType;
  /** The kind within the type: `email`, `slur`, `override`. */
  readonly label: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly severity: number;
  /** How certain it is, from 0 to 1. */
  readonly score: number;
  /** The view that showed it. */
  readonly via: ViewName;
  /** For people; never the found text. */
  readonly message: string;
  /** Further facts, keys in snake_case. */
  readonly metadata?: Readonly<Data>;
}
