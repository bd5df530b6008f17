/** Models that run on the device in a worker of the application: transformers.js, kokoro-js and WebLLM, which are imported when they are used. */
export { connectLocalModels, LocalModels, LocalModelError, type LocalModelsOptions } from './browser/local-models/local-models.js';
export { LocalRecognizer, type LocalRecognizerOptions } from './browser/local-models/local-recognizer.js';
export { LocalVoice, type LocalVoiceOptions } from './browser/local-models/local-voice.js';
export { LocalLanguageModel, type LocalLanguageModelOptions } from './browser/local-models/local-language-model.js';
export { serveLocalModels, type LibrarySource, type LocalLibraries, type WorkerScope } from './browser/local-models/serve-local-models.js';
export type { LocalModelFailure, LocalModelKind, LocalModelProgress } from './browser/local-models/model-message.js';
export type { KokoroModule, KokoroVoice, RawAudio, RecognitionPipeline, TransformersModule, TransformersProgress, WebLlmEngine, WebLlmModule } from './browser/local-models/peer-modules.js';
