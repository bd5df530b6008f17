import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../../src/audio/chunk.js';
import { decodePcm, encodePcm } from '../../../src/audio/pcm.js';
import { FallbackVoice } from '../../../src/providers/fallback/fallback-voice.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../../../src/providers/tts.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { loadAudio } from '../../../src/wasm/audio-load.js';
import { ScriptedError } from './scripted.js';

interface Voice extends TTSProvider {
  readonly spoken: string[];
  readonly options: TTSOptions[];
}

/** A voice that reads what it is given and says one sample per character, or fails before or after the first. */
function voice(id: string, fails: 'never' | 'before' | 'after' = 'never', sampleRate = 16000): Voice {
  const spoken: string[] = [];
  const options: TTSOptions[] = [];
  const tone = (frames: number): Uint8Array => encodePcm(Float32Array.from({ length: frames }, (_, n) => Math.sin((2 * Math.PI * 440 * n) / sampleRate) / 2));
  return {
    id,
    spoken,
    options,
    sampleRate,
    capabilities: { streamingInput: true, words: id === 'a', pcm: true, local: false },
    synthesize: (text, given = {}) => {
      options.push(given);
      return fails === 'before' ? Promise.reject(new ScriptedError({ fatal: true })) : Promise.resolve(tone(text.length * 100));
    },
    async *stream(text, given = {}): AsyncGenerator<TTSEvent> {
      options.push(given);
      let read = '';
      for await (const part of typeof text === 'string' ? [text] : text) {
        read += part;
        if (fails === 'before') throw new ScriptedError({ fatal: true });
        yield { type: 'audio', chunk: new AudioChunk({ data: tone(part.length), sampleRate }) };
        if (fails === 'after') throw new ScriptedError();
      }
      spoken.push(read);
      yield { type: 'finish' };
    },
  };
}

async function* parts(given: string[]): AsyncGenerator<string> {
  for (const part of ['Hel', 'lo ', 'there.']) {
    given.push(part);
    yield await Promise.resolve(part);
  }
}

async function frames(events: AsyncIterable<TTSEvent>): Promise<number> {
  let sum = 0;
  for await (const event of events) if (event.type === 'audio') sum += event.chunk.frames;
  return sum;
}

describe('FallbackVoice', () => {
  it('gives the next voice the whole text, also when it comes in parts and some were read already', async () => {
    const [a, b] = [voice('a', 'before'), voice('b')];
    const given: string[] = [];
    const tts = new FallbackVoice([a, b], { clock: new ManualClock() });
    expect(await frames(tts.stream(parts(given)))).toBe(12);
    expect(b.spoken).toEqual(['Hello there.']);
    expect(given).toEqual(['Hel', 'lo ', 'there.']);
    tts.close();
  });

  it('does not begin again with another voice once something was heard', async () => {
    const [a, b] = [voice('a', 'after'), voice('b')];
    const tts = new FallbackVoice([a, b], { clock: new ManualClock() });
    await expect(frames(tts.stream('Hello.'))).rejects.toBeInstanceOf(ScriptedError);
    expect([b.options, tts.status]).toEqual([[], [{ id: 'a', available: false }, { id: 'b', available: true }]]);
    tts.close();
  });

  it('lets go of the text when the reader leaves', async () => {
    let left = false;
    const text = (async function* (): AsyncGenerator<string> {
      try {
        for (;;) yield await Promise.resolve('a');
      } finally {
        left = true;
      }
    })();
    for await (const event of new FallbackVoice([voice('a')]).stream(text)) if (event.type === 'audio') break;
    await Promise.resolve();
    expect(left).toBe(true);
  });

  it('names a voice to the first provider only', async () => {
    const [a, b] = [voice('a', 'before'), voice('b')];
    const tts = new FallbackVoice([a, b], { clock: new ManualClock() });
    await frames(tts.stream('Hi.', { voice: 'nova', speed: 1.5 }));
    expect([a.options[0]?.voice, b.options[0]?.voice, b.options[0]?.speed]).toEqual(['nova', undefined, 1.5]);
    tts.close();
  });

  it('synthesises at the rate of the first, whoever speaks', async () => {
    await loadAudio();
    const tts = new FallbackVoice([voice('a', 'before', 24000), voice('b', 'never', 16000)], { clock: new ManualClock() });
    expect(tts.sampleRate).toBe(24000);
    const samples = decodePcm(await tts.synthesize('0123456789'));
    expect(samples).toHaveLength(1500);
    expect(samples[750]).toBeCloseTo(Math.sin((2 * Math.PI * 440 * 750) / 24000) / 2, 2);
    tts.close();
  });

  it('probes with a word', async () => {
    const clock = new ManualClock();
    const a = voice('a', 'before');
    const tts = new FallbackVoice([a, voice('b')], { clock });
    await frames(tts.stream('Hello.'));
    await clock.advance(1000);
    expect(a.options).toHaveLength(2);
    expect(tts.status[0]?.available).toBe(false);
    tts.close();
    expect(clock.pending).toBe(0);
  });

  it('can what all of its voices can', () => {
    expect(new FallbackVoice([voice('a'), voice('b')]).capabilities).toEqual({ streamingInput: true, words: false, pcm: true, local: false });
  });
});
