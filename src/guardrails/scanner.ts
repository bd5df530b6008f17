/**
 * Finds every match of many patterns in one pass over a text. Synchronous on this thread, or
 * asynchronous on a far one; one-shot or as a stream. Per rule the spans are those that `matchAll`
 * with the `u` flag gives, and the time is linear in the text whatever the patterns and the text are.
 */
import { sleep, systemClock, type Clock } from '../base/clock.js';
import { AbortedError, ClosedError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireOneOf } from '../base/option.js';
import { assemblePatterns, CompiledPatterns, type AnyPattern } from '../pattern/compiled-pattern.js';
import { ScanEngine } from '../wasm/scan-engine.js';
import { SpanStream } from '../wasm/span-stream.js';
import type { FarScanner } from './far-scanner.js';
import { FarSide } from './far-side.js';
import type { Match } from './match.js';
import type { ScanRule } from './rule.js';
import { RuleScanStream, toMatches, type ScanStream } from './scan-stream.js';

/** Where an asynchronous scan runs: `near` is this thread, `far` another one; `auto` is far where there is one. */
export type Placement = 'auto' | 'near' | 'far';

/** Options of {@link Scanner.scanAsync}. */
export interface ScanAsyncOptions {
  /** Ends the scan; the promise rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** @default 'auto' */
  readonly placement?: Placement;
}

/** Options of {@link createScanner}. */
export interface ScannerOptions {
  /** A scanner in another thread, for `scanAsync`; stays the caller's to close. */
  readonly far?: FarScanner;
  /** What `toBlob()` of a scanner with the same patterns gave: saves the compilation. Checked before use; a blob of other patterns or another version is refused with `INVALID_PROGRAM`. */
  readonly blob?: Uint8Array;
  /** Time for the far side's deadlines and between the slices of a long near scan. @default systemClock */
  readonly clock?: Clock;
}

/** Finds all matches of its rules. */
export interface Scanner {
  /** All matches, ordered by start, then by rule. Synchronous; time is linear in the text. */
  scan(text: string): readonly Match[];
  /** The same matches, from the far side where there is one. `verify` functions run on this side. Rejects with `SCANNER_LOST` when the far side fails twice. */
  scanAsync(text: string, options?: ScanAsyncOptions): Promise<readonly Match[]>;
  /** Begins a stream; any number may be open at once, between scans of whole texts. */
  stream(): ScanStream;
  /** The compiled patterns, for `createScanner(rules, { blob })` elsewhere or later. */
  toBlob(): Uint8Array;
  /** Frees the tables. Later calls throw `CLOSED`. */
  close(): void;
}

const NONE: readonly Match[] = Object.freeze([]);

/**
 * A scanner for `rules`. Throws `PATTERN_SYNTAX` for a pattern that is invalid or outside the linear
 * subset, naming the construct and its position.
 *
 * @example
 * const scanner = createScanner([{ id: 'ssn', pattern: '\\b\\d{3}-\\d{2}-\\d{4}\\b' }]);
 * scanner.scan('it is 219-09-9999'); // [{ id: 'ssn', start: 6, end: 17 }]
 */
export function createScanner(rules: readonly ScanRule[], options: ScannerOptions = {}): Scanner {
  refuseUnknownOptions('createScanner', options, ['far', 'blob', 'clock']);
  if (!Array.isArray(rules)) throw new InvalidOptionError('createScanner.rules', rules, 'a list of rules');
  const ids = new Set<string>();
  const kept = (rules as readonly ScanRule[]).map((rule, index) => copyRule(rule, index, ids));
  const { blob, far, clock = systemClock } = options;
  if (blob !== undefined && !(blob instanceof Uint8Array)) throw new InvalidOptionError('createScanner.blob', blob, 'a Uint8Array from toBlob()');
  const engine = blob === undefined ? new ScanEngine(assemblePatterns(kept.map(toPattern)).bytes) : new ScanEngine(blob, { foreign: true, sources: sourcesOf(kept) });
  return new RuleScanner(kept, engine, far, clock);
}

class RuleScanner implements Scanner {
  readonly #rules: readonly ScanRule[];
  readonly #clock: Clock;
  readonly #engine: ScanEngine;
  readonly #far: FarSide | undefined;
  // Long texts are scanned near in slices on an engine of their own, one after another.
  #slicing: Promise<unknown> = Promise.resolve();
  #sliced: ScanEngine | undefined;
  #closed = false;

  constructor(rules: readonly ScanRule[], engine: ScanEngine, far: FarScanner | undefined, clock: Clock) {
    this.#rules = rules;
    this.#engine = engine;
    this.#clock = clock;
    this.#far = far === undefined ? undefined : new FarSide(far, () => this.toBlob(), clock);
  }

