/** One of our voices as a speech model of the Vercel AI SDK. */
import { AudioChunk } from '../audio/chunk.js';
import { decodePcm, encodePcm, type SampleEncoding } from '../audio/pcm.js';
import { chunkToWav } from '../audio/wav.js';
import { systemClock, type Clock } from '../base/clock.js';
import type { TTSOptions, TTSProvider } from '../providers/tts.js';
import type { AiVersion } from './model-types.js';
import { partStream } from './part-stream.js';
import type { AiSdkSpeechModel, AiSpeechPartOut, AiSpeechStreamCall } from './speech-types.js';
import { exportOptions, type AiExport, type ToAiSdkOptions } from './to-ai-sdk.js';

/** Makes a voice usable as `model` of `generateSpeech`: a WAV file, or bare PCM for the output format `pcm`; and as PCM while it is made. */
export function toAiSdkSpeech<V extends AiVersion>(provider: TTSProvider, options: ToAiSdkOptions<V>, clock?: Clock): AiSdkSpeechModel<V>;
export function toAiSdkSpeech(provider: TTSProvider, options?: string | Omit<ToAiSdkOptions, 'version'>, clock?: Clock): AiSdkSpeechModel;
export function toAiSdkSpeech(provider: TTSProvider, options: AiExport = {}, clock: Clock = systemClock): AiSdkSpeechModel<AiVersion> {
  const id = provider.id ?? 'voice';
  const { modelId, version } = exportOptions('toAiSdkSpeech', id, options);
  return {
    specificationVersion: version,
    provider: id,
    modelId,
    async doGenerate({ text, outputFormat, ...call }) {
      const pcm = await provider.synthesize(text, ttsOptions(call));
      const audio = outputFormat === 'pcm' ? pcm : chunkToWav(new AudioChunk({ data: pcm, sampleRate: provider.sampleRate ?? 16000 }));
      return { audio, warnings: [], response: { timestamp: new Date(clock.epochMs()), modelId } };
    },
    doStream: (call) => Promise.resolve({ stream: spoken(provider, call) }),
  };
}

function spoken(provider: TTSProvider, { text, ...call }: AiSpeechStreamCall): ReadableStream<AiSpeechPartOut> {
  let characters = 0;
  const input = (async function* (): AsyncGenerator<string> {
    const reader = text.getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        characters += part.value.text.length;
        yield part.value.text;
      }
    } finally {
      reader.cancel().catch(() => undefined); // a text that has failed has said so
    }
  })();
  return partStream(provider.stream(input, ttsOptions(call)), {
    take(event): readonly AiSpeechPartOut[] {
      if (event.type !== 'audio') return [];
      const { chunk } = event;
      const audio = chunk.format === 'pcm_16' && chunk.channels === 1 ? chunk.data : encodePcm(decodePcm(chunk.data, chunk.format as SampleEncoding)); // voices give PCM
      return [{ type: 'audio', audio, audioFormat: { type: 'audio/pcm', rate: chunk.sampleRate } }];
    },
    end: (failed): readonly AiSpeechPartOut[] => (failed ? [] : [{ type: 'finish', usage: { inputCharacters: characters } }]),
  });
}

function ttsOptions({ voice, speed, language, abortSignal }: { readonly voice?: string; readonly speed?: number; readonly language?: string; readonly abortSignal?: AbortSignal }): TTSOptions {
  return { ...(voice === undefined ? {} : { voice }), ...(speed === undefined ? {} : { speed }), ...(language === undefined ? {} : { language }), ...(abortSignal === undefined ? {} : { signal: abortSignal }) };
}
