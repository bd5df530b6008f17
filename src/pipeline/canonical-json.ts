/** JSON with its keys in order, so that equal data gives equal text. */
import { toWire } from '../context/wire.js';

/** The text; what JSON has no form for is written as the wire has it. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(toWire(value))) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
