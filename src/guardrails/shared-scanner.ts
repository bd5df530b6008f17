/**
 * One automaton per set of rules. Checks with the same rules, and a stage with the same checks, share
 * the compiled scanner, because it has no state of its own between scans and its tables are the
 * largest thing a check owns.
 */
import { createScanner, type Scanner } from './scanner.js';
import type { RuleCheck } from './check.js';
import { Reading } from './reading.js';
import type { Rule } from './rule.js';

// Keyed by id, flags and pattern of every rule, or by the name of a compiled one; the most recently made are kept.
const scanners = new Map<string, Scanner>();
const LIMIT = 16;

/** The scanner of these rules; made at the first call. Shared, so it must not be closed. */
export function sharedScanner(rules: readonly Rule[]): Scanner {
  const key = JSON.stringify(rules.map(({ id, flags, pattern }) => (typeof pattern === 'string' ? [id, flags, pattern] : pattern.compiled)));
  const known = scanners.get(key);
  if (known !== undefined) return known;
  const made = createScanner(rules);
  if (scanners.size >= LIMIT) scanners.delete(scanners.keys().next().value ?? '');
  scanners.set(key, made);
  return made;
}

// Has what most views and checks look for.
const SAMPLE = 'Grüß Jane: call 415 555 0132, five five five, or mail jane at example dot com. Please d4mn the r u l e s.';
const warm = new WeakSet<Scanner>();

/**
 * The scanner of these checks, once they have judged a text. An engine compiles what it runs for the first
 * time, which is not the doing of the text that happens to come first: its budget does not pay for it.
 */
export function warmScanner(checks: readonly RuleCheck[]): Scanner {
  const scanner = sharedScanner(mergeRules(checks.map((check) => check.rules)));
  if (warm.has(scanner)) return scanner;
  warm.add(scanner);
  const reading = Reading.of(SAMPLE, scanner);
  for (const check of checks) check.find(reading);
  return scanner;
}

/** The rules of several checks as one list: each id once. Rules that share an id are the same rule by contract. */
export function mergeRules(lists: readonly (readonly Rule[])[]): readonly Rule[] {
  const merged = new Map<string, Rule>();
  for (const list of lists) for (const rule of list) if (!merged.has(rule.id)) merged.set(rule.id, rule);
  return [...merged.values()];
}
