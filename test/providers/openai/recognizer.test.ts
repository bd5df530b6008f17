import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../../src/audio/chunk.js';
import { decodeWav, encodeWav } from '../../../src/audio/wav.js';
import { AbortedError } from '../../../src/base/errors.js';
import { OpenAIRecognizer, type OpenAIRecognizerOptions } from '../../../src/providers/openai/recognizer.js';
import { json, standIn, type Asked } from './stand-in.js';

function recognizer(reply: Parameters<typeof standIn>[0], options: Partial<OpenAIRecognizerOptions> = {}): { stt: OpenAIRecognizer; asked: Asked[] } {
  const { fetch, asked } = standIn(reply);
  return { stt: new OpenAIRecognizer({ model: 'whisper-1', apiKey: 'k', baseUrl: 'http://models.test/v1', fetch, ...options }), asked };
}

const second = new AudioChunk({ float32: Float32Array.from({ length: 16000 }, (_, n) => (n % 2 === 0 ? 0.5 : -0.5)), sampleRate: 16000 });
const form = (asked: Asked | undefined): FormData => asked?.body as FormData;
const VERBOSE = { text: ' Hello there. ', language: 'english', duration: 1.2, words: [{ word: 'Hello', start: 0.1, end: 0.5 }, { word: ' there', start: 0.5, end: 0.9 }], segments: [{ start: 0, end: 1, avg_logprob: -0.1, no_speech_prob: 0.01 }] };

describe('OpenAIRecognizer', () => {
  it('sends the utterance as a WAV file and reads text, words, language and confidence', async () => {
    const { stt, asked } = recognizer(() => json(VERBOSE));
    const response = await stt.transcribe(second, { phrases: [{ phrase: 'sluice' }, { phrase: 'weir' }] });
    expect(response).toMatchObject({ text: 'Hello there.', language: 'en', durationMs: 1000, provider: 'openai', model: 'whisper-1', words: [{ text: 'Hello', startMs: 100, endMs: 500 }, { text: 'there', startMs: 500, endMs: 900 }] });
    expect(response.confidence).toBeCloseTo(Math.exp(-0.1), 5);
    expect(asked[0]).toMatchObject({ url: 'http://models.test/v1/audio/transcriptions', method: 'POST' });
    expect(asked[0]?.headers.has('content-type')).toBe(false); // fetch writes the boundary
    const sent = form(asked[0]);
    expect([...sent].filter(([name]) => name !== 'file')).toEqual([['model', 'whisper-1'], ['response_format', 'verbose_json'], ['timestamp_granularities[]', 'word'], ['timestamp_granularities[]', 'segment'], ['prompt', 'sluice, weir']]);
    const file = sent.get('file') as File;
    expect([file.name, file.type]).toEqual(['speech.wav', 'audio/wav']);
    const wav = decodeWav(new Uint8Array(await file.arrayBuffer()));
    expect([wav.sampleRate, wav.channels, wav.samples.length, wav.samples[0], wav.samples[1]]).toEqual([16000, 1, 16000, 0.5, -0.5]);
  });

  it('gives the language without the region, and its own fields last', async () => {
    const { stt, asked } = recognizer(() => json({ text: 'Hallo' }), { model: 'gpt-4o-transcribe', temperature: 0.2, extraBody: { prompt: 'Grüße', 'include[]': ['logprobs'] } });
    const response = await stt.transcribe(second, { language: 'de-AT', phrases: [{ phrase: 'x' }] });
    expect([...form(asked[0])].filter(([name]) => name !== 'file')).toEqual([['model', 'gpt-4o-transcribe'], ['response_format', 'json'], ['language', 'de'], ['temperature', '0.2'], ['prompt', 'Grüße'], ['include[]', 'logprobs']]);
    expect(response).toMatchObject({ text: 'Hallo', language: 'de-AT', confidence: 1, words: [] });
  });

  it('goes on without word times where the server refuses them, and remembers that', async () => {
    const { stt, asked } = recognizer((one) => (form(one).get('response_format') === 'verbose_json' ? json({ error: { param: 'response_format' } }, { status: 400 }) : json({ text: 'Hi' })));
    expect((await stt.transcribe(second)).text).toBe('Hi');
    expect((await stt.transcribe(second)).text).toBe('Hi');
    expect(asked.map((one) => form(one).get('response_format'))).toEqual(['verbose_json', 'json', 'json']);
  });

  it.each([
    ['silence in which the model heard something', { text: 'Thank you.', segments: [{ avg_logprob: -1.4, no_speech_prob: 0.9 }], words: [{ word: 'Thank', start: 0, end: 1 }] }, ''],
    ['quiet speech', { text: 'Thank you.', segments: [{ avg_logprob: -0.2, no_speech_prob: 0.9 }] }, 'Thank you.'],
    ['nothing', { text: '' }, ''],
  ])('understands %s', async (_what, answer, text) => {
    const response = await recognizer(() => json(answer)).stt.transcribe(second);
    expect(response.text).toBe(text);
    if (text === '') expect(response.words).toEqual([]);
  });

  it('takes words from the segments, where a server puts them there', async () => {
    const answer = { text: 'Hi', segments: [{ words: [{ word: 'Hi', start: 0, end: 0.2, probability: 0.8 }, { word: '', start: 1, end: 2 }, { word: 'x' }] }] };
    expect((await recognizer(() => json(answer)).stt.transcribe(second)).words).toEqual([{ text: 'Hi', startMs: 0, endMs: 200, confidence: 0.8 }]);
  });

  it('takes the confidence from the tokens, where there are any', async () => {
    const { confidence } = await recognizer(() => json({ text: 'Hi', logprobs: [{ logprob: 0 }, { logprob: -1 }] })).stt.transcribe(second);
    expect(confidence).toBeCloseTo(Math.exp(-0.5), 5);
  });

  it('reads plain text', async () => {
    expect((await recognizer(() => new Response('Hi \n', { headers: { 'content-type': 'text/plain; charset=utf-8' } })).stt.transcribe(second)).text).toBe('Hi');
  });

  it.each([
    ['a WAV file', encodeWav(new Float32Array(8), { sampleRate: 8000 }), 'speech.wav', 52 + 8],
    ['bare PCM', new Uint8Array(320), 'speech.wav', 44 + 320],
    ['Opus', new AudioChunk({ data: new Uint8Array(9), format: 'ogg_opus' }), 'speech.ogg', 9],
  ])('sends %s as it is', async (_what, audio, name, size) => {
    const { stt, asked } = recognizer(() => json({ text: 'Hi' }));
    await stt.transcribe(audio);
    const file = form(asked[0]).get('file') as File;
    expect([file.name, file.size]).toEqual([name, size]);
  });

  it('rejects for an answer without a text, and for a refusal', async () => {
    await expect(recognizer(() => json({ words: [] })).stt.transcribe(second)).rejects.toMatchObject({ code: 'OPENAI_MALFORMED', fatal: true });
    await expect(recognizer(() => json({}, { status: 401 })).stt.transcribe(second)).rejects.toMatchObject({ status: 401, fatal: true });
  });

  it('settles at once when the signal aborts', async () => {
    const stop = new AbortController();
    const response = recognizer(() => new Promise(() => undefined)).stt.transcribe(second, { signal: stop.signal });
    stop.abort();
    await expect(response).rejects.toBeInstanceOf(AbortedError);
  });
});
