/** The Vercel AI SDK both ways: its models here, ours there, and the guard as its middleware. */
export { fromAiSdk, AiSdkModelError } from './ai-sdk/from-ai-sdk.js';
export { toAiSdk } from './ai-sdk/to-ai-sdk.js';
export { guardMiddleware, GuardRefusedError, type AiMiddleware, type GuardMiddlewareOptions } from './ai-sdk/guard-middleware.js';
export type { AiCallOptions, AiContentPart, AiFinishReason, AiGenerateResult, AiLanguageModel, AiMessage, AiStreamPart, AiStreamResult, AiTool, AiUsage } from './ai-sdk/model-types.js';
