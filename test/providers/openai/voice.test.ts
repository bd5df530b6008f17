import { describe, expect, it } from 'vitest';
import type { AudioChunk } from '../../../src/audio/chunk.js';
import { decodePcm } from '../../../src/audio/pcm.js';
import { encodeWav, wavToChunk } from '../../../src/audio/wav.js';
import { AbortedError } from '../../../src/base/errors.js';
import { OpenAIVoice, type OpenAIVoiceOptions } from '../../../src/providers/openai/voice.js';
import { loadAudio } from '../../../src/wasm/audio-load.js';
import { body, collect, json, standIn, type Asked } from './stand-in.js';

function voice(reply: Parameters<typeof standIn>[0], options: Partial<OpenAIVoiceOptions> = {}): { tts: OpenAIVoice; asked: Asked[] } {
  const { fetch, asked } = standIn(reply);
  return { tts: new OpenAIVoice({ model: 'tts-1', baseUrl: 'http://models.test/v1', fetch, ...options }), asked };
}

const pcm = Uint8Array.from({ length: 960 }, (_, n) => n % 251);
const audio = (bytes: Uint8Array, size: number, type = 'audio/pcm'): Response => {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.slice(n * size, (n + 1) * size));
  return new Response(body(pieces), { headers: { 'content-type': type } });
};

async function chunksOf(tts: OpenAIVoice, text: string | AsyncIterable<string> = 'Hello.'): Promise<AudioChunk[]> {
  return (await collect(tts.stream(text))).flatMap((event) => (event.type === 'audio' ? [event.chunk] : []));
}

const bytesOf = (chunks: readonly AudioChunk[]): number[] => chunks.flatMap(({ data }) => [...data]);

