/** A model that runs in this worker: what the worker calls, whatever library is behind it. */
import type { LocalModelProgress } from './model-message.js';

/** One loaded model. */
export interface ModelEngine<Task, Item> {
  /** Runs one task; the signal ends it as soon as the library can. */
  run(task: Task, signal: AbortSignal): AsyncIterable<Item>;
  /** Frees what the model holds. */
  close(): Promise<void>;
}

/** Loads a model. */
export type EngineLoader<Task, Item> = (model: string, options: Readonly<Record<string, unknown>>, onProgress: (progress: LocalModelProgress) => void) => Promise<ModelEngine<Task, Item>>;
