/**
 * The last moment of a page: when it is hidden it may never come back, and no later event is sure to
 * fire. What an exporter still holds is sent then, by requests that outlive the page.
 */
import type { ExportOptions } from '../analytics/exporter.js';

/** What can be flushed: a `BufferedExporter`, for example. */
export interface Flushable {
  flush(options?: ExportOptions): Promise<void>;
}

/** Flushes `exporter` with `keepalive` whenever the page is hidden; the returned function ends it. `onError` hears of flushes that failed. */
export function flushOnPageHide(exporter: Flushable, onError?: (error: unknown) => void): () => void {
  const flush = (): void => {
    exporter.flush({ keepalive: true }).catch((error: unknown) => onError?.(error));
  };
  const onVisibility = (): void => {
    if (document.visibilityState === 'hidden') flush();
  };
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pagehide', flush); // Safari does not always tell the change of visibility
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('pagehide', flush);
  };
}
