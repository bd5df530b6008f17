// A thousand sessions opened, used and closed: everything they opened is closed, and nothing is kept.
import { describe, expect, it } from 'vitest';
import { scale } from '../tools/scale.js';
import { live, say } from './conversation.js';

interface Memory {
  readonly gc?: () => void;
  readonly process?: { memoryUsage(): { readonly heapUsed: number } };
}

describe('sessions that come and go', () => {
  it('leave no timer, recogniser, microphone or loudspeaker open, however they end', async () => {
    for (let n = 0; n < scale(20, 1000); n++) {
      const talk = live('One two three.');
      await talk.session.start();
      if (n % 4 === 1) await say(talk, 'I would like');
      else if (n % 4 === 2) {
        void talk.session.send('count').catch(() => undefined);
        await talk.clock.advance(300);
        await say(talk, 'uh-huh');
      } else if (n % 4 === 3) {
        talk.microphone.onset();
        talk.microphone.audio(new Float32Array(160));
        await talk.clock.advance(10);
      }
      if (n % 2 === 0) await talk.session.stop();
      await talk.clock.settle(talk.session.close());
      expect(talk.microphone.elements.closed).toBe(true);
      expect(talk.speaker.closed).toBe(true);
      expect(talk.recognizer.closed).toBe(talk.recognizer.opened);
      expect(talk.clock.pending).toBe(0);
      expect(talk.session.state).toBe('closed');
    }
  });

  it('keep nothing of a session that listens for hours: start and stop, a thousand times', async () => {
    const { gc, process } = globalThis as unknown as Memory;
    const talk = live('Fine.', { memory: undefined as never });
    talk.session.subscribe(() => undefined);
    const cycle = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        await talk.session.start();
        await say(talk, 'what time is it');
        await talk.clock.advance(2000);
        await talk.session.stop();
        talk.events.length = 0;
        talk.pipelineEvents.length = 0;
        talk.llm.prompts.length = 0;
        talk.voice.spoken.length = 0;
      }
    };
    const cycles = scale(10, 1000);
    await cycle(Math.min(cycles, 150)); // history is full
    gc?.();
    const before = process?.memoryUsage().heapUsed ?? 0;
    await cycle(cycles);
    gc?.();
    // Only where the collector can be called the heap says anything.
    if (gc !== undefined && process !== undefined) expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 20);
    expect(talk.session.history.length).toBeLessThanOrEqual(200);
    expect(talk.recognizer.closed).toBe(talk.recognizer.opened);
  });
});