  scan(text: string): readonly Match[] {
    const spans = this.#engine.scan(text);
    return spans.length === 0 ? NONE : toMatches(this.#rules, sorted(spans), text, 0);
  }

  async scanAsync(text: string, options: ScanAsyncOptions = {}): Promise<readonly Match[]> {
    this.#requireOpen();
    refuseUnknownOptions('scanAsync', options, ['signal', 'placement']);
    const { signal } = options;
    const placement = requireOneOf('scanAsync.placement', options.placement ?? 'auto', ['auto', 'near', 'far']);
    if (signal?.aborted === true) throw new AbortedError('A scan', signal.reason);
    if (placement === 'far' && this.#far === undefined) throw new InvalidOptionError('scanAsync.placement', placement, "'auto' or 'near' for a scanner that was created without far");
    if (this.#far !== undefined && placement !== 'near') return toMatches(this.#rules, await this.#far.scan(text, signal), text, 0);
    if (text.length <= SLICE) return this.scan(text);
    const turn = this.#slicing.then(() => this.#scanInSlices(text, signal));
    this.#slicing = turn.catch(() => undefined); // the caller hears of it; the next one only waits
    return turn;
  }

  stream(): ScanStream {
    this.#requireOpen();
    return new RuleScanStream(this.#rules, new SpanStream(this.#engine));
  }

  toBlob(): Uint8Array {
    this.#requireOpen();
    return this.#engine.seal(sourcesOf(this.#rules));
  }

  close(): void {
    this.#closed = true;
    this.#engine.close();
    this.#sliced?.close();
    this.#far?.close();
  }

  async #scanInSlices(text: string, signal: AbortSignal | undefined): Promise<readonly Match[]> {
    this.#requireOpen();
    this.#sliced ??= new ScanEngine(this.#engine.seal(''));
    const spans: number[] = [];
    for (const _ of this.#sliced.slices(text, spans)) await sleep(this.#clock, 0, signal);
    return toMatches(this.#rules, sorted(spans), text, 0);
  }

  #requireOpen(): void {
    if (this.#closed) throw new ClosedError('Scanner');
  }
}

// What one slice holds (WINDOW_UNITS of the kernel): under 1 ms.
const SLICE = 65536;

// By start, then by rule. The matches of one rule come in order, and so do most of several.
function sorted(spans: readonly number[]): readonly number[] {
  let inOrder = true;
  for (let n = 3; inOrder && n < spans.length; n += 3) inOrder = compare(spans, n - 3, n) < 0;
  if (inOrder) return spans;
  const order: number[] = [];
  for (let n = 0; n < spans.length; n += 3) order.push(n);
  order.sort((a, b) => compare(spans, a, b));
  const ordered: number[] = [];
  for (const n of order) ordered.push(spans[n] ?? 0, spans[n + 1] ?? 0, spans[n + 2] ?? 0);
  return ordered;
}

function compare(spans: readonly number[], a: number, b: number): number {
  return (spans[a + 1] ?? 0) - (spans[b + 1] ?? 0) || (spans[a] ?? 0) - (spans[b] ?? 0);
}

function copyRule(rule: ScanRule, index: number, ids: Set<string>): ScanRule {
  if (typeof rule !== 'object' || rule === null) throw new InvalidOptionError(`rules[${index}]`, rule, 'a rule { id, pattern, flags? }');
  const { id, pattern, flags = '', verify } = rule;
  if (typeof id !== 'string' || id === '' || ids.has(id)) throw new InvalidOptionError(`rules[${index}].id`, id, 'a string that is not empty and that no other rule has');
  if (typeof pattern !== 'string' && !(typeof pattern === 'object' && pattern?.among instanceof CompiledPatterns)) throw new InvalidOptionError(`rules[${index}].pattern`, pattern, 'the source of a regular expression, or the pattern of a built-in rule');
  if (typeof flags !== 'string') throw new InvalidOptionError(`rules[${index}].flags`, flags, 'flags of a regular expression');
  ids.add(id);
  if (verify === undefined) return { id, pattern, flags };
  return { id, pattern, flags, verify: requireFunction(`rules[${index}].verify`, verify) };
}

function toPattern({ pattern, flags = '' }: ScanRule): AnyPattern {
  return typeof pattern === 'string' ? { pattern, flags } : { pattern };
}

// What the patterns are, in one text: a blob says what it was compiled from.
function sourcesOf(rules: readonly ScanRule[]): string {
  let sources = '';
  for (const { pattern, flags = '' } of rules) sources += typeof pattern === 'string' ? `/${pattern}/${flags}\n` : `${pattern.compiled}\n`;
  return sources;
}
