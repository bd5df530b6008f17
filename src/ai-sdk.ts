/** The Vercel AI SDK both ways: its language, transcription and speech models here, ours there, and the guard as its middleware. */
export { fromAiSdk, AiSdkModelError } from './ai-sdk/from-ai-sdk.js';
export { fromAiSdkTranscription } from './ai-sdk/from-ai-sdk-transcription.js';
export { fromAiSdkSpeech, AiSdkAudioError, type FromAiSdkSpeechOptions } from './ai-sdk/from-ai-sdk-speech.js';
export { toAiSdk, type AiExport, type ToAiSdkOptions } from './ai-sdk/to-ai-sdk.js';
export { toAiSdkTranscription } from './ai-sdk/to-ai-sdk-transcription.js';
export { toAiSdkSpeech } from './ai-sdk/to-ai-sdk-speech.js';
export { guardMiddleware, GuardRefusedError, type AiMiddleware, type GuardMiddlewareOptions } from './ai-sdk/guard-middleware.js';
export type { AiAnswerPart, AiCallOptions, AiContentOf, AiContentPart, AiFinishOf, AiFinishReason, AiGenerateResult, AiLanguageModel, AiMessage, AiPartOf, AiSdkLanguageModel, AiStreamPart, AiStreamResult, AiTool, AiUsage, AiUsageOf, AiVersion } from './ai-sdk/model-types.js';
export type { AiSdkTranscriptionModel, AiSegment, AiTranscript, AiTranscriptionCall, AiTranscriptionModel, AiTranscriptionStreamCall, AiTranscriptPart, AiTranscriptPartOut } from './ai-sdk/transcription-types.js';
export type { AiSdkSpeechModel, AiSpeechCall, AiSpeechModel, AiSpeechPart, AiSpeechPartOut, AiSpeechStreamCall } from './ai-sdk/speech-types.js';
