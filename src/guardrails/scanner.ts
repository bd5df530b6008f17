/**
 * Finds every match of many patterns in one pass over a text. Synchronous on this thread, or
 * asynchronous on a far one; one-shot or as a stream. Per rule the spans are those that `matchAll`
 * with the `u` flag gives.
 */
import { refuseUnknownOptions, requireName } from '../base/option.js';
import { ClosedError } from '../base/errors.js';
import type { FarScanner } from './far-scanner.js';
import type { Match } from './match.js';
import type { ScanRule } from './rule.js';
import type { ScanStream } from './scan-stream.js';

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
  /** What `toBlob()` of a scanner with the same rules gave: saves the compilation. Checked before use; a blob of other rules or another version is refused. */
  readonly blob?: Uint8Array;
}

/** Finds all matches of its rules. */
export interface Scanner {
  /** All matches, ordered by start, then by rule. Synchronous, never slower than linear in the text. */
  scan(text: string): readonly Match[];
  /** The same matches, from the far side where there is one. `verify` functions run on this side. */
  scanAsync(text: string, options?: ScanAsyncOptions): Promise<readonly Match[]>;
  /** Begins a stream; any number may be open at once. */
  stream(): ScanStream;
  /** The compiled patterns, for `createScanner(rules, { blob })` elsewhere or later. */
  toBlob(): Uint8Array;
  /** Frees the tables. Later calls throw `CLOSED`. */
  close(): void;
}

/**
 * A scanner for `rules`. Throws `PATTERN_SYNTAX` for a pattern that is invalid or outside the linear
 * subset, naming the construct and its position.
 */
export function createScanner(rules: readonly ScanRule[], options: ScannerOptions = {}): Scanner {
  refuseUnknownOptions('createScanner', options, ['far', 'blob']);
  const compiled = rules.map((rule) => ({ rule, expression: new RegExp(rule.pattern, flagsOf(rule)) }));
  let closed = false;
  const scan = (text: string): readonly Match[] => {
    if (closed) throw new ClosedError('Scanner');
    const found: Match[] = [];
    for (const { rule, expression } of compiled) {
      for (const m of text.matchAll(expression)) {
        if (rule.verify === undefined || rule.verify(m[0])) found.push({ id: requireName('rule.id', rule.id), start: m.index, end: m.index + m[0].length });
      }
    }
    return found.sort((a, b) => a.start - b.start);
  };
  return {
    scan,
    scanAsync: (text) => Promise.resolve(scan(text)),
    stream: () => {
      let text = '';
      return {
        get heldBack() {
          return text.length;
        },
        update: (chunk) => ((text += chunk), { safe: '', matches: [], end: 0 }),
        finish: () => {
          const matches = scan(text);
          let safe = '';
          let at = 0;
          for (const { start, end } of matches) {
            if (start > at) safe += text.slice(at, start);
            at = Math.max(at, end);
          }
          return { safe: safe + text.slice(at), matches, end: text.length };
        },
      };
    },
    toBlob: () => new Uint8Array(),
    close: () => void (closed = true),
  };
}

function flagsOf(rule: ScanRule): string {
  const flags = (rule.flags ?? '').replace(/[gdu]/g, '');
  return `${flags}${flags.includes('v') ? '' : 'u'}g`;
}
