/**
 * The workers of a session, behind one handle: the scanner for long texts and the audio worker. A
 * worker starts when it is first needed and is started again when it dies.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { refuseUnknownOptions } from '../base/option.js';
import type { FarScanner } from '../guardrails/far-scanner.js';
import type { AudioService } from './audio-service.js';
import { audioWorkerEntry, scanWorkerEntry, spawnAudioWorker, spawnScanWorker } from './entries.js';
import { farScanner } from './far-scan.js';
import type { ScanService } from './scan-service.js';
import type { KernelSource } from '../wasm/kernel.js';
import { openWorker, type WorkerSource } from './entry.js';
import { postableWasm } from './posted-wasm.js';
import { WorkerLink } from './worker-link.js';

/** Where one worker and its WebAssembly come from. */
export interface WorkerOptions extends WorkerSource {
  /** Where its WebAssembly comes from. @default the bytes that travel with the worker */
  readonly wasm?: KernelSource;
}

/** Options of {@link connectWorkers}. */
export interface WorkersOptions {
  /** The scan worker. @default the file beside this module, then a Blob */
  readonly scan?: WorkerOptions;
  /** The audio worker. @default the file beside this module, then a Blob */
  readonly audio?: WorkerOptions;
  /** Time source of deadlines. @default systemClock */
  readonly clock?: Clock;
}

/** The workers of a session. */
export interface Workers {
  /** The scanner in the scan worker, for `createScanner(rules, { far })`. */
  readonly scan: FarScanner;
  /** The audio worker. */
  readonly audio: WorkerLink<AudioService>;
  /** Ends both workers; what waits for them rejects with `CLOSED`. */
  close(): Promise<void>;
}

/**
 * Gives the handle; starts nothing yet.
 *
 * @example
 * const workers = connectWorkers();
 * const microphone = createMicrophone({ workers });
 */
export function connectWorkers(options: WorkersOptions = {}): Workers {
  refuseUnknownOptions('connectWorkers', options, ['scan', 'audio', 'clock']);
  const { clock = systemClock } = options;
  const audio = new WorkerLink<AudioService>({
    name: 'audio.worker',
    clock,
    open: () => openWorker(audioWorkerEntry, spawnAudioWorker, options.audio, { clock }),
    begin: async (service) => service.start(await postableWasm(options.audio?.wasm)),
  });
  const scan = farScanner(new WorkerLink<ScanService>({
    name: 'scan.worker',
    clock,
    open: () => openWorker(scanWorkerEntry, spawnScanWorker, options.scan, { clock }),
    begin: async (service) => service.start(await postableWasm(options.scan?.wasm)),
  }), clock);
  return {
    scan,
    audio,
    async close() {
      scan.close();
      audio.close();
    },
  };
}
