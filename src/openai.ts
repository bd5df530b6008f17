/** OpenAI and the servers that speak like it (llama.cpp, Ollama, vLLM, hosted models): language model, recogniser and voice over `fetch`. */
export { OpenAILanguageModel, type OpenAILanguageModelOptions } from './providers/openai/language-model.js';
export { OpenAIRecognizer, type OpenAIRecognizerOptions } from './providers/openai/recognizer.js';
export { OpenAIVoice, type OpenAIVoiceOptions } from './providers/openai/voice.js';
export { OpenAIError, type OpenAIErrorInit, type OpenAIFailure } from './providers/openai/openai-error.js';
export type { Fetch, OpenAIOptions } from './providers/openai/connection.js';
export { readServerSentEvents, ServerSentEventParser, EventStreamError, type ServerSentEvent } from './providers/openai/server-sent-events.js';
