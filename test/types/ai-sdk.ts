// The models of the Vercel AI SDK, by its own types, are taken here, and ours are taken there, in all three versions.
import type {
  Experimental_StreamingSpeechModelV4 as StreamingSpeechModelV4,
  LanguageModelV2,
  LanguageModelV2Middleware,
  LanguageModelV3,
  LanguageModelV3Middleware,
  LanguageModelV4,
  LanguageModelV4Middleware,
  SpeechModelV2,
  SpeechModelV3,
  SpeechModelV4,
  TranscriptionModelV2,
  TranscriptionModelV3,
  TranscriptionModelV4,
} from '@ai-sdk/provider';
import { fromAiSdk, fromAiSdkSpeech, fromAiSdkTranscription, guardMiddleware, toAiSdk, toAiSdkSpeech, toAiSdkTranscription } from 'sluice/ai-sdk';
import type { LLMProvider, STTProvider, TTSProvider } from 'sluice/providers';

declare const llm: LLMProvider;
declare const stt: STTProvider;
declare const tts: TTSProvider;
declare const language: readonly [LanguageModelV2, LanguageModelV3, LanguageModelV4];
declare const transcription: readonly [TranscriptionModelV2, TranscriptionModelV3, TranscriptionModelV4];
declare const speech: readonly [SpeechModelV2, SpeechModelV3, SpeechModelV4, StreamingSpeechModelV4];

export const llms: readonly LLMProvider[] = [fromAiSdk(language[0]), fromAiSdk(language[1]), fromAiSdk(language[2])];
export const stts: readonly STTProvider[] = [fromAiSdkTranscription(transcription[0]), fromAiSdkTranscription(transcription[1]), fromAiSdkTranscription(transcription[2])];
export const ttss: readonly TTSProvider[] = [fromAiSdkSpeech(speech[0]), fromAiSdkSpeech(speech[1]), fromAiSdkSpeech(speech[2]), fromAiSdkSpeech(speech[3])];

export const l2: LanguageModelV2 = toAiSdk(llm, { version: 'v2' });
export const l3: LanguageModelV3 = toAiSdk(llm, { version: 'v3' });
export const l4: LanguageModelV4 = toAiSdk(llm);
export const t2: TranscriptionModelV2 = toAiSdkTranscription(stt, { version: 'v2' });
export const t3: TranscriptionModelV3 = toAiSdkTranscription(stt, { version: 'v3' });
export const t4: TranscriptionModelV4 = toAiSdkTranscription(stt);
export const s2: SpeechModelV2 = toAiSdkSpeech(tts, { version: 'v2' });
export const s3: SpeechModelV3 = toAiSdkSpeech(tts, { version: 'v3' });
export const s4: StreamingSpeechModelV4 = toAiSdkSpeech(tts);

export const m2: LanguageModelV2Middleware = guardMiddleware({ version: 'v2' });
export const m3: LanguageModelV3Middleware = guardMiddleware({ version: 'v3' });
export const m4: LanguageModelV4Middleware = guardMiddleware({});

// @ts-expect-error a model of one version is no model of another
export const wrong: LanguageModelV3 = toAiSdk(llm);
// @ts-expect-error a voice is no language model
export const other: LLMProvider = fromAiSdk(speech[0]);
