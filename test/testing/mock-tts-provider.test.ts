import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../src/base/errors.js';
import type { TTSEvent } from '../../src/providers/tts.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { MockTTSProvider } from '../../src/testing/mock-tts-provider.js';

const fast = { latencyMs: 0 };
async function collect(clock: ManualClock, events: AsyncIterable<TTSEvent>): Promise<{ event: TTSEvent; atMs: number }[]> {
  const list: { event: TTSEvent; atMs: number }[] = [];
  const reading = (async () => {
    for await (const event of events) list.push({ event, atMs: clock.now() });
  })();
  await clock.settle(reading);
  return list;
}

describe('MockTTSProvider', () => {
  it('gives the same audio for the same text, as long as the text', async () => {
    const tts = new MockTTSProvider(fast);
    const [a, b, c] = [await tts.synthesize('Hello back!'), await tts.synthesize('Hello back!'), await tts.synthesize('Hello BACK!')];
    expect(a.length).toBe(1100);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a.some((byte) => byte !== 0)).toBe(true);
  });

  it('streams at the pace of speech, in whole samples, the last chunk shorter', async () => {
    const clock = new ManualClock();
    const tts = new MockTTSProvider({ clock, bytesPerChar: 320 }); // 10 ms a character
    const events = await collect(clock, tts.stream('x'.repeat(25)));
    const audio = events.flatMap(({ event, atMs }) => (event.type === 'audio' ? [[event.chunk.durationMs, event.chunk.timestampMs, event.chunk.sequence, atMs]] : []));
    expect(audio).toEqual([[100, 0, 0, 50], [100, 100, 1, 150], [50, 200, 2, 250]]);
    expect(events.at(-1)?.event).toEqual({ type: 'finish', characters: 25 });
  });

  it('takes another duration of chunks for one call', async () => {
    const clock = new ManualClock();
    const events = await collect(clock, new MockTTSProvider({ clock, latencyMs: 0, bytesPerChar: 320 }).stream('xxxxx', { chunkDurationMs: 20 }));
    expect(events.filter(({ event }) => event.type === 'audio')).toHaveLength(3);
  });

  it('tells when each word is spoken, across the pieces of its text', async () => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'ab cd';
      yield ' ef';
    }
    const clock = new ManualClock();
    const tts = new MockTTSProvider({ clock, latencyMs: 0, bytesPerChar: 320 });
    const words = (await collect(clock, tts.stream(pieces()))).flatMap(({ event }) => (event.type === 'word' ? [[event.text, event.charStart, event.charEnd, event.startMs, event.endMs]] : []));
    expect(words).toEqual([['ab', 0, 2, 0, 20], ['cd', 3, 5, 30, 50], ['ef', 6, 8, 60, 80]]);
    expect(tts.callHistory).toEqual([{ method: 'stream', text: 'ab cd ef', voice: 'default' }]);
  });

  it('stops between chunks when it is aborted', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    let chunks = 0;
    const reading = (async () => {
      for await (const event of new MockTTSProvider({ clock, latencyMs: 0, bytesPerChar: 3200 }).stream('long text', { signal: controller.signal })) if (event.type === 'audio') chunks++;
    })();
    const ended = expect(reading).rejects.toThrow(AbortedError);
    await clock.advance(150);
    controller.abort();
    await ended;
    expect(chunks).toBe(2);
  });

  it.each([{ bytesPerChar: 3 }, { sampleRate: 0 }, { chunkDurationMs: 0 }, { sample_rate: 1 }])('refuses %j', (options) => {
    expect(() => new MockTTSProvider(options as object)).toThrow(`MockTTSProvider.${Object.keys(options)[0]}`);
  });
});
