import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import type { STTProvider, STTSession } from '../../src/providers/stt.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { Recognition, type RecognitionHint } from '../../src/voice/recognition.js';
import { joinChunks } from '../../src/voice/utterance.js';
import { LiveRecognizer } from './conversation.js';

const piece = (ms = 100): AudioChunk => new AudioChunk({ float32: new Float32Array(16 * ms), sampleRate: 16000 });

function recognise(provider: STTProvider, clock = new ManualClock()) {
  const chunks: AudioChunk[] = [];
  const texts: string[] = [];
  const hints: RecognitionHint[] = [];
  const errors: Error[] = [];
  const recognition = new Recognition({
    provider, clock, language: 'en', finalTimeoutMs: 5000,
    audio: () => joinChunks(chunks),
    onText: (text) => texts.push(text),
    onHint: (hint) => hints.push(hint),
    onError: (error) => errors.push(error),
  });
  const push = (chunk: AudioChunk): void => {
    chunks.push(chunk);
    recognition.push(chunk);
  };
  return { recognition, push, texts, hints, errors, clock };
}

describe('Recognition', () => {
  it('gives what was understood while it was spoken, and the final after the flush', async () => {
    const clock = new ManualClock();
    const live = new LiveRecognizer(clock);
    const { recognition, push, texts } = recognise(live, clock);
    push(piece());
    await clock.advance(0);
    live.hears('what');
    live.hears('what is');
    await clock.advance(0);
    expect(recognition.text).toBe('what is');
    expect((await clock.settle(recognition.finish())).text).toBe('what is');
    expect(clock.now()).toBe(20);
    expect(texts).toEqual(['what', 'what is', 'what is']);
    expect(live.whole).toEqual([]);
  });

  it('asks once for as long as nothing is added', async () => {
    const clock = new ManualClock();
    const { recognition, push } = recognise(new LiveRecognizer(clock), clock);
    push(piece());
    expect(recognition.finish()).toBe(recognition.finish());
    await clock.settle(recognition.finish());
  });

  it('joins what is said before and behind a flush, where the recogniser continues', async () => {
    const clock = new ManualClock();
    const live = new LiveRecognizer(clock);
    const { recognition, push } = recognise(live, clock);
    push(piece());
    await clock.advance(0);
    live.hears('I would like');
    await clock.settle(recognition.finish());
    push(piece());
    live.hears('a coffee');
    await clock.advance(0);
    expect((await clock.settle(recognition.finish())).text).toBe('I would like a coffee');
  });

  it('recognises the whole anew where it does not', async () => {
    const clock = new ManualClock();
    const live = new LiveRecognizer(clock);
    const provider: STTProvider = { capabilities: { interim: true, words: false, endOfTurn: false, local: true }, open: (options) => live.open(options), transcribe: async (audio) => new STTResponse({ text: `all ${(audio as AudioChunk).durationMs} ms` }) };
    const { recognition, push } = recognise(provider, clock);
    push(piece());
    await clock.advance(0);
    live.hears('I would like');
    await clock.settle(recognition.finish());
    push(piece(50));
    expect((await clock.settle(recognition.finish())).text).toBe('all 150 ms');
    expect(live.closed).toBe(1);
  });

  it('gives a session what came before it was open', async () => {
    const pushed: number[] = [];
    let opened: (session: STTSession) => void = () => undefined;
    const provider: STTProvider = { transcribe: () => Promise.reject(new Error('not asked')), open: () => new Promise((resolve) => (opened = resolve)) };
    const { push, recognition } = recognise(provider);
    push(piece(10));
    push(piece(20));
    const live = new LiveRecognizer(new ManualClock());
    opened({ ...(await live.open()), push: (chunk) => pushed.push(chunk.durationMs) });
    await new Promise((resolve) => setTimeout(resolve, 0));
    push(piece(30));
    expect(pushed).toEqual([10, 20, 30]);
    recognition.close();
  });

  const broken: readonly (readonly [string, (live: LiveRecognizer) => Promise<STTSession>])[] = [
    ['cannot be opened', () => Promise.reject(new Error('no line'))],
    ['breaks', async (live) => {
      const session = await live.open();
      live.tells({ type: 'error', error: new Error('no line'), fatal: true });
      return session;
    }],
  ];
  it.each(broken)('recognises the whole in one go when a session %s, and says so', async (_how, open) => {
    const clock = new ManualClock();
    const live = new LiveRecognizer(clock);
    const { recognition, push, errors } = recognise({ open: () => open(live), transcribe: async () => new STTResponse({ text: 'whole' }) }, clock);
    push(piece());
    await clock.advance(0);
    expect(recognition.streams).toBe(false);
    expect((await clock.settle(recognition.finish())).text).toBe('whole');
    expect(errors.map(({ message }) => message)).toEqual(['no line']);
  });

  it('takes the text so far when the final does not come', async () => {
    const clock = new ManualClock();
    const live = new LiveRecognizer(clock, 1e6);
    const { recognition, push } = recognise(live, clock);
    push(piece());
    await clock.advance(0);
    live.hears('half a');
    await clock.advance(0);
    const done = recognition.finish();
    await clock.advance(5000);
    expect((await done).text).toBe('half a');
  });

  it('passes on what a recogniser knows of the turn', async () => {
    const clock = new ManualClock();
    const live = new LiveRecognizer(clock);
    const { push, hints, recognition } = recognise(live, clock);
    push(piece());
    await clock.advance(0);
    live.tells({ type: 'eager-end-of-turn', probability: 0.6 });
    live.tells({ type: 'turn-resumed' });
    live.tells({ type: 'end-of-turn', probability: 0.9 });
    await clock.advance(0);
    expect(hints).toEqual(['eagerEnd', 'resumed', 'end']);
    recognition.close();
    await clock.advance(0);
    expect(live.closed).toBe(1);
  });

  it('stops recognising the whole of an utterance that goes on', async () => {
    const signals: AbortSignal[] = [];
    const provider: STTProvider = {
      transcribe: (_audio, { signal } = {}) => new Promise((_resolve, reject) => {
        signals.push(signal as AbortSignal);
        signal?.addEventListener('abort', () => reject(new Error('stopped')));
      }),
    };
    const { recognition, push, clock } = recognise(provider);
    push(piece());
    const first = recognition.finish();
    await clock.advance(0);
    push(piece());
    await expect(first).rejects.toThrow('stopped');
    const second = recognition.finish();
    push(piece());
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' }); // before it was asked
    const third = recognition.finish();
    await clock.advance(0);
    recognition.close();
    await expect(third).rejects.toThrow('stopped');
    expect(signals).toHaveLength(2);
  });
});
