/**
 * A rule: one pattern with what a match of it means. Checks that are only patterns publish their
 * rules, so that a guard stage can merge the rules of all its checks into one automaton and read a
 * text once.
 */
import type { CompiledPattern } from '../pattern/compiled-pattern.js';
import type { ViolationType } from './violation.js';

/**
 * How a match of a rule is masked: `shape` keeps separators (`***-***-****`), `email` keeps the first
 * letters and the top-level domain (`me@***.com`), `full` masks every character.
 */
export type MaskStyle = 'shape' | 'email' | 'full';

/** What the scanner needs to know of a rule; every {@link Rule} is one. */
export interface ScanRule {
  /** Names the rule in matches; unique within one scanner. */
  readonly id: string;
  /** ECMAScript regular-expression source, read with the semantics of the `u` flag; in the rules of built-in checks, what it was compiled to. */
  readonly pattern: string | CompiledPattern;
  /** Of a source: any of `i m s v`; `u` is implied, `g` and `d` change nothing, `y` ties every match to the end of the one before. @default '' */
  readonly flags?: string;
  /** Runs on this thread on the text of every match; a match it answers with false is dropped. */
  readonly verify?: (match: string) => boolean;
}

/** A pattern and what a match of it means. */
export interface Rule extends ScanRule {
  /** What a match is reported as. */
  readonly type: ViolationType;
  /** Severity of a match, 0 to 1. */
  readonly severity: number;
  /** How a match is masked when the check redacts. @default 'full' */
  readonly mask?: MaskStyle;
}
