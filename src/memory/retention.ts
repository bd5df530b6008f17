/** How much a store keeps of each session; what is beyond is deleted, oldest first. */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** Bounds of each session. */
export interface MemoryRetention {
  /** Entries per session. @default unlimited */
  readonly maxEntries?: number;
  /** Seconds since an entry's timestamp; entries go from the oldest up to the first one that is young enough. @default unlimited */
  readonly maxAgeSeconds?: number;
}

/** Bounds with everything in them. */
export interface RetentionLimits {
  readonly maxEntries: number;
  readonly maxAgeMs: number;
}

/** The bounds of `retention`; throws `InvalidOptionError` naming the option of `owner`. */
export function retentionLimits(owner: string, retention: MemoryRetention = {}): RetentionLimits {
  refuseUnknownOptions(`${owner}.retention`, retention, ['maxEntries', 'maxAgeSeconds']);
  const { maxEntries = Infinity, maxAgeSeconds = Infinity } = retention;
  if (maxEntries !== Infinity) requireNumber(`${owner}.retention.maxEntries`, maxEntries, { min: 1, integer: true });
  if (maxAgeSeconds !== Infinity) requireNumber(`${owner}.retention.maxAgeSeconds`, maxAgeSeconds, { min: 1 });
  return { maxEntries, maxAgeMs: maxAgeSeconds * 1000 };
}
