import { beforeAll, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { CommandRecognizer, type CommandRecognizerOptions } from '../../src/offline/command-recognizer.js';
import { FormantVoice } from '../../src/offline/formant-voice.js';
import { SPOKEN_NOTE } from '../../src/offline/transcript.js';
import type { STTEvent, STTProvider, STTSession } from '../../src/providers/stt.js';
import { recording, recordingBytes, SAID } from '../speech/recording.js';

let ear: CommandRecognizer;
beforeAll(async () => {
  ear = new CommandRecognizer();
  await ear.warmUp();
});
const provider = (): STTProvider => ear;
const chunk = (name: string): AudioChunk => new AudioChunk({ float32: recording(name), sampleRate: 16000 });
const pcm16 = (samples: Float32Array): Uint8Array => new Uint8Array(Int16Array.from(samples, (x) => Math.round(Math.max(-1, Math.min(1, x)) * 32767)).buffer);
const ids = (): (() => string) => {
  let next = 0;
  return () => `utterance ${next++}`;
};

/** Pushes a recording in pieces, and reads what comes until the final. */
async function run(session: STTSession, name: string, pieceMs = 100): Promise<STTEvent[]> {
  const samples = recording(name);
  const size = pieceMs * 16;
  for (let at = 0; at < samples.length; at += size) session.push(new AudioChunk({ float32: samples.slice(at, at + size), sampleRate: 16000, timestampMs: 5000 + at / 16 }));
  session.finalize();
  const events: STTEvent[] = [];
  for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => session.events[Symbol.asyncIterator]().next() }) }) {
    events.push(event);
    if (event.type === 'final' || event.type === 'error') break;
  }
  return events;
}

