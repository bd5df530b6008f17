import { describe, expect, it } from 'vitest';
import { fromAiSdkTranscription } from '../../src/ai-sdk/from-ai-sdk-transcription.js';
import { toAiSdkTranscription } from '../../src/ai-sdk/to-ai-sdk-transcription.js';
import type { AiTranscriptionModel, AiTranscriptPart } from '../../src/ai-sdk/transcription-types.js';
import { AudioChunk } from '../../src/audio/chunk.js';
import { decodeWav, encodeWav } from '../../src/audio/wav.js';
import { encodeBase64 } from '../../src/base/base64.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import type { STTEvent, STTProvider, STTSession } from '../../src/providers/stt.js';
import { Channel } from '../../src/stream/channel.js';

const second = new AudioChunk({ float32: new Float32Array(16000).fill(0.25), sampleRate: 16000 });

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}

const eventsOf = (session: STTSession | undefined): Promise<STTEvent[]> => (session === undefined ? Promise.reject(new Error('no session')) : collect(session.events));

/** A model of the SDK that streams: gives `parts` once all audio has come. */
function streaming(parts: readonly AiTranscriptPart[], heard: { bytes: number; rate: number | undefined; calls: number }): AiTranscriptionModel {
  return {
    specificationVersion: 'v4',
    provider: 'acme',
    modelId: 'ear-1',
    doGenerate: () => Promise.reject(new Error('not used')),
    async doStream({ audio, inputAudioFormat }) {
      heard.calls++;
      heard.rate = inputAudioFormat.rate;
      return { stream: new ReadableStream<AiTranscriptPart>({
        async start(controller) {
          for await (const bytes of audio as unknown as AsyncIterable<Uint8Array>) heard.bytes += bytes.length;
          for (const part of parts) controller.enqueue(part);
          controller.close();
        },
      }) };
    },
  };
}

describe('fromAiSdkTranscription', () => {
  it.each(['v2', 'v3', 'v4'] as const)('transcribes a WAV file with a model of version %s', async (specificationVersion) => {
    let given: { readonly audio: Uint8Array | string; readonly mediaType: string } | undefined;
    const stt = fromAiSdkTranscription({ specificationVersion, provider: 'acme', modelId: 'ear-1', doGenerate: (call) => {
      given = call;
      return Promise.resolve({ text: ' Hello. ', language: 'en', durationInSeconds: 1, ...(specificationVersion === 'v4' ? { words: [{ text: ' Hello.', startSecond: 0.1, endSecond: 0.4 }] } : {}) });
    } });
    expect(await stt.transcribe(second)).toMatchObject({ text: 'Hello.', durationMs: 1000, provider: 'acme', model: 'ear-1', words: specificationVersion === 'v4' ? [{ text: 'Hello.', startMs: 100, endMs: 400 }] : [] });
    expect(given?.mediaType).toBe('audio/wav');
    expect(decodeWav(given?.audio as Uint8Array).samples[7]).toBe(0.25);
    expect(stt.open).toBeUndefined();
  });

  it('streams an utterance at a time', async () => {
    const heard = { bytes: 0, rate: undefined as number | undefined, calls: 0 };
    const stt = fromAiSdkTranscription(streaming([{ type: 'stream-start' }, { type: 'transcript-delta', id: '0', delta: 'Hel' }, { type: 'transcript-delta', id: '0', delta: 'lo' }, { type: 'transcript-partial', id: '0', text: 'Hello.' }, { type: 'unheard-of' }, { type: 'transcript-final', id: '0', text: 'Hello. ' }, { type: 'finish', text: 'Hello.' }], heard));
    const session = await stt.open?.();
    if (session === undefined) throw new Error('no session');
    const events: STTEvent[] = [];
    const over = (async () => { for await (const event of session.events) { events.push(event); if (events.length === 8) break; } })();
    for (let turn = 0; turn < 2; turn++) {
      session.push(second);
      session.push(new AudioChunk({ data: new Uint8Array(320) }));
      session.finalize();
    }
    await over;
    const utterance = (n: number): readonly STTEvent[] => [{ type: 'partial', id: `${n}:0`, text: 'Hel' }, { type: 'partial', id: `${n}:0`, text: 'Hello' }, { type: 'partial', id: `${n}:0`, text: 'Hello.' }, { type: 'final', id: `${n}:0`, text: 'Hello.' }];
    expect(events.filter((event) => 'id' in event && event.id.startsWith('0'))).toEqual(utterance(0));
    expect(events.filter((event) => 'id' in event && event.id.startsWith('1'))).toEqual(utterance(1));
    expect(heard).toEqual({ bytes: 2 * (32000 + 320), rate: 16000, calls: 2 });
    await session.close();
  });

  it('takes the text of `finish` for the final of a model that gives none, silence too', async () => {
    const session = await fromAiSdkTranscription(streaming([{ type: 'finish', text: '' }], { bytes: 0, rate: 0, calls: 0 })).open?.();
    session?.push(second);
    session?.finalize();
    for await (const event of session?.events ?? []) {
      expect(event).toEqual({ type: 'final', id: '0:0', text: '' });
      break;
    }
    await session?.close();
  });

  it('ends with a fatal error when the model sends one', async () => {
    const session = await fromAiSdkTranscription(streaming([{ type: 'error', error: new Error('quota') }], { bytes: 0, rate: 0, calls: 0 })).open?.();
    session?.push(second);
    session?.finalize();
    expect(await eventsOf(session)).toMatchObject([{ type: 'error', fatal: true, error: { code: 'AI_SDK_MODEL' } }]);
  });

  it('ends when the signal aborts, while the model is silent', async () => {
    const stop = new AbortController();
    const model: AiTranscriptionModel = { ...streaming([], { bytes: 0, rate: 0, calls: 0 }), doStream: () => new Promise(() => undefined) };
    const session = await fromAiSdkTranscription(model).open?.({ signal: stop.signal });
    session?.push(second);
    stop.abort();
    expect(await eventsOf(session)).toEqual([]);
    expect(() => session?.push(second)).toThrow(/closed/);
  });

  it('refuses what is no model', () => {
    expect(() => fromAiSdkTranscription({ specificationVersion: 'v1' } as never)).toThrow(/fromAiSdkTranscription.model/);
  });
});

