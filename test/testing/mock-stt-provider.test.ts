import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { AbortedError, ClosedError } from '../../src/base/errors.js';
import type { STTEvent } from '../../src/providers/stt.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { audioHash, MockSTTProvider } from '../../src/testing/mock-stt-provider.js';

const second = new Uint8Array(32000).fill(1);
const fast = { latencyMs: 0, latencyJitterMs: 0 };

describe('MockSTTProvider', () => {
  it('gives its transcriptions one after the other', async () => {
    const stt = new MockSTTProvider({ ...fast, transcriptions: ['Hello', 'How are you?'] });
    expect([(await stt.transcribe(second)).text, (await stt.transcribe(second)).text, (await stt.transcribe(second)).text]).toEqual(['Hello', 'How are you?', 'Hello']);
    stt.reset();
    expect((await stt.transcribe(second)).text).toBe('Hello');
    expect((await new MockSTTProvider(fast).transcribe(second)).text).toBe('Mock transcription');
  });

  it('always gives the same transcription for the same audio, by its hash or the beginning of it', async () => {
    const other = new Uint8Array([1, 2, 3, 4]);
    const stt = new MockSTTProvider({ ...fast, audioMap: { [audioHash(second)]: 'Hello world', [audioHash(other).slice(0, 6)]: 'Goodbye' } });
    expect([(await stt.transcribe(second)).text, (await stt.transcribe(other)).text, (await stt.transcribe(second)).text]).toEqual(['Hello world', 'Goodbye', 'Hello world']);
    expect(audioHash(new AudioChunk({ data: other }))).toBe('08d6c05a21512a79'); // MD5 of 01 02 03 04
  });

  it('tells the duration and spreads the words over it', async () => {
    const response = await new MockSTTProvider({ ...fast, transcriptions: ['one two'] }).transcribe(second, { language: 'de' });
    expect(response.toDict()).toMatchObject({ duration_ms: 1000, language: 'de', confidence: 1, is_final: true, words: [{ text: 'one', start_ms: 0, end_ms: 500 }, { text: 'two', start_ms: 500, end_ms: 1000 }] });
    expect((await new MockSTTProvider(fast).transcribe(new AudioChunk({ data: second, sampleRate: 48000 }))).durationMs).toBeCloseTo(333.3, 1);
  });

  it('hears nothing in silence', async () => {
    expect((await new MockSTTProvider(fast).transcribe(new Uint8Array(0))).text).toBe('');
  });

  it('varies its confidence where asked, the same from the same seed', async () => {
    const confidences = async (): Promise<number[]> => {
      const stt = new MockSTTProvider({ ...fast, simulateConfidence: true, seed: 5 });
      return [(await stt.transcribe(second)).confidence, (await stt.transcribe(second)).confidence];
    };
    const [a = 0, b = 0] = await confidences();
    expect(a).not.toBe(b);
    expect(Math.min(a, b)).toBeGreaterThanOrEqual(0.85);
    expect(await confidences()).toEqual([a, b]);
  });

  it('takes about 100 ms on its clock, and none of it once aborted', async () => {
    const clock = new ManualClock();
    const stt = new MockSTTProvider({ clock });
    const { latencyMs } = await clock.settle(stt.transcribe(second));
    expect(latencyMs).toBeGreaterThanOrEqual(80);
    expect(latencyMs).toBeLessThanOrEqual(120);
    await expect(stt.transcribe(second, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    expect(stt.callHistory).toEqual([{ byteLength: 32000, hash: audioHash(second), language: 'en' }, { byteLength: 32000, hash: audioHash(second), language: 'en' }]);
  });

  it('recognises in a session what was pushed: partials, then the final, for each utterance', async () => {
    const clock = new ManualClock();
    const stt = new MockSTTProvider({ clock, transcriptions: ['turn the light on', 'thanks'] });
    const session = await stt.open();
    const events: STTEvent[] = [];
    const reading = (async () => {
      for await (const event of session.events) events.push(event);
    })();
    session.push(new AudioChunk({ data: second, timestampMs: 250 }));
    session.push(new AudioChunk({ data: second }));
    session.finalize();
    await clock.runAll();
    session.push(new AudioChunk({ data: second }));
    session.finalize();
    await clock.runAll();
    await session.close();
    await reading;
    expect(events.map((event) => ('text' in event ? `${event.type} ${event.id} ${event.text}` : event.type))).toEqual(['speech-start', 'partial utterance-0 turn', 'partial utterance-0 turn the', 'partial utterance-0 turn the light', 'final utterance-0 turn the light on', 'speech-start', 'final utterance-1 thanks']);
    expect(stt.callHistory.map(({ byteLength }) => byteLength)).toEqual([64000, 32000]);
    expect(() => session.push(new AudioChunk({ data: second }))).toThrow(ClosedError);
  });

  it('reports a failure in a session as an event that is not fatal', async () => {
    const session = await new MockSTTProvider({ ...fast, failRate: 1 }).open();
    session.push(new AudioChunk({ data: second }));
    session.finalize();
    for await (const event of session.events) {
      if (event.type !== 'error') continue;
      expect(event.fatal).toBe(false);
      await session.close();
    }
  });
});
