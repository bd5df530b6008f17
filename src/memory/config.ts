/** How much of a session's memory a fetch gives. */
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireBoolean, requireNumber } from '../base/option.js';
import { readField } from '../context/wire.js';

/** Fields of a {@link MemoryConfig}. */
export interface MemoryConfigInit {
  /** Newest entries at most; 0 = unlimited. @default 20 */
  readonly maxEntries?: number | undefined;
  /** Tokens at most, by the store's counter; 0 = unlimited. @default 4000 */
  readonly maxTokens?: number | undefined;
  /** Whether entries of role `system` count. @default true */
  readonly includeSystem?: boolean | undefined;
  /** Only entries of the last so many seconds; 0 = all. @default 0 */
  readonly recencyWindowSeconds?: number | undefined;
}

/** Frozen limits of a fetch. */
export class MemoryConfig {
  /** Newest entries at most; 0 = unlimited. */
  readonly maxEntries: number;
  /** Tokens at most; 0 = unlimited. */
  readonly maxTokens: number;
  /** Whether entries of role `system` count. */
  readonly includeSystem: boolean;
  /** Only entries of the last so many seconds; 0 = all. */
  readonly recencyWindowSeconds: number;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(init: MemoryConfigInit = {}) {
    refuseUnknownOptions('MemoryConfig', init, ['maxEntries', 'maxTokens', 'includeSystem', 'recencyWindowSeconds']);
    const { maxEntries = 20, maxTokens = 4000, includeSystem = true, recencyWindowSeconds = 0 } = init;
    this.maxEntries = requireNumber('MemoryConfig.maxEntries', maxEntries, { min: 0, integer: true });
    this.maxTokens = requireNumber('MemoryConfig.maxTokens', maxTokens, { min: 0 });
    this.includeSystem = requireBoolean('MemoryConfig.includeSystem', includeSystem);
    this.recencyWindowSeconds = requireNumber('MemoryConfig.recencyWindowSeconds', recencyWindowSeconds, { min: 0 });
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return { max_entries: this.maxEntries, max_tokens: this.maxTokens, include_system: this.includeSystem, recency_window_seconds: this.recencyWindowSeconds };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): MemoryConfig {
    return new MemoryConfig({
      maxEntries: readField(dict, 'max_entries') as number | undefined, // the constructor checks each
      maxTokens: readField(dict, 'max_tokens') as number | undefined,
      includeSystem: readField(dict, 'include_system') as boolean | undefined,
      recencyWindowSeconds: readField(dict, 'recency_window_seconds') as number | undefined,
    });
  }
}

/** The limits where nobody gave any. */
export const defaultMemoryConfig: MemoryConfig = new MemoryConfig();

/** Limits without any limit: all there is. */
export const unlimitedMemory: MemoryConfig = new MemoryConfig({ maxEntries: 0, maxTokens: 0 });

/** `given` as a {@link MemoryConfig}. */
export function toMemoryConfig(given: MemoryConfig | MemoryConfigInit | undefined): MemoryConfig {
  if (given === undefined) return defaultMemoryConfig;
  return given instanceof MemoryConfig ? given : new MemoryConfig(given);
}
