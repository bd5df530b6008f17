import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormantVoice, type FormantVoiceOptions } from '../../src/offline/formant-voice.js';
import type { TTSEvent, TTSProvider } from '../../src/providers/tts.js';
import { speechKernel } from '../../src/wasm/speech-kernel.js';

const voice: TTSProvider = new FormantVoice();
const collect = async (stream: AsyncIterable<TTSEvent>): Promise<TTSEvent[]> => {
  const all: TTSEvent[] = [];
  for await (const event of stream) all.push(event);
  return all;
};
const samplesOf = (events: readonly TTSEvent[]): number[] => events.flatMap((event) => (event.type === 'audio' ? [...new Float32Array(event.chunk.data.buffer, event.chunk.data.byteOffset, event.chunk.data.byteLength / 4)] : []));
const wordsOf = (events: readonly TTSEvent[]): (TTSEvent & { type: 'word' })[] => events.flatMap((event) => (event.type === 'word' ? [event] : []));
async function* pieces(...texts: readonly string[]): AsyncGenerator<string, void, undefined> {
  for (const text of texts) yield await Promise.resolve(text);
}

describe('FormantVoice.synthesize', () => {
  it('gives 16-bit PCM at its sample rate, as loud as speech', async () => {
    const bytes = await voice.synthesize('It is three o’clock.');
    const pcm = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
    const seconds = pcm.length / (voice.sampleRate ?? 0);
    expect(voice.sampleRate).toBe(24000);
    expect(seconds).toBeGreaterThan(0.7);
    expect(seconds).toBeLessThan(2.5);
    expect(Math.max(...pcm)).toBeGreaterThan(6000);
    expect(Math.max(...pcm)).toBeLessThan(32767);
  });

  it('gives nothing for a text without sounds', async () => expect((await voice.synthesize(' … ')).length).toBe(0));

  it('is the stream in one piece', async () => {
    const pcm = new Int16Array((await voice.synthesize('Two words.')).buffer);
    expect(pcm.length).toBe(samplesOf(await collect(voice.stream('Two words.'))).length);
  });
});

