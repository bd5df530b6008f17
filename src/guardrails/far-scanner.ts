/**
 * The far side of a scanner: a scanner in another thread, which the platform's floor gives (in
 * browsers a Web Worker through Comlink). It receives the compiled patterns once and answers with
 * spans; it knows no rule ids and runs no callback of the user's.
 */

/** A scanner in another thread. Implementations reject with a typed error when the thread dies. */
export interface FarScanner {
  /** Hands over the compiled patterns (`Scanner.toBlob()`); once per life of the thread. Replaces what was loaded under the same key. */
  load(key: string, blob: Uint8Array): Promise<void>;
  /**
   * Scans `text` with the patterns loaded under `key`: triples of pattern index, start and end in
   * UTF-16 units, ordered by start. Works in slices, so that an abort takes effect between two of
   * them; rejects with `ABORTED` then.
   */
  scan(key: string, text: string, options?: { readonly signal?: AbortSignal }): Promise<Int32Array>;
  /** Ends the thread and starts a new one; what was loaded must be loaded again. */
  restart(): Promise<void>;
  /** Ends the thread. */
  close(): void;
}
