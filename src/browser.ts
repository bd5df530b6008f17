/** What needs a page: microphone, loudspeaker, workers, the database, and the browser's own engines. */
export { detectSupport, type BrowserSupport, type SupportedFeature, type MissingFeature } from './browser/support.js';
export { createMicrophone } from './browser/microphone.js';
export type { Microphone, MicrophoneOptions, MicrophoneStats } from './browser/microphone-contract.js';
export type { ListeningThresholds } from './browser/listener.js';
export { createSpeaker } from './browser/speaker.js';
export type { Speaker, SpeakerOptions, SpeakerEvent, SpeakerState, SpeakerRenderer } from './browser/speaker-contract.js';
export type { SpeakerPlayback } from './browser/speaker-playback.js';
export { connectWorkers, type Workers, type WorkersOptions, type WorkerOptions } from './browser/workers.js';
export { DeviceError } from './browser/device-errors.js';
export { WorkerUnavailableError, type WorkerSource, type WorkletSource } from './browser/entry.js';
export { WorkerDiedError } from './browser/worker-link.js';
export { IndexedDBMemoryStore, type IndexedDBMemoryStoreOptions } from './browser/idb-memory-store.js';
export { IndexedDBClipStore, type IndexedDBClipStoreOptions } from './browser/idb-clip-store.js';
export { StorageUnavailableError, StorageBlockedError, StorageOutdatedError, StorageConflictError } from './browser/idb-errors.js';
export { BrowserRecognizer, BrowserRecognitionError, type BrowserRecognizerOptions } from './browser/speech-recognition.js';
export { BrowserVoice, BrowserVoiceError, type BrowserVoiceOptions } from './browser/speech-synthesis.js';
export { BrowserLanguageModel, PromptApiError, type BrowserLanguageModelOptions, type PromptApi, type PromptSession } from './browser/prompt-api.js';
