/**
 * The far side of a scanner: a scanner in another thread, which the platform's floor gives (in
 * browsers a Web Worker through Comlink). It receives the compiled patterns and answers with spans; it
 * knows no rule ids and runs no callback of the user's.
 */

/** A scanner in another thread. Its promises reject with a typed error when the thread dies. */
export interface FarScanner {
  /** Counts the threads that have been started: what was loaded under an earlier number is gone. */
  readonly generation: number;
  /** Hands over compiled patterns (`Scanner.toBlob()`), to be kept under `key` until `unload` or `restart`. */
  load(key: string, blob: Uint8Array): Promise<void>;
  /** Forgets what was loaded under `key`. */
  unload(key: string): void;
  /**
   * Scans `text` with the patterns loaded under `key`: triples of pattern number, start and end in
   * UTF-16 units, ordered by start, then pattern. Works in slices, so that an abort takes effect
   * between two of them; rejects with `ABORTED` then.
   */
  scan(key: string, text: string, options?: { readonly signal?: AbortSignal }): Promise<Int32Array>;
  /** Ends the thread and starts a new one. */
  restart(): Promise<void>;
  /** Ends the thread. */
  close(): void;
}