describe('OpenAIVoice', () => {
  it('asks for PCM and gives it as it arrives, in whole samples', async () => {
    const { tts, asked } = voice(() => audio(pcm, 101), { voice: 'nova', extraBody: { instructions: 'calm' } });
    const events = await collect(tts.stream('Hello.', { speed: 1.2 }));
    expect(asked[0]?.url).toBe('http://models.test/v1/audio/speech');
    expect(asked[0]?.body).toEqual({ model: 'tts-1', input: 'Hello.', voice: 'nova', response_format: 'pcm', speed: 1.2, instructions: 'calm' });
    const chunks = events.flatMap((event) => (event.type === 'audio' ? [event.chunk] : []));
    expect(chunks).toHaveLength(10);
    expect(chunks.every(({ data, sampleRate, format }) => data.length % 2 === 0 && sampleRate === 24000 && format === 'pcm_16')).toBe(true);
    expect(bytesOf(chunks)).toEqual([...pcm]);
    expect(chunks[1]?.timestampMs).toBeCloseTo((50 / 24000) * 1000, 9);
    expect(events.at(-1)).toEqual({ type: 'finish', characters: 6 });
  });

  it.each([1, 2, 3, 7, 43, 44, 45, 100, 5000])('reads a WAV file by its header, asked for or not, in pieces of %i bytes', async (size) => {
    const samples = Float32Array.from({ length: 300 }, (_, n) => Math.sin(n / 5) / 2);
    const wav = encodeWav(samples, { sampleRate: 22050 });
    new DataView(wav.buffer).setUint32(40, 0xffffffff, true); // the length of a stream is not known
    new DataView(wav.buffer).setUint32(4, 0xffffffff, true);
    const chunks = await chunksOf(voice(() => audio(wav, size, 'audio/wav')).tts);
    expect(new Set(chunks.map(({ sampleRate }) => sampleRate))).toEqual(new Set([22050]));
    expect(bytesOf(chunks)).toEqual([...wav.slice(44)]);
  });

  it('reads stereo and float', async () => {
    const wav = encodeWav(new Float32Array([0.5, -0.5, 0.25, 0.75]), { sampleRate: 48000, channels: 2, encoding: 'float_32' });
    const [chunk] = await chunksOf(voice(() => audio(wav, 1000, 'audio/wav')).tts);
    expect([chunk?.format, chunk?.channels, chunk?.frames]).toEqual(['float_32', 2, 2]);
    expect([...decodePcm(await voice(() => audio(wav, 1000), { sampleRate: 48000 }).tts.synthesize('a'))]).toEqual([0, 0.5]);
  });

  it('believes the rate that the server declares', async () => {
    const [chunk] = await chunksOf(voice(() => audio(pcm, 5000, 'audio/pcm; rate=16000')).tts);
    expect(chunk?.sampleRate).toBe(16000);
  });

  it('synthesises whole utterances at its rate, whatever the server gives', async () => {
    expect([...(await voice(() => audio(pcm, 333)).tts.synthesize('Hello.'))]).toEqual([...pcm]);
    await loadAudio();
    const wav = encodeWav(Float32Array.from({ length: 4800 }, (_, n) => Math.sin((2 * Math.PI * 440 * n) / 48000) / 2), { sampleRate: 48000 });
    const converted = decodePcm(await voice(() => audio(wav, 999)).tts.synthesize('Hello.'));
    expect(converted).toHaveLength(2400);
    expect(converted[1200]).toBeCloseTo(wavToChunk(wav).frames === 4800 ? Math.sin((2 * Math.PI * 440 * 1200) / 24000) / 2 : NaN, 2);
  });

  it('speaks a text that comes in parts as one, and asks nobody for an empty one', async () => {
    const { tts, asked } = voice(() => audio(pcm, 5000));
    await chunksOf(tts, (async function* () {
      yield 'Hello ';
      yield await Promise.resolve('there.');
    })());
    expect(asked[0]?.body).toMatchObject({ input: 'Hello there.' });
    expect(await collect(tts.stream('  '))).toEqual([{ type: 'finish', characters: 2 }]);
    expect(asked).toHaveLength(1);
  });

  it('drops half a sample at the end', async () => {
    expect(bytesOf(await chunksOf(voice(() => audio(pcm.slice(0, 5), 5)).tts))).toEqual([0, 1, 2, 3]);
    expect(bytesOf(await chunksOf(voice(() => audio(pcm.slice(0, 3), 3)).tts))).toEqual([0, 1]);
  });

  it.each([
    ['a refusal', json({ error: { code: 'voice_not_found' } }, { status: 400 }), { status: 400, fatal: true }],
    ['an error with status 200', json({ error: { code: 503 } }), { status: 503, fatal: false }],
    ['JSON in place of sound', json({ ok: true }), { code: 'OPENAI_MALFORMED' }],
    ['a compressed form', audio(pcm, 960, 'audio/mpeg'), { code: 'OPENAI_MALFORMED' }],
    ['a WAV file that ends within its header', audio(encodeWav(new Float32Array(4), { sampleRate: 8000 }).slice(0, 30), 30, 'audio/wav'), { code: 'OPENAI_MALFORMED' }],
    ['a body that fails', new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })), { code: 'OPENAI_STREAM', fatal: false }],
  ])('rejects for %s', async (_what, response, expected) => {
    await expect(chunksOf(voice(() => response).tts)).rejects.toMatchObject(expected);
  });

  it('cancels the body when the signal aborts or the reader leaves', async () => {
    let canceled = 0;
    const stop = new AbortController();
    const reply = (): Response => new Response(body([pcm], { open: true, onCancel: () => void canceled++ }), { headers: { 'content-type': 'audio/pcm' } });
    for await (const event of voice(reply).tts.stream('a')) if (event.type === 'audio') break;
    expect(canceled).toBe(1);
    const events = voice(reply).tts.stream('a', { signal: stop.signal });
    await events.next();
    const next = events.next();
    stop.abort();
    await expect(next).rejects.toBeInstanceOf(AbortedError);
    expect(canceled).toBe(2);
  });
});
