/**
 * Older field names that stored data may still use. They are read, and the first reading of each is
 * said once on the console, so that whoever owns the data can rename it.
 */
import type { Data } from '../base/data.js';
import { readField } from './wire.js';

const warned = new Set<string>();

/** Reads `name`, else `legacy` with one warning per process. */
export function readRenamed(dict: Readonly<Data>, owner: string, name: string, legacy: string): unknown {
  const found = readField(dict, name);
  if (found !== undefined) return found;
  const old = readField(dict, legacy);
  if (old !== undefined && !warned.has(`${owner}.${legacy}`)) {
    warned.add(`${owner}.${legacy}`);
    console.warn(`sluice: ${owner}.${legacy} is the old name of ${name}. It is still read; rename it in the stored data.`);
  }
  return old;
}
