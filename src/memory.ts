/** Conversation memory: entries, the contract of stores, the store in this process, and the two stages. */
export { MemoryEntry, type MemoryEntryInit } from './memory/entry.js';
export { MemoryConfig, type MemoryConfigInit } from './memory/config.js';
export type { MemoryStore, MemoryCallOptions, MemorySearchOptions, MemorySearchHit, MemoryExport, MemoryExportOptions } from './memory/store.js';
export { InMemoryStore, type InMemoryStoreOptions } from './memory/in-memory-store.js';
export { MemoryFetchStage, type MemoryFetchStageOptions, type MemoryFetchData } from './memory/fetch-stage.js';
export { MemoryWriteStage, type MemoryWriteStageOptions, type MemoryWriteData } from './memory/write-stage.js';
export { estimateTokens, type TokenCounter } from './base/tokens.js';
export { InvalidMemoryExportError } from './memory/export.js';
export { StorageError, StorageQuotaError, StorageFailedError } from './memory/storage-errors.js';
export type { MemoryRetention } from './memory/retention.js';
