/** What needs a page: microphone, loudspeaker, workers and the database. */
export { createMicrophone } from './browser/microphone.js';
export type { Microphone, MicrophoneOptions, MicrophoneStats } from './browser/microphone-contract.js';
export { createSpeaker } from './browser/speaker.js';
export type { Speaker, SpeakerOptions, SpeakerEvent, SpeakerState, SpeakerRenderer } from './browser/speaker-contract.js';
export type { SpeakerPlayback } from './browser/speaker-playback.js';
export { connectWorkers, type Workers, type WorkersOptions, type WorkerOptions } from './browser/workers.js';
export { DeviceError } from './browser/device-errors.js';
export { WorkerUnavailableError, type WorkerSource, type WorkletSource } from './browser/entry.js';
export { IndexedDBMemoryStore, type IndexedDBMemoryStoreOptions } from './browser/idb-memory-store.js';
