/**
 * The slow, obvious twin of the scanner: one RegExp per rule, `matchAll` with `u`. The stream form
 * holds everything back until the end, which is correct and useless.
 */
import type { Match } from '../../src/guardrails/match.js';
import type { ScanRule } from '../../src/guardrails/rule.js';
import type { Scanner } from '../../src/guardrails/scanner.js';
import type { ScanStep, ScanStream } from '../../src/guardrails/scan-stream.js';

/** Flags for the oracle: `u` unless `v` is there, always `g`, never `d`. */
export function oracleFlags(flags: string): string {
  const kept = [...new Set(flags)].filter((flag) => 'imsvy'.includes(flag)).join('');
  return `${kept.includes('v') ? kept : `${kept}u`}g`;
}

/**
 * All spans of one pattern, as V8 gives them, but for one defect of it: now and then (its bytecode and its machine code
 * differ, and a collected expression starts again as bytecode) it tries the place between the halves of a surrogate
 * pair, and reports an empty match of `\B` there, where no match can begin under `u`.
 */
export function oracleSpans(pattern: string, flags: string, text: string): [number, number][] {
  return Array.from(text.matchAll(new RegExp(pattern, oracleFlags(flags))), (m): [number, number] => [m.index, m.index + m[0].length])
    .filter(([start]) => !/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, start - 1), start + 1)));
}

export function createRegExpScanner(rules: readonly ScanRule[]): Scanner {
  const scan = (text: string): readonly Match[] => {
    const found: { match: Match; rule: number }[] = [];
    rules.forEach((rule, index) => {
      for (const [start, end] of oracleSpans(String(rule.pattern), rule.flags ?? '', text)) {
        if (rule.verify === undefined || rule.verify(text.slice(start, end))) found.push({ match: { id: rule.id, start, end }, rule: index });
      }
    });
    found.sort((a, b) => a.match.start - b.match.start || a.rule - b.rule);
    return found.map((f) => f.match);
  };
  return {
    scan,
    scanAsync: (text) => Promise.resolve(scan(text)),
    stream: () => new HoldAllStream(scan),
    toBlob: () => new Uint8Array(),
    close: () => {},
  };
}

class HoldAllStream implements ScanStream {
  readonly #scan: (text: string) => readonly Match[];
  #text = '';
  constructor(scan: (text: string) => readonly Match[]) {
    this.#scan = scan;
  }
  get heldBack(): number {
    return this.#text.length;
  }
  update(chunk: string): ScanStep {
    this.#text += chunk;
    return { safe: '', matches: [], end: 0 };
  }
  finish(): ScanStep {
    const text = this.#text;
    this.#text = '';
    const matches = this.#scan(text);
    return { safe: outside(text, matches), matches, end: text.length };
  }
}

/** `text` without the parts that lie in a match. */
export function outside(text: string, matches: readonly Match[]): string {
  const covered = new Uint8Array(text.length);
  for (const { start, end } of matches) covered.fill(1, start, end);
  let kept = '';
  for (let n = 0; n < text.length; n++) if (covered[n] === 0) kept += text[n];
  return kept;
}