class Session implements STTSession {
  readonly desiredSize = 0;
  readonly events = new Channel<STTEvent>({ capacity: 100 });
  bytes: number[] = [];
  push({ data }: AudioChunk): void {
    this.bytes.push(...data);
    this.events.tryWrite({ type: 'partial', id: '0', text: 'two' });
  }
  finalize(): void {
    this.events.tryWrite({ type: 'final', id: '0', text: 'two words', words: [{ text: 'two', startMs: 100, endMs: 200 }, { text: 'words', startMs: 200, endMs: 500 }] });
  }
  close(): Promise<void> {
    this.events.close();
    return Promise.resolve();
  }
}

const ear = (session?: Session): STTProvider => ({
  id: 'ear',
  transcribe: (audio) => Promise.resolve(new STTResponse({ text: 'two words', durationMs: (audio as AudioChunk).durationMs, words: [{ text: 'two', startMs: 100, endMs: 200 }] })),
  ...(session === undefined ? {} : { open: () => Promise.resolve(session) }),
});

describe('toAiSdkTranscription', () => {
  it('transcribes WAV files and PCM, as bytes or base64', async () => {
    const model = toAiSdkTranscription(ear(), 'ear-1');
    const wav = encodeWav(new Float32Array(1600), { sampleRate: 16000 });
    const expected = { text: 'two words', segments: [{ text: 'two', startSecond: 0.1, endSecond: 0.2 }], language: 'en', durationInSeconds: 0.1, warnings: [], response: { modelId: 'ear-1' } };
    expect(await model.doGenerate({ audio: wav, mediaType: 'audio/wav' })).toMatchObject(expected);
    expect(await model.doGenerate({ audio: encodeBase64(wav), mediaType: 'audio/x-wav' })).toMatchObject(expected);
    expect(await model.doGenerate({ audio: new Uint8Array(4800), mediaType: 'audio/pcm;rate=24000' })).toMatchObject(expected);
    await expect(model.doGenerate({ audio: new Uint8Array(9), mediaType: 'audio/mpeg' })).rejects.toThrow(/WAV file or PCM/);
  });

  it('streams in version 4, where the recogniser has sessions', async () => {
    const session = new Session();
    expect(toAiSdkTranscription(ear()).doStream).toBeUndefined();
    expect(toAiSdkTranscription(ear(session), { version: 'v3' }).doStream).toBeUndefined();
    const audio = new ReadableStream<Uint8Array | string>({ start: (controller) => { controller.enqueue(new Uint8Array([1, 2, 3])); controller.enqueue(encodeBase64(new Uint8Array([4]))); controller.close(); } });
    const { stream } = (await toAiSdkTranscription(ear(session)).doStream?.({ audio, inputAudioFormat: { type: 'audio/pcm', rate: 16000 } })) ?? {};
    const parts = await collect(stream as unknown as AsyncIterable<{ readonly type: string }>);
    expect(parts[0]).toEqual({ type: 'stream-start', warnings: [] });
    expect(parts.slice(-2)).toEqual([
      { type: 'transcript-final', id: '0', text: 'two words', startSecond: 0.1, endSecond: 0.5 },
      { type: 'finish', text: 'two words', segments: [{ text: 'two words', startSecond: 0.1, endSecond: 0.5 }] },
    ]);
    expect(session.bytes).toEqual([1, 2, 3, 4]);
    expect(session.events.closed).toBe(true);
  });

  it('ends with an error part when the recogniser breaks', async () => {
    const provider: STTProvider = { ...ear(), open: () => Promise.reject(new Error('no microphone in here')) };
    const audio = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    const { stream } = (await toAiSdkTranscription(provider).doStream?.({ audio, inputAudioFormat: { type: 'audio/pcm' } })) ?? {};
    expect((await collect(stream as unknown as AsyncIterable<{ readonly type: string }>)).map(({ type }) => type)).toEqual(['stream-start', 'error']);
  });
});
