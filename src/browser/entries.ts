/**
 * The four files that run outside this thread. Every `new URL` and `new Worker` with a literal stands
 * here, because bundlers find what to emit by these literals.
 */
import type { Entry, WorkletEntry } from './entry.js';

/** Scanning of long texts. */
export const scanWorkerEntry: Entry = {
  name: 'scan.worker',
  option: 'connectWorkers({ scan: { url } })',
  inline: async () => (await import('./scan-worker-source.generated.js')).scanWorkerSource,
};

/** Starts {@link scanWorkerEntry} from its file. */
export const spawnScanWorker = (): Worker => new Worker(new URL('./scan.worker.js', import.meta.url), { type: 'module' });

/** Voice activity and everything else that is done to the microphone's samples. */
export const audioWorkerEntry: Entry = {
  name: 'audio.worker',
  option: 'connectWorkers({ audio: { url } })',
  inline: async () => (await import('./audio-worker-source.generated.js')).audioWorkerSource,
};

/** Starts {@link audioWorkerEntry} from its file. */
export const spawnAudioWorker = (): Worker => new Worker(new URL('./audio.worker.js', import.meta.url), { type: 'module' });

/** Samples from the device to the audio worker. */
export const captureWorkletEntry: WorkletEntry = {
  name: 'capture.worklet',
  option: 'createMicrophone({ worklet: { url } })',
  url: () => new URL('./capture.worklet.js', import.meta.url),
  inline: async () => (await import('./capture-worklet-source.generated.js')).captureWorkletSource,
};

/** Samples of an answer to the device. */
export const playoutWorkletEntry: WorkletEntry = {
  name: 'playout.worklet',
  option: 'createSpeaker({ worklet: { url } })',
  url: () => new URL('./playout.worklet.js', import.meta.url),
  inline: async () => (await import('./playout-worklet-source.generated.js')).playoutWorkletSource,
};
