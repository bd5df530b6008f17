/**
 * What the scan worker does: it keeps compiled patterns and scans texts with them, in slices of 64 K
 * units with a turn of the event loop between two, so that a cancellation that has arrived is seen.
 */
import { AbortedError, SluiceError } from '../base/errors.js';
import { ScanEngine } from '../wasm/scan-engine.js';
import { scanKernel } from '../wasm/scan-kernel.js';
import { receivedWasm, type PostedWasm } from './posted-wasm.js';
import { carryingErrors } from './worker-error.js';

/** Patterns were asked for that this worker was not given. */
export class PatternsNotLoadedError extends SluiceError {
  override readonly name: string = 'PatternsNotLoadedError';

  constructor() {
    super('The scan worker has no patterns under this key. Call load() with the compiled patterns first; a worker that was started again has none.', { code: 'PATTERNS_NOT_LOADED' });
  }
}

/** What the worker offers. */
export interface ScanService {
  /** Takes scan.wasm from elsewhere; with `null` it is compiled from the worker's own bytes when it is needed. */
  start(wasm: PostedWasm): Promise<void>;
  /** Keeps compiled patterns under `key`, instead of those before. Throws `INVALID_PROGRAM`. */
  load(key: string, program: Uint8Array): Promise<void>;
  /** Forgets what is kept under `key`. */
  unload(key: string): Promise<void>;
  /** Triples of pattern, start and end, ordered by start, then by pattern. `id` is what `cancel` names. */
  scan(id: number, key: string, text: string): Promise<Int32Array>;
  /** Ends the scan of that id between two slices; it rejects with `ABORTED`. */
  cancel(id: number): void;
}

interface Loaded {
  readonly engine: ScanEngine;
  // An engine does one text at a time.
  last: Promise<unknown>;
}

/** Makes the service; `transfer` marks the buffer of a result as moved. */
export function scanService(transfer: (result: Int32Array) => Int32Array): ScanService {
  const patterns = new Map<string, Loaded>();
  const running = new Set<number>();
  const canceled = new Set<number>();

  const scanNow = async (id: number, engine: ScanEngine, text: string): Promise<Int32Array> => {
    const spans: number[] = [];
    const slices = engine.slices(text, spans);
    do {
      if (canceled.has(id)) throw new AbortedError('A scan');
      if (spans.length > 0 || text.length > SLICE_UNITS) await nextTask();
    } while (slices.next().done !== true);
    return sorted(spans);
  };

  return carryingErrors<ScanService>({
    async start(wasm) {
      const source = receivedWasm(wasm);
      if (source !== undefined) await scanKernel.load(source);
    },
    async load(key, program) {
      const engine = new ScanEngine(program, { foreign: true });
      const before = patterns.get(key);
      void before?.last.then(() => before.engine.close());
      patterns.set(key, { engine, last: Promise.resolve() });
    },
    async unload(key) {
      const loaded = patterns.get(key);
      patterns.delete(key);
      // Scans that were asked for before are still answered.
      await loaded?.last;
      loaded?.engine.close();
    },
    async scan(id, key, text) {
      const loaded = patterns.get(key);
      if (loaded === undefined) throw new PatternsNotLoadedError();
      running.add(id);
      const turn = loaded.last.then(() => scanNow(id, loaded.engine, text));
      loaded.last = turn.catch(() => undefined); // the caller gets it; the next scan does not wait for it
      try {
        return transfer(await turn);
      } finally {
        running.delete(id);
        canceled.delete(id);
      }
    },
    cancel(id) {
      if (running.has(id)) canceled.add(id);
    },
  });
}

// Texts up to one slice are scanned without giving up the thread.
const SLICE_UNITS = 65536;

// A message to oneself: unlike a resolved promise it lets other messages through, unlike a timer it does not wait.
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function sorted(spans: readonly number[]): Int32Array {
  const count = spans.length / 3;
  const order = Array.from({ length: count }, (_, n) => n * 3);
  // Indices are those of triples, so every element is there.
  order.sort((a, b) => (spans[a + 1] as number) - (spans[b + 1] as number) || (spans[a] as number) - (spans[b] as number));
  const result = new Int32Array(spans.length);
  order.forEach((at, n) => {
    for (let field = 0; field < 3; field++) result[n * 3 + field] = spans[at + field] as number;
  });
  return result;
}
