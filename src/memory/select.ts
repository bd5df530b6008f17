/**
 * Which entries a fetch gives, one rule for every store.
 *
 * Application order: recency window, system filter, newest `maxEntries`, then `maxTokens` walking
 * from the newest to the oldest and ending at the first entry that does not fit. A newest entry that
 * alone exceeds `maxTokens` is given and flagged: a history is never empty without notice.
 */
import type { MemoryConfig } from './config.js';
import type { MemoryEntry } from './entry.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';

/** What was selected. */
export interface Selection {
  /** Oldest first. */
  readonly entries: MemoryEntry[];
  /** Their tokens; 0 where tokens do not limit, which need not be counted then. */
  readonly tokens: number;
  /** True when the newest entry alone exceeds the token limit. */
  readonly truncated: boolean;
}

/** What a selection needs beside the limits. */
export interface SelectionContext {
  /** The moment the recency window ends, in milliseconds since 1970. */
  readonly nowMs: number;
  /** @default estimateTokens */
  readonly countTokens?: TokenCounter | undefined;
}

/** Takes entries from the newest to the oldest until it has enough, so that a store reads no more than it must. */
export class EntrySelector {
  readonly #config: MemoryConfig;
  readonly #countTokens: TokenCounter;
  readonly #newestFirst: MemoryEntry[] = [];
  /** Entries at or before this moment, in milliseconds since 1970, are outside the recency window. */
  readonly oldestMs: number;
  #tokens = 0;
  #truncated = false;
  #full = false;

  constructor(config: MemoryConfig, context: SelectionContext) {
    this.#config = config;
    this.#countTokens = context.countTokens ?? estimateTokens;
    this.oldestMs = config.recencyWindowSeconds === 0 ? -Infinity : context.nowMs - config.recencyWindowSeconds * 1000;
  }

  /** Entries still wanted at most; `Infinity` where only tokens limit. */
  get wanted(): number {
    if (this.#full) return 0;
    return this.#config.maxEntries === 0 ? Infinity : this.#config.maxEntries - this.#newestFirst.length;
  }

  /** Takes the next older entry; false when no older one is wanted. */
  offer(entry: MemoryEntry): boolean {
    const { maxEntries, maxTokens, includeSystem } = this.#config;
    if (this.#full) return false;
    if (entry.timestampMs <= this.oldestMs || (!includeSystem && entry.role === 'system')) return true;
    const tokens = maxTokens > 0 ? this.#countTokens(entry.content) : 0; // counting is the dearest part of a fetch
    if (maxTokens > 0 && this.#tokens + tokens > maxTokens) {
      this.#full = true;
      if (this.#newestFirst.length > 0) return false;
      this.#truncated = true;
    }
    this.#newestFirst.push(entry);
    this.#tokens += tokens;
    if (this.#newestFirst.length === maxEntries) this.#full = true;
    return !this.#full;
  }

  /** What was selected, oldest first. */
  finish(): Selection {
    return { entries: this.#newestFirst.reverse(), tokens: this.#tokens, truncated: this.#truncated };
  }
}

/** Selects from a whole session, oldest first in and out. */
export function selectEntries(oldestFirst: readonly MemoryEntry[], config: MemoryConfig, context: SelectionContext): Selection {
  const selector = new EntrySelector(config, context);
  for (let n = oldestFirst.length - 1; n >= 0; n--) {
    if (!selector.offer(oldestFirst[n] as MemoryEntry)) break; // n is in range
  }
  return selector.finish();
}
