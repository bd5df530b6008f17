import { afterEach, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import type { BrowserRecognition, RecognitionAvailability, RecognitionConstructor, RecognitionResultEvent } from '../../src/browser/recognition-api.js';
import { SoundTrack } from '../../src/browser/sound-track.js';
import { BrowserRecognizer, type BrowserRecognizerOptions } from '../../src/browser/speech-recognition.js';
import type { STTEvent } from '../../src/providers/stt.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { record, sineChunk, trimmed } from './sounds.js';

/** A recognition with the interface of the browser's, played by the test. */
class FakeRecognition implements BrowserRecognition {
  static last: FakeRecognition;
  static availability: RecognitionAvailability | 'refused' = 'unavailable';
  static installed = false;
  lang = '';
  continuous = false;
  interimResults = false;
  maxAlternatives = 9;
  processLocally = false;
  onresult: BrowserRecognition['onresult'] = null;
  onerror: BrowserRecognition['onerror'] = null;
  onspeechstart: BrowserRecognition['onspeechstart'] = null;
  onend: BrowserRecognition['onend'] = null;
  starts: (MediaStreamTrack | undefined)[] = [];
  stops = 0;
  aborts = 0;
  #results: { readonly text: string; readonly isFinal: boolean; readonly confidence: number }[] = [];

  constructor() {
    FakeRecognition.last = this;
  }

  static available(): Promise<RecognitionAvailability> {
    return FakeRecognition.availability === 'refused' ? Promise.reject(new DOMException('no', 'NotAllowedError')) : Promise.resolve(FakeRecognition.availability);
  }

  static install(): Promise<boolean> {
    FakeRecognition.installed = true;
    return Promise.resolve(true);
  }

  start(track?: MediaStreamTrack): void {
    this.starts.push(track);
    this.#results = [];
  }

  stop(): void {
    this.stops++;
  }

  abort(): void {
    this.aborts++;
  }

  /** Results as the browser gives them: the list so far, and where it changed. */
  hear(text: string, isFinal: boolean, confidence = 0.9): void {
    const index = this.#results.at(-1)?.isFinal === false ? this.#results.length - 1 : this.#results.length;
    this.#results[index] = { text, isFinal, confidence };
    const results = this.#results.map((result) => Object.assign([{ transcript: result.text, confidence: result.confidence }], { isFinal: result.isFinal }));
    this.onresult?.({ resultIndex: index, results } as RecognitionResultEvent);
  }
}

class FakeTrack {
  static last: FakeTrack;
  readonly track = {} as MediaStreamTrack;
  readonly pushed: AudioChunk[] = [];
  closed = false;

  constructor() {
    FakeTrack.last = this;
  }

  get remainingMs(): number {
    return this.pushed.reduce((sum, chunk) => sum + chunk.durationMs, 0);
  }

  push(chunk: AudioChunk): void {
    this.pushed.push(chunk);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function recognizer(options: BrowserRecognizerOptions = {}): { readonly clock: ManualClock; readonly recognizer: BrowserRecognizer } {
  const clock = new ManualClock();
  return { clock, recognizer: new BrowserRecognizer({ recognition: FakeRecognition as unknown as RecognitionConstructor, track: () => new FakeTrack(), clock, ...options }) };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

afterEach(() => {
  FakeRecognition.availability = 'unavailable';
  FakeRecognition.installed = false;
});

describe('recognition of a whole utterance', () => {
  it('plays it, stops when it has been played, and joins what was understood', async () => {
    const { clock, recognizer: stt } = recognizer();
    const answer = stt.transcribe(sineChunk(300, 1000), { language: 'de-DE' });
    await settled();
    const recognition = FakeRecognition.last;
    expect(recognition.lang).toBe('de-DE');
    expect(recognition.continuous && recognition.interimResults).toBe(true);
    expect(recognition.starts).toEqual([FakeTrack.last.track]);
    expect(FakeTrack.last.pushed).toHaveLength(1);
    recognition.hear('wie', false);
    recognition.hear('wie spät', true, 0.8);
    await clock.advance(1200);
    expect(recognition.stops).toBe(0);
    await clock.advance(200);
    expect(recognition.stops).toBe(1);
    recognition.hear('ist es', true, 0.6);
    recognition.onend?.();
    const response = await answer;
    expect(response.text).toBe('wie spät ist es');
    expect(response.confidence).toBe(0.8);
    expect(response.durationMs).toBe(1000);
    expect(response.language).toBe('de-DE');
    expect(FakeTrack.last.closed).toBe(true);
    expect(recognition.aborts).toBe(1);
  });

  it('gives an empty text when nothing was understood', async () => {
    const { clock, recognizer: stt } = recognizer();
    const answer = stt.transcribe(sineChunk(300, 100));
    await settled();
    FakeRecognition.last.onerror?.({ error: 'no-speech' });
    await clock.advance(500);
    FakeRecognition.last.onend?.();
    expect((await answer).text).toBe('');
  });

  it.each(['network', 'not-allowed', 'language-not-supported', 'service-not-allowed'])('rejects when the browser reports %s', async (error) => {
    const { recognizer: stt } = recognizer();
    const answer = stt.transcribe(sineChunk(300, 100));
    await settled();
    FakeRecognition.last.onerror?.({ error });
    await expect(answer).rejects.toMatchObject({ code: 'BROWSER_RECOGNITION', reason: error });
    expect(FakeTrack.last.closed).toBe(true);
  });

  it('gives up when the service never answers', async () => {
    const { clock, recognizer: stt } = recognizer();
    const answer = stt.transcribe(sineChunk(300, 100));
    answer.catch(() => undefined);
    await settled();
    await clock.advance(500);
    await clock.advance(6000);
    await expect(answer).rejects.toMatchObject({ reason: 'no-answer' });
  });

  it('ends when it is aborted', async () => {
    const { recognizer: stt } = recognizer();
    const abort = new AbortController();
    const answer = stt.transcribe(sineChunk(300, 100), { signal: abort.signal });
    await settled();
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: 'ABORTED' });
    expect(FakeRecognition.last.aborts).toBe(1);
    await expect(stt.transcribe(sineChunk(300, 100), { signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('says so when the browser has no recognition', async () => {
    const stt = new BrowserRecognizer({ recognition: undefined as never, track: () => new FakeTrack() });
    const own = Object.getOwnPropertyDescriptors(globalThis);
    Object.defineProperty(globalThis, 'SpeechRecognition', { value: undefined, configurable: true, writable: true });
    Object.defineProperty(globalThis, 'webkitSpeechRecognition', { value: undefined, configurable: true, writable: true });
    await expect(stt.transcribe(sineChunk(300, 100))).rejects.toMatchObject({ reason: 'missing' });
    for (const name of ['SpeechRecognition', 'webkitSpeechRecognition'] as const) {
      const descriptor = own[name as keyof typeof own];
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
    }
  });
});

describe('where recognition happens', () => {
  it.each([
    ['prefer', 'available', true, false],
    ['prefer', 'downloadable', false, false],
    ['prefer', 'unavailable', false, false],
    ['prefer', 'refused', false, false],
    ['require', 'available', true, false],
    ['require', 'downloadable', true, true],
    ['never', 'available', false, false],
  ] as const)('with %s and a language that is %s: on the device %s, installed %s', async (onDevice, availability, local, installed) => {
    FakeRecognition.availability = availability;
    const { recognizer: stt } = recognizer({ onDevice });
    const session = await stt.open();
    expect(FakeRecognition.last.processLocally).toBe(local);
    expect(FakeRecognition.installed).toBe(installed);
    expect(stt.capabilities.local).toBe(onDevice === 'require');
    await session.close();
  });

  it('fails rather than sending audio away when the device was required', async () => {
    const { recognizer: stt } = recognizer({ onDevice: 'require' });
    await expect(stt.open()).rejects.toMatchObject({ reason: 'not-on-device' });
  });
});

describe('an open session', () => {
  async function session(): Promise<{ events: STTEvent[]; session: Awaited<ReturnType<BrowserRecognizer['open']>>; clock: ManualClock; done: Promise<void> }> {
    const { clock, recognizer: stt } = recognizer();
    const opened = await stt.open();
    const events: STTEvent[] = [];
    const done = (async () => {
      for await (const event of opened.events) events.push(event);
    })();
    return { events, session: opened, clock, done };
  }

  it('gives partials and finals as they come, under the id of their result', async () => {
    const { events, session: opened } = await session();
    FakeRecognition.last.onspeechstart?.();
    FakeRecognition.last.hear('set a', false);
    FakeRecognition.last.hear('set a timer', true, 1.4);
    FakeRecognition.last.hear('for', false);
    await settled();
    expect(events).toMatchObject([{ type: 'speech-start' }, { type: 'partial', id: '0-0', text: 'set a' }, { type: 'final', id: '0-0', text: 'set a timer', confidence: 1 }, { type: 'partial', id: '0-1', text: 'for' }]);
    await opened.close();
  });

  it('gives finals that grow and come again, as on Android, under one id', async () => {
    const { events, session: opened } = await session();
    for (const [text, confidence] of [['how', 0], ['how are', 0], ['how are you', 0.9], ['how are you', 0.9]] as const) FakeRecognition.last.hear(text, true, confidence);
    await settled();
    const texts = new Map(events.flatMap((event) => (event.type === 'final' ? [[event.id, event.text] as const] : [])));
    expect([...texts]).toEqual([['0-0', 'how are you']]);
    await opened.close();
  });

  it('listens on when the engine ends by itself', async () => {
    const { events, session: opened } = await session();
    FakeRecognition.last.onend?.();
    expect(FakeRecognition.last.starts).toHaveLength(2);
    FakeRecognition.last.hear('again', true);
    await settled();
    expect(events).toMatchObject([{ type: 'final', id: '1-0', text: 'again' }]);
    await opened.close();
  });

  it('asks to slow down while audio is waiting to be played', async () => {
    const { session: opened } = await session();
    expect(opened.desiredSize).toBe(200);
    opened.push(sineChunk(300, 500));
    expect(opened.desiredSize).toBe(-300);
    await opened.close();
    expect(() => opened.push(sineChunk(300, 10))).toThrow(/closed/);
  });

  it('ends its events when it is closed', async () => {
    const { session: opened, done } = await session();
    await opened.close();
    await done;
    expect(FakeTrack.last.closed).toBe(true);
    await opened.close();
  });
});

describe('a sound track', () => {
  it('plays chunks one after the other, in real time', async () => {
    const sound = new SoundTrack(16000);
    const context = new AudioContext({ sampleRate: 16000 });
    const tape = await record(new MediaStream([sound.track]), context);
    sound.push(sineChunk(400, 100));
    sound.push(sineChunk(400, 100));
    expect(sound.remainingMs).toBeGreaterThan(150);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(sound.remainingMs).toBe(0);
    const heard = trimmed(await tape.stop());
    expect(heard.length / 16).toBeGreaterThan(195);
    expect(heard.length / 16).toBeLessThan(230);
    await sound.close();
    await context.close();
    expect(sound.track.readyState).toBe('ended');
  });
});

describe("the browser's recognition that has its moods", () => {
  it('gives up an engine that ends as soon as it starts, after a few starts with pauses', async () => {
    const { clock, recognizer: stt } = recognizer();
    const session = await stt.open();
    for (let n = 0; n < 4; n++) {
      FakeRecognition.last.onend?.();
      if (n > 0) await clock.advance(500); // the first time it is started again at once
    }
    const events: STTEvent[] = [];
    for await (const event of session.events) events.push(event);
    expect(events).toMatchObject([{ type: 'error', fatal: true, error: { reason: 'ends-at-once' } }]);
    expect(FakeRecognition.last.starts).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  it('starts an engine again at once that ended after a while, and as often as it does', async () => {
    const { clock, recognizer: stt } = recognizer();
    const session = await stt.open();
    for (let n = 0; n < 10; n++) {
      await clock.advance(60_000);
      FakeRecognition.last.onend?.();
    }
    expect(FakeRecognition.last.starts).toHaveLength(11);
    await session.close();
  });

  it('lets an engine that takes no tracks listen by itself, and asks it for no recordings', async () => {
    class Older extends FakeRecognition {}
    Object.defineProperty(Older, 'available', { value: undefined });
    const { recognizer: stt } = recognizer({ recognition: Older as unknown as RecognitionConstructor });
    const session = await stt.open();
    expect(FakeRecognition.last.starts).toEqual([undefined]);
    await session.close();
    await expect(stt.transcribe(sineChunk(440, 100))).rejects.toMatchObject({ code: 'BROWSER_RECOGNITION', reason: 'no-recordings' });
  });
});