describe('FormantVoice.stream', () => {
  it('gives chunks without gaps, words in order within them, and finish last', async () => {
    const text = 'Hello there. You have 2 notes, and one timer.';
    const events = await collect(voice.stream(text));
    let at = 0;
    let sequence = 0;
    let lastStart = 0;
    for (const event of events) {
      if (event.type === 'audio') {
        expect(event.chunk.timestampMs).toBeCloseTo((at * 1000) / 24000, 6);
        expect(event.chunk.sequence).toBe(sequence++);
        expect(event.chunk).toMatchObject({ format: 'float_32', channels: 1, sampleRate: 24000 });
        at += event.chunk.frames;
      } else if (event.type === 'word') {
        expect(text.slice(event.charStart, event.charEnd)).toBe(event.text);
        expect(event.startMs).toBeGreaterThanOrEqual(lastStart);
        expect(event.endMs).toBeGreaterThan(event.startMs);
        // A word is told before its first sample has been handed out.
        expect(event.startMs).toBeGreaterThanOrEqual((at * 1000) / 24000 - 1e-6);
        lastStart = event.startMs;
      }
    }
    expect(wordsOf(events).map((word) => word.text)).toEqual(['Hello', 'there', 'You', 'have', '2', 'notes', 'and', 'one', 'timer']);
    expect(events.at(-1)).toEqual({ type: 'finish', characters: text.length });
    expect(wordsOf(events).at(-1)?.endMs).toBeLessThanOrEqual((at * 1000) / 24000);
  });

  it('speaks streamed text as it would the whole, wherever it is cut', async () => {
    const text = 'It is noon. Dr. No has 3.5 notes! Is that so?';
    const expected = wordsOf(await collect(voice.stream(text))).map(({ text: word, charStart, charEnd }) => [word, charStart, charEnd]);
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 30 }), async (cuts) => {
      const parts: string[] = [];
      let at = 0;
      for (const cut of cuts) {
        parts.push(text.slice(at, at + cut));
        at += cut;
      }
      parts.push(text.slice(at));
      const events = await collect(voice.stream(pieces(...parts)));
      expect(wordsOf(events).map(({ text: word, charStart, charEnd }) => [word, charStart, charEnd])).toEqual(expected);
      expect(events.at(-1)).toEqual({ type: 'finish', characters: text.length });
    }), { numRuns: 12, seed: 3 });
  });

  it('speaks the first sentence before the second has been written', async () => {
    let asked = 0;
    async function* slow(): AsyncGenerator<string, void, undefined> {
      asked++;
      yield 'First sentence. And';
      asked++;
      yield await new Promise<string>(() => undefined);
    }
    const controller = new AbortController();
    const stream = voice.stream(slow(), { signal: controller.signal })[Symbol.asyncIterator]();
    const first = await stream.next();
    expect(first.value).toMatchObject({ type: 'word', text: 'First' });
    expect(asked).toBe(1);
    controller.abort();
    await expect((async () => { while ((await stream.next()).done !== true); })()).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('stops within a chunk when its signal aborts, also while it waits for text', async () => {
    const controller = new AbortController();
    let chunks = 0;
    await expect((async () => {
      for await (const event of voice.stream('A long sentence that goes on and on and on for quite a while.', { signal: controller.signal })) {
        if (event.type === 'audio' && ++chunks === 2) controller.abort(new Error('enough'));
      }
    })()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(chunks).toBe(2);

    let closed = false;
    const waiting: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<string>>(() => undefined), return: () => { closed = true; return Promise.resolve({ done: true, value: undefined }); } }) };
    const later = new AbortController();
    const read = collect(voice.stream(waiting, { signal: later.signal }));
    later.abort();
    await expect(read).rejects.toMatchObject({ code: 'ABORTED' });
    expect(closed).toBe(true);
    await expect(collect(voice.stream('no', { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('tells the source of text that a reader has left', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<string, void, undefined> {
      try {
        yield 'One sentence. Two';
        yield ' sentences. Three';
      } finally {
        closed = true;
      }
    }
    for await (const event of voice.stream(source())) if (event.type === 'audio') break;
    expect(closed).toBe(true);
  });

  it('hands on the error of its source', async () => {
    async function* broken(): AsyncGenerator<string, void, undefined> {
      yield 'One. ';
      throw new Error('the model failed');
    }
    await expect(collect(voice.stream(broken()))).rejects.toThrow('the model failed');
  });

  it('keeps utterances that overlap apart', async () => {
    const alone = samplesOf(await collect(voice.stream('one two')));
    const [a, b] = await Promise.all([collect(voice.stream('one two')), collect(voice.stream('three four'))]);
    expect(samplesOf(a)).toEqual(alone);
    expect(samplesOf(b)).not.toEqual(alone);
  });
});

describe('options of FormantVoice', () => {
  const length = async (options: FormantVoiceOptions, text = 'set a timer for five minutes'): Promise<number> => samplesOf(await collect(new FormantVoice(options).stream(text))).length;

  it('change speed, loudness, voice and the length of chunks', async () => {
    const normal = await length({});
    expect((await length({ speed: 2 })) / normal).toBeCloseTo(0.5, 1);
    expect(samplesOf(await collect(voice.stream('set a timer for five minutes', { speed: 2 }))).length).toBe(await length({ speed: 2 }));
    const quiet = samplesOf(await collect(new FormantVoice({ volume: 0.25 }).stream('hello')));
    const loud = samplesOf(await collect(voice.stream('hello')));
    expect(quiet[3000]).toBeCloseTo(0.25 * (loud[3000] ?? 0), 6);
    expect(samplesOf(await collect(voice.stream('hello', { voice: 'adam' })))).not.toEqual(loud);
    const chunks = (await collect(new FormantVoice({ chunkMs: 20 }).stream('hello'))).filter(({ type }) => type === 'audio');
    expect(chunks.slice(0, -1).every((event) => event.type === 'audio' && event.chunk.frames === 480)).toBe(true);
  });

  it.each([
    [{ voice: 'nobody' }, /voice/], [{ speed: 3 }, /speed/], [{ speed: NaN }, /speed/], [{ pitch: 0 }, /pitch/], [{ volume: 2 }, /volume/], [{ chunkMs: 1 }, /chunkMs/], [{ colour: 'red' }, /no such option/],
  ])('refuse %j', (options, message) => expect(() => new FormantVoice(options as FormantVoiceOptions)).toThrow(message));

  it('are checked on each call too', async () => {
    await expect(voice.synthesize('x', { voice: 'nobody' })).rejects.toThrow(/voice/);
    await expect(voice.synthesize('x', { speed: 9 })).rejects.toThrow(/speed/);
  });

  it('take a compiled module', async () => {
    const own = new FormantVoice({ module: await speechKernel.load() });
    await own.warmUp();
    expect((await own.synthesize('yes')).length).toBeGreaterThan(0);
  });

  it('name the voices and what it can do', () => {
    expect(voice.capabilities).toMatchObject({ streamingInput: true, words: true, pcm: true, local: true, voices: ['clara', 'adam', 'june', 'bruno'] });
    expect(voice.id).toBe('formant');
  });

  it('end with close', async () => {
    const own = new FormantVoice();
    const stream = own.stream('A long sentence that goes on and on and on.')[Symbol.asyncIterator]();
    await stream.next();
    own.close();
    await expect((async () => { while ((await stream.next()).done !== true); })()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(own.synthesize('x')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
