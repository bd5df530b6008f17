/**
 * One automaton per set of rules. Checks with the same rules, and a stage with the same checks, share
 * the compiled scanner, because it has no state of its own between scans and its tables are the
 * largest thing a check owns.
 */
import { createScanner, type Scanner } from './scanner.js';
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

/** The rules of several checks as one list: each id once. Rules that share an id are the same rule by contract. */
export function mergeRules(lists: readonly (readonly Rule[])[]): readonly Rule[] {
  const merged = new Map<string, Rule>();
  for (const list of lists) for (const rule of list) if (!merged.has(rule.id)) merged.set(rule.id, rule);
  return [...merged.values()];
}
