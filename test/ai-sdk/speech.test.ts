import { describe, expect, it } from 'vitest';
import { fromAiSdkSpeech } from '../../src/ai-sdk/from-ai-sdk-speech.js';
import type { AiSpeechCall, AiSpeechModel, AiSpeechPart } from '../../src/ai-sdk/speech-types.js';
import { toAiSdkSpeech } from '../../src/ai-sdk/to-ai-sdk-speech.js';
import { AudioChunk } from '../../src/audio/chunk.js';
import { decodeWav, encodeWav } from '../../src/audio/wav.js';
import { encodeBase64 } from '../../src/base/base64.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../../src/providers/tts.js';

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}

const chunks = (events: readonly TTSEvent[]): readonly AudioChunk[] => events.flatMap((event) => (event.type === 'audio' ? [event.chunk] : []));
const wav = encodeWav(new Float32Array([0.5, -0.5]), { sampleRate: 22050 });

function model(specificationVersion: 'v2' | 'v3' | 'v4', audio: string | Uint8Array, calls: AiSpeechCall[] = []): AiSpeechModel {
  return { specificationVersion, provider: 'acme', modelId: 'voice-1', doGenerate: (call) => { calls.push(call); return Promise.resolve({ audio }); } };
}

describe('fromAiSdkSpeech', () => {
  it.each(['v2', 'v3', 'v4'] as const)('speaks with a model of version %s', async (version) => {
    const calls: AiSpeechCall[] = [];
    const events = await collect(fromAiSdkSpeech(model(version, wav, calls)).stream('Hello.', { voice: 'nova', speed: 1.2, language: 'en' }));
    expect(calls).toEqual([{ text: 'Hello.', outputFormat: 'wav', voice: 'nova', speed: 1.2, language: 'en' }]);
    expect(chunks(events).map(({ sampleRate, frames }) => [sampleRate, frames])).toEqual([[22050, 2]]);
    expect(events.at(-1)).toEqual({ type: 'finish', characters: 6 });
  });

  it('reads base64 and bare PCM, and gives whole utterances', async () => {
    expect(chunks(await collect(fromAiSdkSpeech(model('v3', encodeBase64(wav))).stream('a')))[0]?.frames).toBe(2);
    expect([...(await fromAiSdkSpeech(model('v3', new Uint8Array([1, 0, 2, 0])), { sampleRate: 16000, outputFormat: 'pcm' }).synthesize('a'))]).toEqual([1, 0, 2, 0]);
    await expect(fromAiSdkSpeech(model('v3', wav)).synthesize('a')).rejects.toMatchObject({ code: 'AI_SDK_AUDIO', fatal: true });
  });

  it.each([['MP3', [0x49, 0x44, 0x33, 4]], ['MP3', [0xff, 0xfb, 0x90, 0]], ['Ogg', [0x4f, 0x67, 0x67, 0x53]]])('says that %s is not samples', async (form, bytes) => {
    await expect(collect(fromAiSdkSpeech(model('v4', new Uint8Array(bytes))).stream('a'))).rejects.toThrow(form);
  });

  it('streams text in and samples out with a model that can', async () => {
    const texts: string[] = [];
    const streaming: AiSpeechModel = { ...model('v4', wav), async doStream({ text, outputFormat }) {
      return { stream: new ReadableStream<AiSpeechPart>({
        async start(controller) {
          controller.enqueue({ type: 'stream-start' });
          for await (const part of text as unknown as AsyncIterable<{ readonly text: string }>) {
            texts.push(part.text);
            controller.enqueue({ type: 'audio', audio: part.text.length % 2 === 0 ? new Uint8Array([1, 0, 7]) : encodeBase64(new Uint8Array([7])), audioFormat: outputFormat ?? { type: 'audio/pcm' } });
          }
          controller.enqueue({ type: 'finish' });
          controller.close();
        },
      }) };
    } };
    const tts = fromAiSdkSpeech(streaming, { sampleRate: 16000 });
    expect(tts.capabilities?.streamingInput).toBe(true);
    const events = await collect(tts.stream((async function* () { yield 'He'; yield await Promise.resolve('llo'); })()));
    expect(texts).toEqual(['He', 'llo']);
    expect(chunks(events).flatMap(({ data }) => [...data])).toEqual([1, 0, 7, 7]);
    expect(events.at(-1)).toEqual({ type: 'finish', characters: 5 });
  });

  it('throws what the model sends as an error, and settles when the signal aborts', async () => {
    const sends = (start: (controller: ReadableStreamDefaultController<AiSpeechPart>) => void): AiSpeechModel => ({ ...model('v4', wav), doStream: () => Promise.resolve({ stream: new ReadableStream<AiSpeechPart>({ start }) }) });
    await expect(collect(fromAiSdkSpeech(sends((controller) => controller.enqueue({ type: 'error', error: new Error('quota') }))).stream('a'))).rejects.toMatchObject({ code: 'AI_SDK_MODEL' });
    const stop = new AbortController();
    const events = collect(fromAiSdkSpeech(sends(() => undefined)).stream('a', { signal: stop.signal }));
    stop.abort();
    await expect(events).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

function voice(seen: { text: string; options: TTSOptions | undefined; left: boolean }): TTSProvider {
  return {
    id: 'voice',
    sampleRate: 16000,
    synthesize: (text, options) => {
      seen.text = text;
      seen.options = options;
      return Promise.resolve(new Uint8Array(8));
    },
    async *stream(text, options) {
      seen.options = options;
      try {
        for await (const part of typeof text === 'string' ? [text] : text) {
          seen.text += part;
          yield { type: 'word', text: part, charStart: 0, charEnd: 1, startMs: 0, endMs: 1 };
          yield { type: 'audio', chunk: new AudioChunk({ float32: new Float32Array([0.5]), sampleRate: 16000 }) };
        }
        yield { type: 'finish' };
      } finally {
        seen.left = true;
      }
    },
  };
}

describe('toAiSdkSpeech', () => {
  it('gives a WAV file, or bare PCM where that is asked for', async () => {
    const seen = { text: '', options: undefined, left: false };
    const exported = toAiSdkSpeech(voice(seen), { modelId: 'm', version: 'v3' });
    const { audio, response } = await exported.doGenerate({ text: 'Hello.', voice: 'nova', speed: 1.5 });
    expect(decodeWav(audio)).toMatchObject({ sampleRate: 16000, channels: 1 });
    expect([response.modelId, exported.specificationVersion, seen.text, seen.options]).toEqual(['m', 'v3', 'Hello.', { voice: 'nova', speed: 1.5 }]);
    expect((await exported.doGenerate({ text: 'Hello.', outputFormat: 'pcm' })).audio).toHaveLength(8);
  });

  it('streams text in and PCM out, and leaves the voice when the stream is canceled', async () => {
    const seen = { text: '', options: undefined, left: false };
    const text = (): ReadableStream<{ type: 'text'; text: string }> => new ReadableStream({ start: (controller) => { controller.enqueue({ type: 'text', text: 'He' }); controller.enqueue({ type: 'text', text: 'llo' }); controller.close(); } });
    const { stream } = await toAiSdkSpeech(voice(seen)).doStream({ text: text() });
    expect(await collect(stream as unknown as AsyncIterable<unknown>)).toEqual([
      { type: 'stream-start', warnings: [] },
      ...Array.from({ length: 2 }, () => ({ type: 'audio', audio: new Uint8Array([0, 64]), audioFormat: { type: 'audio/pcm', rate: 16000 } })),
      { type: 'finish', usage: { inputCharacters: 5 } },
    ]);
    const other = { text: '', options: undefined, left: false };
    const reader = (await toAiSdkSpeech(voice(other)).doStream({ text: text() })).stream.getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    expect(other.left).toBe(true);
  });
});