describe('CommandRecognizer.transcribe', () => {
  it.each(Object.entries(SAID))('hears %s', async (name, text) => {
    const response = await provider().transcribe(chunk(name));
    expect(response.text).toBe(text ?? '');
    expect(response.words.map((word) => word.text).join(' ')).toBe(text ?? '');
    expect(response.toDict()).toMatchObject({ provider: 'commands', language: 'en', is_final: true });
  });

  it('takes WAV bytes, 16-bit PCM bytes and chunks alike', async () => {
    const text = SAID['timer'];
    expect((await ear.transcribe(recordingBytes('timer'))).text).toBe(text);
    expect((await ear.transcribe(pcm16(recording('timer')))).text).toBe(text);
    expect((await ear.transcribe(new AudioChunk({ data: pcm16(recording('timer')), sampleRate: 16000 }))).text).toBe(text);
  });

  it('takes other rates and channels: what the formant voice says at 24 kHz, in stereo', async () => {
    const mono = new Int16Array((await new FormantVoice({ voice: 'adam' }).synthesize('what time is it')).buffer);
    const stereo = new Int16Array(mono.length * 2);
    mono.forEach((x, n) => stereo.fill(x, 2 * n, 2 * n + 2));
    const response = await ear.transcribe(new AudioChunk({ data: stereo.buffer, sampleRate: 24000, channels: 2 }));
    expect(response.text).toBe('what time is it');
    expect(response.durationMs).toBeCloseTo((mono.length / 24000) * 1000, 3);
  });

  it('writes the digits of a card as words, so that a guard can find them', async () => {
    expect((await ear.transcribe(chunk('card'))).text.split(' ').length).toBe(16);
  });

  it('stands a mark for the unknown part of a note', async () => {
    const { text } = await ear.transcribe(chunk('remember'));
    expect(text).toMatch(/^remember /);
    expect(text).toContain(SPOKEN_NOTE);
  });

  it.each([['nothing', new Uint8Array(0)], ['a lone byte', new Uint8Array(1)], ['silence', new Uint8Array(32000)]])('gives an empty text for %s', async (_, bytes) => {
    expect((await ear.transcribe(bytes)).text).toBe('');
  });

  it('refuses compressed audio, and says what it takes', async () => {
    await expect(ear.transcribe(new AudioChunk({ data: new Uint8Array(100), format: 'mp3' }))).rejects.toMatchObject({ code: 'UNHEARD_FORMAT' });
  });

  it('rejects when its signal has aborted', async () => {
    await expect(ear.transcribe(chunk('help'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('a session', () => {
  it('gives partials that grow, then the final, with times on the clock of the audio', async () => {
    const own = new CommandRecognizer({ ids: ids(), partialMs: 200 });
    const session = await own.open();
    const events = await run(session, 'timer');
    const final = events.at(-1);
    expect(final).toMatchObject({ type: 'final', text: SAID['timer'], id: 'utterance 0', language: 'en' });
    const partials = events.slice(0, -1);
    expect(partials.length).toBeGreaterThan(0);
    expect(partials.every((event) => event.type === 'partial' && event.id === 'utterance 0')).toBe(true);
    if (final?.type === 'final') expect(final.words?.[0]?.startMs).toBeGreaterThanOrEqual(5000);
    await own.close();
  });

  it('hears one utterance after the other', async () => {
    const own = new CommandRecognizer({ ids: ids() });
    const session = await own.open();
    expect((await run(session, 'help')).at(-1)).toMatchObject({ type: 'final', text: 'help', id: 'utterance 0' });
    expect((await run(session, 'convert')).at(-1)).toMatchObject({ type: 'final', text: SAID['convert'], id: 'utterance 1' });
    await session.close();
  });

  it('gives an empty final for unknown speech, and for none', async () => {
    const session = await ear.open();
    expect((await run(session, 'weather')).at(-1)).toMatchObject({ type: 'final', text: '' });
    session.finalize();
    expect((await session.events[Symbol.asyncIterator]().next()).value).toMatchObject({ type: 'final', text: '', words: [] });
    await session.close();
  });

  it('reports audio that it cannot hear as a fatal error, and ends', async () => {
    const session = await ear.open();
    session.push(new AudioChunk({ data: new Uint8Array(10), format: 'ogg_opus' }));
    const events: STTEvent[] = [];
    for await (const event of session.events) events.push(event);
    expect(events).toMatchObject([{ type: 'error', fatal: true, error: { code: 'UNHEARD_FORMAT' } }]);
    expect(() => session.push(chunk('help'))).toThrow(/closed/);
  });

  it('ends when it is closed, when its signal aborts, and with the recogniser', async () => {
    const ended = async (session: STTSession): Promise<boolean> => (await session.events[Symbol.asyncIterator]().next()).done === true;
    const closed = await ear.open();
    const waiting = ended(closed);
    await closed.close();
    await closed.close();
    expect(await waiting).toBe(true);
    expect(() => closed.finalize()).toThrow(/closed/);

    const controller = new AbortController();
    const aborted = await ear.open({ signal: controller.signal });
    controller.abort();
    expect(await ended(aborted)).toBe(true);

    const own = new CommandRecognizer();
    const session = await own.open();
    await own.close();
    expect(await ended(session)).toBe(true);
    await expect(own.open()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(own.transcribe(chunk('help'))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('says how much more it would take', async () => {
    const session = await ear.open();
    const before = session.desiredSize;
    session.push(chunk('help'));
    expect(session.desiredSize).toBeLessThan(before);
    await session.close();
  });
});

describe('taught words', () => {
  it('are known after three recordings, survive storage, and are forgotten', async () => {
    const own = new CommandRecognizer();
    await own.teach('umbrella', ['heron-1', 'heron-2', 'heron-3'].map(chunk));
    expect((await own.transcribe(chunk('heron-4'))).text).toBe('umbrella');
    const stored = JSON.parse(JSON.stringify(own.taughtWords())) as CommandRecognizerOptions['taught'] & object;
    const other = new CommandRecognizer({ taught: stored });
    expect((await other.transcribe(chunk('heron-4'))).text).toBe('umbrella');
    expect((await other.transcribe(chunk('timer'))).text).toBe(SAID['timer']);
    expect(await other.forget('umbrella')).toBe(true);
    expect(await other.forget('umbrella')).toBe(false);
    expect((await other.transcribe(chunk('heron-4'))).text).toBe('');
    expect(JSON.stringify(stored).length).toBeLessThan(8000);
  });

  it.each(['', 'help', 'a [b]', ' x', '<any>'])('may not be called %j', async (word) => {
    await expect(ear.teach(word, [chunk('heron-1')])).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('need speech', async () => {
    await expect(ear.teach('quiet', [])).rejects.toMatchObject({ code: 'TEACH' });
    await expect(ear.teach('quiet', [new Uint8Array(32000)])).rejects.toMatchObject({ code: 'TEACH' });
  });

  it.each([[[{}]], [[{ word: 'x' }]], [[{ word: 'x', states: [[]] }]], [[{ word: 'x', states: [[[1, 2]]] }]], [[{ word: '', states: [] }]], [['x']]])('are not read from %j', (taught) => {
    expect(() => new CommandRecognizer({ taught: taught as unknown as NonNullable<CommandRecognizerOptions['taught']> })).toThrow();
  });
});

it('refuses unknown options and ranges', () => {
  expect(() => new CommandRecognizer({ colour: 1 } as unknown as CommandRecognizerOptions)).toThrow(/no such option/);
  expect(() => new CommandRecognizer({ partialMs: 1 })).toThrow(/partialMs/);
  expect(ear.vocabulary.length).toBeLessThanOrEqual(100);
});
