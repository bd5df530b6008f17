/** The portable form of a store's contents: written by every store alike, so that one reads what another wrote. */
import type { Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';
import { isPlainObject } from '../base/data.js';
import { requireList, requireRecord } from '../context/wire.js';
import { MemoryEntry } from './entry.js';
import type { MemoryExport } from './store.js';

/** What should be an export is none, or one of a later version. */
export class InvalidMemoryExportError extends SluiceError {
  override readonly name: string = 'InvalidMemoryExportError';

  constructor() {
    super('The data is not a memory export of version 1. Pass what MemoryStore.export() gave, or its JSON parsed.', { code: 'INVALID_MEMORY_EXPORT' });
  }
}

/** The export of `entries`. */
export function toMemoryExport(entries: readonly MemoryEntry[], clock: Clock): MemoryExport {
  return { format: 'sluice.memory', version: 1, exported_at: new Date(clock.epochMs()).toISOString(), entries: entries.map((entry) => entry.toDict()) };
}

/** The entries of an export; throws {@link InvalidMemoryExportError}, or what `MemoryEntry.fromDict` throws. */
export function fromMemoryExport(data: unknown): MemoryEntry[] {
  if (!isPlainObject(data) || data['format'] !== 'sluice.memory' || data['version'] !== 1) throw new InvalidMemoryExportError();
  return requireList('MemoryExport.entries', data['entries']).map((entry) => MemoryEntry.fromDict(requireRecord('MemoryExport.entries', entry)));
}
