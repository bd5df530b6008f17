import { afterEach, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../../src/audio/chunk.js';
import { AbortedError, ClosedError } from '../../../src/base/errors.js';
import { connectLocalModels, LocalModelError, type LocalModels } from '../../../src/browser/local-models/local-models.js';
import { LocalLanguageModel } from '../../../src/browser/local-models/local-language-model.js';
import { LocalRecognizer } from '../../../src/browser/local-models/local-recognizer.js';
import { LocalVoice } from '../../../src/browser/local-models/local-voice.js';
import { Message } from '../../../src/context/message.js';

interface Told {
  readonly standIn: string;
  readonly detail: unknown;
}

interface Open {
  readonly models: LocalModels;
  /** What the stand-ins told, in order. */
  readonly told: Told[];
  readonly progress: unknown[];
  readonly workers: Worker[];
  /** Resolves once a stand-in has told `what`. */
  until(what: string): Promise<Told>;
}

const opened: LocalModels[] = [];
afterEach(async () => {
  for (const models of opened.splice(0)) await models.close();
});

function open(libraries = 'all'): Open {
  const told: Told[] = [];
  const progress: unknown[] = [];
  const workers: Worker[] = [];
  const waiting: { readonly what: string; readonly resolve: (one: Told) => void }[] = [];
  const models = connectLocalModels({
    worker: () => {
      const url = new URL('./stand-in.worker.ts', import.meta.url);
      url.searchParams.set('libraries', libraries);
      const worker = new Worker(url, { type: 'module' });
      workers.push(worker);
      worker.addEventListener('message', ({ data }: MessageEvent) => {
        if (typeof data !== 'object' || !('standIn' in data)) return;
        told.push(data as Told);
        for (const one of waiting) if (one.what === (data as Told).standIn) one.resolve(data as Told);
      });
      return worker;
    },
    onProgress: (one) => progress.push(one),
  });
  opened.push(models);
  return { models, told, progress, workers, until: (what) => {
    const known = told.find(({ standIn }) => standIn === what);
    return known === undefined ? new Promise((resolve) => waiting.push({ what, resolve })) : Promise.resolve(known);
  } };
}

const sound = (first: number, ms = 100): AudioChunk => new AudioChunk({ float32: new Float32Array(16 * ms).fill(first), sampleRate: 16000 });
const asking = (content: string): readonly Message[] => [new Message({ role: 'user', content })];

describe('LocalRecognizer', () => {
  it('loads its model once, with progress, and understands with times of words', async () => {
    const { models, told, progress } = open();
    const stt = new LocalRecognizer(models, { model: 'onnx-community/whisper-base', words: true, options: { device: 'wasm' } });
    await stt.warmUp();
    const response = await stt.transcribe(sound(0.1), { language: 'de-AT' });
    expect(response).toMatchObject({ text: 'hello there', durationMs: 100, language: 'de-AT', provider: 'local-recognizer', model: 'onnx-community/whisper-base' });
    expect(response.words.map(({ text, startMs, endMs }) => [text, Math.round(startMs), Math.round(endMs)])).toEqual([['hello', 100, 400], ['there', 400, 400]]);
    await stt.transcribe(sound(0.1));
    expect(told.filter(({ standIn }) => standIn === 'pipeline')).toEqual([{ standIn: 'pipeline', detail: { model: 'onnx-community/whisper-base', device: 'wasm' } }]);
    expect(told.find(({ standIn }) => standIn === 'recognize')?.detail).toMatchObject({ length: 1600, task: 'transcribe', return_timestamps: 'word', language: 'de' });
    expect(progress).toEqual([{ ratio: 0.5, what: 'encoder.onnx', kind: 'recognizer', model: 'onnx-community/whisper-base' }, { ratio: null, what: 'ready', kind: 'recognizer', model: 'onnx-community/whisper-base' }]);
  });

  it('gives Moonshine nothing that only Whisper knows, long audio in windows, and samples at 16 kHz', async () => {
    const { models, told } = open();
    const stt = new LocalRecognizer(models, { model: 'onnx-community/moonshine-base-ONNX', words: true });
    expect((await stt.transcribe(new AudioChunk({ float32: new Float32Array(48000 * 31), sampleRate: 48000 }), { language: 'en' })).words).toEqual([]);
    const { length, ...detail } = told.find(({ standIn }) => standIn === 'recognize')?.detail as { readonly length: number };
    expect(Math.abs(length - 16000 * 31)).toBeLessThan(3);
    expect(detail).toEqual({ first: expect.any(Number) as number, chunk_length_s: 30, stride_length_s: 5 });
  });

  it('settles at once when the signal aborts, and stops the model', async () => {
    const { models, until } = open();
    const stop = new AbortController();
    const response = new LocalRecognizer(models, { model: 'whisper' }).transcribe(sound(0.5), { signal: stop.signal });
    await until('recognize');
    stop.abort();
    await expect(response).rejects.toBeInstanceOf(AbortedError);
    await until('stopped');
  });

  it.each([
    ['a model that cannot be loaded', 'nowhere/whisper', 0.1, { reason: 'load', fatal: true }],
    ['a graphics device that is lost', 'whisper', 0.75, { reason: 'device-lost', fatal: true }],
  ] as const)('says what is wrong with %s, and nothing that the library wrote', async (_what, model, first, expected) => {
    const error: unknown = await new LocalRecognizer(open().models, { model }).transcribe(sound(first)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LocalModelError);
    expect(error).toMatchObject({ code: 'LOCAL_MODEL', ...expected });
    expect((error as Error).message).not.toContain('secret');
  });

  it('tries to load again after a failure', async () => {
    const { models, told } = open();
    const stt = new LocalRecognizer(models, { model: 'nowhere/whisper' });
    await expect(stt.warmUp()).rejects.toBeInstanceOf(LocalModelError);
    await expect(stt.warmUp()).rejects.toBeInstanceOf(LocalModelError);
    expect(told.filter(({ standIn }) => standIn === 'pipeline')).toHaveLength(2);
  });

  it('takes its library from an address', async () => {
    expect((await new LocalRecognizer(open('url').models, { model: 'whisper' }).transcribe(sound(0.1))).text).toBe('from an address');
  });

  it('says which library the worker lacks', async () => {
    await expect(new LocalRecognizer(open('none').models, { model: 'whisper' }).warmUp()).rejects.toMatchObject({ reason: 'missing', fatal: true });
  });
});

describe('LocalVoice', () => {
  it('gives sentence after sentence as it is made', async () => {
    const { models, told } = open();
    const tts = new LocalVoice(models, { model: 'kokoro', voice: 'af_heart', options: { dtype: 'q8' } });
    const events = [];
    for await (const event of tts.stream('One. Two two.', { speed: 1.2 })) events.push(event.type === 'audio' ? [event.chunk.sampleRate, event.chunk.frames] : event.type);
    expect(events).toEqual([[24000, 4], [24000, 8], 'finish']);
    expect(told.filter(({ standIn }) => standIn === 'speak').map(({ detail }) => detail)).toEqual([{ sentence: 'One.', voice: 'af_heart', speed: 1.2 }, { sentence: 'Two two.', voice: 'af_heart', speed: 1.2 }]);
    expect(await tts.synthesize('One.')).toHaveLength(8);
  });

  it('begins no further sentence once its reader has left', async () => {
    const { models, told } = open();
    for await (const event of new LocalVoice(models, { model: 'kokoro' }).stream('A. B. C. D. E. F. G. H.')) if (event.type === 'audio') break;
    await new LocalVoice(models, { model: 'kokoro' }).synthesize('Last.');
    expect(told.filter(({ standIn }) => standIn === 'speak').length).toBeLessThan(7);
  });
});

describe('LocalLanguageModel', () => {
  it('streams and completes as any other model', async () => {
    const { models, told, progress } = open();
    const llm = new LocalLanguageModel(models, { model: 'llama' });
    const events = [];
    for await (const event of llm.stream(asking('hi'), { maxTokens: 9, tools: [{ name: 'look' }] })) events.push(event);
    expect(events).toEqual([{ type: 'text', delta: 'Hel' }, { type: 'text', delta: 'lo' }, { type: 'finish', reason: 'stop', usage: { inputTokens: 3, outputTokens: 2 } }]);
    expect(told.find(({ standIn }) => standIn === 'chat')?.detail).toMatchObject({ messages: [{ role: 'user', content: 'hi' }], max_tokens: 9, stream: true, tools: [{ type: 'function', function: { name: 'look' } }] });
    expect(progress).toEqual([{ ratio: 0.5, what: 'fetching', kind: 'language-model', model: 'llama' }]);
    expect(await llm.complete(asking('hi'))).toMatchObject({ content: 'Hello', finishReason: 'stop', inputTokens: 3, outputTokens: 2, model: 'llama' });
  });

  it('interrupts the engine when the signal aborts, and drains it, so that it can answer again', async () => {
    const { models, until } = open();
    const llm = new LocalLanguageModel(models, { model: 'llama' });
    const stop = new AbortController();
    const events = llm.stream(asking('endless'), { signal: stop.signal });
    expect((await events.next()).value).toEqual({ type: 'text', delta: 'Hel' });
    const next = events.next();
    stop.abort();
    await expect(next).rejects.toBeInstanceOf(AbortedError);
    await until('interrupted');
    await until('drained');
    expect((await llm.complete(asking('hi'))).content).toBe('Hello');
  });
});

describe('connectLocalModels', () => {
  it('starts nothing before it is needed, one worker for all models, and frees them with close', async () => {
    const { models, workers, told } = open();
    expect(workers).toHaveLength(0);
    await Promise.all([new LocalRecognizer(models, { model: 'whisper' }).warmUp(), new LocalVoice(models, { model: 'kokoro' }).warmUp(), new LocalLanguageModel(models, { model: 'llama' }).warmUp()]);
    expect(workers).toHaveLength(1);
    await models.close();
    expect(told.filter(({ standIn }) => standIn === 'disposed').map(({ detail }) => detail).sort()).toEqual(['kokoro', 'llama', 'whisper']);
    await expect(new LocalRecognizer(models, { model: 'whisper' }).warmUp()).rejects.toBeInstanceOf(ClosedError);
  });

  it('ends what waits when it is closed', async () => {
    const { models, until } = open();
    const response = new LocalRecognizer(models, { model: 'whisper' }).transcribe(sound(0.5)).catch((thrown: unknown) => thrown);
    await until('recognize');
    await models.close();
    expect(await response).toBeInstanceOf(ClosedError);
  });

  it('says that a worker could not be loaded, and starts another one at the next call', async () => {
    let count = 0;
    const models = connectLocalModels({ worker: () => {
      count++;
      return new Worker(URL.createObjectURL(new Blob(['throw new Error("broken")'], { type: 'text/javascript' })), { type: 'module' });
    } });
    opened.push(models);
    const stt = new LocalRecognizer(models, { model: 'whisper' });
    await expect(stt.warmUp()).rejects.toMatchObject({ code: 'LOCAL_MODEL', reason: 'worker' });
    await expect(stt.warmUp()).rejects.toMatchObject({ reason: 'worker' });
    expect(count).toBe(2);
  });
});
