/**
 * The patterns of all built-in checks, as sources: what `npm run generate` compiles into
 * `built-in.generated.ts`, and what a test compares that file with. Nothing that runs imports this.
 */
import { compilePatterns, type PatternSource } from '../pattern/compile.js';
import { minimizeProgram } from '../pattern/minimize.js';
import { packProgram } from '../pattern/pack.js';
import { CONTENT_PATTERNS } from './content-patterns.js';
import { INJECTION_PATTERNS } from './injection-patterns.js';
import { PII_PATTERNS } from './pii-patterns.js';

/** Sources by check, in the order of the checks' rules. */
export const BUILT_IN_SOURCES: Readonly<Record<'pii' | 'content' | 'injection', readonly PatternSource[]>> = {
  pii: PII_PATTERNS.map(([, pattern, flags]) => ({ pattern, flags })),
  content: CONTENT_PATTERNS.map(([, pattern]) => ({ pattern, flags: 'i' })),
  injection: INJECTION_PATTERNS.map(([, pattern]) => ({ pattern, flags: 'i' })),
};

/** What the patterns of one check are compiled to, as text. */
export function packBuiltIn(sources: readonly PatternSource[]): string {
  return packProgram(minimizeProgram(compilePatterns(sources)));
}
