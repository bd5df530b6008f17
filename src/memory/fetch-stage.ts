/**
 * Gives later stages the session's history. A run without a session has none, which is a good
 * outcome and no skip: a skip would take every dependent stage with it.
 */
import type { Data } from '../base/data.js';
import { refuseUnknownOptions } from '../base/option.js';
import type { StageContext } from '../stage/context.js';
import { StageKind } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { toMemoryConfig, type MemoryConfig, type MemoryConfigInit } from './config.js';
import type { MemoryEntry } from './entry.js';
import { requireMemoryStore, type MemoryStore } from './store.js';
import { estimateTokens, type TokenCounter } from '../base/tokens.js';

/** Options of a {@link MemoryFetchStage}. */
export interface MemoryFetchStageOptions {
  /** Counts `memoryTokens`; give the store the same one. @default estimateTokens */
  readonly countTokens?: TokenCounter;
}

/** What a {@link MemoryFetchStage} settles with. */
export interface MemoryFetchData {
  /** `MemoryEntry.toDict()` forms, oldest first. */
  readonly memoryEntries: readonly Data[];
  /** How many there are. */
  readonly memoryCount: number;
  /** Estimated tokens of their contents. */
  readonly memoryTokens: number;
  /** True when the newest entry alone exceeds `maxTokens`: older ones were left out for it. */
  readonly memoryTruncated?: boolean;
}

/** Fetches conversation memory for the run's session. Emits `memory.truncated` when the newest entry alone exceeds the token limit. */
export class MemoryFetchStage implements Stage<MemoryFetchData> {
  readonly name = 'memory_fetch';
  readonly kind: StageKind = StageKind.ENRICH;
  readonly #store: MemoryStore;
  readonly #config: MemoryConfig;
  readonly #countTokens: TokenCounter;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(store: MemoryStore, config?: MemoryConfig | MemoryConfigInit | null, options: MemoryFetchStageOptions = {}) {
    refuseUnknownOptions('MemoryFetchStage', options, ['countTokens']);
    this.#store = requireMemoryStore('MemoryFetchStage.store', store);
    this.#config = toMemoryConfig(config ?? undefined);
    this.#countTokens = options.countTokens ?? estimateTokens;
  }

  /** @inheritdoc */
  readonly execute = async (ctx: StageContext): Promise<StageOutput<MemoryFetchData>> => {
    const { sessionId } = ctx;
    const entries = sessionId === null ? [] : await this.#store.fetch(sessionId, this.#config, { signal: ctx.signal });
    let tokens = 0;
    for (const entry of entries) tokens += this.#countTokens(entry.content);
    const truncated = this.#config.maxTokens > 0 && tokens > this.#config.maxTokens;
    if (truncated) ctx.tryEmitEvent('memory.truncated', { session_id: sessionId, entries: entries.length, tokens, max_tokens: this.#config.maxTokens });
    return StageOutput.ok({
      memoryEntries: entries.map((entry: MemoryEntry) => entry.toDict()),
      memoryCount: entries.length,
      memoryTokens: tokens,
      ...(truncated ? { memoryTruncated: true } : {}),
    });
  };
}
