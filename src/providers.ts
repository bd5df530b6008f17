/** Contracts of models, recognisers, voices, tools and identity, and their responses. */
export type { LLMProvider, LLMOptions, LLMEvent, FinishReason } from './providers/llm.js';
export { LLMResponse, type LLMResponseInit } from './providers/llm-response.js';
export type { Usage } from './providers/usage.js';
export type { STTProvider, STTSession, STTOptions, STTEvent, STTCapabilities, Phrase } from './providers/stt.js';
export { STTResponse, type STTResponseInit } from './providers/stt-response.js';
export type { Word } from './providers/word.js';
export type { TTSProvider, TTSOptions, TTSEvent, TTSCapabilities, SpeakerProvider, SpokenReport } from './providers/tts.js';
export type { TurnDetector, TurnObservation, TurnJudgement } from './providers/turn-detector.js';
export { TTSResponse, type TTSResponseInit } from './providers/tts-response.js';
export { ToolRegistry, DuplicateToolError, type ToolResolution, type ResolvedToolCall, type UnresolvedToolCall } from './providers/tools.js';
export type { Tool, ToolContext, ToolDefinition } from './providers/tool.js';
export { ToolDeniedError, ToolTimeoutError, type ApprovalRequest, type ToolExecutionOptions, type ToolResult, type ToolStatus } from './providers/tool-execution.js';
export { AuthContext, AuthError, type AuthProvider, type AuthContextInit, type AuthFailure } from './providers/auth.js';
export { FallbackLanguageModel, type FallbackLanguageModelOptions } from './providers/fallback/fallback-language-model.js';
export { FallbackRecognizer, type FallbackRecognizerOptions } from './providers/fallback/fallback-recognizer.js';
export { FallbackVoice, type FallbackVoiceOptions } from './providers/fallback/fallback-voice.js';
export { ProvidersFailedError, ProviderTimeoutError, type FallbackOptions } from './providers/fallback/fallback-chain.js';
export { ProviderEmptyError } from './providers/fallback/followed-stream.js';
