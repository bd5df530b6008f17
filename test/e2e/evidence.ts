/** What a page leaves behind: in its stores, in its events, and in the air. */
import type { Assistant } from './assistant-page.js';

/** Everything that the page has stored, as text. */
export function stored(page: Assistant['page']): Promise<string> {
  return page.evaluate(async () => {
    const texts: string[] = [JSON.stringify(localStorage)];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name as string);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve, reject) => {
          const request = database.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        texts.push(JSON.stringify(all));
      }
      database.close();
    }
    return texts.join('\n');
  });
}

/** The events the page has shown, as text. */
export const events = (page: Assistant['page']): Promise<string> => page.evaluate(() => JSON.stringify((window as unknown as { sluiceEvents: unknown[] }).sluiceEvents));

/** Where a recording is not silent, gaps within an answer closed. */
export function stretches(samples: Float32Array, sampleRate: number): readonly { readonly startMs: number; readonly endMs: number }[] {
  const found: { startMs: number; endMs: number }[] = [];
  const step = Math.round(sampleRate / 100);
  for (let at = 0; at + step <= samples.length; at += step) {
    let peak = 0;
    for (let n = at; n < at + step; n++) peak = Math.max(peak, Math.abs(samples[n] ?? 0));
    if (peak < 0.001) continue;
    const startMs = (at / sampleRate) * 1000;
    const last = found.at(-1);
    if (last !== undefined && startMs - last.endMs < 800) last.endMs = startMs + 10;
    else found.push({ startMs, endMs: startMs + 10 });
  }
  return found;
}
